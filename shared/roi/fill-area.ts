import {
  type BitMask,
  fillRows,
  listPixels,
  markBorder,
  newBitMask,
  switchAtEdges,
} from "./fill-outline.ts";
import { newRegionRoom, type RegionRoom } from "./list-room.ts";
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
 * @param room - where the list is made, when it need not last
 * @throws UnsupportedError E-TOO-LARGE when the area reaches over more than 2^24 pixels
 */
export function fillArea(
  area: PlaneArea,
  [columns, rows]: readonly [number, number],
  rule: EdgeRule = "half-open",
  room: Pick<RegionRoom, "pixels"> = newRegionRoom(0),
): Uint32Array {
  const plane = { column: 0, row: 0, columns, rows };
  const window = windowOf(area.components.flat(), plane, 0);
  if (window === undefined) return new Uint32Array(0);
  const inside = newBitMask(window);
  const border = rule === "inclusive" ? newBitMask(window) : undefined;
  for (const component of area.components) {
    if (component.length !== 1) continue;
    switchAtEdges(component[0]!, inside);
    if (border !== undefined) markBorder(component[0]!, border);
  }
  fillRows(inside);
  for (const component of area.components) {
    if (component.length > 1) addUnion(component, inside, border);
  }
  for (const outline of area.exclusions) takeAway(outline, inside, border);
  if (border !== undefined) {
    for (let n = 0; n < inside.bits.length; n++) inside.bits[n]! |= border.bits[n]!;
  }
  return listPixels(inside, columns, room.pixels);
}

/** Switches the pixels in the union of outlines, and marks the centres on its border. */
function addUnion(
  outlines: readonly Float64Array[],
  { window, bits: inside }: BitMask,
  border: BitMask | undefined,
): void {
  const union = new Int32Array(inside.length);
  const [rims, deep] = [new Int32Array(inside.length), new Int32Array(inside.length)];
  for (const outline of outlines) {
    eachWord(outline, window, border !== undefined, (n, within, rim) => {
      union[n]! |= within;
      deep[n]! |= within & ~rim;
      rims[n]! |= rim;
    });
  }
  for (let n = 0; n < union.length; n++) inside[n]! ^= union[n]!;
  if (border === undefined) return;
  // On the border of one outline but within another is not on the border of their union.
  for (let n = 0; n < rims.length; n++) border.bits[n]! |= rims[n]! & ~deep[n]!;
}

function takeAway(
  outline: Float64Array,
  { window, bits: inside }: BitMask,
  border: BitMask | undefined,
): void {
  eachWord(outline, window, border !== undefined, (n, within, rim) => {
    inside[n]! &= ~within | rim;
    if (border !== undefined) border.bits[n]! &= ~within | rim;
  });
}

/**
 * Shows the words of a window in which an outline has pixels: those inside and, when asked for, those whose centre lies on
 * it.
 */
function eachWord(
  outline: Float64Array,
  window: PixelWindow,
  askRim: boolean,
  show: (word: number, within: number, rim: number) => void,
): void {
  const reached = windowOf([outline], window, 0);
  if (reached === undefined) return;
  // Words of both windows begin at the same columns.
  const skipped = (reached.column - window.column) >> 5;
  const column = window.column + 32 * skipped;
  const columns = reached.columns + reached.column - column;
  const own = { ...reached, column, columns };
  const mask = newBitMask(own);
  switchAtEdges(outline, mask);
  fillRows(mask);
  const rim = askRim ? newBitMask(own) : undefined;
  if (rim !== undefined) markBorder(outline, rim);
  const words = Math.ceil(window.columns / 32);
  for (let j = 0, n = 0; j < own.rows; j++) {
    const start = skipped + words * (own.row - window.row + j);
    for (let i = 0; i < mask.words; i++, n++) {
      show(start + i, mask.bits[n]!, rim === undefined ? 0 : rim.bits[n]!);
    }
  }
}
