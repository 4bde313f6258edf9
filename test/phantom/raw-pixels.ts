import { Buffer } from "node:buffer";
import type { RawPixels } from "#shared/paravision/read-pixels.ts";
import type { WordType } from "#shared/paravision/visu.ts";

/** Numbers as the bytes of a 2dseq. */
export function encodeWords(
  values: readonly number[],
  wordType: WordType,
  littleEndian = true,
): Buffer {
  const width = { uint8: 1, int16: 2, int32: 4, float32: 4 }[wordType];
  const bytes = Buffer.alloc(width * values.length);
  values.forEach((value, i) => {
    if (wordType === "uint8") bytes.writeUInt8(value, i);
    else if (wordType === "int16") bytes.writeInt16LE(value, 2 * i);
    else if (wordType === "int32") bytes.writeInt32LE(value, 4 * i);
    else bytes.writeFloatLE(value, 4 * i);
  });
  if (littleEndian || width === 1) return bytes;
  return width === 2 ? bytes.swap16() : bytes.swap32();
}

/** A 2dseq that is already in memory. */
export function pixelsIn(bytes: Buffer): RawPixels {
  return {
    read: (offset, count) => {
      if (offset + count > bytes.length) throw new Error(`no bytes at ${offset + count}`);
      return bytes.subarray(offset, offset + count);
    },
    close: () => undefined,
  };
}
