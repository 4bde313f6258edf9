import type { StoredArray } from "#shared/volume/series-volume.ts";
import { decodeNative } from "./decode-native.ts";
import type { PixelLayout } from "./pixel-layout.ts";
import { bytesOfType, storedType, viewOfType } from "./stored-type.ts";

/** Stored values of a whole mosaic, shape [rows, columns]. */
export function decodeMosaic(
  bytes: Uint8Array,
  pixels: PixelLayout,
  littleEndian: boolean,
): StoredArray {
  const type = storedType(pixels);
  const values = viewOfType(
    type,
    new ArrayBuffer(pixels.rows * pixels.columns * bytesOfType(type)),
  ) as StoredArray;
  decodeNative(bytes, pixels, littleEndian, values);
  return values;
}

/**
 * Copies one tile of a mosaic.
 *
 * @param values - of the whole mosaic, shape [rows, columns]
 * @param tile - 0-based, row by row
 * @param target - shape [tile rows, tile columns]
 */
export function copyTile(
  values: StoredArray,
  pixels: PixelLayout,
  tile: number,
  target: StoredArray,
): void {
  const { across, rows, columns } = pixels.mosaic!;
  const left = (tile % across) * columns;
  const top = Math.floor(tile / across) * rows;
  for (let row = 0; row < rows; row++) {
    const start = (top + row) * pixels.columns + left;
    target.set(values.subarray(start, start + columns), row * columns);
  }
}
