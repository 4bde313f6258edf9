import { endianness } from "node:os";

/** A copy of the numbers as bytes in the order DICOM files have them, whatever the machine's. */
export function littleEndianBytes(numbers: Uint16Array | Float32Array): Uint8Array {
  const { buffer, byteOffset, byteLength } = numbers;
  const bytes = Buffer.alloc(byteLength);
  bytes.set(new Uint8Array(buffer, byteOffset, byteLength));
  if (endianness() === "LE") return bytes;
  return numbers instanceof Uint16Array ? bytes.swap16() : bytes.swap32();
}
