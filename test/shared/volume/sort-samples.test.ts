import { describe, expect, test } from "vitest";
import { percentile, sortMarked, sortSamples } from "#shared/volume/sort-samples.ts";

describe("sorting samples", () => {
  test("mixed, tiny, huge, negative and equal values come in the order of comparison", () => {
    const odd = [0, 1e-40, -1e-40, 3e38, -3e38, 1, 1, 1, -1, 1 / 3, -1 / 3, 65504, 0.1];
    const many = Array.from({ length: 5000 }, (_, n) => Math.sin(n * n) * 10 ** ((n % 60) - 30));
    const samples = Float32Array.from([...odd, ...many]);
    expect([...sortSamples(samples)]).toEqual([...samples.slice().sort()]);
  });

  test("what is not finite or not included is left out, and the samples stay as they are", () => {
    const samples = Float32Array.of(
      Number.NaN,
      5,
      Number.POSITIVE_INFINITY,
      7,
      1,
      Number.NEGATIVE_INFINITY,
    );
    expect([...sortSamples(samples, (index) => index !== 4)]).toEqual([5, 7]);
    expect([...sortMarked(samples, Uint8Array.of(1, 1, 1, 1, 0, 1))]).toEqual([5, 7]);
    expect(samples[1]).toBe(5);
  });

  test("nothing gives nothing", () => {
    expect(sortSamples(Float32Array.of(1), () => false)).toHaveLength(0);
  });

  test("percentiles interpolate as numpy does", () => {
    // numpy.percentile([1, 2, 3, 4], [1, 5, 50, 95])
    const sorted = [1, 2, 3, 4];
    for (const [percent, value] of [
      [1, 1.03],
      [5, 1.15],
      [50, 2.5],
      [95, 3.85],
    ] as const) {
      expect(percentile(sorted, percent)).toBeCloseTo(value, 12);
    }
    expect(percentile([7], 99)).toBe(7);
  });
});
