import type { Unit } from "#shared/units.ts";
import { countBins, readQuantile } from "./distribution.ts";
import { formatCount, formatQuantity } from "./format.ts";
import { type Html, html } from "./html.ts";
import {
  coordinate,
  type PlotArea,
  placeX,
  placeY,
  renderAxisX,
  renderAxisY,
  renderSvg,
} from "./svg.ts";

/** Histogram of ascending values with the quartiles as a band and the median as a line. */
export function renderHistogram(sorted: Float64Array, name: string, unit: Unit): Html {
  const histogram = countBins(sorted);
  const { low, high, counts } = histogram;
  const area: PlotArea = {
    left: 56,
    top: 46,
    width: 580,
    height: 190,
    x: [low, high],
    y: [0, Math.max(1, ...counts) * 1.06],
  };
  const width = area.width / Math.max(1, counts.length);
  const bars = counts.map((count, n) => {
    const top = placeY(area, count);
    return html`<rect class="bar" x="${coordinate(area.left + n * width + 0.5)}" y="${coordinate(top)}" width="${coordinate(Math.max(0.5, width - 1))}" height="${coordinate(area.top + area.height - top)}"/>`;
  });
  const [q1, median, q3] = [0.25, 0.5, 0.75].map((fraction) => readQuantile(sorted, fraction)) as [
    number,
    number,
    number,
  ];
  const bottom = coordinate(area.top + area.height);
  const line = (value: number, kind: string) =>
    html`<line class="${kind}" x1="${coordinate(placeX(area, value))}" x2="${coordinate(placeX(area, value))}" y1="${area.top}" y2="${bottom}"/>`;
  const quartiles = html`<rect class="quartile-band" x="${coordinate(placeX(area, q1))}" y="${area.top}" width="${coordinate(placeX(area, q3) - placeX(area, q1))}" height="${area.height}"/>`;
  const legend = html`<g class="legend"><line class="median" x1="${area.left + 250}" x2="${area.left + 250}" y1="6" y2="20"/><text x="${area.left + 257}" y="17">median ${formatQuantity(median, unit)}</text><rect class="quartile-band" x="${area.left + 386}" y="6" width="12" height="14"/><line class="quartile" x1="${area.left + 386}" x2="${area.left + 386}" y1="6" y2="20"/><line class="quartile" x1="${area.left + 398}" x2="${area.left + 398}" y1="6" y2="20"/><text x="${area.left + 405}" y="17">quartiles ${formatQuantity(q1, unit)} to ${formatQuantity(q3, unit)}</text></g>`;
  const outside = histogram.below + histogram.above;
  const note =
    outside > 0
      ? html`<p class="note">${formatCount(histogram.below)} values lie below and ${formatCount(histogram.above)} above the range drawn.</p>`
      : undefined;
  const plot = renderSvg(660, 286, `Histogram of ${name}`, [
    renderAxisY(area, { name: "voxels", unit: "1" }),
    quartiles,
    bars,
    line(q1, "quartile"),
    line(q3, "quartile"),
    line(median, "median"),
    renderAxisX(area, { name, unit }),
    legend,
  ]);
  return html`${plot}${note}`;
}
