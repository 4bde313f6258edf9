import { expect, test } from "vitest";
import { ricianMoments } from "#shared/models/rician-mean.ts";
import { addRicianNoise, uniformNumbers } from "#shared/phantom/random.ts";

// Python 3.11, sfc32 written from PractRand's description with 32-bit masks, state = SHA-256 of "reference"
// (first three little-endian words, counter 1), twelve numbers dropped; 2026-11-22.
test("the numbers are those of sfc32", () => {
  const uniform = uniformNumbers("reference");
  const words = Array.from({ length: 4 }, () => uniform() * 2 ** 32 - 0.5);
  expect(words).toEqual([1740139610, 2396951749, 382583619, 2456992130]);
});

test("they are even: ten bins of 100,000 numbers differ as chance allows", () => {
  const uniform = uniformNumbers("bins");
  const bins = new Array<number>(10).fill(0);
  for (let i = 0; i < 100_000; i++) bins[Math.floor(uniform() * 10)]!++;
  const chiSquare = bins.reduce((sum, n) => sum + (n - 10_000) ** 2 / 10_000, 0);
  // 99.9th percentile of chi-square with 9 degrees of freedom.
  expect(chiSquare).toBeLessThan(27.9);
});

test.each([0, 0.5, 2, 10])(
  "magnitudes of a signal of %d sigma have the moments of Rice",
  (ratio) => {
    const uniform = uniformNumbers(`moments ${ratio}`);
    const sigma = 12;
    const n = 200_000;
    let sum = 0;
    let squares = 0;
    for (let i = 0; i < n; i++) {
      const value = addRicianNoise(ratio * sigma, sigma, uniform);
      sum += value;
      squares += value * value;
    }
    const { mean, variance } = ricianMoments(ratio * sigma, sigma);
    expect(Math.abs(sum / n - mean)).toBeLessThan(4 * Math.sqrt(variance / n));
    expect(squares / n - (sum / n) ** 2).toBeCloseTo(variance, -0.5);
  },
);
