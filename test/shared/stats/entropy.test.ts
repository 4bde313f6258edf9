import { expect, test } from "vitest";
import { measureDisorder } from "#shared/stats/entropy.ts";

const of = (...counts: number[]) =>
  measureDisorder({ binWidth: 1, bins: counts.map((count, low) => ({ low, count })) });

test("values in one bin have no entropy and full uniformity", () => {
  expect(of(7)).toEqual({ entropy: 0, uniformity: 1 });
});

test("n equal shares have log2 n bits and uniformity 1/n", () => {
  expect(of(3, 3, 3, 3)).toEqual({ entropy: 2, uniformity: 0.25 });
  expect(of(...Array(32).fill(1))).toEqual({ entropy: 5, uniformity: 1 / 32 });
});

test("shares of 1/2, 1/4, 1/4 have 1.5 bits", () => {
  expect(of(2, 1, 1)).toEqual({ entropy: 1.5, uniformity: 0.375 });
});

test("no values have neither", () => {
  expect(of()).toEqual({ entropy: null, uniformity: null });
});
