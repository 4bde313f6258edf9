import { describe, expect, test } from "vitest";
import { chooseBinWidth } from "#shared/stats/bin-width.ts";

/** Values spread evenly over a range. */
const spread = (low: number, high: number, n = 1001) =>
  Float32Array.from({ length: n }, (_, i) => low + ((high - low) * i) / (n - 1));

describe("the width of the bins", () => {
  test("is 1 for whole numbers, also when some are missing", () => {
    expect(chooseBinWidth(Float32Array.of(1, 4, 900, Number.NaN, Infinity, -3))).toBe(1);
    expect(chooseBinWidth(new Int16Array([-1000, 0, 3000]))).toBe(1);
  });

  test.each([
    ["T2 from 20 to 60.5 ms", 20, 60.5, 1],
    ["T1 from 800 to 2400.5 ms", 800, 2400.5, 50],
    ["ADC from 0.0004 to 0.0024 mm2/s", 4e-4, 2.4e-3, 5e-5],
    ["FA from 0.1 to 0.5", 0.1, 0.5, 0.01],
  ])(
    "of %s is a round number near a sixteenth of the interquartile range",
    (_, low, high, width) => {
      expect(chooseBinWidth(spread(low, high))).toBe(width);
    },
  );

  test("scales with the map in whole decades", () => {
    const seconds = spread(0.02, 0.06);
    expect(chooseBinWidth(seconds.map((s) => s * 1000))).toBeCloseTo(
      1000 * chooseBinWidth(seconds),
      12,
    );
  });

  test("does not see zeros and what is no number: they are what maps hold outside", () => {
    const values = spread(20, 60.5);
    const padded = new Float32Array(5000).fill(Number.NaN);
    padded.fill(0, 0, 3000);
    padded.set(values, 3500);
    expect(chooseBinWidth(padded)).toBe(chooseBinWidth(values));
  });

  test("of a map with half its values equal comes from the range", () => {
    expect(chooseBinWidth(Float64Array.of(0.5, 2.5, 2.5, 2.5, 2.5, 2.5, 2.5, 6.9))).toBe(0.1);
  });

  test("of one broken number, of nothing and of the smallest doubles is 1", () => {
    expect(chooseBinWidth(Float32Array.of(1.5))).toBe(1);
    expect(chooseBinWidth(new Float32Array(0))).toBe(1);
    expect(chooseBinWidth(Float64Array.of(5e-324, 1e-323, 2e-323, 4e-323))).toBe(1);
  });

  test("of a large map is that of an even sample of it", () => {
    expect(chooseBinWidth(spread(20, 60.5, 1_000_000))).toBe(1);
  });
});
