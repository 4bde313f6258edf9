import {
  type Canvas,
  type Colour,
  drawText,
  fillRectangle,
  makeCanvas,
  measureText,
  shortenText,
} from "./canvas.ts";
import { drawBar } from "./canvas-bar.ts";
import { typesetSymbols } from "./format.ts";
import {
  chooseGreyScale,
  chooseMapScale,
  drawOverlay,
  planesWithRegions,
} from "./overlay-image.ts";
import { encodePng } from "./png.ts";
import type {
  RegionMap,
  RegionMeasurement,
  RegionReference,
  RegionShape,
  ReportRegion,
} from "./region-content.ts";
import { labelRegions, type RegionLabel } from "./region-labels.ts";
import { type SliceView, viewPlanes } from "./slice-view.ts";

/** What a sheet shows: one image with all its regions. */
export interface OverlaySheet {
  /** `T2 map with regions`. */
  readonly title: string;
  /** Under the title, small: project, session, scan. */
  readonly subtitle?: string | undefined;
  /** A map in its colours, or the reference in grey. */
  readonly image: RegionMap | RegionReference;
  /** All regions of the run, in their order; shapes name them by their position. */
  readonly regions: readonly Pick<ReportRegion, "number" | "name" | "colour">[];
  /** Of a map: what was measured on it, so that its colours reach to every region. */
  readonly measurements?: readonly Pick<RegionMeasurement, "p75">[] | undefined;
  /** Of the reference, or of another image: parallel planes are turned to match it. */
  readonly like?: SliceView | undefined;
}

const paper: Colour = [255, 255, 255];
const ink: Colour = [28, 30, 34];
const soft: Colour = [91, 98, 108];
const none: Colour = [228, 229, 232];

const pageWidth = 1200;
const margin = 20;
const gap = 6;
const innerWidth = pageWidth - 2 * margin;
const captionHeight = 22;
const narrowestCell = 180;
const tallestMosaic = 1500;
const mostSlices = 60;

/**
 * All slices of an image that hold a region, with outlines and labels, on one PNG 1200 pixels wide; colour bar and the names of the
 * regions beneath. At most 60 slices, evenly chosen; an image without regions shows its middle slice.
 */
export function encodeOverlaySheet(sheet: OverlaySheet): Uint8Array {
  const { image } = sheet;
  const view = viewPlanes(image.planes, sheet.like);
  const scale =
    "kind" in image ? chooseMapScale(image, sheet.measurements) : chooseGreyScale(image);
  const labels = labelRegions(sheet.regions);
  const all = planesWithRegions(image);
  const planes = all.length > 0 ? thinOut(all) : [Math.floor((image.planes.shape[2] - 1) / 2)];
  const top = sheet.subtitle === undefined ? 54 : 76;
  const { layout } = view;
  const aspect = (layout.width * layout.pixelWidth) / (layout.height * layout.pixelHeight);
  const mosaic = arrangeCells(planes.length, aspect);
  const legendTop = top + mosaic.height + 14;
  const entries = placeEntries(sheet, labels);
  const barHeight = scale.colormap === "grey" ? 0 : 62;
  const height = legendTop + barHeight + (entries.at(-1)?.y ?? 0) + (entries.length > 0 ? 40 : 16);
  const canvas = makeCanvas(pageWidth, height, paper);
  drawHead(canvas, sheet, planes.length < all.length ? all.length : 0, planes.length);
  for (const [n, plane] of planes.entries()) {
    const left = mosaic.left + (n % mosaic.columns) * (mosaic.cellWidth + gap);
    const y = top + Math.floor(n / mosaic.columns) * (mosaic.cellHeight + captionHeight);
    const box = { left, top: y, width: mosaic.cellWidth, height: mosaic.cellHeight };
    fillRectangle(canvas, left, y, box.width, box.height, none);
    drawOverlay(canvas, { image, plane, scale, labels, view }, box);
    drawText(canvas, `k ${plane}`, left, y + box.height + 3, 2, soft);
  }
  if (barHeight > 0) drawBar(canvas, nameOf(image), scale, margin, legendTop);
  for (const { label, text, x, y } of entries) {
    fillRectangle(canvas, x, legendTop + barHeight + y, 14, 14, [0, 0, 0]);
    fillRectangle(canvas, x + 1, legendTop + barHeight + y + 1, 12, 12, label.colour);
    drawText(canvas, text, x + 22, legendTop + barHeight + y, 2, ink);
  }
  return encodePng({ ...canvas, kind: "rgb" });
}

function nameOf(image: RegionMap | RegionReference): string {
  return "kind" in image ? image.name : image.label;
}

function drawHead(canvas: Canvas, { title, subtitle }: OverlaySheet, all: number, shown: number) {
  const part = all > 0 ? `${shown} of ${all} slices` : "";
  const width = measureText(part, 2);
  const text = shortenText(spell(typesetSymbols(title)), innerWidth - width - 20, 3);
  drawText(canvas, text, margin, 16, 3, ink);
  drawText(canvas, part, pageWidth - margin - width, 22, 2, soft);
  if (subtitle === undefined) return;
  drawText(canvas, shortenText(spell(subtitle), innerWidth, 2), margin, 46, 2, soft);
}

/** Letters without their accents: the font of pictures has none. */
function spell(text: string): string {
  return text
    .slice(0, 400)
    .normalize("NFD")
    .replace(/\p{Mark}/gu, "")
    .replace(/\p{Control}|\p{Format}/gu, "");
}

function thinOut(planes: readonly number[]): readonly number[] {
  if (planes.length <= mostSlices) return planes;
  return Array.from(
    { length: mostSlices },
    (_, n) => planes[Math.round((n * (planes.length - 1)) / (mostSlices - 1))]!,
  );
}

/** The most columns whose cells come out largest; none so narrow that labels cannot be read. */
function arrangeCells(count: number, aspect: number) {
  const most = Math.floor((innerWidth + gap) / (narrowestCell + gap));
  let best = { columns: 1, cellWidth: 0, cellHeight: 0 };
  for (let columns = 1; columns <= Math.min(count, most); columns++) {
    const rows = Math.ceil(count / columns);
    const widest = (innerWidth - gap * (columns - 1)) / columns;
    const tallest = Math.max(narrowestCell, tallestMosaic / rows - captionHeight);
    const cellWidth = Math.max(1, Math.floor(Math.min(widest, tallest * aspect)));
    const cellHeight = Math.max(1, Math.min(tallestMosaic, Math.round(cellWidth / aspect)));
    if (cellWidth >= best.cellWidth) best = { columns, cellWidth, cellHeight };
  }
  const rows = Math.ceil(count / best.columns);
  const width = best.columns * (best.cellWidth + gap) - gap;
  const left = margin + Math.max(0, Math.floor((innerWidth - width) / 2));
  return { ...best, left, height: rows * (best.cellHeight + captionHeight) };
}

function isSomewhere({ outlines, voxels }: RegionShape): boolean {
  return outlines.length > 0 || (voxels?.length ?? 0) > 0;
}

/** Entries of the legend: the regions that lie on this image, in columns as wide as the longest name needs. */
function placeEntries({ image }: OverlaySheet, labels: readonly RegionLabel[]) {
  const shown = new Set(image.shapes.filter(isSomewhere).map(({ region }) => region));
  const texts = labels
    .filter(({ position }) => shown.has(position))
    .map((label) => ({
      label,
      text: shortenText(`${label.label} ${spell(label.name)}`, 520, 2),
    }));
  const longest = Math.max(0, ...texts.map(({ text }) => measureText(text, 2)));
  const columns = Math.max(1, Math.floor((innerWidth + 24) / (longest + 46)));
  const step = Math.floor((innerWidth + 24) / columns);
  const rows = Math.ceil(texts.length / columns);
  return texts.map((one, n) => ({
    ...one,
    x: margin + Math.floor(n / rows) * step,
    y: (n % rows) * 24,
  }));
}
