import { describe, expect, test } from "vitest";
import {
  ceilNice,
  chooseLabelPower,
  chooseTicks,
  labelTicks,
  thinTicks,
} from "#shared/report/ticks.ts";

describe("ticks", () => {
  test.each([
    [0, 100, 5, [0, 20, 40, 60, 80, 100], 0],
    [0.9, 1, 5, [0.9, 0.92, 0.94, 0.96, 0.98, 1], 2],
    [-2.5, 2.5, 4, [-2, -1, 0, 1, 2], 0],
    [0, 0.75, 2, [0, 0.5], 1],
    [3, 37, 3, [10, 20, 30], 0],
  ])("from %d to %d", (low, high, count, truth, decimals) => {
    const ticks = chooseTicks(low, high, count);
    expect(ticks.values).toHaveLength(truth.length);
    for (const [n, value] of ticks.values.entries()) expect(value).toBeCloseTo(truth[n]!, 12);
    expect(ticks.decimals).toBe(decimals);
  });

  test("labels of one axis differ from each other, at any scale", () => {
    for (let power = -12; power <= 12; power++) {
      for (const factor of [1, 1.7, 2.4, 3.3, 4.9, 7.1, 9.9]) {
        const { labels, values } = labelTicks([0, factor * 10 ** power], 4);
        expect(values.length).toBeGreaterThanOrEqual(2);
        expect(new Set(labels).size).toBe(labels.length);
        for (const label of labels) expect(label.length).toBeLessThanOrEqual(7);
      }
    }
  });

  test("an empty range does not hang", () => {
    expect(chooseTicks(1, 1, 5).values).toEqual([1]);
    expect(chooseTicks(0, Number.POSITIVE_INFINITY, 5).values).toEqual([0]);
    expect(chooseTicks(Number.NaN, 1, 5).values).toHaveLength(1);
  });
});

test("the end of a scale is a round number not below the value", () => {
  expect([ceilNice(87.2), ceilNice(100), ceilNice(1.01), ceilNice(0.0042)]).toEqual([
    100, 100, 1.2, 0.005,
  ]);
  expect([ceilNice(0), ceilNice(Number.NaN)]).toEqual([1, 1]);
});

test("labels are divided by a power of ten only when they would be long", () => {
  expect([
    chooseLabelPower(0, 9000),
    chooseLabelPower(0, 2e6),
    chooseLabelPower(-1e-5, 1e-6),
  ]).toEqual([0, 6, -6]);
  expect(chooseLabelPower(0, 0)).toBe(0);
});

test("labels that do not fit side by side are thinned, ends and few labels are kept", () => {
  const ticks = labelTicks([0, 0.012], 4);
  expect(ticks.labels).toEqual(["0.000", "0.002", "0.004", "0.006", "0.008", "0.010", "0.012"]);
  expect(thinTicks(ticks, 33).labels).toEqual(["0.000", "0.004", "0.008", "0.012"]);
  expect(thinTicks(ticks, 50)).toEqual(ticks);
  expect(thinTicks(ticks, 1).labels).toEqual(["0.000"]);
});
