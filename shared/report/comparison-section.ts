import { type Unit, unitFactor } from "#shared/units.ts";
import { renderColourBar } from "./colour-bar.ts";
import { estimateQuantiles } from "./distribution.ts";
import {
  formatCount,
  formatEstimate,
  formatFixed,
  formatNumber,
  labelWithUnit,
  reportUnit,
  typesetSymbols,
  withUnit,
} from "./format.ts";
import { type Html, html, pngAddress, renderTable } from "./html.ts";
import type { RegionComparison, TruthComparison, TruthMaps } from "./index-content.ts";
import { type ColourScale, chooseColourScale, drawSlice } from "./map-image.ts";
import { layOutSlice } from "./orientation.ts";
import { encodePng } from "./png.ts";
import { ceilNice } from "./ticks.ts";

/**
 * Truth against result of one quantity: the three maps of one slice, and a row for each region, folded away under its
 * summary when all regions are within.
 */
export function renderComparison(comparison: TruthComparison): Html {
  const { unit, criterion, regions, maps, difference = "percent" } = comparison;
  const name = typesetSymbols(comparison.name);
  const shown = reportUnit(unit);
  const table = renderTable(
    [
      { heading: "Region" },
      { heading: labelWithUnit("True", shown), numeric: true },
      { heading: labelWithUnit("Mean ± SD", shown), numeric: true },
      { heading: labelWithUnit("SE", shown), numeric: true },
      {
        heading: difference === "percent" ? "Difference" : labelWithUnit("Difference", shown),
        numeric: true,
      },
      { heading: "Voxels", numeric: true },
      { heading: "", unbroken: true },
    ],
    regions.map((region) => listRegion(region, unit, difference)),
  );
  // Where no maps are drawn the table is what there is to see.
  const isOpen = maps === undefined || regions.some(({ within }) => !within);
  const open = isOpen ? html` open="open"` : undefined;
  const folded = html`<details${open}><summary>${summarize(comparison)}</summary>\n${table}</details>\n`;
  return html`<h3>${name}: truth against result <small>${criterion}</small></h3>\n${maps === undefined ? undefined : renderTruthMaps(maps, comparison)}${regions.length > 0 ? folded : undefined}`;
}

/** `16 of 17 regions within; largest difference +2.82 %, tumour`. */
function summarize({ unit, regions, difference = "percent" }: TruthComparison): string {
  const within = regions.filter((region) => region.within).length;
  const size = (region: RegionComparison) => {
    const absolute = Math.abs(region.mean - region.trueValue);
    return difference === "percent" ? absolute / Math.abs(region.trueValue) : absolute;
  };
  const [worst] = regions
    .filter((region) => Number.isFinite(size(region)))
    .toSorted((a, b) => size(b) - size(a));
  const count = `${within} of ${regions.length} regions within`;
  if (worst === undefined) return count;
  const text = describeDifference(worst, unit, difference);
  const largest = difference === "percent" ? text : withUnit(text, reportUnit(unit));
  return `${count}; largest difference ${largest}, ${worst.region}`;
}

function listRegion(region: RegionComparison, unit: Unit, kind: "percent" | "absolute") {
  const { trueValue, mean, standardDeviation, standardError, within } = region;
  const { voxels, missing, trueVoxels } = region;
  const factor = unitFactor(unit, reportUnit(unit));
  const lost = missing > 0 ? ` (+ ${formatCount(missing)} without)` : "";
  const wrong =
    trueVoxels !== undefined && trueVoxels !== voxels + missing
      ? `, true: ${formatCount(trueVoxels)}`
      : "";
  return [
    region.region,
    formatNumber(trueValue * factor, 4),
    formatEstimate(mean * factor, standardDeviation * factor, "1"),
    formatNumber(standardError * factor, 2),
    describeDifference(region, unit, kind),
    `${formatCount(voxels)}${lost}${wrong}`,
    within
      ? html`<span class="mark ok">✓ within</span>`
      : html`<span class="mark failed">✗ outside</span>`,
  ];
}

function describeDifference(
  { mean, trueValue }: RegionComparison,
  unit: Unit,
  kind: "percent" | "absolute",
): string {
  const difference = mean - trueValue;
  const percent = (100 * difference) / trueValue;
  const value = kind === "percent" ? percent : difference * unitFactor(unit, reportUnit(unit));
  if (!Number.isFinite(value)) return formatNumber(Number.NaN);
  const text = formatFixed(value, kind === "percent" ? 2 : 3);
  return `${value > 0 ? "+" : ""}${text}${kind === "percent" ? "\u00a0%" : ""}`;
}

function renderTruthMaps(maps: TruthMaps, { name, unit }: TruthComparison): Html {
  const { grid, slice, truth, result } = maps;
  const difference = Float64Array.from(truth, (value, n) => (result[n] ?? Number.NaN) - value);
  const scale = chooseColourScale({ kind: "value", samples: truth, unit });
  const sizes = difference.map(Math.abs);
  const [largest = Number.NaN] = estimateQuantiles(sizes, [0.98]);
  const end = Number.isFinite(largest) ? ceilNice(largest * scale.factor) / scale.factor : 1;
  const balance: ColourScale = { ...scale, colormap: "balance", low: -end, high: end };
  const layout = layOutSlice(grid);
  const aspect = (layout.width * layout.pixelWidth) / (layout.height * layout.pixelHeight);
  const cell = (title: string, samples: TruthMaps["truth"], colours: ColourScale) => {
    const png = encodePng(drawSlice(grid, samples, slice, colours, 1, layout));
    return html`<figure>${renderColourBar(colours, `${title} ${name}`)}<img src="${pngAddress(png)}" alt="${`${title} ${name}, slice ${slice}`}"/></figure>`;
  };
  return html`<div class="truth" style="--aspect:${Math.min(20, Math.max(0.05, aspect)).toFixed(4)}">${cell("True", truth, scale)}${cell("Measured", result, scale)}${cell("Difference of", difference, balance)}</div>
<p class="note">Slice ${slice}. Difference: measured minus true.</p>\n`;
}
