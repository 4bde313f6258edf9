import { unitFactor } from "#shared/units.ts";
import { formatCount, labelWithUnit, reportUnit, typesetSymbols } from "./format.ts";
import { type Html, html } from "./html.ts";
import { cssColour } from "./outline-store.ts";
import type { RegionMeasurement, RegionReportContent } from "./region-content.ts";
import type { RegionLabel } from "./region-labels.ts";
import { renderRegion } from "./region-name.ts";
import { chooseAxis, renderRegionPlot, renderSharedAxis, type SharedAxis } from "./region-plot.ts";
import type { FindMeasurement } from "./region-table.ts";

const mostSideBySide = 4;
const mostRegions = 200;
/** Histograms of so many regions; the others show their box alone. */
const mostHistograms = 60;
/** Width of a drawing, by how many stand side by side. */
const widths = [800, 400, 266, 200] as const;

/** The regions against each other, a row for each and a column with one axis for each map. */
export function renderComparisons(
  content: RegionReportContent,
  labels: readonly RegionLabel[],
  find: FindMeasurement,
): Html {
  const measured = labels.filter(({ position }) =>
    content.maps.some((_, map) => (find(position, map)?.valid ?? 0) > 0),
  );
  if (measured.length === 0) return html``;
  const shown = measured.slice(0, mostRegions);
  const blocks = Math.ceil(content.maps.length / mostSideBySide);
  const size = Math.ceil(content.maps.length / blocks);
  const tables = Array.from({ length: blocks }, (_, n) =>
    renderStrips(content, shown, find, n * size, size),
  );
  const remarks = [
    measured.length > mostHistograms
      ? `Histograms are drawn for the first ${mostHistograms} regions.`
      : undefined,
    measured.length > shown.length
      ? `${formatCount(measured.length - shown.length)} more regions are left out; the tables list them.`
      : undefined,
  ].filter((text) => text !== undefined);
  return html`<section id="comparison"><h2>Comparison of regions</h2>
<p class="note">Dot: mean. Line: ± standard deviation. Box: quartiles. Bar: median. Above them the histogram, each scaled to its own highest bin. One axis for all regions of a map; values far outside the quartiles of all regions are not drawn. ${remarks.join(" ")}</p>
${tables}</section>\n`;
}

function renderStrips(
  content: RegionReportContent,
  shown: readonly RegionLabel[],
  find: FindMeasurement,
  first: number,
  size: number,
): Html {
  const maps = content.maps.slice(first, first + size);
  const width = widths[maps.length - 1] ?? widths[3];
  const axes = maps.map(({ unit }, n) =>
    chooseAxis(
      shown.flatMap(({ position }) => find(position, first + n) ?? []),
      unitFactor(unit, reportUnit(unit)),
      width,
    ),
  );
  const heads = maps.map(({ name, unit }, n) => {
    const { drawing, power } = renderSharedAxis(axes[n]!);
    return html`<th scope="col">${labelWithUnit(typesetSymbols(name), reportUnit(unit), power)}${drawing}</th>`;
  });
  const rows = shown.map((label, place) => {
    const cells = maps.map(({ name }, n) => {
      const one = find(label.position, first + n);
      return html`<td>${renderCell(one, axes[n]!, label, name, place < mostHistograms)}</td>`;
    });
    return html`<tr><td>${renderRegion(label, 40)}</td>${cells}</tr>\n`;
  });
  return html`<div class="table"><table class="strips"><thead><tr><th scope="col">Region</th>${heads}</tr></thead><tbody>\n${rows}</tbody></table></div>\n`;
}

function renderCell(
  measured: RegionMeasurement | undefined,
  axis: SharedAxis,
  label: RegionLabel,
  name: string,
  withHistogram: boolean,
): Html | undefined {
  if (measured === undefined || !(measured.valid > 0)) return undefined;
  const drawn = withHistogram ? measured : { ...measured, values: undefined };
  return renderRegionPlot(drawn, axis, cssColour(label), `${name}, region ${label.label}`);
}
