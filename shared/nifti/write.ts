import { type Grid, lpsToRas, voxelCount } from "#shared/volume/grid.ts";
import type { Volume } from "#shared/volume/volume.ts";
import { axisOrder, reorderGrid, reorderSamples } from "./axis-order.ts";
import { datatypeOf, sampleBytes, viewSamples } from "./datatype.ts";
import { encodeHeader, headerBytes, type NiftiHeader } from "./header.ts";

export interface NiftiOptions {
  /** At most 79 characters, for instance "Map T2 [s] process-t2 1.0.0". */
  readonly description: string;
  /** Display range in units of the samples; left out, none is written. */
  readonly calMin?: number;
  readonly calMax?: number;
  /** MRAcquisitionType of the DICOM series is 3D: see axisOrder. Default false. */
  readonly acquisition3D?: boolean;
}

/**
 * A volume as an uncompressed single-file NIfTI: little-endian samples, true affine in sform and qform
 * (qform left out when the affine has shear), slope 1, mm.
 *
 * Float64 samples are written as float32, all others in their own type. Axes are in the order of
 * axisOrder. The same volume and options give the same bytes.
 *
 * @param room - written over and returned when it has the length of the file: for many files of one size
 * @throws Error when the number of samples is not that of the grid
 */
export function encodeNifti(
  volume: Volume,
  options: NiftiOptions,
  room?: Uint8Array<ArrayBuffer>,
): Uint8Array<ArrayBuffer> {
  const { grid, samples } = volume;
  const datatype = samples instanceof Float64Array ? "float32" : datatypeOf(samples);
  const perVoxel = sampleBytes(datatype);
  const { bytes, start, order } = openFile(grid, datatype, perVoxel, options, undefined, room);
  const count = requireCount(samples, grid, 1);
  const out = viewSamples(datatype, bytes.buffer, start, count);
  reorderSamples(samples, grid.shape, order, out);
  return bytes;
}

/**
 * Several volumes of one grid as one 4D NIfTI of float32, otherwise as encodeNifti. The intent is left "none": what NIfTI
 * calls a vector or a matrix lies along a fifth axis, which the programs that draw vectors and tensors do not read.
 *
 * @param volumes - of shape [nz, ny, nx] each, in the order of the fourth axis
 * @throws Error when the number of samples is not that of the grid
 */
export function encodeNifti4D(
  grid: Grid,
  volumes: readonly Float32Array[],
  options: NiftiOptions,
): Uint8Array<ArrayBuffer> {
  const file = openFile(grid, "float32", 4, options, volumes.length);
  volumes.forEach((samples, n) => {
    const count = requireCount(samples, grid, 1);
    const out = viewSamples("float32", file.bytes.buffer, file.start + 4 * n * count, count);
    reorderSamples(samples, grid.shape, file.order, out);
  });
  return file.bytes;
}

/**
 * Colours as a NIfTI of type RGB24, otherwise as encodeNifti.
 *
 * @param colours - red, green, blue and opacity, shape [nz, ny, nx, 4]; transparent voxels become black
 * @throws Error when the number of samples is not that of the grid
 */
export function encodeNiftiColours(
  grid: Grid,
  colours: Uint8Array,
  options: NiftiOptions,
): Uint8Array<ArrayBuffer> {
  const { bytes, start, order } = openFile(grid, "rgb24", 3, options);
  const count = requireCount(colours, grid, 4);
  const voxels = new Uint32Array(count).map((_, voxel) => voxel);
  const ordered = new Uint32Array(count);
  reorderSamples(voxels, grid.shape, order, ordered);
  for (let n = 0; n < count; n++) {
    const source = 4 * ordered[n]!;
    if (colours[source + 3] === 0) continue;
    for (let c = 0; c < 3; c++) bytes[start + 3 * n + c] = colours[source + c]!;
  }
  return bytes;
}

/** An empty file with its header. */
function openFile(
  grid: Grid,
  datatype: NiftiHeader["datatype"],
  bytesPerVoxel: number,
  options: NiftiOptions,
  volumes?: number,
  room?: Uint8Array<ArrayBuffer>,
) {
  const order = axisOrder(grid, options.acquisition3D ?? false);
  const fileGrid = reorderGrid(grid, order);
  const start = headerBytes(fileGrid.shape);
  const length = start + voxelCount(grid) * (volumes ?? 1) * bytesPerVoxel;
  const bytes = room?.length === length ? room : new Uint8Array(length);
  bytes.set(
    encodeHeader({
      shape: fileGrid.shape,
      ...(volumes === undefined ? {} : { volumes }),
      datatype,
      affineRas: lpsToRas(fileGrid.affineLps),
      description: options.description,
      calMin: options.calMin ?? 0,
      calMax: options.calMax ?? 0,
    }),
  );
  return { bytes, start, order };
}

/** The number of voxels, when the samples are as many. */
function requireCount(samples: ArrayLike<number>, grid: Grid, perVoxel: number): number {
  const count = voxelCount(grid);
  if (samples.length !== count * perVoxel) {
    throw new Error(`${samples.length} samples for a grid of ${grid.shape.join(" x ")}`);
  }
  return count;
}
