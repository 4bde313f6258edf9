import { type NIFTI1, type NIFTI2, readHeader } from "nifti-reader-js";
import { InputError, UnsupportedError } from "#shared/errors.ts";
import { isRegularAffine } from "#shared/volume/affine.ts";
import { type Grid, lpsToRas, type Matrix4, type Vector3 } from "#shared/volume/grid.ts";
import type { Warning } from "#shared/volume/series-volume.ts";
import { type Datatype, datatypeWithCode, otherDatatypes, sampleBytes } from "./datatype.ts";
import { affineOf } from "./qform.ts";

/** What the header of a NIfTI file says, checked. */
export interface NiftiFileHeader {
  /** The file's own axes; its affine is the sform, else the qform, else made from the voxel size. */
  readonly grid: Grid;
  /** False when neither sform nor qform is set: the affine is then only made from the voxel size. */
  readonly oriented: boolean;
  /** Size of the fourth axis, 1 for a 3D file. */
  readonly volumes: number;
  readonly datatype: Datatype;
  readonly littleEndian: boolean;
  /** signal = stored x slope + intercept. */
  readonly slope: number;
  readonly intercept: number;
  /** Bytes before the first sample and of all samples, unpacked. */
  readonly dataOffset: number;
  readonly dataBytes: number;
  readonly warnings: readonly Warning[];
}

/** Enough for the header of either version. */
export const headerLength = 540;

type LibraryHeader = NIFTI1 | NIFTI2;

/**
 * The header at the start of an unpacked NIfTI-1 or NIfTI-2 file.
 *
 * nifti-reader-js takes the fields apart; which affine counts, scaling, sizes and offsets are decided
 * and checked here. It never sees more than the header, so it cannot unpack or follow extensions.
 *
 * @param start - the first `headerLength` bytes, or all of a shorter file
 * @param path - for messages
 * @throws InputError E-NOT-NIFTI, E-NIFTI-HEADER, E-AFFINE
 * @throws UnsupportedError E-NIFTI-PAIR for .hdr/.img pairs, E-NIFTI-DIMENSIONS, E-NIFTI-TYPE
 */
export function parseNiftiHeader(start: Uint8Array, path: string): NiftiFileHeader {
  const { length, littleEndian } = requireMagic(start, path);
  const view = new DataView(start.buffer, start.byteOffset, start.byteLength);
  const [qformCode, sformCode] =
    length === 348
      ? [view.getInt16(252, littleEndian), view.getInt16(254, littleEndian)]
      : [view.getInt32(344, littleEndian), view.getInt32(348, littleEndian)];
  // Not `slice`, which of a Buffer copies nothing.
  const copy = new Uint8Array(start.subarray(0, length));
  // The library overwrites the sform with the qform where the code of the latter is larger.
  if (length === 348) copy.fill(0, 252, 254);
  const fields = readHeader(copy.buffer);
  const { shape, volumes } = requireDimensions(fields, path);
  const datatype = requireDatatype(fields.datatypeCode, path);
  const { slope, intercept } = requireScaling(fields, path);
  const dataOffset = requireOffset(fields, length, path);
  const { affineRas, warnings } = chooseAffine(fields, shape, qformCode, sformCode);
  if (!isRegularAffine(affineRas)) {
    throw badAffine(path, sformCode !== 0 ? "sform" : "qform", affineRas);
  }
  const dataBytes = shape[0] * shape[1] * shape[2] * volumes * sampleBytes(datatype);
  if (!Number.isSafeInteger(dataBytes)) {
    throw badHeader(path, `axes of ${[...shape, volumes].join(" x ")} samples`);
  }
  return {
    grid: { shape, affineLps: lpsToRas(affineRas), origin: "nifti" },
    oriented: qformCode !== 0 || sformCode !== 0,
    volumes,
    datatype,
    littleEndian,
    slope,
    intercept,
    dataOffset,
    dataBytes,
    warnings: warnings.map(([code, text]) => ({ code, text: `${path}: ${text}` })),
  };
}

function requireMagic(
  start: Uint8Array,
  path: string,
): { length: 348 | 540; littleEndian: boolean } {
  const view = new DataView(start.buffer, start.byteOffset, start.byteLength);
  for (const littleEndian of [true, false]) {
    for (const length of [348, 540] as const) {
      if (start.length < length || view.getInt32(0, littleEndian) !== length) continue;
      const at = length === 348 ? 344 : 4;
      const magic = String.fromCharCode(...start.subarray(at, at + 3));
      const version = length === 348 ? "1" : "2";
      if (magic === `n+${version}` && start[at + 3] === 0) return { length, littleEndian };
      if (magic === `ni${version}`) throw pairOfFiles(path);
      const hint = "Convert the images again, to NIfTI (.nii or .nii.gz).";
      throw new InputError("E-NOT-NIFTI", `${path} is an Analyze 7.5 file, not NIfTI.`, hint);
    }
  }
  const found = start.length < 348 ? `it has ${start.length} bytes` : "its header is none";
  throw new InputError("E-NOT-NIFTI", `${path} is not a NIfTI file: ${found}.`, "Copy it again.");
}

/** The refusal of a NIfTI image in two files (.hdr and .img). */
export function pairOfFiles(path: string): UnsupportedError {
  return new UnsupportedError(
    "E-NIFTI-PAIR",
    `${path} is one half of a .hdr/.img pair; only single files are read.`,
    "Convert the pair to one .nii or .nii.gz file.",
  );
}

function requireDimensions(
  fields: LibraryHeader,
  path: string,
): { shape: Vector3; volumes: number } {
  const rank = fields.dims[0]!;
  if (!(rank >= 1 && rank <= 7)) throw badHeader(path, `${rank} axes`);
  const sizes = [1, 2, 3, 4, 5, 6, 7].map((axis) => (axis <= rank ? fields.dims[axis]! : 1));
  const used = sizes.slice(0, rank);
  if (used.some((size, axis) => !Number.isSafeInteger(size) || size < (axis < 4 ? 1 : 0))) {
    throw badHeader(path, `axes of ${used.join(" x ")} samples`);
  }
  if (sizes.slice(4).some((size) => size > 1)) {
    throw new UnsupportedError(
      "E-NIFTI-DIMENSIONS",
      `${path} has ${rank} axes (${used.join(" x ")}); only three axes and one for the contrast are read.`,
      "Store the images as a 4D file.",
    );
  }
  return { shape: [sizes[0]!, sizes[1]!, sizes[2]!], volumes: sizes[3]! };
}

function requireDatatype(code: number, path: string): Datatype {
  const datatype = datatypeWithCode(code);
  if (datatype !== undefined) return datatype;
  throw new UnsupportedError(
    "E-NIFTI-TYPE",
    `${path} holds samples of type ${otherDatatypes[code] ?? "unknown"} (datatype ${code}), which is not read.`,
    "Store it as integers of 8 to 32 bits or as float32 or float64.",
  );
}

/** Slope 0 or NaN means "not scaled" (nifti1.h; nibabel writes NaN). */
function requireScaling(
  { scl_slope: slope, scl_inter: intercept }: LibraryHeader,
  path: string,
): { slope: number; intercept: number } {
  if (slope === 0 || Number.isNaN(slope)) return { slope: 1, intercept: 0 };
  const shift = Number.isNaN(intercept) ? 0 : intercept;
  if (!Number.isFinite(slope) || !Number.isFinite(shift)) {
    throw badHeader(path, `a scaling of ${slope} x + ${intercept}`);
  }
  return { slope, intercept: shift };
}

function requireOffset(
  { vox_offset: offset }: LibraryHeader,
  length: number,
  path: string,
): number {
  // Some writers leave 0 in single files, which can only mean "right after the header".
  const first = offset === 0 ? length + 4 : offset;
  if (!Number.isSafeInteger(first) || first < length) {
    throw badHeader(path, `samples that start at byte ${offset}`);
  }
  return first;
}

/** Affine to (R, A, S), mm: sform whenever its code is set, else qform, else voxel sizes, as nibabel does. */
function chooseAffine(
  fields: LibraryHeader,
  shape: Vector3,
  qformCode: number,
  sformCode: number,
): { affineRas: Matrix4; warnings: [string, string][] } {
  const warnings: [string, string][] = [];
  const unit = millimetresPerUnit(fields.xyzt_units & 7);
  if (unit !== 1) {
    const name = unit > 1 ? "metres" : "micrometres";
    warnings.push(["W-NIFTI-UNIT", `lengths are given in ${name} and were converted to mm.`]);
  }
  const scaled = (affine: Matrix4): Matrix4 =>
    affine.map((value, index) => (index < 12 ? value * unit : value));
  if (sformCode !== 0) return { affineRas: scaled(fields.affine.flat()), warnings };
  const pixdim = [1, 2, 3].map(
    (axis) => Math.abs(fields.pixDims[axis]!) || 1,
  ) as unknown as Vector3;
  if (qformCode !== 0) {
    const affine = affineOf({
      quaternion: [fields.quatern_b, fields.quatern_c, fields.quatern_d],
      pixdim,
      qfac: fields.pixDims[0]! < 0 ? -1 : 1,
      offset: [fields.qoffset_x, fields.qoffset_y, fields.qoffset_z],
    });
    return { affineRas: scaled(affine), warnings };
  }
  warnings.push([
    "W-NIFTI-NO-AFFINE",
    "no position is stored (sform_code and qform_code are 0): axes taken as left, anterior, superior around the centre.",
  ]);
  const [dx, dy, dz] = pixdim;
  const centre = shape.map((n, axis) => ((n - 1) / 2) * pixdim[axis]!);
  const base = [-dx, 0, 0, centre[0]!, 0, dy, 0, -centre[1]!, 0, 0, dz, -centre[2]!, 0, 0, 0, 1];
  return { affineRas: scaled(base), warnings };
}

/** Unit codes of nifti1.h: 1 metre, 2 millimetre, 3 micrometre; unknown is taken as mm, as everybody does. */
function millimetresPerUnit(code: number): number {
  return code === 1 ? 1000 : code === 3 ? 0.001 : 1;
}

function badHeader(path: string, what: string): InputError {
  return new InputError(
    "E-NIFTI-HEADER",
    `The header of ${path} is damaged: it claims ${what}.`,
    "Copy or convert the file again.",
  );
}

function badAffine(path: string, form: string, affine: Matrix4): InputError {
  const flat = [0, 1, 2].find((a) => !(Math.hypot(affine[a]!, affine[4 + a]!, affine[8 + a]!) > 0));
  const why = flat === undefined ? "" : ` (its axis ${flat + 1} has no length)`;
  return new InputError(
    "E-AFFINE",
    `The ${form} of ${path} does not place its voxels in space: it is singular or not finite${why}.`,
    "Convert the images again, or repair the header.",
  );
}
