import { isOutline, snapPx } from "./outline.ts";
import type { PixelWindow } from "./pixel-window.ts";

/**
 * Switches, in each row of a window, the first pixel to the right of each edge of an outline. `fillRows` then gives the
 * pixels inside; outlines switched into one mask combine by exclusive or.
 *
 * @param mask - 0 or 1, shape [rows, columns]
 */
export function switchAtEdges(outline: Float64Array, window: PixelWindow, mask: Uint8Array): void {
  const { columns, rows, column, row } = window;
  eachEdge(outline, (x1, y1, x2, y2) => {
    if (y1 === y2) return;
    const slope = (x2 - x1) / (y2 - y1);
    const last = Math.min(Math.ceil(y2) - 1, row + rows - 1);
    for (let j = Math.max(Math.ceil(y1), row); j <= last; j++) {
      const i = Math.max(Math.ceil(x1 + (j - y1) * slope - snapPx) - column, 0);
      if (i < columns) mask[i + columns * (j - row)]! ^= 1;
    }
  });
}

/** Carries the switches along the rows: afterwards a pixel is 1 when an odd number of edges lies to its left. */
export function fillRows({ columns, rows }: PixelWindow, mask: Uint8Array): void {
  for (let j = 0; j < rows; j++) {
    for (let n = columns * j + 1; n < columns * (j + 1); n++) mask[n]! ^= mask[n - 1]!;
  }
}

/** Sets the pixels of a window whose centre lies on an outline. */
export function markBorder(outline: Float64Array, window: PixelWindow, mask: Uint8Array): void {
  const { columns, rows, column, row } = window;
  eachEdge(outline, (x1, y1, x2, y2) => {
    const isLevel = y1 === y2;
    const slope = isLevel ? 0 : (x2 - x1) / (y2 - y1);
    const last = Math.min(Math.floor(y2), row + rows - 1);
    for (let j = Math.max(Math.ceil(y1), row); j <= last; j++) {
      const x = x1 + (j - y1) * slope;
      const [from, to] = isLevel ? [Math.min(x1, x2), Math.max(x1, x2)] : [x, x];
      const end = Math.min(Math.floor(to + snapPx) - column, columns - 1);
      for (let i = Math.max(Math.ceil(from - snapPx) - column, 0); i <= end; i++) {
        mask[i + columns * (j - row)] = 1;
      }
    }
  });
}

/**
 * Shows the edges of an outline, snapped to whole numbers within 1e-6 px, each from its lower to its higher row: outlines
 * with a common edge compute the same numbers. Of an outline that is none nothing is shown.
 */
function eachEdge(
  outline: Float64Array,
  show: (x1: number, y1: number, x2: number, y2: number) => void,
): void {
  if (!isOutline(outline)) return;
  const points = outline.map((value) => {
    const whole = Math.round(value);
    return Math.abs(value - whole) <= snapPx ? whole : value;
  });
  for (let n = 0, m = points.length - 2; n < points.length; m = n, n += 2) {
    const [x1, y1, x2, y2] = [points[m]!, points[m + 1]!, points[n]!, points[n + 1]!];
    if (y1 <= y2) show(x1, y1, x2, y2);
    else show(x2, y2, x1, y1);
  }
}
