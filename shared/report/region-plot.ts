import type { Samples } from "#shared/volume/volume.ts";
import { type Html, html } from "./html.ts";
import type { RegionMeasurement } from "./region-content.ts";
import { coordinate, type PlotArea, placeX } from "./svg.ts";
import { labelTicks, thinTicks } from "./ticks.ts";

/** The axis all regions of a map share, in the unit of the map. */
export interface SharedAxis {
  readonly low: number;
  readonly high: number;
  /** Bins of the histograms. */
  readonly bins: number;
  /** From the unit of the map to the unit of reports. */
  readonly factor: number;
  /** Width of the drawing. */
  readonly width: number;
}

const inset = 14;
const histogramHeight = 24;
const boxHeight = 20;

/**
 * The axis of a map: holds the quartiles of every region and one and a half times their distance to both sides (Tukey's
 * fences), but nothing beyond the extremes; a few wild voxels cannot squeeze the rest.
 */
export function chooseAxis(
  measurements: readonly RegionMeasurement[],
  factor: number,
  width: number,
): SharedAxis {
  let [low, high, most] = [Infinity, -Infinity, 0];
  for (const { p25, p75, minimum, maximum, valid } of measurements) {
    if (!(valid > 0) || !Number.isFinite(p75 - p25)) continue;
    const reach = 1.5 * (p75 - p25);
    low = Math.min(low, Math.max(minimum, p25 - reach));
    high = Math.max(high, Math.min(maximum, p75 + reach));
    most = Math.max(most, valid);
  }
  if (!(high > low)) {
    const middle = Number.isFinite(low) ? low : 0;
    const half = Math.abs(middle) * 0.1 || 1 / factor;
    [low, high] = [middle - half, middle + half];
  }
  const room = (high - low) * 0.03;
  const bins = Math.min(40, Math.max(12, Math.ceil(Math.sqrt(most))));
  return { low: low - room, high: high + room, bins, factor, width };
}

function areaOf({ low, high, width }: SharedAxis, top: number, height: number): PlotArea {
  return { left: inset, top, width: width - 2 * inset, height, x: [low, high], y: [0, 1] };
}

/** The ticks of the shared axis with their labels; stands above the column of a map. */
export function renderSharedAxis(axis: SharedAxis): {
  readonly drawing: Html;
  readonly power: number;
} {
  const area = areaOf(axis, 0, 20);
  const { values, labels, power } = ticksOf(axis);
  const marks = values.map((value, n) => {
    const x = coordinate(placeX(area, value));
    return html`<line class="axis" x1="${x}" x2="${x}" y1="16" y2="20"/><text x="${x}" y="12" text-anchor="middle">${labels[n]}</text>`;
  });
  const drawing = html`<svg class="plot" viewBox="0 0 ${axis.width} 20" role="img" aria-label="axis">${marks}</svg>`;
  return { drawing, power };
}

/** Tick values in the unit of the map, their labels in the unit of reports. */
function ticksOf({ low, high, factor, width }: SharedAxis) {
  const ticks = labelTicks([low * factor, high * factor], width / 60);
  const thin = thinTicks(ticks, (width - 2 * inset) / 6.2);
  return { ...thin, values: thin.values.map((value) => value / factor) };
}

/**
 * One region on the axis of its map: histogram, and beneath it the quartiles as a box with the median, the mean as a dot with one
 * standard deviation to both sides.
 */
export function renderRegionPlot(
  measured: RegionMeasurement,
  axis: SharedAxis,
  colour: string,
  label: string,
): Html {
  const values = measured.values;
  const top = values === undefined ? 0 : histogramHeight + 4;
  const height = top + boxHeight;
  const area = areaOf(axis, top, boxHeight);
  const grid = ticksOf(axis).values.map((value) => {
    const x = coordinate(placeX(area, value));
    return html`<line class="grid" x1="${x}" x2="${x}" y1="0" y2="${height}"/>`;
  });
  const histogram =
    values === undefined
      ? undefined
      : html`<path class="shape" fill="${colour}" d="${outlineHistogram(values, axis)}"/>`;
  return html`<svg class="plot" viewBox="0 0 ${axis.width} ${height}" role="img" aria-label="${label}">${grid}${histogram}${renderBox(measured, axis, area, colour)}</svg>`;
}

function renderBox(
  { p25, median, p75, mean, standardDeviation }: RegionMeasurement,
  axis: SharedAxis,
  area: PlotArea,
  colour: string,
): Html {
  const place = (value: number) =>
    coordinate(placeX(area, Math.min(axis.high, Math.max(axis.low, value))));
  const middle = area.top + area.height / 2;
  const [left, right] = [Number(place(p25)), Number(place(p75))];
  const box = html`<rect class="box" fill="${colour}" x="${coordinate(left)}" y="${middle - 5}" width="${coordinate(Math.max(0.5, right - left))}" height="10"/>`;
  const line = html`<line class="spread" x1="${place(mean - standardDeviation)}" x2="${place(mean + standardDeviation)}" y1="${middle}" y2="${middle}"/>`;
  const bar = html`<line class="middle" x1="${place(median)}" x2="${place(median)}" y1="${middle - 7}" y2="${middle + 7}"/>`;
  return html`${box}${Number.isFinite(standardDeviation) ? line : undefined}${bar}<circle class="mean" cx="${place(mean)}" cy="${middle}" r="3"/>`;
}

/** A histogram as one closed path, its highest bin as high as the drawing; values outside the axis are left out. */
function outlineHistogram(values: Samples, axis: SharedAxis): string {
  const counts = new Float64Array(axis.bins);
  for (let n = 0; n < values.length; n++) {
    const share = (values[n]! - axis.low) / (axis.high - axis.low);
    if (!(share >= 0 && share <= 1)) continue;
    const bin = Math.min(axis.bins - 1, Math.floor(share * axis.bins));
    counts[bin] = counts[bin]! + 1;
  }
  const most = Math.max(1, ...counts);
  const width = (axis.width - 2 * inset) / axis.bins;
  let path = `M${inset} ${histogramHeight}`;
  for (const [n, count] of counts.entries()) {
    const top = coordinate(histogramHeight * (1 - count / most));
    path += `V${top}H${coordinate(inset + (n + 1) * width)}`;
  }
  return `${path}V${histogramHeight}z`;
}
