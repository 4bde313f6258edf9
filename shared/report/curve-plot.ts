import { type Html, html } from "./html.ts";
import type { SampleFit } from "./report-content.ts";
import { spreadRepeats } from "./spread-repeats.ts";
import {
  type AxisLabel,
  coordinate,
  type PlotArea,
  placeX,
  placeY,
  renderAxisX,
  renderAxisY,
  renderBand,
  renderLine,
  renderMarks,
  renderPoints,
  renderSvg,
} from "./svg.ts";

const width = 340;
const left = 50;
const plotWidth = width - left - 10;

/**
 * The measured samples of a fit, the fitted curve with its 95 % interval, and the residuals beneath on
 * the same abscissa; without a fitted curve the samples alone.
 */
export function renderCurve(sample: SampleFit): Html {
  const { curve } = sample;
  const marked = curve === undefined && sample.measured.model !== undefined;
  const measured = marked ? placeApart(sample.measured) : sample.measured;
  const fitted = marked ? (measured.model ?? []) : [];
  const x = spread([...measured.x, ...(curve?.x ?? [])], 0.03);
  const y = spread([0, ...measured.y, ...(curve?.y ?? []), ...fitted], 0.06);
  const residuals = measured.model?.map((model, n) => measured.y[n]! - model);
  const withResiduals = residuals?.some(Number.isFinite) === true;
  const main: PlotArea = { left, top: 22, width: plotWidth, height: 150, x, y };
  const abscissa = { name: sample.abscissa.label, unit: sample.abscissa.unit };
  const ordinate = { name: sample.ordinate.label, unit: sample.ordinate.unit };
  const parts = [
    renderAxisY(main, ordinate),
    renderAxisX(main, withResiduals ? undefined : abscissa),
  ];
  if (curve !== undefined) {
    // The interval is cut at the frame: a wide one must not squeeze the data.
    const clip = (values: readonly number[]) =>
      values.map((value) => Math.min(y[1], Math.max(y[0], value)));
    if (curve.low !== undefined && curve.high !== undefined) {
      parts.push(renderBand(main, curve.x, clip(curve.low), clip(curve.high)));
    }
    parts.push(renderLine(main, curve.x, curve.y, "curve"));
  }
  parts.push(renderMarks(main, measured.x, fitted));
  parts.push(renderPoints(main, measured.x, measured.y, measured.used, measured.parts));
  const drawn = { ...sample, measured };
  if (withResiduals) parts.push(renderResiduals(drawn, residuals ?? [], x, abscissa));
  return renderSvg(width, withResiduals ? 290 : 212, `Signal curve, ${sample.label}`, parts);
}

/** Samples of one abscissa side by side, in order of the fitted signal. */
function placeApart(measured: SampleFit["measured"]): SampleFit["measured"] {
  const { x, y, model = y, parts } = measured;
  return { ...measured, x: spreadRepeats(x, model, parts) };
}

function renderResiduals(
  sample: SampleFit,
  residuals: readonly number[],
  x: readonly [number, number],
  abscissa: AxisLabel,
): Html {
  const largest = Math.max(...residuals.filter(Number.isFinite).map(Math.abs), 1e-300);
  const size = ceilLabel(largest);
  const area: PlotArea = { left, top: 200, width: plotWidth, height: 50, x, y: [-size, size] };
  const zero = coordinate(placeY(area, 0));
  const stems = sample.measured.x.map((value, n) => {
    const y = placeY(area, residuals[n] ?? Number.NaN);
    const at = coordinate(placeX(area, value));
    return Number.isFinite(y)
      ? html`<line class="stem" x1="${at}" x2="${at}" y1="${zero}" y2="${coordinate(y)}"/>`
      : undefined;
  });
  return html`${renderAxisY(area, { name: "Residual", unit: sample.ordinate.unit }, 2)}${renderAxisX(area, abscissa)}<line class="axis" x1="${left}" x2="${left + plotWidth}" y1="${zero}" y2="${zero}"/>${stems}${renderPoints(area, sample.measured.x, residuals, sample.measured.used, sample.measured.parts)}`;
}

/** The next of 1, 2, 5 times a power of ten: the ends of the residual axis carry labels. */
function ceilLabel(value: number): number {
  const power = 10 ** Math.floor(Math.log10(value));
  return power * ([1, 2, 5].find((step) => step * power >= value * (1 - 1e-9)) ?? 10);
}

/** Lowest and highest finite value with a margin on both sides; 0 to 1 where there is none. */
function spread(values: readonly number[], margin: number): [number, number] {
  let low = Number.POSITIVE_INFINITY;
  let high = Number.NEGATIVE_INFINITY;
  for (const value of values) {
    if (!Number.isFinite(value)) continue;
    low = Math.min(low, value);
    high = Math.max(high, value);
  }
  if (low > high) return [0, 1];
  const room = high > low ? (high - low) * margin : Math.abs(high) * 0.1 || 1;
  return [low - room, high + room];
}
