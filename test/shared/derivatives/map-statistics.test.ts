import { expect, test } from "vitest";
import { summarizeMap } from "#shared/derivatives/map-statistics.ts";

test("statistics are those of numpy, over the included finite values", () => {
  const samples = Float32Array.from([4, Number.NaN, 1, 3, 100, 2]);
  // numpy.percentile([1, 2, 3, 4], [1, 5, 25, 50, 75, 95, 99]), numpy.std, numpy 1.24.2
  expect(summarizeMap(samples, Uint8Array.of(1, 1, 1, 1, 0, 1))).toEqual({
    n: 4,
    mean: 2.5,
    sd: 1.118033988749895,
    min: 1,
    p1: 1.03,
    p5: 1.15,
    p25: 1.75,
    median: 2.5,
    p75: 3.25,
    p95: expect.closeTo(3.85, 12),
    p99: expect.closeTo(3.97, 12),
    max: 4,
  });
});

test("an empty map has no numbers", () => {
  expect(summarizeMap(Float32Array.of(1, 2), Uint8Array.of(0, 0))).toMatchObject({
    n: 0,
    mean: null,
    median: null,
  });
});

test("one value is every percentile", () => {
  expect(summarizeMap(Float32Array.of(7), Uint8Array.of(1))).toMatchObject({
    n: 1,
    min: 7,
    p99: 7,
    max: 7,
    sd: 0,
  });
});
