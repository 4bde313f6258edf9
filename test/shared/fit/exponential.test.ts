import { expect, test } from "vitest";
import { exponential } from "#shared/fit/exponential.ts";
import { uniformNumbers } from "#shared/phantom/random.ts";

const uniform = uniformNumbers("exponential");

test("the quick exponential agrees with Math.exp to 5e-16", () => {
  for (const range of [1e-6, 1, 20, 1400]) {
    for (let k = 0; k < 20_000; k++) {
      const x = range * (uniform() - 0.5);
      expect(Math.abs(exponential(x) / Math.exp(x) - 1)).toBeLessThan(5e-16);
    }
  }
});

test("what overflows, vanishes or is no number does so like Math.exp", () => {
  for (const x of [0, 709, 710, -709, -745, -746, Infinity, -Infinity, Number.NaN]) {
    expect(exponential(x)).toBe(Math.exp(x));
  }
});
