import { alignSlices, type SliceTable } from "./align-slices.ts";
import { formatCount, typesetSymbols } from "./format.ts";
import { type Html, html } from "./html.ts";
import { makeOutlineStore } from "./outline-store.ts";
import { type DrawnImage, fewRows, renderBlock } from "./overlay-block.ts";
import { chooseGreyScale, chooseMapScale } from "./overlay-image.ts";
import type { RegionImage, RegionReportContent } from "./region-content.ts";
import type { RegionLabel } from "./region-labels.ts";
import { renderRegion } from "./region-name.ts";
import { viewPlanes } from "./slice-view.ts";

/** The regions over the reference and over each map, one row for each slice that holds one. */
export function renderOverlays(content: RegionReportContent, labels: readonly RegionLabel[]): Html {
  const images = listImages(content);
  const tables = alignSlices(images);
  if (tables.length === 0) return html``;
  const { blocks, store, left, stride } = drawWithin(tables, images, labels);
  const shown = new Set(
    images.flatMap(({ image }) => image.shapes.filter(isSomewhere).map(({ region }) => region)),
  );
  const legend = labels.filter(({ position }) => shown.has(position));
  return html`<section id="overlays"><h2>Regions on the images</h2>
<ul class="legend">${legend.map((label) => html`<li>${renderRegion(label, 42)}</li>\n`)}</ul>
<svg class="shapes" width="0" height="0" aria-hidden="true"><defs>${store.parts}</defs></svg>
${blocks}${renderNotes(images, labels, shown, left, stride)}</section>\n`;
}

function listImages({ reference, maps, measurements }: RegionReportContent): DrawnImage[] {
  const first = reference ?? maps[0];
  const like = first === undefined ? undefined : viewPlanes(first.planes);
  const drawn = maps.map((map, n) => ({
    image: map,
    name: map.name,
    label: map.label,
    scale: chooseMapScale(
      map,
      measurements.filter((one) => one.map === n),
    ),
    view: viewPlanes(map.planes, like),
  }));
  const grey = [reference].flatMap((image) => {
    if (image === undefined) return [];
    const scale = chooseGreyScale(image);
    return [
      { image, name: "Reference", label: image.label, scale, view: viewPlanes(image.planes) },
    ];
  });
  return [...grey, ...drawn].map((one, position) => ({ ...one, position }));
}

function isSomewhere({ outlines, voxels }: RegionImage["shapes"][number]): boolean {
  return outlines.length > 0 || (voxels?.length ?? 0) > 0;
}

function thinOut<T>(rows: readonly T[], most: number): readonly T[] {
  if (rows.length <= most) return rows;
  return Array.from(
    { length: most },
    (_, n) => rows[Math.round((n * (rows.length - 1)) / (most - 1))]!,
  );
}

/** Side by side only as many images as can be read. */
function splitTable({ images, rows }: SliceTable): SliceTable[] {
  const most = rows.length > fewRows ? 6 : 4;
  const parts = Math.ceil(images.length / most);
  const size = Math.ceil(images.length / parts);
  return Array.from({ length: parts }, (_, n) => ({
    images: images.slice(n * size, (n + 1) * size),
    rows: rows
      .map((row) => row.slice(n * size, (n + 1) * size))
      .filter((row) => row.some((plane) => plane !== undefined)),
  }));
}

// Of all pictures together, as text; noise cannot be compressed.
const largestImageSize = 6_000_000;
const largestOutlineSize = 2_500_000;

/** Every voxel while the pictures fit the page, else every second (third, ...). */
function chooseStride(images: readonly DrawnImage[], tables: readonly SliceTable[]): number {
  let voxels = 0;
  for (const table of tables) {
    for (const row of table.rows) {
      for (const [n, plane] of row.entries()) {
        const [nx, ny] = images[table.images[n]!]!.image.planes.shape;
        if (plane !== undefined) voxels += nx * ny;
      }
    }
  }
  // A byte for each voxel at most; base64 makes 4 bytes of 3.
  return Math.max(1, Math.ceil(Math.sqrt((voxels * 4) / 3 / largestImageSize)));
}

/** Coarser outlines first, then fewer slices, until the page is small enough. */
const attempts = [
  { tolerance: 1.5, most: 60 },
  { tolerance: 4, most: 60 },
  { tolerance: 4, most: 30 },
  { tolerance: 4, most: 15 },
  { tolerance: 4, most: 8 },
] as const;

function drawWithin(
  tables: readonly SliceTable[],
  images: readonly DrawnImage[],
  labels: readonly RegionLabel[],
) {
  const pictures = new Map<string, string>();
  for (const [n, { tolerance, most }] of attempts.entries()) {
    const thinned = tables.map((table) => ({ ...table, rows: thinOut(table.rows, most) }));
    const stride = chooseStride(images, thinned);
    const store = makeOutlineStore(largestOutlineSize);
    const blocks = thinned
      .flatMap(splitTable)
      .map((part) => renderBlock(part, images, labels, store, { stride, tolerance, pictures }));
    if (store.size <= store.limit || n === attempts.length - 1) {
      const rows = (all: readonly SliceTable[]) =>
        all.reduce((sum, one) => sum + one.rows.length, 0);
      return { blocks, store, stride, left: rows(tables) - rows(thinned) };
    }
  }
  throw new Error("the last attempt counts");
}

function renderNotes(
  images: readonly DrawnImage[],
  labels: readonly RegionLabel[],
  shown: ReadonlySet<number>,
  left: number,
  stride: number,
): Html {
  const names = images.map(({ name, label }) => html`<b>${typesetSymbols(name)}</b> ${label}. `);
  const absent = labels.filter(({ position }) => !shown.has(position));
  const remarks = [
    absent.length > 0
      ? `On none of these images: ${absent
          .slice(0, 60)
          .map(({ label }) => label)
          .join(", ")}${absent.length > 60 ? `, and ${absent.length - 60} more` : ""}.`
      : undefined,
    left > 0 ? `${formatCount(left)} more slices with regions are left out, evenly.` : undefined,
    stride > 1
      ? `One voxel in ${stride} × ${stride} is drawn, to keep the page small; the files hold all.`
      : undefined,
  ].filter((text) => text !== undefined);
  return html`<p class="note">${names}Each image on its own voxels, turned as the first one. Only slices with a region are shown. A click enlarges a picture; where regions are crowded their numbers show only then.</p>
<p class="note"><i class="swatch none"></i>No value. k: slice of the first image of the row, counted from 0. Letters: patient directions (R right, L left, A anterior, P posterior, H head, F feet).${remarks.map((remark) => html`<br/>${remark}`)}</p>`;
}
