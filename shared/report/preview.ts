import type { Grid } from "#shared/volume/grid.ts";
import {
  type Canvas,
  type Colour,
  drawPicture,
  drawText,
  fillRectangle,
  makeCanvas,
  measureText,
  shortenText,
} from "./canvas.ts";
import { drawBar } from "./canvas-bar.ts";
import { statusColour } from "./colormap.ts";
import { typesetSymbols } from "./format.ts";
import { chooseColourScale, directionColours, drawSlice } from "./map-image.ts";
import { layOutSlice } from "./orientation.ts";
import { encodePng } from "./png.ts";
import type { ReportMap } from "./report-content.ts";

/** What a preview shows. */
export interface PreviewContent {
  /** `T2 map`. */
  readonly title: string;
  /** Under the title, small: project, session, scan. */
  readonly subtitle?: string | undefined;
  readonly grid: Grid;
  readonly map: ReportMap;
  /** Legend of a status map: the codes that occur. */
  readonly codes?: readonly { readonly code: number; readonly name: string }[] | undefined;
}

const paper: Colour = [255, 255, 255];
const ink: Colour = [28, 30, 34];
const soft: Colour = [91, 98, 108];
const none: Colour = [228, 229, 232];

const pageWidth = 800;
const margin = 20;
const gap = 4;
const innerWidth = pageWidth - 2 * margin;
const tallestMosaic = 760;
const mostCells = 64;

/**
 * One PNG with a mosaic of all slices of a map (of 64 at even distances where there are more), title and
 * colour bar with unit, 800 pixels wide, on white; pixels have their true proportions.
 */
export function encodePreview(content: PreviewContent): Uint8Array {
  const { grid, map } = content;
  const scale = chooseColourScale(map);
  const layout = layOutSlice(grid);
  const slices = chooseSlices(grid.shape[2]);
  const aspect = (layout.width * layout.pixelWidth) / (layout.height * layout.pixelHeight);
  const mosaic = arrangeCells(slices.length, aspect);
  const top = content.subtitle === undefined ? 54 : 76;
  const codes = scale.kind === "codes" ? placeCodes(content) : [];
  const bottom = 68 + (codes.at(-1)?.y ?? 0);
  const canvas = makeCanvas(pageWidth, top + mosaic.height + bottom, paper);
  const part = slices.length < grid.shape[2] ? `${slices.length} of ${grid.shape[2]} slices` : "";
  const partWidth = measureText(part, 2);
  const title = shortenText(typesetSymbols(content.title), innerWidth - partWidth - 20, 3);
  drawText(canvas, title, margin, 16, 3, ink);
  drawText(canvas, part, pageWidth - margin - partWidth, 22, 2, soft);
  if (content.subtitle !== undefined) {
    drawText(canvas, shortenText(content.subtitle, innerWidth, 2), margin, 46, 2, soft);
  }
  for (const [n, slice] of slices.entries()) {
    const x = mosaic.left + (n % mosaic.columns) * (mosaic.cellWidth + gap);
    const y = top + Math.floor(n / mosaic.columns) * (mosaic.cellHeight + gap);
    fillRectangle(canvas, x, y, mosaic.cellWidth, mosaic.cellHeight, none);
    const picture = drawSlice(grid, map.samples, slice, scale, 1, layout);
    drawPicture(canvas, picture, x, y, mosaic.cellWidth, mosaic.cellHeight);
  }
  const legendTop = top + mosaic.height + 16;
  if (scale.kind === "continuous") drawBar(canvas, map.name, scale, margin, legendTop);
  if (scale.kind === "colours") drawDirections(canvas, legendTop);
  for (const { code, text, x, y } of codes) {
    fillRectangle(canvas, x, legendTop + y, 12, 14, statusColour(code));
    drawText(canvas, text, x + 18, legendTop + y, 2, ink);
  }
  const left = pageWidth - margin - measureText("no value", 2);
  fillRectangle(canvas, left - 18, legendTop, 12, 14, none);
  drawText(canvas, "no value", left, legendTop, 2, soft);
  return encodePng({ ...canvas, kind: "rgb" });
}

function chooseSlices(count: number): number[] {
  const shown = Math.min(count, mostCells);
  return Array.from({ length: shown }, (_, n) =>
    shown === 1 ? Math.floor((count - 1) / 2) : Math.round((n * (count - 1)) / (shown - 1)),
  );
}

/** The number of columns whose cells come out largest. */
function arrangeCells(count: number, aspect: number) {
  let best = { columns: 1, cellWidth: 0, cellHeight: 0 };
  for (let columns = 1; columns <= count; columns++) {
    const rows = Math.ceil(count / columns);
    const widest = (innerWidth - gap * (columns - 1)) / columns;
    const tallest = (tallestMosaic - gap * (rows - 1)) / rows;
    const cellWidth = Math.max(1, Math.floor(Math.min(widest, tallest * aspect)));
    const cellHeight = Math.max(1, Math.min(tallestMosaic, Math.round(cellWidth / aspect)));
    if (cellWidth * cellHeight > best.cellWidth * best.cellHeight) {
      best = { columns, cellWidth, cellHeight };
    }
  }
  const rows = Math.ceil(count / best.columns);
  const width = best.columns * (best.cellWidth + gap) - gap;
  const left = margin + Math.max(0, Math.floor((innerWidth - width) / 2));
  return { ...best, left, height: rows * (best.cellHeight + gap) - gap };
}

function drawDirections(canvas: Canvas, top: number): void {
  let x = margin;
  for (const { colour, text } of directionColours) {
    fillRectangle(canvas, x, top, 12, 14, colour);
    drawText(canvas, text, x + 18, top, 2, ink);
    x += 18 + measureText(text, 2) + 22;
  }
}

/** The legend of a status map: where each code stands, from the top of the legend. */
function placeCodes({ codes }: PreviewContent) {
  let x = margin;
  let y = 0;
  return (codes ?? [])
    .filter(({ code }) => code > 0)
    .map(({ code, name }) => {
      const text = shortenText(`${code} ${name}`, 400, 2);
      const width = 18 + measureText(text, 2) + 22;
      if (x > margin && x + width > innerWidth - 110) {
        x = margin;
        y += 24;
      }
      const place = { code, text, x, y };
      x += width;
      return place;
    });
}
