import type { Matrix4, Vector3 } from "#shared/volume/grid.ts";
import { type Datatype, datatypes, sampleBytes } from "./datatype.ts";
import { type Qform, qformOf } from "./qform.ts";

/** What the header of a 3D or 4D image says; everything else in it follows. */
export interface NiftiHeader {
  readonly shape: Vector3;
  /** Length of the fourth axis; a 3D image when left out. */
  readonly volumes?: number;
  /** `rgb24`: red, green and blue of a voxel, one byte each, one after the other. */
  readonly datatype: Datatype | "rgb24";
  /** (i, j, k, 1) to the voxel centre in (R, A, S), mm. */
  readonly affineRas: Matrix4;
  /** Cut to 79 characters; letters outside ASCII are written with their nearest ASCII letters. */
  readonly description: string;
  /** Display range, in units of the samples; 0 and 0 mean "none". */
  readonly calMin: number;
  readonly calMax: number;
}

/** Largest size of an axis in NIfTI-1, whose sizes are 16-bit integers. */
const largestAxis1 = 32767;
const scannerAnatomical = 1;
const millimetres = 2;

/** Code and bits of a voxel after nifti1.h. */
function typeOf({ datatype }: NiftiHeader): readonly [number, number] {
  return datatype === "rgb24" ? [128, 24] : [datatypes[datatype].code, 8 * sampleBytes(datatype)];
}

/** dim: number of axes and their lengths. */
function dimensions({ shape, volumes }: NiftiHeader): readonly number[] {
  return volumes === undefined ? [3, ...shape, 1, 1, 1, 1] : [4, ...shape, volumes, 1, 1, 1];
}

/** Bytes from the start of the file to the first sample: header and 4 bytes "no extension". */
export function headerBytes(shape: Vector3): number {
  return Math.max(...shape) > largestAxis1 ? 544 : 352;
}

/** A little-endian single-file header, NIfTI-1, or NIfTI-2 where an axis is too long for NIfTI-1. */
export function encodeHeader(header: NiftiHeader): Uint8Array<ArrayBuffer> {
  const qform = qformOf(header.affineRas);
  return headerBytes(header.shape) === 352 ? encode1(header, qform) : encode2(header, qform);
}

/** Offsets after nifti1.h (NIfTI-1.1, 348 bytes). */
function encode1(header: NiftiHeader, qform: Qform | undefined): Uint8Array<ArrayBuffer> {
  const { bytes, view, write } = openHeader(352);
  view.setInt32(0, 348, true);
  bytes[38] = 0x72; // "regular", for readers older than NIfTI
  write("int16", 40, dimensions(header));
  write("int16", 70, typeOf(header));
  write("float32", 76, pixdim(header, qform));
  write("float32", 108, [352, 1, 0]); // vox_offset, scl_slope, scl_inter
  bytes[123] = millimetres;
  write("float32", 124, [header.calMax, header.calMin]);
  bytes.set(asciiText(header.description, 79), 148);
  write("int16", 252, [qform === undefined ? 0 : scannerAnatomical, scannerAnatomical]);
  if (qform !== undefined) write("float32", 256, [...qform.quaternion, ...qform.offset]);
  write("float32", 280, header.affineRas.slice(0, 12));
  bytes.set([0x6e, 0x2b, 0x31, 0], 344); // "n+1"
  return bytes;
}

/** Offsets after nifti2.h (NIfTI-2, 540 bytes). */
function encode2(header: NiftiHeader, qform: Qform | undefined): Uint8Array<ArrayBuffer> {
  const { bytes, view, write } = openHeader(544);
  view.setInt32(0, 540, true);
  bytes.set([0x6e, 0x2b, 0x32, 0, 0x0d, 0x0a, 0x1a, 0x0a], 4); // "n+2" and line ends a transfer may spoil
  write("int16", 12, typeOf(header));
  write("int64", 16, dimensions(header));
  write("float64", 104, pixdim(header, qform));
  write("int64", 168, [544]);
  write("float64", 176, [1, 0, header.calMax, header.calMin]);
  bytes.set(asciiText(header.description, 79), 240);
  write("int32", 344, [qform === undefined ? 0 : scannerAnatomical, scannerAnatomical]);
  if (qform !== undefined) write("float64", 352, [...qform.quaternion, ...qform.offset]);
  write("float64", 400, header.affineRas.slice(0, 12));
  write("int32", 500, [millimetres]);
  return bytes;
}

function pixdim({ affineRas, volumes }: NiftiHeader, qform: Qform | undefined): readonly number[] {
  const length = (axis: number): number =>
    Math.hypot(affineRas[axis]!, affineRas[4 + axis]!, affineRas[8 + axis]!);
  return [
    qform?.qfac ?? 1,
    length(0),
    length(1),
    length(2),
    volumes === undefined ? 0 : 1,
    0,
    0,
    0,
  ];
}

type FieldType = "int16" | "int32" | "int64" | "float32" | "float64";

function openHeader(length: number): {
  bytes: Uint8Array<ArrayBuffer>;
  view: DataView;
  write: (type: FieldType, offset: number, values: readonly number[]) => void;
} {
  const bytes = new Uint8Array(length);
  const view = new DataView(bytes.buffer);
  const put = {
    int16: (at: number, value: number) => view.setInt16(at, value, true),
    int32: (at: number, value: number) => view.setInt32(at, value, true),
    int64: (at: number, value: number) => view.setBigInt64(at, BigInt(value), true),
    float32: (at: number, value: number) => view.setFloat32(at, value, true),
    float64: (at: number, value: number) => view.setFloat64(at, value, true),
  };
  const size = { int16: 2, int32: 4, int64: 8, float32: 4, float64: 8 };
  return {
    bytes,
    view,
    write: (type, offset, values) => {
      values.forEach((value, index) => {
        put[type](offset + index * size[type], value);
      });
    },
  };
}

/** mm² becomes mm2, µ becomes u, an accent is lost, what is left outside ASCII becomes "?". */
function asciiText(text: string, length: number): Uint8Array {
  const plain = text
    .replaceAll(/[µμ]/g, "u")
    .normalize("NFKD")
    .replaceAll(/\p{Mark}/gu, "")
    .replaceAll(/[^\x20-\x7e]/gu, "?");
  return new TextEncoder().encode(plain.slice(0, length));
}
