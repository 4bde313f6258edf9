import type { SliceTable } from "./align-slices.ts";
import { renderColourBar } from "./colour-bar.ts";
import { countValues } from "./distribution.ts";
import { typesetSymbols } from "./format.ts";
import { type Html, html, pngAddress } from "./html.ts";
import { type ColourScale, drawSlice } from "./map-image.ts";
import { drawingHeight, drawingWidth, type OutlineStore, renderOutlines } from "./outline-store.ts";
import { outlinesOn } from "./overlay-image.ts";
import { encodePng } from "./png.ts";
import type { RegionImage } from "./region-content.ts";
import type { RegionLabel } from "./region-labels.ts";
import type { SliceView } from "./slice-view.ts";

/** An image as it is drawn on the page. */
export interface DrawnImage {
  /** Place among all images of the page. */
  readonly position: number;
  readonly image: RegionImage;
  readonly name: string;
  readonly label: string;
  readonly scale: ColourScale;
  readonly view: SliceView;
}

/** How finely slices are drawn. */
export interface Detail {
  /** Every how many-th voxel is drawn. */
  readonly stride: number;
  /** How far an outline may be off, units of the drawing. */
  readonly tolerance: number;
  /** Pictures made so far, by image, plane and stride. */
  readonly pictures: Map<string, string>;
}

/** Beyond so many slices the pictures are smaller and more stand side by side. */
export const fewRows = 16;

/** Images side by side, a row for each slice, names and colour bars above. */
export function renderBlock(
  table: SliceTable,
  images: readonly DrawnImage[],
  labels: readonly RegionLabel[],
  store: OutlineStore,
  detail: Detail,
): Html {
  const drawn = table.images.map((n) => images[n]!);
  const { layout } = drawn[0]!.view;
  const many = table.rows.length > fewRows;
  const tallest = many ? 190 : 300;
  const aspects = drawn.map(({ view }) => aspectOf(view, detail.stride));
  const widest = Math.round(tallest * Math.max(...aspects));
  // What a row of the page leaves for each picture, pixels (see page-style.ts).
  const room = (1044 - 26) / drawn.length - 14 - 30;
  const fontSize = Math.round((11 * drawingWidth) / Math.max(60, Math.min(room, widest)));
  const rows = table.rows.map((row) => {
    const cells = row.map((plane, n) =>
      plane === undefined
        ? html`<span class="absent">no slice here</span>`
        : renderCell(drawn[n]!, plane, labels, store, { ...detail, fontSize }, aspects[n]!),
    );
    const number = row.find((plane) => plane !== undefined);
    return html`<div class="slice"><span class="slice-number">${number}</span>${cells}</div>\n`;
  });
  const letters = (["left", "right", "top", "bottom"] as const).map(
    (edge) => `--${edge}:'${layout[edge]}'`,
  );
  const style = `--columns:${drawn.length};--aspect:${aspects[0]!.toFixed(4)};--widest:${widest + 30}px;--text:${fontSize}px;${letters.join(";")}`;
  return html`<div class="slices" style="${style}">
<div class="heads"><div class="slice"><span class="slice-number">k</span>${drawn.map(renderHead)}</div></div>
${rows}</div>\n`;
}

function aspectOf(view: SliceView, stride: number): number {
  return Math.min(20, Math.max(0.05, drawingWidth / drawingHeight(view, stride)));
}

function renderHead({ image, name, label, scale }: DrawnImage): Html {
  if (scale.colormap === "grey") {
    return html`<div class="scale"><b>${name}</b><p class="place">${label}</p></div>`;
  }
  const { finite } = countValues(image.samples, scale.low, scale.high);
  if (finite > 0) return renderColourBar(scale, name);
  return html`<div class="scale"><b>${typesetSymbols(name)}</b><p class="place">no value</p></div>`;
}

/** Regions named under a picture. */
const mostNamed = 30;

function renderCell(
  cell: DrawnImage,
  plane: number,
  labels: readonly RegionLabel[],
  store: OutlineStore,
  detail: Detail & { readonly fontSize: number },
  aspect: number,
): Html {
  const { image, name, view } = cell;
  const address = drawPicture(cell, plane, detail);
  const outlines = renderOutlines(store, labels, { image, view, plane, ...detail });
  const inside = image.shapes
    .filter((shape) => outlinesOn(image, shape, plane).length > 0)
    .flatMap(({ region }) => labels[region]?.label ?? []);
  const more = inside.length > mostNamed ? `, … (${inside.length} regions)` : "";
  const regions = inside.length > 0 ? `: ${inside.slice(0, mostNamed).join(", ")}${more}` : "";
  const alt = `${name}, slice ${plane}${regions}`;
  return html`<span class="frame" style="--aspect:${aspect.toFixed(4)}"><span><img src="${address}" alt="${alt}" title="${alt}" decoding="async"/>${outlines}</span></span>`;
}

function drawPicture(
  { position, image, scale, view }: DrawnImage,
  plane: number,
  { stride, pictures }: Detail,
): string {
  const key = `${position} ${plane} ${stride}`;
  const known = pictures.get(key);
  if (known !== undefined) return known;
  const png = encodePng(drawSlice(view.grid, image.samples, plane, scale, stride, view.layout));
  const address = pngAddress(png);
  pictures.set(key, address);
  return address;
}
