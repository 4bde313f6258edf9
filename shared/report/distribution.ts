import { percentile, sortSamples } from "#shared/volume/sort-samples.ts";
import type { Samples } from "#shared/volume/volume.ts";

/** Order statistics and moments of a set of values, in the unit of the values. */
export interface DistributionSummary {
  readonly count: number;
  readonly mean: number;
  /** With n - 1; NaN for fewer than two values. */
  readonly standardDeviation: number;
  readonly minimum: number;
  readonly maximum: number;
}

/** The finite values of a map, times `factor`, of voxels that `includes` takes; ascending. */
export function sortValues(
  samples: Samples,
  factor = 1,
  includes?: (voxel: number) => boolean,
): Float64Array {
  if (samples instanceof Float32Array) {
    const sorted = sortSamples(samples, includes);
    const scaled = new Float64Array(sorted.length);
    for (let n = 0; n < sorted.length; n++) scaled[n] = sorted[n]! * factor;
    return scaled;
  }
  const values = new Float64Array(samples.length);
  let count = 0;
  for (let voxel = 0; voxel < samples.length; voxel++) {
    const value = samples[voxel]! * factor;
    if (Number.isFinite(value) && (includes === undefined || includes(voxel)))
      values[count++] = value;
  }
  return values.slice(0, count).sort();
}

/** How many values of a map are finite, below `low` and above `high`. */
export function countValues(samples: Samples, low: number, high: number) {
  let finite = 0;
  let below = 0;
  let above = 0;
  for (let n = 0; n < samples.length; n++) {
    const value = samples[n]!;
    if (Number.isFinite(value)) finite++;
    if (value > high) above++;
    else if (value < low) below++;
  }
  return { finite, below, above };
}

/** Count, mean, standard deviation and extremes of ascending values; NaN where there are too few. */
export function summarizeValues(sorted: Float64Array): DistributionSummary {
  const count = sorted.length;
  let sum = 0;
  for (const value of sorted) sum += value;
  const mean = count > 0 ? sum / count : Number.NaN;
  let squares = 0;
  for (const value of sorted) squares += (value - mean) ** 2;
  return {
    count,
    mean,
    standardDeviation: count > 1 ? Math.sqrt(squares / (count - 1)) : Number.NaN,
    minimum: sorted[0] ?? Number.NaN,
    maximum: sorted[count - 1] ?? Number.NaN,
  };
}

/**
 * The value below which a share `fraction` (0 to 1) of ascending values lies, with linear interpolation
 * between neighbours (Hyndman & Fan 1996, definition 7; what numpy and R do); NaN for none.
 */
export function readQuantile(sorted: Float64Array, fraction: number): number {
  return percentile(sorted, fraction * 100);
}

/** Counts of values in equal bins, and how many lie outside. */
export interface Histogram {
  readonly low: number;
  readonly high: number;
  readonly counts: readonly number[];
  readonly below: number;
  readonly above: number;
}

const fewestBins = 12;
const mostBins = 64;

/**
 * Histogram of ascending values from their 0.5th to their 99.5th percentile, so that single wild voxels
 * do not squeeze the rest into one bar; bin width by Freedman & Diaconis (1981), 12 to 64 bins.
 */
export function countBins(sorted: Float64Array): Histogram {
  if (sorted.length === 0) return { low: 0, high: 1, counts: [], below: 0, above: 0 };
  let low = readQuantile(sorted, 0.005);
  let high = readQuantile(sorted, 0.995);
  if (!(high - low > 1e-12 * Math.max(Math.abs(low), Math.abs(high)))) {
    const half = Math.abs(low) * 0.05 || 0.5;
    low -= half;
    high += half;
  }
  const spread = readQuantile(sorted, 0.75) - readQuantile(sorted, 0.25);
  const width = (2 * spread) / Math.cbrt(sorted.length);
  const wanted = width > 0 ? Math.ceil((high - low) / width) : fewestBins;
  const bins = Math.min(mostBins, Math.max(fewestBins, wanted));
  const counts = new Array<number>(bins).fill(0);
  let below = 0;
  let above = 0;
  for (const value of sorted) {
    if (value < low) below++;
    else if (value > high) above++;
    else {
      const bin = Math.min(bins - 1, Math.floor(((value - low) / (high - low)) * bins));
      counts[bin] = counts[bin]! + 1;
    }
  }
  return { low, high, counts, below, above };
}

const largestSample = 50_000;

/**
 * Quantiles of the finite values of a map from an even sample of at most 50,000 of its voxels: near
 * enough for a display range, and quick on any map.
 */
export function estimateQuantiles(samples: Samples, fractions: readonly number[]): number[] {
  const { finite } = countValues(samples, 0, 0);
  const stride = Math.max(1, Math.ceil(finite / largestSample));
  const taken = new Float64Array(Math.ceil(finite / stride));
  let seen = 0;
  for (let n = 0; n < samples.length; n++) {
    const value = samples[n]!;
    if (!Number.isFinite(value)) continue;
    if (seen % stride === 0) taken[seen / stride] = value;
    seen++;
  }
  taken.sort();
  return fractions.map((fraction) => readQuantile(taken, fraction));
}
