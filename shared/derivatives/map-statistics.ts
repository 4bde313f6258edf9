import { orderValues } from "#shared/volume/order-statistics.ts";

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
 * Statistics of the samples for which `include` is true and the value is finite; percentiles by linear
 * interpolation (numpy's default).
 *
 * @param samples - shape [nz, ny, nx]
 */
export function summarizeMap(
  samples: Float32Array,
  include: (voxel: number) => boolean,
): MapStatistics {
  let n = 0;
  let sum = 0;
  for (let v = 0; v < samples.length; v++) {
    const value = samples[v]!;
    if (!Number.isFinite(value) || !include(v)) continue;
    n++;
    sum += value;
  }
  if (n === 0) {
    const none = { mean: null, sd: null, min: null, p1: null, p5: null, p25: null, median: null };
    return { n, ...none, p75: null, p95: null, p99: null, max: null };
  }
  const mean = sum / n;
  let squares = 0;
  for (let v = 0; v < samples.length; v++) {
    const value = samples[v]!;
    if (Number.isFinite(value) && include(v)) squares += (value - mean) ** 2;
  }
  const ordered = orderValues(samples, include).percentiles([0, 1, 5, 25, 50, 75, 95, 99, 100]);
  const [min, p1, p5, p25, median, p75, p95, p99, max] = ordered as [
    number,
    number,
    number,
    number,
    number,
    number,
    number,
    number,
    number,
  ];
  return { n, mean, sd: Math.sqrt(squares / n), min, p1, p5, p25, median, p75, p95, p99, max };
}
