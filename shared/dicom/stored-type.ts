import type { StoredArray } from "#shared/volume/series-volume.ts";
import type { PixelLayout } from "./pixel-layout.ts";

/** The array types a series can be stored in. */
export type StoredType = "i8" | "u8" | "i16" | "u16" | "i32" | "u32" | "f32" | "f64";

const constructors = {
  i8: Int8Array,
  u8: Uint8Array,
  i16: Int16Array,
  u16: Uint16Array,
  i32: Int32Array,
  u32: Uint32Array,
  f32: Float32Array,
  f64: Float64Array,
} as const;

/** Which types hold every value of a type, smallest first. */
const holders: Readonly<Record<StoredType, readonly StoredType[]>> = {
  i8: ["i8", "i16", "i32", "f32", "f64"],
  u8: ["u8", "i16", "u16", "i32", "u32", "f32", "f64"],
  i16: ["i16", "i32", "f32", "f64"],
  u16: ["u16", "i32", "u32", "f32", "f64"],
  i32: ["i32", "f64"],
  u32: ["u32", "f64"],
  f32: ["f32", "f64"],
  f64: ["f64"],
};

/** The type of the values of one file. */
export function storedType(pixels: PixelLayout): StoredType {
  if (pixels.kind === "float32") return "f32";
  if (pixels.kind === "float64") return "f64";
  return `${pixels.signed ? "i" : "u"}${pixels.bitsAllocated}` as StoredType;
}

/** The smallest type that holds all values of all `types`. */
export function commonType(types: Iterable<StoredType>): StoredType {
  const all = [...new Set(types)];
  const first = all[0];
  if (first === undefined) throw new Error("no types to hold");
  return holders[first].find((type) => all.every((other) => holders[other].includes(type)))!;
}

/** Bytes per value. */
export function bytesOfType(type: StoredType): number {
  return constructors[type].BYTES_PER_ELEMENT;
}

/** A view of a type on a buffer. */
export function viewOfType(
  type: StoredType,
  buffer: ArrayBufferLike,
  byteOffset = 0,
  length?: number,
): StoredArray {
  return new constructors[type](buffer as ArrayBuffer, byteOffset, length);
}
