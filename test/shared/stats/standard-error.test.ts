import { expect, test } from "vitest";
import { measureErrors } from "#shared/stats/standard-error.ts";

test("equal errors: a voxel is known by that error, the mean by sqrt(n) less", () => {
  const { count, meanOfVoxels, ofMean } = measureErrors(new Float64Array(100).fill(2));
  expect([count, meanOfVoxels]).toEqual([100, 2]);
  expect(ofMean).toBeCloseTo(0.2, 14);
});

test("different errors add in squares: sqrt(3² + 4²) / 2", () => {
  const { meanOfVoxels, ofMean } = measureErrors(Float64Array.of(3, 4));
  expect(meanOfVoxels).toBe(3.5);
  expect(ofMean).toBeCloseTo(2.5, 14);
});

test("values without an error are taken as uncertain as the others", () => {
  const { count, ofMean } = measureErrors(Float64Array.of(3, 3, Number.NaN, -1, Infinity));
  expect(count).toBe(2);
  expect(ofMean).toBeCloseTo(3 / Math.sqrt(5), 14);
});

test("no errors give nothing", () => {
  const nothing = { count: 0, meanOfVoxels: null, ofMean: null };
  expect(measureErrors(Float64Array.of(Number.NaN))).toEqual(nothing);
  expect(measureErrors(new Float64Array(0))).toEqual(nothing);
});
