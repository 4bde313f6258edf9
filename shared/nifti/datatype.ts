import type { StoredArray } from "#shared/volume/series-volume.ts";

type StoredConstructor = {
  new (buffer: ArrayBufferLike, byteOffset: number, length?: number): StoredArray;
  readonly BYTES_PER_ELEMENT: number;
};

/** Sample types that are read and written; codes of nifti1.h. */
export const datatypes = {
  uint8: { code: 2, array: Uint8Array },
  int16: { code: 4, array: Int16Array },
  int32: { code: 8, array: Int32Array },
  float32: { code: 16, array: Float32Array },
  float64: { code: 64, array: Float64Array },
  int8: { code: 256, array: Int8Array },
  uint16: { code: 512, array: Uint16Array },
  uint32: { code: 768, array: Uint32Array },
} as const satisfies Record<string, { code: number; array: StoredConstructor }>;

export type Datatype = keyof typeof datatypes;

/** The names of the sample types of nifti1.h that are not read here, for messages. */
export const otherDatatypes: Readonly<Record<number, string>> = {
  0: "unknown",
  1: "binary",
  32: "complex64",
  128: "RGB24",
  1024: "int64",
  1280: "uint64",
  1536: "float128",
  1792: "complex128",
  2048: "complex256",
  2304: "RGBA32",
};

/** The sample type with a code of nifti1.h, or undefined when it is not read here. */
export function datatypeWithCode(code: number): Datatype | undefined {
  return (Object.keys(datatypes) as Datatype[]).find((name) => datatypes[name].code === code);
}

/** The sample type that holds an array as it is. */
export function datatypeOf(array: StoredArray): Datatype {
  const name = (Object.keys(datatypes) as Datatype[]).find(
    (candidate) => array instanceof datatypes[candidate].array,
  );
  if (name === undefined) throw new Error("no NIfTI type holds this array");
  return name;
}

/** Samples of a type that lie in a buffer from `offset` on; all of it, when no `length` is given. */
export function viewSamples(
  datatype: Datatype,
  buffer: ArrayBufferLike,
  offset = 0,
  length?: number,
): StoredArray {
  const array: StoredConstructor = datatypes[datatype].array;
  return new array(buffer, offset, length);
}

/** Bytes of one sample. */
export function sampleBytes(datatype: Datatype): number {
  return datatypes[datatype].array.BYTES_PER_ELEMENT;
}
