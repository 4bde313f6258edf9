import type { Unit } from "#shared/units.ts";
import { labelWithUnit } from "./format.ts";
import { type Html, type HtmlContent, html } from "./html.ts";
import { labelTicks } from "./ticks.ts";

/** What an axis measures. */
export interface AxisLabel {
  readonly name: string;
  readonly unit: Unit;
}

/** A rectangle of a drawing that shows a range of x and y; y grows upwards. */
export interface PlotArea {
  readonly left: number;
  readonly top: number;
  readonly width: number;
  readonly height: number;
  readonly x: readonly [number, number];
  readonly y: readonly [number, number];
}

/** Abscissa of the drawing for a value. */
export function placeX(area: PlotArea, value: number): number {
  return area.left + ((value - area.x[0]) / (area.x[1] - area.x[0])) * area.width;
}

/** Ordinate of the drawing for a value. */
export function placeY(area: PlotArea, value: number): number {
  return area.top + (1 - (value - area.y[0]) / (area.y[1] - area.y[0])) * area.height;
}

/** A coordinate in a drawing: two decimals, never NaN. */
export function coordinate(value: number): string {
  return Number.isFinite(value) ? String(Math.round(value * 100) / 100) : "0";
}

/** An SVG of fixed proportions, never wider than drawn; `label` is what a screen reader says. */
export function renderSvg(
  width: number,
  height: number,
  label: string,
  content: HtmlContent,
): Html {
  return html`<svg class="plot" viewBox="0 0 ${width} ${height}" style="max-width:${width}px" role="img" aria-label="${label}">${content}</svg>`;
}

/** Axis below an area: line, ticks, tick labels, and the label with its unit where given. */
export function renderAxisX(area: PlotArea, label: AxisLabel | undefined): Html {
  const { values, labels, power } = labelTicks(area.x, Math.max(2, area.width / 70));
  const bottom = area.top + area.height;
  const marks = values.map((value, n) => {
    const x = coordinate(placeX(area, value));
    const text =
      label === undefined
        ? undefined
        : html`<text x="${x}" y="${coordinate(bottom + 16)}" text-anchor="middle">${labels[n]}</text>`;
    return html`<line class="axis" x1="${x}" x2="${x}" y1="${coordinate(bottom)}" y2="${coordinate(bottom + 4)}"/>${text}`;
  });
  const title =
    label === undefined
      ? undefined
      : html`<text class="label" x="${coordinate(area.left + area.width / 2)}" y="${coordinate(bottom + 34)}" text-anchor="middle">${labelWithUnit(label.name, label.unit, power)}</text>`;
  return html`<line class="axis" x1="${coordinate(area.left)}" x2="${coordinate(area.left + area.width)}" y1="${coordinate(bottom)}" y2="${coordinate(bottom)}"/>${marks}${title}`;
}

/** Axis left of an area with faint lines across; the label stands above the area, at the left. */
export function renderAxisY(area: PlotArea, label: AxisLabel, count = area.height / 36): Html {
  const { values, labels, power } = labelTicks(area.y, Math.max(2, count));
  const marks = values.map((value, n) => {
    const y = placeY(area, value);
    return html`<line class="grid" x1="${coordinate(area.left)}" x2="${coordinate(area.left + area.width)}" y1="${coordinate(y)}" y2="${coordinate(y)}"/><text x="${coordinate(area.left - 6)}" y="${coordinate(y + 3.5)}" text-anchor="end">${labels[n]}</text>`;
  });
  return html`${marks}<text class="label" x="${coordinate(Math.max(0, area.left - 40))}" y="${coordinate(area.top - 9)}">${labelWithUnit(label.name, label.unit, power)}</text>`;
}

/** A line through points, in pieces where a coordinate is not finite. */
export function renderLine(
  area: PlotArea,
  x: readonly number[],
  y: readonly number[],
  className: string,
): Html {
  let path = "";
  let pen = "M";
  for (let n = 0; n < x.length; n++) {
    const px = placeX(area, x[n]!);
    const py = placeY(area, y[n] ?? Number.NaN);
    if (!Number.isFinite(px) || !Number.isFinite(py)) {
      pen = "M";
      continue;
    }
    path += `${pen}${coordinate(px)} ${coordinate(py)}`;
    pen = "L";
  }
  return html`<path class="${className}" d="${path === "" ? "M0 0" : path}"/>`;
}

/** The surface between two curves over the same abscissae, where all are finite. */
export function renderBand(
  area: PlotArea,
  x: readonly number[],
  low: readonly number[],
  high: readonly number[],
): Html {
  const there: string[] = [];
  const back: string[] = [];
  for (let n = 0; n < x.length; n++) {
    const px = coordinate(placeX(area, x[n]!));
    const top = placeY(area, high[n] ?? Number.NaN);
    const bottom = placeY(area, low[n] ?? Number.NaN);
    if (!Number.isFinite(top) || !Number.isFinite(bottom)) continue;
    there.push(`${px} ${coordinate(top)}`);
    back.push(`${px} ${coordinate(bottom)}`);
  }
  if (there.length < 2) return html``;
  return html`<path class="band" d="M${[...there, ...back.toReversed()].join("L")}Z"/>`;
}

/** A dot for each point inside the area; hollow where `filled` is false. */
export function renderPoints(
  area: PlotArea,
  x: readonly number[],
  y: readonly number[],
  filled: readonly boolean[] | undefined,
  parts?: readonly string[],
): Html {
  const dots = x.map((value, n) => {
    const px = placeX(area, value);
    const py = placeY(area, y[n] ?? Number.NaN);
    if (!Number.isFinite(px) || !Number.isFinite(py)) return undefined;
    const kind = filled?.[n] === false ? "point unused" : "point";
    if (parts?.[n] === "imaginary") {
      return html`<rect class="${kind}" x="${coordinate(px - 2.3)}" y="${coordinate(py - 2.3)}" width="4.6" height="4.6"/>`;
    }
    return html`<circle class="${kind}" cx="${coordinate(px)}" cy="${coordinate(py)}" r="2.6"/>`;
  });
  return html`${dots}`;
}

/** Half the length of a mark: it shows beside a point, and ends before the next one. */
const markLength = 4;

/** Short level lines: fitted values where there is no curve. */
export function renderMarks(area: PlotArea, x: readonly number[], y: readonly number[]): Html {
  const marks = y.map((value, n) => {
    const px = placeX(area, x[n] ?? Number.NaN);
    const py = placeY(area, value);
    if (!Number.isFinite(px) || !Number.isFinite(py)) return undefined;
    return html`<line class="mark-fitted" x1="${coordinate(px - markLength)}" x2="${coordinate(px + markLength)}" y1="${coordinate(py)}" y2="${coordinate(py)}"/>`;
  });
  return html`${marks}`;
}
