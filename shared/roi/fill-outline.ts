import { type ListRoom, offerList, takeList } from "./list-room.ts";
import { isOutline, snapPx } from "./outline.ts";
import type { PixelWindow } from "./pixel-window.ts";

/** Pixels of a window, one bit each: that of column 0 the lowest of the first of `words` words of a row. */
export interface BitMask {
  readonly window: PixelWindow;
  readonly words: number;
  /** Shape [rows, words]. */
  readonly bits: Int32Array;
}

/** No pixels yet. */
export function newBitMask(window: PixelWindow): BitMask {
  const words = Math.ceil(window.columns / 32);
  return { window, words, bits: new Int32Array(words * window.rows) };
}

/**
 * Switches, in each row of a window, the first pixel to the right of each edge of an outline. `fillRows` then gives the
 * pixels inside; outlines switched into one mask combine by exclusive or.
 */
export function switchAtEdges(outline: Float64Array, { window, words, bits }: BitMask): void {
  const { columns, rows, column, row } = window;
  const points = snap(outline);
  for (let n = 0, m = points.length - 2; n < points.length; m = n, n += 2) {
    const [low, high] = points[m + 1]! <= points[n + 1]! ? [m, n] : [n, m];
    const [x1, y1, y2] = [points[low]!, points[low + 1]!, points[high + 1]!];
    if (y1 === y2) continue;
    const slope = (points[high]! - x1) / (y2 - y1);
    const last = Math.min(Math.ceil(y2) - 1, row + rows - 1);
    for (let j = Math.max(Math.ceil(y1), row); j <= last; j++) {
      const i = Math.max(Math.ceil(x1 + (j - y1) * slope - snapPx) - column, 0);
      if (i < columns) bits[words * (j - row) + (i >> 5)]! ^= 1 << i;
    }
  }
}

/** Carries the switches along the rows: afterwards a pixel is 1 when an odd number of edges lies to its left. */
export function fillRows({ window, words, bits }: BitMask): void {
  const spare = 32 * words - window.columns;
  for (let j = 0, n = 0; j < window.rows; j++) {
    let inside = 0;
    for (const end = n + words; n < end; n++) {
      let word = bits[n]!;
      for (let step = 1; step < 32; step *= 2) word ^= word << step;
      bits[n] = word ^ inside;
      inside = bits[n]! >> 31;
    }
    // Bits beyond the last column stay 0.
    bits[n - 1]! &= -1 >>> spare;
  }
}

/** Sets the pixels of a window whose centre lies on an outline. */
export function markBorder(outline: Float64Array, { window, words, bits }: BitMask): void {
  const { columns, rows, column, row } = window;
  const points = snap(outline);
  for (let n = 0, m = points.length - 2; n < points.length; m = n, n += 2) {
    const [low, high] = points[m + 1]! <= points[n + 1]! ? [m, n] : [n, m];
    const [x1, y1, x2, y2] = [points[low]!, points[low + 1]!, points[high]!, points[high + 1]!];
    const isLevel = y1 === y2;
    const slope = isLevel ? 0 : (x2 - x1) / (y2 - y1);
    const last = Math.min(Math.floor(y2), row + rows - 1);
    for (let j = Math.max(Math.ceil(y1), row); j <= last; j++) {
      const x = x1 + (j - y1) * slope;
      const [from, to] = isLevel ? [Math.min(x1, x2), Math.max(x1, x2)] : [x, x];
      const end = Math.min(Math.floor(to + snapPx) - column, columns - 1);
      for (let i = Math.max(Math.ceil(from - snapPx) - column, 0); i <= end; i++) {
        bits[words * (j - row) + (i >> 5)]! |= 1 << i;
      }
    }
  }
}

/**
 * Pixels of a mask, ascending: column + columns row of the plane that its window is part of.
 *
 * @param room - where the list is made
 */
export function listPixels(
  { window, words, bits }: BitMask,
  columns: number,
  room: ListRoom<Uint32Array>,
): Uint32Array {
  let count = 0;
  for (let n = 0; n < bits.length; n++) count += countBits(bits[n]!);
  const pixels = takeList(room, offerList(room, count), count);
  for (let j = 0, n = 0, at = 0; j < window.rows; j++) {
    let first = window.column + columns * (window.row + j);
    for (const end = n + words; n < end; n++, first += 32) {
      // Run by run: from the lowest 1 to the next 0.
      for (let word = bits[n]!; word !== 0; ) {
        const from = 31 - Math.clz32(word & -word);
        const rest = ~(word >> from);
        const to = rest === 0 ? 32 : from + 31 - Math.clz32(rest & -rest);
        for (let i = from; i < to; i++) pixels[at++] = first + i;
        word = to >= 32 ? 0 : word & (-1 << to);
      }
    }
  }
  return pixels;
}

/** Number of ones in a word (H. S. Warren, Hacker's Delight, section 5-1). */
function countBits(word: number): number {
  const pairs = word - ((word >>> 1) & 0x55555555);
  const fours = (pairs & 0x33333333) + ((pairs >>> 2) & 0x33333333);
  return Math.imul((fours + (fours >>> 4)) & 0x0f0f0f0f, 0x01010101) >>> 24;
}

/**
 * The points of an outline, those within 1e-6 px of a whole number on it; edges are then followed from the lower row to the
 * higher, so that outlines with a common edge compute the same numbers. None of an outline that is none.
 */
function snap(outline: Float64Array): Float64Array {
  if (!isOutline(outline)) return new Float64Array(0);
  const points = new Float64Array(outline.length);
  for (let n = 0; n < points.length; n++) {
    const value = outline[n]!;
    const whole = Math.round(value);
    points[n] = Math.abs(value - whole) <= snapPx ? whole : value;
  }
  return points;
}
