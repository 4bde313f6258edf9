import { endianness } from "node:os";
import type { Visu } from "./visu.ts";

/** Stored pixels as numbers. */
export type RawWords = Uint8Array | Int16Array | Int32Array | Float32Array;

/**
 * The numbers of some bytes of a 2dseq, whatever their order there and that of the machine.
 *
 * @param bytes - whole pixels; not changed
 * @returns a view of the bytes where they are numbers as they stand
 */
export function readWords(
  { wordType, littleEndian }: Pick<Visu, "wordType" | "littleEndian">,
  bytes: Buffer,
): RawWords {
  if (wordType === "uint8") return bytes;
  const width = wordType === "int16" ? 2 : 4;
  const swapped = littleEndian !== (endianness() === "LE");
  let words = bytes;
  if (swapped || bytes.byteOffset % width !== 0) {
    words = Buffer.from(new ArrayBuffer(bytes.length));
    bytes.copy(words);
  }
  if (swapped) width === 2 ? words.swap16() : words.swap32();
  const { buffer, byteOffset } = words;
  const count = words.length / width;
  if (wordType === "int16") return new Int16Array(buffer, byteOffset, count);
  if (wordType === "int32") return new Int32Array(buffer, byteOffset, count);
  return new Float32Array(buffer, byteOffset, count);
}
