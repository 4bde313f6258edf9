import { type Grid, voxelCentre } from "#shared/volume/grid.ts";
import { renderCurve } from "./curve-plot.ts";
import {
  formatEstimate,
  formatNumber,
  formatQuantity,
  formatReportQuantity,
  typesetSymbols,
} from "./format.ts";
import { type Html, html } from "./html.ts";
import { renderSwatch } from "./map-section.ts";
import type { FittedParameter, ReportContent, SampleFit } from "./report-content.ts";

/** The sample curves: measured, fitted, residuals, and the numbers of each. */
export function renderSamples(content: ReportContent): Html {
  if (content.samples.length === 0) return html``;
  const marked = content.samples.some(
    ({ curve, measured }) => curve === undefined && measured.model !== undefined,
  );
  const cards = content.samples.map((sample) => renderSample(sample, content.grid));
  return html`<section id="samples"><h2>Sample fits</h2>
<p class="note">Points: measured (hollow: not used). ${marked ? explainMarks(content) : "Line: fitted. Band: 95\u00a0% interval of the fitted curve."} Beneath: measured minus fitted.</p>
<div class="cards">
${cards}</div></section>\n`;
}

/** What stands for the curve where the abscissa alone does not decide the signal. */
function explainMarks({ samples }: ReportContent): string {
  const complex = samples.some(({ measured }) => measured.parts?.includes("imaginary"));
  return complex
    ? "Round: real parts; square: imaginary parts. Short lines: fitted."
    : "Short lines: fitted. Images of one abscissa (directions) stand side by side, in order of the fitted signal.";
}

function renderSample(sample: SampleFit, grid: Grid | undefined): Html {
  const parameters = sample.parameters.map(
    (parameter) =>
      html`<div><dt>${typesetSymbols(parameter.name)}</dt><dd>${formatParameter(parameter)}</dd></div>`,
  );
  const quality: Html[] = [];
  if (sample.rSquared !== undefined) {
    quality.push(html`<div><dt>R²</dt><dd>${formatCorrelation(sample.rSquared)}</dd></div>`);
  }
  if (sample.rmse !== undefined) {
    quality.push(
      html`<div><dt>RMSE</dt><dd>${formatQuantity(sample.rmse, sample.ordinate.unit)}</dd></div>`,
    );
  }
  return html`<figure class="card"><figcaption><b>${typesetSymbols(sample.label)}</b><span class="status">${renderSwatch(sample.status.code)}${sample.status.code} ${sample.status.name}</span>${describePosition(sample, grid)}</figcaption>
${renderCurve(sample)}
<dl class="numbers">${parameters}${quality}</dl></figure>\n`;
}

function describePosition({ voxel }: SampleFit, grid: Grid | undefined): Html | undefined {
  if (voxel === undefined) return undefined;
  const at = `voxel (${voxel.join(", ")})`;
  if (grid === undefined) return html`<span class="place">${at}</span>`;
  const [l, p, s] = voxelCentre(grid, voxel);
  const patient = [l, p, s].map((mm, n) => {
    const letter = "LPHRAF".charAt(mm >= 0 ? n : n + 3);
    return `${letter} ${Math.abs(mm).toFixed(1)}`;
  });
  return html`<span class="place">${at} · ${patient.join(", ")} mm</span>`;
}

function formatParameter({ value, standardError, unit }: FittedParameter): string {
  if (standardError !== undefined && standardError > 0) {
    return formatEstimate(value, standardError, unit);
  }
  return formatReportQuantity(value, unit);
}

/** R² with enough decimals to tell it from 1. */
function formatCorrelation(rSquared: number): string {
  if (!Number.isFinite(rSquared)) return formatNumber(rSquared);
  const decimals = rSquared > 0.999 ? 5 : rSquared > 0.99 ? 4 : 3;
  return formatNumber(Number(rSquared.toFixed(decimals)), decimals);
}
