import { newRegionRoom, offerList, takeList } from "./list-room.ts";
import type { PixelWindow } from "./pixel-window.ts";

/** Shares smaller than this, and differences from 1 smaller than this, are rounding of the sums. */
const rounding = 1e-9;

/** Pixels that are covered, ascending, and the covered share of each, above 0 to 1. */
export interface CoveredPixels {
  readonly pixels: Uint32Array;
  readonly shares: Float64Array;
  /** Sum of the shares. */
  readonly total: number;
}

/**
 * Sums of covered areas on a window of pixels. The number of pixel (i, j) reaches over i - 0.5 to i + 0.5; each row holds
 * the differences from pixel to pixel, so that a piece of border costs the pixels it passes and not those it encloses.
 */
export interface Coverage {
  readonly window: PixelWindow;
  /** Shape [rows, columns + 1]. */
  readonly differences: Float64Array;
}

/** Nothing covered yet. */
export function newCoverage(window: PixelWindow): Coverage {
  return { window, differences: new Float64Array((window.columns + 1) * window.rows) };
}

/**
 * Adds the area to the right of a straight line: `weight` per pixel.
 *
 * The area between the line and the right side of a pixel is a trapezoid, so the sums are exact (but for rounding). Lines
 * may reach beyond the window; what lies above, below or to the right of it adds nothing.
 *
 * @param yFrom - below yTo, px
 */
export function coverRightOf(
  { window, differences }: Coverage,
  xFrom: number,
  yFrom: number,
  xTo: number,
  yTo: number,
  weight: number,
): void {
  const stride = window.columns + 1;
  // From pixel centres to corners of the window: pixel n reaches from n to n + 1.
  const [shiftX, shiftY] = [0.5 - window.column, 0.5 - window.row];
  const [x0, y0, y1] = [xFrom + shiftX, yFrom + shiftY, yTo + shiftY];
  const slope = (xTo - xFrom) / (yTo - yFrom);
  const [first, last] = [Math.max(y0, 0), Math.min(y1, window.rows)];
  for (let row = Math.floor(first), y = first; y < last; row++) {
    const end = Math.min(row + 1, last);
    const [a, b] = [x0 + (y - y0) * slope, x0 + (end - y0) * slope];
    coverRow(
      differences,
      row * stride,
      window.columns,
      Math.min(a, b),
      Math.max(a, b),
      weight * (end - y),
    );
    y = end;
  }
}

/** Adds the area to the right of a line from column `left` to column `right` within one row, `height` tall in all. */
function coverRow(
  differences: Float64Array,
  start: number,
  columns: number,
  left: number,
  right: number,
  height: number,
): void {
  if (left >= columns) return;
  if (right <= 0) {
    differences[start]! += height;
    return;
  }
  const perColumn = height / (right - left);
  let x = left;
  if (left < 0) {
    differences[start]! += -left * perColumn;
    x = 0;
  }
  const last = Math.min(right, columns);
  for (let column = Math.floor(x); column < columns; column++) {
    const end = Math.min(column + 1, last);
    const part = right > left ? (end - x) * perColumn : height;
    const beside = (x + end) / 2 - column;
    differences[start + column]! += part * (1 - beside);
    differences[start + column + 1]! += part * beside;
    x = end;
    if (x >= last) return;
  }
}

/**
 * What has been covered.
 *
 * @param columns - of the plane that the window is part of
 * @param room - where the lists are made, when they need not last
 */
export function listCovered(
  { window, differences }: Coverage,
  columns: number,
  room = newRegionRoom(0),
): CoveredPixels {
  const most = window.columns * window.rows;
  const pixels = offerList(room.pixels, most);
  const shares = offerList(room.shares, most);
  let [at, total] = [0, 0];
  for (let j = 0; j < window.rows; j++) {
    const row = j * (window.columns + 1);
    const start = window.column + columns * (window.row + j);
    for (let i = 0, end = 0, sum = 0; i < window.columns; i = end) {
      sum += differences[row + i]!;
      end = i + 1;
      while (end < window.columns && differences[row + end] === 0) end++;
      if (sum <= rounding) continue;
      const share = sum >= 1 - rounding ? 1 : sum;
      total += share * (end - i);
      for (let n = i; n < end; n++) {
        pixels[at] = start + n;
        shares[at++] = share;
      }
    }
  }
  return {
    pixels: takeList(room.pixels, pixels, at),
    shares: takeList(room.shares, shares, at),
    total,
  };
}
