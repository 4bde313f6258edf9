import ndarray from "ndarray";
import ops from "ndarray-ops";
import { voxelCount } from "./grid.ts";
import type { SeriesVolume, StoredArray } from "./series-volume.ts";
import type { Volume } from "./volume.ts";

// The door of ndarray and ndarray-ops: strided views for picks, mosaics and reductions. Loops that
// matter for speed run over flat arrays instead, which is twice as fast.

/** Numbers of a flat array seen through a shape and steps; nothing is copied. */
export type View = ndarray.NdArray<StoredArray>;

/** How the pixels of a slice are dealt out to a picture: offsets count samples within the slice. */
export interface PlaneLayout {
  readonly width: number;
  readonly height: number;
  /** Offset of the pixel at the top left. */
  readonly origin: number;
  readonly stepRight: number;
  readonly stepDown: number;
}

/** A volume as an array of shape [nx, ny, nz]. */
export function viewVolume({ grid, samples }: Volume): View {
  return ndarray<StoredArray>(
    samples,
    [...grid.shape],
    [1, grid.shape[0], grid.shape[0] * grid.shape[1]],
  );
}

/** Slice k of a volume as a picture of shape [height, width], top row first. */
export function pickPlane({ grid, samples }: Volume, k: number, layout: PlaneLayout): View {
  const base = k * grid.shape[0] * grid.shape[1] + layout.origin;
  const shape = [layout.height, layout.width];
  return ndarray<StoredArray>(samples, shape, [layout.stepDown, layout.stepRight], base);
}

/** Stored values of one image of a series, shape [nx, ny, nz]; slope and intercept are not applied. */
export function viewImage({ grid, stored }: SeriesVolume, contrast: number): View {
  const voxels = voxelCount(grid);
  const strides = [1, grid.shape[0], grid.shape[0] * grid.shape[1]];
  return ndarray<StoredArray>(stored, [...grid.shape], strides, contrast * voxels);
}

/** A picture of several planes. */
export interface Mosaic {
  readonly width: number;
  readonly height: number;
  /** Shape [height, width], NaN between the tiles and where there is none. */
  readonly samples: Float32Array;
}

/**
 * Planes of one size side by side, row by row.
 *
 * @param columns - tiles in a row
 * @param gap - pixels between tiles
 */
export function tilePlanes(planes: readonly View[], columns: number, gap = 0): Mosaic {
  const [height = 0, width = 0] = planes[0]?.shape ?? [];
  if (planes.some((plane) => plane.shape[0] !== height || plane.shape[1] !== width)) {
    throw new Error("tiles of different sizes");
  }
  const across = Math.min(columns, planes.length);
  const down = Math.ceil(planes.length / columns);
  const size = {
    width: Math.max(0, across * (width + gap) - gap),
    height: Math.max(0, down * (height + gap) - gap),
  };
  const samples = new Float32Array(size.width * size.height).fill(Number.NaN);
  const picture = ndarray(samples, [size.height, size.width]);
  planes.forEach((plane, n) => {
    const top = Math.floor(n / columns) * (height + gap);
    const left = (n % columns) * (width + gap);
    ops.assign(picture.lo(top, left).hi(height, width), plane);
  });
  return { ...size, samples };
}

/** Least, largest and mean of the numbers in a view; the mean is NaN when one of them is, the others pass it over. */
export function summarizeView(view: View): { min: number; max: number; mean: number } {
  return { min: ops.inf(view), max: ops.sup(view), mean: ops.sum(view) / view.size };
}

/**
 * Mean of some images of a series (mean of echoes), in signal units; NaN where one of them holds padding.
 *
 * @param contrasts - indices along the contrast axis, at least one
 */
export function averageImages(
  series: SeriesVolume,
  contrasts: readonly number[],
): Volume<Float32Array> {
  const { grid, slope, intercept, padding, stored } = series;
  const [nx, ny, nz] = grid.shape;
  const voxels = voxelCount(grid);
  const sum = ndarray(new Float64Array(voxels), [nx, ny, nz], [1, nx, nx * ny]);
  const signal = ndarray(new Float64Array(nx * ny), [nx, ny], [1, nx]);
  for (const contrast of contrasts) {
    const image = viewImage(series, contrast);
    for (let k = 0; k < nz; k++) {
      const frame = contrast * nz + k;
      ops.assign(signal, image.pick(null, null, k));
      ops.mulseq(signal, slope[frame]!);
      ops.addseq(signal, intercept[frame]!);
      ops.addeq(sum.pick(null, null, k), signal);
    }
  }
  ops.divseq(sum, contrasts.length);
  if (padding !== undefined) {
    for (const contrast of contrasts) {
      for (let v = 0; v < voxels; v++) {
        const value = stored[contrast * voxels + v]!;
        if (value >= padding.low && value <= padding.high) sum.data[v] = Number.NaN;
      }
    }
  }
  const samples = new Float32Array(new SharedArrayBuffer(4 * voxels));
  samples.set(sum.data as Float64Array);
  return { grid, samples, unit: "arbitrary" };
}
