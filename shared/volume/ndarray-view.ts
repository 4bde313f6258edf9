import ndarray from "ndarray";
import ops from "ndarray-ops";
import { voxelCount } from "./grid.ts";
import type { SeriesVolume, StoredArray } from "./series-volume.ts";
import type { Volume } from "./volume.ts";

// The door of ndarray and ndarray-ops: strided views and whole-array arithmetic on them. Loops that matter
// for speed run over flat arrays instead, which is twice as fast.

/** Numbers of a flat array seen through a shape and steps; nothing is copied. */
export type View = ndarray.NdArray<StoredArray>;

/** Stored values of one image of a series, shape [nx, ny, nz]; slope and intercept are not applied. */
export function viewImage({ grid, stored }: SeriesVolume, contrast: number): View {
  const voxels = voxelCount(grid);
  const strides = [1, grid.shape[0], grid.shape[0] * grid.shape[1]];
  return ndarray<StoredArray>(stored, [...grid.shape], strides, contrast * voxels);
}

/** One image of a series in signal units: slope and intercept of each slice applied, NaN where it holds padding. */
export function scaleImage(series: SeriesVolume, contrast: number): Volume<Float32Array> {
  const { grid, slope, intercept, padding, stored } = series;
  const [nx, ny, nz] = grid.shape;
  const voxels = voxelCount(grid);
  const samples = new Float32Array(new SharedArrayBuffer(4 * voxels));
  const signal = ndarray(samples, [nx, ny, nz], [1, nx, nx * ny]);
  const image = viewImage(series, contrast);
  for (let k = 0; k < nz; k++) {
    const frame = contrast * nz + k;
    const plane = signal.pick(null, null, k);
    ops.muls(plane, image.pick(null, null, k), slope[frame]!);
    if (intercept[frame] !== 0) ops.addseq(plane, intercept[frame]!);
  }
  if (padding !== undefined) {
    for (let v = 0; v < voxels; v++) {
      const value = stored[contrast * voxels + v]!;
      if (value >= padding.low && value <= padding.high) samples[v] = Number.NaN;
    }
  }
  return { grid, samples, unit: "arbitrary" };
}
