import { unitFactor } from "#shared/units.ts";
import { renderCurve } from "./curve-plot.ts";
import {
  formatCount,
  formatEstimate,
  formatNumber,
  formatSpread,
  labelWithUnit,
  reportUnit,
  typesetSymbols,
} from "./format.ts";
import { type Html, html, renderTable } from "./html.ts";
import type { MeanCurve, MeanCurveComparison, RegionReportContent } from "./region-content.ts";
import type { RegionLabel } from "./region-labels.ts";
import { renderRegion } from "./region-name.ts";

const mostCurves = 60;

/** The averaged signal of regions, what was fitted to it, and the average of the voxel fits beside it. */
export function renderMeanCurves(
  { meanCurves }: RegionReportContent,
  labels: readonly RegionLabel[],
): Html {
  if (meanCurves.length === 0) return html``;
  const shown = meanCurves.slice(0, mostCurves);
  const rest = meanCurves.length - shown.length;
  const more =
    rest > 0
      ? html`<p class="note">Curves of ${formatCount(rest)} more regions are left out; the tables among the files hold them.</p>\n`
      : undefined;
  return html`<section id="curves"><h2>Fit of the mean curve</h2>
<p class="note">Points: signal averaged over the region (hollow: not used). Line: fitted. Band: 95\u00a0% interval of the fitted curve. Beneath: measured minus fitted. The fit of the mean and the mean of the fits agree where a region is uniform; a mixture of tissues, or noise near the floor, draws them apart. In the tables fits have their standard error, means of fits the standard deviation of the voxels; Δ is the difference of the two.</p>
<div class="cards">
${shown.map((one) => renderMeanCurve(one, labels[one.region]))}</div>${more}</section>\n`;
}

function renderMeanCurve({ sample, comparisons }: MeanCurve, label: RegionLabel | undefined): Html {
  const table = renderTable(
    [
      { heading: "" },
      { heading: "Fit of mean", numeric: true },
      { heading: "Mean of fits", numeric: true },
      { heading: "Δ", numeric: true },
    ],
    comparisons.map(listComparison),
  );
  const name = label === undefined ? undefined : renderRegion(label, 40);
  return html`<figure class="card"><figcaption>${name}<span class="status">${sample.status.name}</span><span class="place">${sample.label}</span></figcaption>
${renderCurve(sample)}
<div class="comparison">${comparisons.length > 0 ? table : undefined}</div></figure>\n`;
}

function listComparison(one: MeanCurveComparison) {
  const { name, unit, curve, curveStandardError, voxelMean, voxelStandardDeviation } = one;
  const factor = unitFactor(unit, reportUnit(unit));
  const fitted =
    curveStandardError !== undefined && curveStandardError > 0
      ? formatEstimate(curve * factor, curveStandardError * factor, "1")
      : formatNumber(curve * factor, 4);
  const percent = (100 * (curve - voxelMean)) / Math.abs(voxelMean);
  const sign = percent > 0 ? "+" : "";
  return [
    labelWithUnit(typesetSymbols(name), reportUnit(unit)),
    fitted,
    formatSpread(voxelMean * factor, voxelStandardDeviation * factor),
    Number.isFinite(percent) ? `${sign}${formatNumber(percent, 2)}\u00a0%` : "–",
  ];
}
