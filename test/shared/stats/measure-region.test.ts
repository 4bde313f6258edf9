import { describe, expect, test } from "vitest";
import {
  type MeasuredMap,
  type MeasuredVoxels,
  measureRates,
  measureRegion,
} from "#shared/stats/measure-region.ts";

const region: MeasuredVoxels = {
  voxels: Uint32Array.of(0, 1, 2, 3, 4, 5),
  touched: Uint32Array.of(0, 1, 2, 3, 4, 5, 6, 7),
  shares: Float64Array.of(1, 1, 1, 1, 1, 1, 0.5, 0.25),
};
const map: MeasuredMap = {
  samples: Float32Array.of(50, 20, Number.NaN, 0, -10, 25, 100, Number.NaN),
  unit: "ms",
  standardErrors: Float32Array.of(5, 2, 1, 1, 1, Number.NaN, 1, 1),
  policy: { zeros: "keep", status: "good" },
  binWidth: 10,
};

describe("a region on a map", () => {
  test("every voxel of the mask counts, or is told why not", () => {
    const m = measureRegion(region, map);
    expect(m).toMatchObject({ nVoxels: 6, nZero: 1, nNegative: 1, nWithoutRate: 0, unit: "ms" });
    expect(m.firstOrder).toMatchObject({ n: 5, mean: 17, min: -10, max: 50 });
    expect([...m.sorted]).toEqual([-10, 0, 20, 25, 50]);
    expect(m.exclusions).toMatchObject({ nan: 1, zero: 0 });
    expect(m.histogram.bins).toHaveLength(4);
    expect(m.disorder.uniformity).toBeCloseTo((1 + 1 + 4 + 1) / 25, 14);
  });

  test("weights reach beyond the mask, over touched voxels that have a value", () => {
    const { weighted } = measureRegion(region, map);
    expect(weighted).toMatchObject({ nTouched: 6, sumOfShares: 5.5 });
    expect(weighted.mean).toBeCloseTo((85 + 0.5 * 100) / 5.5, 13);
  });

  test("standard errors are those of the values that count", () => {
    const { errors } = measureRegion(region, map);
    expect(errors).toMatchObject({ count: 4, meanOfVoxels: 9 / 4 });
    expect(errors.ofMean).toBeCloseTo(Math.sqrt((25 + 4 + 1 + 1) / 4 / 5), 14);
    expect(measureRegion(region, { ...map, standardErrors: undefined }).errors.count).toBe(0);
  });

  test("the order of the voxels does not matter", () => {
    const turned = { ...region, voxels: region.voxels.slice().reverse() };
    expect(measureRegion(turned, map)).toEqual(measureRegion(region, map));
  });

  test("a region without voxels has a measurement that says so", () => {
    const empty = { ...region, voxels: new Uint32Array(0), touched: new Uint32Array(0) };
    const m = measureRegion(empty, map);
    expect(m).toMatchObject({ nVoxels: 0, firstOrder: { n: 0, mean: null } });
    expect(m.disorder.entropy).toBeNull();
    expect(measureRates(empty, map, 1).firstOrder.n).toBe(0);
  });
});

describe("rates of a region on a map of times", () => {
  test("are taken voxel by voxel; times of 0 and below have none and are counted", () => {
    const m = measureRates(region, map, 1);
    expect(m).toMatchObject({ unit: "1/s", nVoxels: 6, nWithoutRate: 2, nZero: 0, nNegative: 0 });
    expect([...m.sorted]).toEqual([20, 40, 50]);
    expect(m.exclusions.nan).toBe(1);
    expect(m.firstOrder.mean).toBeCloseTo(110 / 3, 13);
    expect(m.histogram.binWidth).toBe(1);
  });

  test("their weights are the shares of the voxels that have a rate", () => {
    const { weighted } = measureRates(region, map, 1);
    expect(weighted).toMatchObject({ nTouched: 4, sumOfShares: 3.5 });
    expect(weighted.mean).toBeCloseTo((110 + 0.5 * 10) / 3.5, 13);
  });

  test("the range is one of times", () => {
    const policy = { ...map.policy, lowest: 15, highest: 30 };
    const { sorted, exclusions } = measureRates(region, { ...map, policy }, 1);
    expect([...sorted]).toEqual([40, 50]);
    expect(exclusions.range).toBe(3);
  });

  test("their errors follow to first order: 1000 SE / T²", () => {
    const { errors } = measureRates(region, map, 1);
    expect(errors.count).toBe(2);
    expect(errors.meanOfVoxels).toBeCloseTo((2 + 5) / 2, 13);
  });

  test("a time too short for its rate to be held has none", () => {
    const samples = Float64Array.of(1e-310, 50, 50, 50, 50, 50, 50, 50);
    expect(measureRates(region, { ...map, samples }, 1).nWithoutRate).toBe(1);
  });
});
