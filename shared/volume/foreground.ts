import { brightestImage } from "./brightest-image.ts";
import { dropSmallComponents, fillHoles } from "./components.ts";
import type { Grid } from "./grid.ts";
import { splitByOtsu } from "./otsu.ts";
import type { SeriesVolume } from "./series-volume.ts";
import type { Volume } from "./volume.ts";

export interface ForegroundOptions {
  /** Standard deviation of one real channel, signal units; undefined when unknown. */
  readonly sigma: number | undefined;
  /** Multiples of sigma that a voxel of the brightest image must reach. */
  readonly threshold: number;
}

/**
 * Smallest object that is kept, as a part of a slice: a tube of 2 mm in a field of view of 60 mm covers
 * 0.09 %. Noise above three sigma (1.1 % of the background) makes no clusters of that size.
 */
const smallestObject = 1 / 1500;
/** And in voxels, for small matrices. */
const fewestVoxels = 6;
/** Otsu's threshold may raise the threshold of the noise by this factor, against ghosts, and no more: dim tissue stays. */
const mostRaise = 2;
/** Classes whose geometric means differ by less are both tissue. */
const leastContrast = 4;

/**
 * The voxels that hold an animal or reference tubes: 1 inside, 0 outside, shape [nz, ny, nx], on shared memory.
 *
 * A voxel is inside when the brightest image of the series exceeds a threshold there: with known
 * noise `threshold` times sigma, raised at most twofold by Otsu's threshold; else Otsu's threshold alone. Otsu works on
 * logarithms, so that bright outliers do not matter. All objects above a
 * minimum size stay, not only the largest, and holes within a slice are filled. Images without
 * two classes (all tissue) are taken whole; without signal the mask is empty.
 */
export function foregroundMask(
  series: SeriesVolume,
  options: ForegroundOptions,
): Volume<Uint8Array> {
  return startForeground(series)(options);
}

/** Does what foregroundMask can do before the noise is known; the function returned does the rest. */
export function startForeground(
  series: SeriesVolume,
): (options: ForegroundOptions) => Volume<Uint8Array> {
  const { grid } = series;
  const image = brightestImage(series);
  const otsu = logarithmicOtsu(image);
  return ({ sigma, threshold }) => {
    const level = sigma === undefined || !(sigma > 0) ? otsu : noiseLevel(threshold * sigma, otsu);
    const mask = maskAbove(image, level, grid);
    const plane = grid.shape[0] * grid.shape[1];
    dropSmallComponents(mask.samples, grid.shape, Math.max(fewestVoxels, plane * smallestObject));
    fillHoles(mask.samples, grid.shape);
    for (let v = 0; v < image.length; v++) if (Number.isNaN(image[v]!)) mask.samples[v] = 0;
    return mask;
  };
}

function noiseLevel(noise: number, otsu: number): number {
  return Math.min(Math.max(noise, otsu), mostRaise * noise);
}

/** Otsu's threshold on the logarithm of what is above zero; 0 when there is only one class. */
function logarithmicOtsu(image: Float64Array): number {
  // Values below a thousandth of the bright end are as good as zero, and would make a class of their own.
  const sampled = sampleEvenly(image);
  const floor = brightEnd(image) / 1000;
  if (!(floor > 0)) return 0;
  const split = splitByOtsu(sampled.map((value) => Math.log(Math.max(value, floor))));
  if (split === undefined || split.bright - split.dark < Math.log(leastContrast)) return 0;
  return Math.exp(split.threshold);
}

/** A threshold: a part of the bright end of the brightest image (its 98th percentile), or a signal. */
export type SignalThreshold = { readonly fraction: number } | { readonly absolute: number };

/** The voxels of the brightest image above a threshold: 1 inside, 0 outside, shape [nz, ny, nx], on shared memory. */
export function thresholdMask(series: SeriesVolume, limit: SignalThreshold): Volume<Uint8Array> {
  const image = brightestImage(series);
  const level = "absolute" in limit ? limit.absolute : limit.fraction * brightEnd(image);
  return maskAbove(image, level, series.grid);
}

/** The 98th percentile of what is above zero: the level of bright tissue, whatever a few outliers do. */
function brightEnd(image: Float64Array): number {
  const positive = sampleEvenly(image).sort();
  return positive[Math.floor(0.98 * positive.length)] ?? 0;
}

/** More voxels do not make a percentile or a histogram better. */
const mostSampled = 131_072;

/** What is above zero among an even choice of voxels. */
function sampleEvenly(image: Float64Array): Float64Array {
  const stride = Math.max(1, Math.floor(image.length / mostSampled));
  const sampled = new Float64Array(Math.ceil(image.length / stride));
  let count = 0;
  for (let v = 0; v < image.length; v += stride) if (image[v]! > 0) sampled[count++] = image[v]!;
  return sampled.subarray(0, count);
}

function maskAbove(image: Float64Array, level: number, grid: Grid): Volume<Uint8Array> {
  const samples = new Uint8Array(new SharedArrayBuffer(image.length));
  for (let v = 0; v < image.length; v++) samples[v] = image[v]! > level ? 1 : 0;
  return { grid, samples, unit: "1" };
}
