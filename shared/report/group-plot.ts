import { readQuantile, summarizeValues } from "./distribution.ts";
import { type Html, html } from "./html.ts";
import type { ValueGroup } from "./project-content.ts";
import { shortenName } from "./region-labels.ts";
import { coordinate, type PlotArea, placeX } from "./svg.ts";
import { labelTicks, thinTicks } from "./ticks.ts";

const width = 520;
const labelWidth = 150;
const rowHeight = 26;
const axisHeight = 22;
/** More points than this are a cloud; the box says it better. */
const mostPoints = 60;
/** Letters of a label that fit beside its row. */
const labelLetters = 21;
/** From so many values on, the extreme half per cent may lie outside of the axis. */
const manyValues = 200;

/** The range of values that a drawing shows, with room at both ends; the same for all groups of a measure. */
export function chooseGroupRange(groups: readonly ValueGroup[], factor: number): [number, number] {
  const all = Float64Array.from(groups.flatMap(({ values }) => [...values])).sort();
  const share = all.length > manyValues ? 0.005 : 0;
  const [low, high] = [readQuantile(all, share) * factor, readQuantile(all, 1 - share) * factor];
  const room = (high - low) * 0.04 || Math.abs(low) * 0.1 || 1;
  return [low - room, high + room];
}

/**
 * Values by group and time point, one row for each: the quartiles as a box with the median, the mean as a dot with one standard
 * deviation to both sides, and every value as a point where they are few.
 *
 * @param colours - class of each group's colour, by name
 * @returns the drawing, and the power of ten its axis labels were divided by
 */
export function renderGroupPlot(
  groups: readonly ValueGroup[],
  factor: number,
  colours: ReadonlyMap<string, string>,
  label: string,
): { readonly drawing: Html; readonly power: number } {
  const range = chooseGroupRange(groups, factor);
  const area: PlotArea = {
    ...{ left: labelWidth, top: axisHeight, width: width - labelWidth - 14 },
    ...{ height: groups.length * rowHeight, x: range, y: [0, 1] },
  };
  const ticks = thinTicks(labelTicks(range, area.width / 60), area.width / 6.2);
  const height = area.top + area.height + 4;
  const marks = ticks.values.map((value, n) => {
    const x = coordinate(placeX(area, value));
    return html`<line class="grid" x1="${x}" x2="${x}" y1="${axisHeight - 4}" y2="${height - 4}"/><text x="${x}" y="12" text-anchor="middle">${ticks.labels[n]}</text>`;
  });
  const rows = groups.map((group, n) => {
    const middle = area.top + (n + 0.5) * rowHeight;
    const scaled = group.values.map((value) => value * factor);
    return renderRow(group, scaled, area, middle, colours.get(group.group) ?? "g0");
  });
  const drawing = html`<svg class="plot" viewBox="0 0 ${width} ${height}" role="img" aria-label="${label}">${marks}${rows}</svg>`;
  return { drawing, power: ticks.power };
}

function renderRow(
  { group, timepoint }: ValueGroup,
  values: Float64Array,
  area: PlotArea,
  middle: number,
  colour: string,
): Html {
  const place = (value: number) =>
    coordinate(placeX(area, Math.min(area.x[1], Math.max(area.x[0], value))));
  const { count, mean, standardDeviation } = summarizeValues(values);
  const name = [group, timepoint].filter((part) => part !== "").join(" · ");
  const caption = html`<text class="label" x="0" y="${middle + 4}">${shortenName(name || "all", labelLetters)}</text>`;
  const points =
    count > mostPoints
      ? undefined
      : [...values].map((value, n) => {
          // Spread over the height of the row, so that equal values can be told apart.
          const y = count < 3 ? middle : middle + ((n % 5) - 2) * 2.6;
          return html`<circle class="dot ${colour}" cx="${place(value)}" cy="${coordinate(y)}" r="${count < 3 ? 4 : 2.6}"/>`;
        });
  // Quartiles of one or two values would say more than is known.
  if (count < 3) return html`${caption}${points}`;
  const [p25, median, p75] = [0.25, 0.5, 0.75].map((p) => readQuantile(values, p));
  const [left, right] = [Number(place(p25!)), Number(place(p75!))];
  const box = html`<rect class="box ${colour}" x="${left}" y="${middle - 6}" width="${coordinate(Math.max(0.5, right - left))}" height="12"/>`;
  const spread = Number.isFinite(standardDeviation)
    ? html`<line class="spread" x1="${place(mean - standardDeviation)}" x2="${place(mean + standardDeviation)}" y1="${middle}" y2="${middle}"/>`
    : undefined;
  const bar = html`<line class="middle" x1="${place(median!)}" x2="${place(median!)}" y1="${middle - 8}" y2="${middle + 8}"/>`;
  return html`${caption}${box}${spread}${points}${bar}<circle class="mean" cx="${place(mean)}" cy="${middle}" r="3"/>`;
}
