import { UnsupportedError } from "#shared/errors.ts";
import { boundsOf, isOutline, joinBounds, snapPx } from "./outline.ts";

/** A rectangle of pixels in a plane: `columns` x `rows` from (column, row). */
export interface PixelWindow {
  readonly column: number;
  readonly row: number;
  readonly columns: number;
  readonly rows: number;
}

/** No window is larger, pixels: four times the largest planes of MR. */
const mostPixels = 2 ** 24;

/**
 * The pixels of a plane that outlines can reach; undefined when they reach none.
 *
 * @param whole - where pixels can be: a plane from (0, 0)
 * @param margin - px by which pixels reach beyond their centre: 0 for centres, 0.5 for covered shares
 * @throws UnsupportedError E-TOO-LARGE when there are more than 2^24
 */
export function windowOf(
  outlines: readonly Float64Array[],
  whole: PixelWindow,
  margin: number,
): PixelWindow | undefined {
  const boxes = outlines.filter(isOutline).map(boundsOf);
  if (boxes.length === 0) return undefined;
  const { xMin, xMax, yMin, yMax } = joinBounds(boxes);
  const reach = margin + snapPx;
  const column = Math.max(whole.column, Math.ceil(xMin - reach));
  const row = Math.max(whole.row, Math.ceil(yMin - reach));
  const columns = Math.min(whole.column + whole.columns - 1, Math.floor(xMax + reach)) - column + 1;
  const rows = Math.min(whole.row + whole.rows - 1, Math.floor(yMax + reach)) - row + 1;
  if (columns <= 0 || rows <= 0) return undefined;
  if (columns * rows > mostPixels) {
    throw new UnsupportedError(
      "E-TOO-LARGE",
      `A region reaches over ${columns} x ${rows} pixels of one plane, more than any image that is read here.`,
      "Give fewer images, or a larger machine.",
    );
  }
  return { column, row, columns, rows };
}
