import { statusColour } from "./colormap.ts";
import { renderColourBar } from "./colour-bar.ts";
import { countValues } from "./distribution.ts";
import { formatCount, typesetSymbols } from "./format.ts";
import { type Html, html, pngAddress } from "./html.ts";
import { type ColourScale, chooseColourScale, directionColours, drawSlice } from "./map-image.ts";
import { layOutSlice, type SliceLayout } from "./orientation.ts";
import { encodePng } from "./png.ts";
import type { ReportContent, ReportMap, StatusCount } from "./report-content.ts";

interface DrawnMap {
  readonly map: ReportMap;
  readonly scale: ColourScale;
  readonly values: ReturnType<typeof countValues>;
  readonly stride: number;
}

const fewMaps = 6;
// From here on two slices stand side by side, at half the size.
const fewSlices = 12;

/** The maps, slice by slice: one row for each slice, one column for each map, colour bars above. */
export function renderMaps(content: ReportContent): Html {
  const { grid, maps } = content;
  if (grid === undefined || maps.length === 0) return html``;
  const layout = layOutSlice(grid);
  const drawn = chooseStrides(maps);
  const slices = grid.shape[2];
  const compact = slices > fewSlices;
  const rows = Array.from({ length: slices }, (_, k) => {
    const images = drawn.map(({ map, scale, stride }) => {
      const png = encodePng(drawSlice(grid, map.samples, k, scale, stride, layout));
      const alt = `${map.name}, slice ${k}`;
      return html`<span class="frame"><span><img src="${pngAddress(png)}" alt="${alt}" title="${alt}" decoding="async"/></span></span>`;
    });
    return html`<div class="slice"><span class="slice-number">${k}</span>${images}</div>\n`;
  });
  // Many maps side by side may be wider than the text.
  const wide = maps.length > fewMaps ? " wide" : "";
  return html`<section id="maps"><h2>Maps</h2>
<div class="${compact ? "slices compact" : "slices"}${wide}" style="${sliceStyle(layout, maps.length, compact)}">
${renderHeads(drawn, content.statuses, compact)}${rows}</div>
${renderNotes(drawn, slices)}</section>\n`;
}

/** Names, units, colour bars and codes of the columns; small maps repeat only the names above them. */
function renderHeads(
  drawn: readonly DrawnMap[],
  statuses: readonly StatusCount[],
  compact: boolean,
): Html {
  const legends = drawn.map((one) => renderLegend(one, statuses));
  if (!compact) {
    return html`<div class="heads"><div class="slice"><span class="slice-number">k</span>${legends}</div></div>\n`;
  }
  const names = drawn.map(({ map }) => html`<span class="name">${typesetSymbols(map.name)}</span>`);
  const line = html`<div class="slice"><span class="slice-number">k</span>${names}</div>`;
  return html`<div class="heads"><div class="legends">${legends}</div><div class="names">${line}${line}</div></div>\n`;
}

function renderLegend({ map, scale, values }: DrawnMap, statuses: readonly StatusCount[]): Html {
  if (map.kind === "mask") {
    return html`<div class="scale"><b>${map.name}</b><ul class="codes"><li>${renderSwatch(1)}inside</li></ul></div>`;
  }
  if (map.kind === "status") {
    const codes = statuses
      .filter(({ code, count }) => count > 0 && code > 0)
      .map(({ code, name }) => html`<li>${renderSwatch(code)}${code} ${name}</li>`);
    return html`<div class="scale"><b>${map.name}</b><ul class="codes">${codes}</ul></div>`;
  }
  if (map.kind === "colour") {
    const colours = directionColours.map(
      ({ colour, text }) =>
        html`<li><i class="swatch" style="background:rgb(${colour.join(" ")})"></i>${text}</li>`,
    );
    return html`<div class="scale"><b>${map.name}</b><ul class="codes directions">${colours}</ul></div>`;
  }
  if (values.finite === 0) {
    return html`<div class="scale"><b>${typesetSymbols(map.name)}</b><p class="note">no value</p></div>`;
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
  // The frame adds the room of the letters to the picture.
  const widest = Math.round(tallest * aspect) + (compact ? 22 : 30);
  return `--columns:${columns};--aspect:${aspect.toFixed(4)};--widest:${widest}px;${letters.join(";")}`;
}

// The pictures of a page stay below this, as text; noise cannot be compressed.
const largestImageBytes = 12_000_000;

/**
 * Every pixel is drawn while the pictures fit the page; else every second (third, ...) of the maps that
 * are not values, and at last of all. An upper bound is enough: a byte for each voxel with a value.
 */
function chooseStrides(maps: readonly ReportMap[]): DrawnMap[] {
  const drawn = maps.map((map) => {
    const scale = chooseColourScale(map);
    return { map, scale, values: countMapValues(map, scale) };
  });
  // Codes lie in runs and compress well; base64 makes 4 bytes of 3.
  const bytes = drawn.map(
    ({ scale, values }) => values.finite * (scale.kind === "codes" ? 0.2 : 4 / 3),
  );
  let main = 1;
  let other = 1;
  const strideOf = (map: ReportMap) => (map.kind === "value" ? main : other);
  const total = () => bytes.reduce((sum, b, n) => sum + b / strideOf(maps[n]!) ** 2, 0);
  while (total() > largestImageBytes) {
    if (other <= main) other++;
    else main++;
  }
  return drawn.map((one) => ({ ...one, stride: strideOf(one.map) }));
}

/** Of a colour map every visible voxel counts three times: so many bytes it has. */
function countMapValues({ kind, samples }: ReportMap, { low, high }: ColourScale) {
  if (kind !== "colour") return countValues(samples, low, high);
  let visible = 0;
  for (let n = 3; n < samples.length; n += 4) if (samples[n]! > 0) visible++;
  return { finite: 3 * visible, below: 0, above: 0 };
}

function renderNotes(drawn: readonly DrawnMap[], slices: number): Html {
  const labels = drawn.map(({ map }) => html`<b>${typesetSymbols(map.name)}</b> ${map.label}. `);
  const remarks: string[] = [];
  for (const { map, scale, values, stride } of drawn) {
    const { above, below } = values;
    if (scale.kind === "continuous" && above + below > 0) {
      remarks.push(
        `${typesetSymbols(map.name)}: ${formatCount(above)} voxels above and ${formatCount(below)} below the scale, drawn in its end colours.`,
      );
    }
    if (stride > 1) {
      remarks.push(
        `${typesetSymbols(map.name)}: one voxel in ${stride} × ${stride} is drawn, to keep the page small; the files hold all.`,
      );
    }
  }
  const scales = slices > 1 ? `All ${slices} slices share one colour scale. ` : "";
  return html`<p class="note">${labels}${scales}</p>
<p class="note"><i class="swatch none"></i>No value: outside the mask, or the fit failed (the status map says why). k: slice, counted from 0. Letters: patient directions (R right, L left, A anterior, P posterior, H head, F feet).${remarks.map((remark) => html`<br/>${remark}`)}</p>`;
}
