import { statusColour } from "./colormap.ts";
import { renderColourBar } from "./colour-bar.ts";
import { formatCount, typesetSymbols } from "./format.ts";
import { type Html, html, pngAddress } from "./html.ts";
import { type ColourScale, chooseColourScale, drawSlice } from "./map-image.ts";
import { layOutSlice, type SliceLayout } from "./orientation.ts";
import { encodePng } from "./png.ts";
import type { ReportContent, ReportMap, StatusCount } from "./report-content.ts";

interface DrawnMap {
  readonly map: ReportMap;
  readonly scale: ColourScale;
  readonly stride: number;
}

// From here on two slices stand side by side, at half the size.
const fewSlices = 12;
// The pictures of a page stay below this, as text; noise cannot be compressed.
const largestImageBytes = 12_000_000;

/** The maps, slice by slice: one row for each slice, one column for each map, colour bars above. */
export function renderMaps(content: ReportContent): Html {
  const { grid, maps } = content;
  if (grid === undefined || maps.length === 0) return html``;
  const layout = layOutSlice(grid);
  const drawn = chooseStrides(maps);
  const slices = grid.shape[2];
  const compact = slices > fewSlices;
  const head = html`<div class="slice head"><span class="slice-number"></span>${drawn.map((one) => renderHead(one, content.statuses))}</div>\n`;
  const rows = Array.from({ length: slices }, (_, k) => {
    const images = drawn.map(({ map, scale, stride }) => {
      const png = encodePng(drawSlice(grid, map.samples, k, scale, stride, layout));
      const alt = `${map.name}, slice ${k}`;
      return html`<span class="frame"><span><img src="${pngAddress(png)}" alt="${alt}" title="${alt}" decoding="async"/></span></span>`;
    });
    return html`<div class="slice"><span class="slice-number">${k}</span>${images}</div>\n`;
  });
  return html`<section id="maps"><h2>Maps</h2>
<div class="${compact ? "slices compact" : "slices"}" style="${sliceStyle(layout, maps.length, compact)}">
${head}${compact ? head : undefined}${rows}</div>
${renderNotes(drawn, slices)}</section>\n`;
}

function renderHead({ map, scale }: DrawnMap, statuses: readonly StatusCount[]): Html {
  if (map.kind === "mask") {
    const colour = `rgb(${statusColour(1).join(" ")})`;
    return html`<div class="scale"><b>${map.name}</b><ul class="codes"><li><i class="swatch" style="background:${colour}"></i>inside</li></ul></div>`;
  }
  if (map.kind === "status") {
    const codes = statuses
      .filter(({ code, count }) => count > 0 && code > 0)
      .map(({ code, name }) => html`<li>${renderSwatch(code)}${code} ${name}</li>`);
    return html`<div class="scale"><b>${map.name}</b><ul class="codes">${codes}</ul></div>`;
  }
  return renderColourBar(scale, map.name);
}

/** A small field in the colour of a status code. */
export function renderSwatch(code: number): Html {
  if (code === 0) return html`<i class="swatch none"></i>`;
  return html`<i class="swatch" style="background:rgb(${statusColour(code).join(" ")})"></i>`;
}

// Only numbers of ours and the letters R L A P H F reach the style attribute.
function sliceStyle(layout: SliceLayout, columns: number, compact: boolean): string {
  const width = layout.width * layout.pixelWidth;
  const height = layout.height * layout.pixelHeight;
  const aspect = Math.min(20, Math.max(0.05, width / height));
  const tallest = compact ? 180 : 300;
  const letters = (["left", "right", "top", "bottom"] as const).map(
    (edge) => `--${edge}:'${layout[edge]}'`,
  );
  return `--columns:${columns};--aspect:${aspect.toFixed(4)};--widest:${Math.round(tallest * aspect)}px;${letters.join(";")}`;
}

/**
 * Every pixel is drawn while the pictures fit the page; else every second (third, ...) of the maps that
 * are not values, and at last of all. An upper bound is enough: a byte for each voxel with a value.
 */
function chooseStrides(maps: readonly ReportMap[]): DrawnMap[] {
  const bytes = maps.map((map) => (countDrawn(map) * 4) / 3);
  let main = 1;
  let other = 1;
  const size = () =>
    bytes.reduce((sum, b, n) => sum + b / (maps[n]?.kind === "value" ? main : other) ** 2, 0);
  while (size() > largestImageBytes) {
    if (other <= main) other++;
    else main++;
  }
  return maps.map((map) => ({
    map,
    scale: chooseColourScale(map),
    stride: map.kind === "value" ? main : other,
  }));
}

function countDrawn(map: ReportMap): number {
  // Codes lie in runs and compress well.
  if (map.kind === "status" || map.kind === "mask") return map.samples.length / 8;
  let count = 0;
  for (const value of map.samples) if (Number.isFinite(value)) count++;
  return count;
}

function renderNotes(drawn: readonly DrawnMap[], slices: number): Html {
  const labels = drawn.map(({ map }) => html`<b>${typesetSymbols(map.name)}</b> ${map.label}. `);
  const beyond = drawn.flatMap(({ map, scale }) => {
    if (scale.kind === "codes") return [];
    let above = 0;
    let below = 0;
    for (const value of map.samples) {
      if (value > scale.high) above++;
      else if (value < scale.low) below++;
    }
    if (above + below === 0) return [];
    return [
      `${typesetSymbols(map.name)}: ${formatCount(above)} voxels above and ${formatCount(below)} below the scale, drawn in its end colours.`,
    ];
  });
  const thinned = drawn
    .filter(({ stride }) => stride > 1)
    .map(({ map, stride }) => `${map.name} is drawn at every ${stride}. voxel in both directions.`);
  const scales = slices > 1 ? `All ${slices} slices share one colour scale. ` : "";
  return html`<p class="note">${labels}${scales}<i class="swatch none"></i>grey: no value (outside the mask, or the fit failed; the status map says why). ${[...beyond, ...thinned].join(" ")} Letters: patient directions (R right, L left, A anterior, P posterior, H head, F feet).</p>`;
}
