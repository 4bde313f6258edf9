import { expect, test } from "vitest";
import {
  countBins,
  countValues,
  estimateQuantiles,
  readQuantile,
  sortValues,
  summarizeValues,
} from "#shared/report/distribution.ts";

const values = Float32Array.from([
  3,
  1,
  Number.NaN,
  4,
  1,
  5,
  9,
  2,
  6,
  Number.POSITIVE_INFINITY,
  5,
  3,
  5,
]);

test("quantiles, mean and standard deviation are numpy's", () => {
  // numpy 1.24.2: np.percentile(v, p), v.mean(), v.std(ddof=1) of the finite values, 2025-11.
  const sorted = sortValues(values);
  const quantiles = [0, 1, 5, 25, 50, 75, 95, 99, 100].map((p) => readQuantile(sorted, p / 100));
  const truth = [1, 1, 1, 2.5, 4, 5, 7.5, 8.7, 9];
  for (const [n, quantile] of quantiles.entries()) expect(quantile).toBeCloseTo(truth[n]!, 12);
  const summary = summarizeValues(sorted);
  expect(summary).toMatchObject({ count: 11, mean: 4, minimum: 1, maximum: 9 });
  expect(summary.standardDeviation).toBeCloseTo(2.3664319132398464, 12);
});

test("values are scaled and chosen by voxel", () => {
  expect([...sortValues(values, 10, (voxel) => voxel < 4)]).toEqual([10, 30, 40]);
});

test("no value gives NaN, one value no standard deviation", () => {
  const none = summarizeValues(new Float64Array(0));
  expect(none).toMatchObject({ count: 0, mean: Number.NaN, minimum: Number.NaN });
  expect(summarizeValues(Float64Array.of(2)).standardDeviation).toBeNaN();
  expect(readQuantile(new Float64Array(0), 0.5)).toBeNaN();
});

test("every value is in a bin or counted as outside", () => {
  const sorted = Float64Array.from({ length: 5000 }, (_, n) => Math.sqrt(n)).sort();
  sorted[4999] = 1e9;
  const { counts, below, above, high } = countBins(sorted);
  expect(counts.reduce((sum, count) => sum + count, 0) + below + above).toBe(5000);
  expect(above).toBeGreaterThan(0);
  expect(high).toBeLessThan(71);
  expect(counts.length).toBeGreaterThanOrEqual(12);
  expect(counts.length).toBeLessThanOrEqual(64);
});

test("equal values still make a histogram", () => {
  const { low, high, counts } = countBins(new Float64Array(10).fill(7));
  expect(low).toBeLessThan(7);
  expect(high).toBeGreaterThan(7);
  expect(counts.reduce((sum, count) => sum + count, 0)).toBe(10);
  expect(countBins(new Float64Array(0)).counts).toEqual([]);
});

test("quantiles of a large map are near the exact ones", () => {
  const large = Float32Array.from({ length: 300_000 }, (_, n) =>
    n % 3 === 0 ? Number.NaN : n / 3000,
  );
  const [low = 0, high = 0] = estimateQuantiles(large, [0.01, 0.98]);
  expect(low).toBeCloseTo(1, 1);
  expect(high).toBeCloseTo(98, 1);
  expect(estimateQuantiles(new Float32Array(4).fill(Number.NaN), [0.5])).toEqual([Number.NaN]);
});

test("infinite values lie beyond the scale, NaN nowhere", () => {
  expect(countValues(values, 2, 5)).toEqual({ finite: 11, below: 2, above: 3 });
});
