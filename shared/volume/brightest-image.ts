import { voxelCount } from "./grid.ts";
import { gatherCurves, type SeriesVolume, signalSource } from "./series-volume.ts";

/**
 * The image of a series with the largest mean signal (first echo, longest TR, b = 0): magnitudes,
 * shape [nz, ny, nx], signal units, NaN where nothing was measured.
 */
export function brightestImage(series: SeriesVolume): Float64Array<ArrayBuffer> {
  const voxels = voxelCount(series.grid);
  const source = signalSource(series);
  const image = new Float64Array(voxels);
  let best = -1;
  let bestSum = Number.NEGATIVE_INFINITY;
  for (let contrast = 0; contrast < series.axis.values.length; contrast++) {
    const sum = meanMagnitude(source, contrast, voxels);
    if (sum <= bestSum) continue;
    bestSum = sum;
    best = contrast;
  }
  if (best < 0) return image;
  gatherCurves(source, [best], 0, voxels, image);
  for (let v = 0; v < voxels; v++) {
    const value = Math.abs(image[v]!);
    image[v] = Number.isFinite(value) ? value : Number.NaN;
  }
  return image;
}

/** Indices along the contrast axis, the image with the largest mean magnitude first; in order where they are equal. */
export function sortByBrightness(
  series: SeriesVolume,
  contrasts: readonly number[],
): readonly number[] {
  const source = signalSource(series);
  const voxels = voxelCount(series.grid);
  return contrasts
    .map((contrast) => ({ contrast, mean: meanMagnitude(source, contrast, voxels) }))
    .sort((a, b) => b.mean - a.mean)
    .map(({ contrast }) => contrast);
}

/** A few thousand voxels are enough to rank images. */
const ranked = 4096;

function meanMagnitude(
  source: Parameters<typeof gatherCurves>[0],
  contrast: number,
  voxels: number,
): number {
  const one = new Float64Array(1);
  const count = Math.min(voxels, ranked);
  let sum = 0;
  for (let n = 0; n < count; n++) {
    gatherCurves(source, [contrast], Math.floor((n * voxels) / count), 1, one);
    const value = Math.abs(one[0]!);
    if (Number.isFinite(value)) sum += value;
  }
  return sum / count;
}
