import { describe, expect, test } from "vitest";
import { gammaDistribution, gammaQuantile } from "#shared/volume/gamma-distribution.ts";

describe("gamma distribution", () => {
  // scipy 1.10.1, scipy.stats.gamma.cdf(x, shape), 2026-11-22
  test.each([
    [1, 0.5, 0.393469340287367],
    [2, 3, 0.800851726528544],
    [5, 1, 0.00365984682734371],
    [16, 14, 0.33064008243748],
    [32, 40, 0.914479432744648],
    [32, 5, 7.02026458209492e-16],
  ])("P(%s, %s) agrees with scipy", (shape, x, probability) => {
    expect(gammaDistribution(shape, x)).toBeCloseTo(probability, 12);
  });

  test("the quantile is the inverse", () => {
    for (const shape of [1, 2, 8, 32]) {
      for (const probability of [0.02, 0.5, 0.6, 0.99]) {
        expect(gammaDistribution(shape, gammaQuantile(shape, probability))).toBeCloseTo(
          probability,
          11,
        );
      }
    }
  });
});
