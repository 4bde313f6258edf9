import type { StoredArray } from "#shared/volume/series-volume.ts";
import type { PixelLayout } from "./pixel-layout.ts";
import { bytesOfType, storedType, viewOfType } from "./stored-type.ts";

/**
 * Writes the stored values of one frame into `target`.
 *
 * @param bytes - native values of the frame, exactly rows x columns of them
 * @param littleEndian - order of the bytes
 * @param target - shape [rows, columns]; its type holds every value of the frame's type
 */
export function decodeNative(
  bytes: Uint8Array,
  pixels: PixelLayout,
  littleEndian: boolean,
  target: StoredArray,
): void {
  const type = storedType(pixels);
  const width = bytesOfType(type);
  const count = pixels.rows * pixels.columns;
  const sameType = target.constructor === viewOfType(type, new ArrayBuffer(0)).constructor;
  // Bytes of the file may start anywhere, typed arrays only at multiples of their width.
  const values = sameType ? target : viewOfType(type, new ArrayBuffer(count * width));
  const raw = Buffer.from(values.buffer as ArrayBuffer, values.byteOffset, count * width);
  raw.set(bytes.subarray(0, count * width));
  if (!littleEndian) swapBytes(raw, width);
  if (pixels.kind === "integer") isolateStoredBits(values, pixels);
  if (!sameType) target.set(values);
}

function swapBytes(raw: Buffer, width: number): void {
  if (width === 2) raw.swap16();
  else if (width === 4) raw.swap32();
  else if (width === 8) raw.swap64();
}

/** Bits outside HighBit and BitsStored are not part of the value (PS3.5 8.1.1); the top one is the sign. */
function isolateStoredBits(values: StoredArray, pixels: PixelLayout): void {
  const { bitsAllocated, bitsStored, highBit, signed } = pixels;
  if (bitsStored === bitsAllocated) return;
  const left = 31 - highBit;
  const right = 32 - bitsStored;
  for (let i = 0; i < values.length; i++) {
    const moved = values[i]! << left;
    values[i] = signed ? moved >> right : moved >>> right;
  }
}
