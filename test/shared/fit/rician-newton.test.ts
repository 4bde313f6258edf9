import { describe, expect, test } from "vitest";
import { newEstimate } from "#shared/fit/estimate.ts";
import { ricianNewton } from "#shared/fit/rician-newton.ts";
import { fillCovariance, newCovarianceWork } from "#shared/fit/standard-errors.ts";
import { buildSignalModel } from "#shared/models/model-choice.ts";
import { ricianMoments } from "#shared/models/rician-mean.ts";
import { steps } from "./curves.ts";

const sigma = 30;
const settings = { name: "mono-exponential-decay", noise: { kind: "gaussian" } } as const;

describe.each([
  ["equal", steps(20, 10, 14)],
  ["unequal", [20, 30, 42, 51, 65, 80, 100, 130, 160]],
])("Newton steps at %s spacing", (_, times) => {
  const model = buildSignalModel(settings, Float64Array.from(times));
  const step = ricianNewton(model, sigma);
  const y = Float64Array.from(times, (t) => ricianMoments(900 * Math.exp(-t / 45), sigma).mean);
  const start = (s0: number, t2: number) => {
    const estimate = newEstimate(model);
    estimate.parameters.set([s0, 1 / t2]);
    return estimate;
  };

  test("return the truth of an expected curve from starts 20 % away", () => {
    for (const [s0, t2] of [
      [800, 55],
      [1100, 38],
      [900, 45],
    ] as const) {
      const estimate = start(s0, t2);
      expect(step(y, 0, estimate)).toBe(true);
      expect(Math.abs(estimate.parameters[0]! / 900 - 1)).toBeLessThan(1e-10);
      expect(Math.abs(estimate.parameters[1]! * 45 - 1)).toBeLessThan(1e-10);
      expect(estimate.ssr).toBeLessThan(1e-6);
    }
  });

  test("give the sandwich covariance of the full Jacobian by finite differences", () => {
    const estimate = start(900, 45);
    step(y, 0, estimate);
    const work = newCovarianceWork(2, times.length);
    const [s0, rate] = [estimate.parameters[0]!, estimate.parameters[1]!];
    const mean = (a: number, r: number, t: number) =>
      ricianMoments(a * Math.exp(-t * r), sigma).mean;
    const variances = Float64Array.from(times, (t, i) => {
      const [ha, hr] = [1e-4 * s0, 1e-5 * rate];
      work.jacobian[i] = (mean(s0 + ha, rate, t) - mean(s0 - ha, rate, t)) / (2 * ha);
      work.jacobian[times.length + i] =
        (mean(s0, rate + hr, t) - mean(s0, rate - hr, t)) / (2 * hr);
      return ricianMoments(s0 * Math.exp(-t * rate), sigma).variance;
    });
    const covariance = new Float64Array(4);
    fillCovariance(work, covariance, variances);
    covariance.forEach((value, k) => {
      expect(Math.abs(estimate.covariance[k]! / value - 1)).toBeLessThan(1e-5);
    });
    expect(estimate.covarianceIsFinal).toBe(true);
  });

  test("refuse a start at a bound, and leave the start as it was", () => {
    const estimate = start(500, 10 * times.at(-1)!);
    const before = estimate.parameters.slice();
    expect(step(y, 0, estimate)).toBe(false);
    expect(estimate.parameters).toEqual(before);
  });

  test("refuse a start from which the sum does not curve upward", () => {
    expect(step(y, 0, start(10, 3))).toBe(false);
  });
});
