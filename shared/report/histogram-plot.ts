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
  const medianText = `median ${formatQuantity(median, unit)}`;
  const quartileText = `quartiles ${formatQuantity(q1, unit)} to ${formatQuantity(q3, unit)}`;
  const { start, band } = placeLegend(area, medianText, quartileText);
  const legend = html`<g class="legend"><line class="median" x1="${start}" x2="${start}" y1="6" y2="20"/><text x="${start + 7}" y="17">${medianText}</text><rect class="quartile-band" x="${band}" y="6" width="12" height="14"/><line class="quartile" x1="${band}" x2="${band}" y1="6" y2="20"/><line class="quartile" x1="${band + 12}" x2="${band + 12}" y1="6" y2="20"/><text x="${band + 19}" y="17">${quartileText}</text></g>`;
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

/** Width of a letter of a legend, rounded up: no text of ours is wider. */
const letterWidth = 6.6;

/** Of the drawing, right of the plot. */
const margin = 24;

/** Where the two parts of the legend begin: at their usual places, further left and apart where their texts are long. */
function placeLegend(
  { left, width }: PlotArea,
  medianText: string,
  quartileText: string,
): { readonly start: number; readonly band: number } {
  const medianWidth = Math.max(136, Math.ceil(medianText.length * letterWidth) + 22);
  const quartileWidth = Math.ceil(quartileText.length * letterWidth) + 19;
  const room = width + margin - medianWidth - quartileWidth;
  const start = left + Math.max(0, Math.min(250, room));
  return { start, band: start + medianWidth };
}
