import { defineTask, type Pool } from "#shared/parallel/pool.ts";
import type { Shell } from "./diffusion-shells.ts";
import { voxelCount } from "./grid.ts";
import {
  gatherCurves,
  type SeriesVolume,
  type SignalSource,
  signalSource,
} from "./series-volume.ts";

/** Voxels of a piece of work that takes some hundredths of a second. */
const slabVoxels = 16_384;
/** Voxels gathered at a time: their signals stay in the nearest cache. */
const batch = 512;

/**
 * A series with one image for each shell: the geometric mean of the images of the shell in each voxel, signal units,
 * float32 on shared memory. Samples that are not positive have no logarithm and are left out; NaN where none is left.
 *
 * The mean logarithm of images with gradients evenly in all directions decays with a third of the trace of the diffusion tensor
 * (an arithmetic mean decays more slowly), and one of n images scatters as n images do together. Nor does the noise floor
 * lift it much: the logarithm of a Rician magnitude of true amplitude A has the mean ln A + E1(A²/2σ²)/2, which is 2 % above
 * ln A at A = 2 σ, where the magnitude itself is 14 % above A.
 *
 * @param shells - of the images to average; the axis of the result holds their mean b-values
 * @see Lapidoth A, Moser SM. Capacity bounds via duality with applications to multiple-antenna systems on flat-fading
 *   channels. IEEE Trans Inf Theory 2003;49:2426 (mean of the logarithm of a non-central chi-square variable)
 */
export async function averageShells(
  series: SeriesVolume,
  shells: readonly Shell[],
  pool: Pool,
): Promise<SeriesVolume> {
  const voxels = voxelCount(series.grid);
  const { diffusion: _, parts: __, ...whole } = series;
  const stored = new Float32Array(new SharedArrayBuffer(4 * shells.length * voxels));
  const source = signalSource(series);
  const slabs: Promise<void>[] = [];
  shells.forEach(({ contrasts }, shell) => {
    const out = stored.subarray(shell * voxels, (shell + 1) * voxels);
    for (let first = 0; first < voxels; first += slabVoxels) {
      const count = Math.min(slabVoxels, voxels - first);
      slabs.push(pool.run(averageSlabTask, { source, contrasts, first, count, out }));
    }
  });
  await Promise.all(slabs);
  const frames = shells.length * series.grid.shape[2];
  return {
    ...whole,
    axis: { ...series.axis, values: shells.map(({ bValue }) => bValue) },
    stored,
    slope: new Float64Array(frames).fill(1),
    intercept: new Float64Array(frames),
    padding: undefined,
  };
}

/** A run of voxels of one shell. */
interface Slab {
  readonly source: SignalSource;
  readonly contrasts: readonly number[];
  readonly first: number;
  readonly count: number;
  /** Shape of the grid, on shared memory. */
  readonly out: Float32Array;
}

/** Bounds between which a product of signals may grow before its logarithm is taken: no signal is beyond 1e150. */
const largestProduct = 1e150;

const averageSlabTask = defineTask("average-slab", (slab: Slab): void => {
  const { source, contrasts, first, count, out } = slab;
  const n = contrasts.length;
  const curves = new Float64Array(batch * n);
  for (let start = first; start < first + count; start += batch) {
    const here = Math.min(batch, first + count - start);
    gatherCurves(source, contrasts, start, here, curves);
    for (let v = 0; v < here; v++) out[start + v] = geometricMean(curves, v * n, n);
  }
});

/** Of the positive ones of n numbers; NaN when there is none. Few logarithms: the numbers are multiplied as far as they go. */
function geometricMean(y: Float64Array, offset: number, n: number): number {
  let product = 1;
  let logarithms = 0;
  let used = 0;
  for (let i = offset; i < offset + n; i++) {
    const value = y[i]!;
    // False for NaN, too.
    if (!(value > 0 && value < largestProduct)) continue;
    product *= value;
    used++;
    if (product > largestProduct || product < 1 / largestProduct) {
      logarithms += Math.log(product);
      product = 1;
    }
  }
  if (used === 0) return Number.NaN;
  if (used === 1) return product * Math.exp(logarithms);
  return Math.exp((logarithms + Math.log(product)) / used);
}
