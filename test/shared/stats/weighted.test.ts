import { describe, expect, test } from "vitest";
import { measureWeighted } from "#shared/stats/weighted.ts";

const measure = (values: number[], shares: number[]) =>
  measureWeighted(Float64Array.from(values), Float64Array.from(shares));

describe("weighted statistics", () => {
  test("a voxel covered by half counts half", () => {
    const { mean, sd, ...counts } = measure([10, 40], [1, 0.5]);
    expect(counts).toEqual({ nTouched: 2, sumOfShares: 1.5 });
    expect(mean).toBeCloseTo(20, 13);
    expect(sd).toBeCloseTo(Math.sqrt(200), 13);
  });

  test("equal shares give the mean and the population deviation", () => {
    expect(measure([1, 2, 3, 4], [0.25, 0.25, 0.25, 0.25])).toMatchObject({
      mean: 2.5,
      sd: expect.closeTo(Math.sqrt(1.25), 14),
    });
  });

  test("the order of the voxels does not change a bit, and far from 0 the spread stays", () => {
    const values = Array.from({ length: 500 }, (_, i) => 1e9 + ((i * 37) % 101) / 8);
    const shares = values.map((_, i) => ((i * 13) % 7) / 8 + 0.1);
    const forward = measure(values, shares);
    expect(measure(values.toReversed(), shares.toReversed())).toEqual(forward);
    const near = measure(
      values.map((value) => value - 1e9),
      shares,
    );
    expect(forward.sd! / near.sd!).toBeCloseTo(1, 12);
  });

  test("nothing touched has no mean", () => {
    expect(measure([], [])).toEqual({ nTouched: 0, sumOfShares: 0, mean: null, sd: null });
  });
});
