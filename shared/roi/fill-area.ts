import { fillRows, markBorder, switchAtEdges } from "./fill-outline.ts";
import { type PixelWindow, windowOf } from "./pixel-window.ts";
import type { PlaneArea } from "./placed-roi.ts";

/**
 * What becomes of a pixel whose centre lies on the border: in at the lower column and row and out at the higher ones, or
 * in at all.
 */
export type EdgeRule = "half-open" | "inclusive";

/**
 * Pixels whose centre lies in an area, ascending: column + columns row.
 *
 * An edge from (x1, y1) to (x2, y2) with y1 <= j < y2 is passed by the pixels of row j to the left of it; a pixel that
 * passes an odd number of edges of an outline is inside (even-odd rule). So a centre on the border is inside at the lower
 * column or row and outside at the higher one: areas with a common border share no pixel and leave none out. Coordinates
 * closer than 1e-6 px to a whole number are taken as that number.
 *
 * @param shape - columns and rows of the plane
 * @throws UnsupportedError E-TOO-LARGE when the area reaches over more than 2^24 pixels
 */
export function fillArea(
  area: PlaneArea,
  [columns, rows]: readonly [number, number],
  rule: EdgeRule = "half-open",
): Uint32Array {
  const plane = { column: 0, row: 0, columns, rows };
  const window = windowOf(area.components.flat(), plane, 0);
  if (window === undefined) return new Uint32Array(0);
  const size = window.columns * window.rows;
  const inside = new Uint8Array(size);
  const border = rule === "inclusive" ? new Uint8Array(size) : undefined;
  for (const component of area.components) {
    if (component.length !== 1) continue;
    switchAtEdges(component[0]!, window, inside);
    if (border !== undefined) markBorder(component[0]!, window, border);
  }
  fillRows(window, inside);
  for (const component of area.components) {
    if (component.length > 1) addUnion(component, window, inside, border);
  }
  for (const outline of area.exclusions) takeAway(outline, window, inside, border);
  if (border !== undefined) for (let n = 0; n < size; n++) inside[n]! |= border[n]!;
  return listPixels(inside, window, columns);
}

/** Switches the pixels in the union of outlines, and marks the centres on its border. */
function addUnion(
  outlines: readonly Float64Array[],
  window: PixelWindow,
  inside: Uint8Array,
  border: Uint8Array | undefined,
): void {
  const union = new Uint8Array(window.columns * window.rows);
  const [rims, deep] = [new Uint8Array(union.length), new Uint8Array(union.length)];
  for (const outline of outlines) {
    eachInside(outline, window, border !== undefined, (n, isRim) => {
      union[n] = 1;
      if (!isRim) deep[n] = 1;
    });
    if (border !== undefined) markBorder(outline, window, rims);
  }
  for (let n = 0; n < union.length; n++) inside[n]! ^= union[n]!;
  if (border === undefined) return;
  // On the border of one outline but within another is not on the border of their union.
  for (let n = 0; n < rims.length; n++) if (rims[n] === 1 && deep[n] === 0) border[n] = 1;
}

function takeAway(
  outline: Float64Array,
  window: PixelWindow,
  inside: Uint8Array,
  border: Uint8Array | undefined,
): void {
  eachInside(outline, window, border !== undefined, (n, isRim) => {
    if (isRim) return;
    inside[n] = 0;
    if (border !== undefined) border[n] = 0;
  });
}

/** Shows the pixels of a window inside an outline and, when asked for, whether their centre lies on it. */
function eachInside(
  outline: Float64Array,
  window: PixelWindow,
  askRim: boolean,
  show: (pixel: number, isRim: boolean) => void,
): void {
  const own = windowOf([outline], window, 0);
  if (own === undefined) return;
  const mask = new Uint8Array(own.columns * own.rows);
  switchAtEdges(outline, own, mask);
  fillRows(own, mask);
  const rim = new Uint8Array(askRim ? mask.length : 0);
  if (askRim) markBorder(outline, own, rim);
  for (let j = 0, n = 0; j < own.rows; j++) {
    const start = own.column - window.column + window.columns * (own.row - window.row + j);
    for (let i = 0; i < own.columns; i++, n++) if (mask[n] === 1) show(start + i, rim[n] === 1);
  }
}

function listPixels(inside: Uint8Array, window: PixelWindow, columns: number): Uint32Array {
  let count = 0;
  for (let n = 0; n < inside.length; n++) count += inside[n]!;
  const pixels = new Uint32Array(count);
  for (let j = 0, n = 0, at = 0; j < window.rows; j++) {
    const start = window.column + columns * (window.row + j);
    for (let i = 0; i < window.columns; i++, n++) if (inside[n] === 1) pixels[at++] = start + i;
  }
  return pixels;
}
