import { describe, expect, test } from "vitest";
import { orderValues } from "#shared/volume/order-statistics.ts";

const all = () => true;

describe("order statistics", () => {
  test("every rank of mixed, tiny, huge, negative and equal values is that of sorting", () => {
    const odd = [0, -0, 1e-40, -1e-40, 3e38, -3e38, 1, 1, 1, -1, 1 / 3, -1 / 3, 65504, 0.1];
    const many = Array.from({ length: 5000 }, (_, n) =>
      Math.fround(Math.sin(n * n) * 10 ** ((n % 60) - 30)),
    );
    const samples = Float32Array.from([...odd, ...many]);
    const sorted = samples.slice().sort();
    const ranks =
      sorted.length > 0 ? [...sorted.keys()].filter((n) => n < 20 || n % 97 === 0 || n > 4995) : [];
    const found = orderValues(samples, all).valuesAt(ranks);
    ranks.forEach((rank, n) => {
      expect(found[n]).toBe(sorted[rank]! + 0 === 0 ? found[n] : sorted[rank]);
    });
    expect(found.every((value, n) => n === 0 || value >= found[n - 1]!)).toBe(true);
  });

  test("percentiles interpolate as numpy does", () => {
    // numpy.percentile([1, 2, 3, 4], [1, 5, 50, 95])
    const found = orderValues(Float32Array.of(4, 1, 3, 2), all).percentiles([1, 5, 50, 95]);
    [1.03, 1.15, 2.5, 3.85].forEach((value, n) => {
      expect(found[n]).toBeCloseTo(value, 12);
    });
  });

  test("what is not finite or not included does not count", () => {
    const samples = Float32Array.of(Number.NaN, 5, Number.POSITIVE_INFINITY, 7, 1);
    const ordered = orderValues(samples, (index) => index !== 4);
    expect(ordered.count).toBe(2);
    expect(ordered.percentiles([0, 100])).toEqual([5, 7]);
  });

  test("nothing has no percentile", () => {
    expect(orderValues(Float32Array.of(1), () => false).percentiles([50])).toEqual([Number.NaN]);
  });
});
