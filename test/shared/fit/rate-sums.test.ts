import { describe, expect, test } from "vitest";
import { countFromFirst } from "#shared/fit/rate-grid.ts";
import { fillPowerSums, newPowerSums, newRateSums, rateSumsOf } from "#shared/fit/rate-sums.ts";
import { buildSignalModel } from "#shared/models/model-choice.ts";
import { normalNumbers, steps } from "./curves.ts";

const noise = { kind: "gaussian" } as const;

describe("power sums", () => {
  test.each([2, 3, 16, 31, 128])("N = %d: equal to the sums added up, for all x", (n) => {
    const sums = newPowerSums();
    for (const x of [0, 1e-6, 0.1, 0.5, 0.9, 0.99, 1 - 0.051 / n, 1 - 0.049 / n, 1 - 1e-9, 1]) {
      fillPowerSums(n, x, sums);
      let s0 = 0;
      let s1 = 0;
      let s2 = 0;
      for (let i = n - 1; i >= 0; i--) {
        const power = x ** i;
        s0 += power;
        s1 += i * power;
        s2 += i * i * power;
      }
      expect(Math.abs(sums.s0 - s0)).toBeLessThanOrEqual(1e-11 * s0);
      expect(Math.abs(sums.s1 - s1)).toBeLessThanOrEqual(1e-11 * s1);
      expect(Math.abs(sums.s2 - s2)).toBeLessThanOrEqual(1e-10 * s2);
    }
  });
});

describe.each([
  ["mono-exponential-decay", steps(10, 10, 12)],
  ["mono-exponential-offset", steps(10, 10, 12)],
  ["mono-exponential-decay", [5, 11, 20, 42, 80, 120]],
  ["mono-exponential-offset", [5, 11, 20, 42, 80, 120]],
] as const)("the sums of %s at %j", (name, times) => {
  const model = countFromFirst(buildSignalModel({ name, noise }, Float64Array.from(times)));
  const fill = rateSumsOf(model);
  const random = normalNumbers("rate sums");
  const y = Float64Array.from(times, (t) => 900 * Math.exp(-t / 40) + 30 * random());
  const mean = model.constant ? y.reduce((a, b) => a + b, 0) / y.length : 0;

  test("have the derivatives by ln R that finite differences give", () => {
    const h = 1e-5;
    for (const rate of [0.005, 0.025, 0.1]) {
      const [at, up, down] = [newRateSums(), newRateSums(), newRateSums()] as const;
      fill(y, 0, mean, rate, at);
      fill(y, 0, mean, rate * Math.exp(h), up);
      fill(y, 0, mean, rate * Math.exp(-h), down);
      expect((up.a - down.a) / (2 * h) / at.a1).toBeCloseTo(1, 6);
      expect((up.b - down.b) / (2 * h) / at.b1).toBeCloseTo(1, 6);
      expect((up.a1 - down.a1) / (2 * h) / at.a2).toBeCloseTo(1, 6);
      expect((up.b1 - down.b1) / (2 * h) / at.b2).toBeCloseTo(1, 6);
    }
  });

  test("give the residual of the best amplitudes at a rate", () => {
    const sums = newRateSums();
    const rate = 0.02;
    fill(y, 0, mean, rate, sums);
    const phi = Array.from(times, (t) => Math.exp(-t * rate));
    const meanPhi = model.constant ? phi.reduce((a, b) => a + b, 0) / phi.length : 0;
    const across = phi.reduce((sum, v, i) => sum + (v - meanPhi) * (y[i]! - mean), 0);
    const length = phi.reduce((sum, v) => sum + (v - meanPhi) ** 2, 0);
    expect((sums.a * sums.a) / sums.b / ((across * across) / length)).toBeCloseTo(1, 12);
  });
});
