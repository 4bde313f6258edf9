import { describe, expect, test } from "vitest";
import { oneExponential } from "#shared/fit/one-exponential.ts";
import { uniformNumbers } from "#shared/phantom/random.ts";

const bValues = Float64Array.of(200, 300, 500, 700, 1000);

describe("one exponential", () => {
  test("comes back from its own curve", () => {
    const fit = oneExponential(bValues, 0, 5e-3);
    for (const d of [1e-5, 4e-4, 1.2e-3, 4.9e-3]) {
      fit.find(
        bValues.map((b) => 700 * Math.exp(-b * d)),
        0,
        Number.POSITIVE_INFINITY,
      );
      expect(fit.rate / d).toBeCloseTo(1, 8);
      expect(fit.amplitude / 700).toBeCloseTo(1, 8);
      expect(fit.converged).toBe(true);
    }
  });

  test("is the least-squares optimum: no rate and amplitude within the limits leave less", () => {
    const uniform = uniformNumbers("one exponential");
    for (let k = 0; k < 40; k++) {
      const y = bValues.map(() => 2 * uniform() - 0.7);
      const lowest = 2e-3 * uniform();
      const fit = oneExponential(bValues, lowest, 0.02);
      const most = 3 * uniform();
      fit.find(y, 0, most);
      const left = (c: number, rate: number) =>
        y.reduce((sum, value, i) => sum + (value - c * Math.exp(-bValues[i]! * rate)) ** 2, 0);
      const least = left(fit.amplitude, fit.rate);
      expect(fit.rate).toBeGreaterThanOrEqual(lowest);
      expect(fit.amplitude).toBeLessThanOrEqual(most);
      for (let j = 0; j <= 200; j++) {
        const rate = lowest + ((0.02 - lowest) * j) / 200;
        const e = bValues.map((b) => Math.exp(-b * rate));
        const free =
          e.reduce((sum, value, i) => sum + value * y[i]!, 0) /
          e.reduce((sum, value) => sum + value * value, 0);
        expect(left(Math.min(most, Math.max(0, free)), rate)).toBeGreaterThanOrEqual(least - 1e-10);
      }
    }
  });

  test("a rising curve ends at the lowest rate", () => {
    const fit = oneExponential(bValues, 1e-4, 5e-3);
    fit.find(
      bValues.map((b) => 1 + b / 1000),
      0,
      Number.POSITIVE_INFINITY,
    );
    expect(fit.rate).toBe(1e-4);
    expect(fit.converged).toBe(true);
  });
});
