/** Numbers that describe the valid voxels of a map, in the map's unit; null where there is no voxel. */
export interface MapStatistics {
  readonly n: number;
  readonly mean: number | null;
  /** Divided by n, not n - 1: the voxels are the population. */
  readonly sd: number | null;
  readonly min: number | null;
  readonly p1: number | null;
  readonly p5: number | null;
  readonly p25: number | null;
  readonly median: number | null;
  readonly p75: number | null;
  readonly p95: number | null;
  readonly p99: number | null;
  readonly max: number | null;
}

/**
 * Statistics of the samples for which `include` is true and the value is finite.
 *
 * @param samples - shape [nz, ny, nx]
 * @param factor - from the unit of the samples to the unit of the result
 */
export function summarizeMap(
  samples: Float32Array,
  include: (voxel: number) => boolean,
  factor = 1,
): MapStatistics {
  const values = new Float64Array(samples.length);
  let n = 0;
  for (let v = 0; v < samples.length; v++) {
    const value = samples[v]!;
    if (Number.isFinite(value) && include(v)) values[n++] = value * factor;
  }
  const sorted = values.subarray(0, n).sort();
  if (n === 0) {
    const none = { mean: null, sd: null, min: null, p1: null, p5: null, p25: null, median: null };
    return { n, ...none, p75: null, p95: null, p99: null, max: null };
  }
  let sum = 0;
  for (const value of sorted) sum += value;
  const mean = sum / n;
  let squares = 0;
  for (const value of sorted) squares += (value - mean) ** 2;
  return {
    n,
    mean,
    sd: Math.sqrt(squares / n),
    min: sorted[0]!,
    p1: percentile(sorted, 1),
    p5: percentile(sorted, 5),
    p25: percentile(sorted, 25),
    median: percentile(sorted, 50),
    p75: percentile(sorted, 75),
    p95: percentile(sorted, 95),
    p99: percentile(sorted, 99),
    max: sorted[n - 1]!,
  };
}

/** Percentile of ascending values, linear interpolation between neighbours (numpy's default). */
export function percentile(sorted: ArrayLike<number>, percent: number): number {
  const position = ((sorted.length - 1) * percent) / 100;
  const below = Math.floor(position);
  const above = Math.min(below + 1, sorted.length - 1);
  return sorted[below]! + (position - below) * (sorted[above]! - sorted[below]!);
}
