import { defineTask } from "#shared/parallel/pool.ts";
import { percentile, sortMarked } from "#shared/volume/sort-samples.ts";

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
 * Statistics of the finite samples of valid voxels; percentiles by linear interpolation.
 *
 * @param samples - shape [nz, ny, nx]
 * @param valid - same shape, 1 = counts (valid-voxels.ts)
 */
export function summarizeMap(samples: Float32Array, valid: Uint8Array): MapStatistics {
  const sorted = sortMarked(samples, valid);
  const n = sorted.length;
  if (n === 0) {
    const none = { mean: null, sd: null, min: null, p1: null, p5: null, p25: null, median: null };
    return { n, ...none, p75: null, p95: null, p99: null, max: null };
  }
  let sum = 0;
  for (let i = 0; i < n; i++) sum += sorted[i]!;
  const mean = sum / n;
  let squares = 0;
  for (let i = 0; i < n; i++) squares += (sorted[i]! - mean) ** 2;
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

/** summarizeMap for worker threads; the arrays lie on shared memory. */
export const summarizeMapTask = defineTask(
  "summarize-map",
  ({ samples, valid }: { samples: Float32Array; valid: Uint8Array }) =>
    summarizeMap(samples, valid),
);
