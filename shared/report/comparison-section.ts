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
} from "./format.ts";
import { type Html, html, pngAddress, renderTable } from "./html.ts";
import type { RegionComparison, TruthComparison, TruthMaps } from "./index-content.ts";
import { type ColourScale, chooseColourScale, drawSlice } from "./map-image.ts";
import { layOutSlice } from "./orientation.ts";
import { encodePng } from "./png.ts";
import { ceilNice } from "./ticks.ts";

/** Truth against result of one quantity: a row for each region, and the three maps of one slice. */
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
  return html`<h3>${name}: truth against result <small>${criterion}</small></h3>\n${regions.length > 0 ? table : undefined}${maps === undefined ? undefined : renderTruthMaps(maps, comparison)}`;
}

function listRegion(region: RegionComparison, unit: Unit, kind: "percent" | "absolute") {
  const { trueValue, mean, standardDeviation, standardError, voxels, missing, within } = region;
  const factor = unitFactor(unit, reportUnit(unit));
  const percent = (100 * (mean - trueValue)) / trueValue;
  const lost = missing > 0 ? ` (+ ${formatCount(missing)} without)` : "";
  return [
    region.region,
    formatNumber(trueValue * factor, 4),
    formatEstimate(mean * factor, standardDeviation * factor, "1"),
    formatNumber(standardError * factor, 2),
    kind === "percent"
      ? formatSigned(percent, formatFixed(percent, 2), "\u00a0%")
      : formatSigned(mean - trueValue, formatFixed((mean - trueValue) * factor, 3)),
    `${formatCount(voxels)}${lost}`,
    within
      ? html`<span class="mark ok">✓ within</span>`
      : html`<span class="mark failed">✗ outside</span>`,
  ];
}

function formatSigned(value: number, text: string, unit = ""): string {
  if (!Number.isFinite(value)) return formatNumber(Number.NaN);
  return `${value > 0 ? "+" : ""}${text}${unit}`;
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
