import { describe, expect, test } from "vitest";
import { buildCurveFitter } from "#shared/fit/curve-fitter.ts";
import { fitCurve } from "#shared/fit/fit-curve.ts";
import { statusCode } from "#shared/fit/status.ts";
import { diffusionKurtosis } from "#shared/models/diffusion-kurtosis.ts";
import { ricianMoments } from "#shared/models/rician-mean.ts";
import { newBasis } from "#shared/models/signal-model.ts";
import { addRicianNoise, uniformNumbers } from "#shared/phantom/random.ts";
import { deviation, gaussian, median, normalNumbers, rician } from "../fit/curves.ts";

const bValues = [0, 500, 1000, 1500, 2000, 2500];
const settings = gaussian("diffusion-kurtosis", bValues);

const signalOf = (d: number, k: number, b: readonly number[] = bValues, s0 = 1000) =>
  b.map((value) => s0 * Math.exp(-value * d + (value * value * d * d * k) / 6));

const valuesOf = (fit: ReturnType<typeof fitCurve>) =>
  fit.parameters.map(({ value }) => value) as [number, number, number];

describe("diffusion with kurtosis", () => {
  test.each([
    [
      1e-3,
      1,
      [1000, 632.3366621862, 434.5982085071, 324.6524673583, 263.5971381157, 232.6236579173],
    ],
    [
      0.8e-3,
      0.7,
      [1000, 682.9502016068, 484.1631543363, 356.2936601862, 272.1686594528, 215.8150833987],
    ],
  ])("D = %f and K = %f come back from their published curve", (d, k, signal) => {
    signalOf(d, k).forEach((value, i) => {
      expect(value).toBeCloseTo(signal[i]!, 9);
    });
    const fit = fitCurve(settings, signal);
    const [foundD, foundK, s0] = valuesOf(fit);
    expect(foundD / d).toBeCloseTo(1, 9);
    expect(foundK / k).toBeCloseTo(1, 8);
    expect(s0 / 1000).toBeCloseTo(1, 9);
    expect(fit.status).toBe("ok");
  });

  test("two compartments without exchange have the kurtosis of their variance", () => {
    // D 0.99e-3 and 2.26e-3, half each: K = 3 f (1 - f) ((Di - De)/D)² = 0.458101775, seen at low b.
    const b = [0, 5, 10, 15, 20, 25];
    const signal = b.map((v) => 500 * (Math.exp(-v * 0.99e-3) + Math.exp(-v * 2.26e-3)));
    const [d, k] = valuesOf(fitCurve(gaussian("diffusion-kurtosis", b), signal));
    expect(d / 1.625e-3).toBeCloseTo(1, 4);
    expect(k / 0.458101775).toBeCloseTo(1, 2);
  });

  test("random curves come back to 1e-6, negative kurtosis too", () => {
    const uniform = uniformNumbers("kurtosis");
    for (let n = 0; n < 100; n++) {
      const d = 2e-4 + 2e-3 * uniform();
      const most = Math.min(10, 3 / (2500 * d));
      const k = -0.4 + uniform() * (0.95 * most + 0.4);
      const fit = fitCurve(settings, signalOf(d, k));
      const [foundD, foundK] = valuesOf(fit);
      expect(Math.abs(foundD / d - 1)).toBeLessThan(1e-6);
      expect(Math.abs(foundK - k)).toBeLessThan(1e-5);
    }
  });

  test("its derivatives agree with finite differences on both sides of the limit of K", () => {
    const model = diffusionKurtosis(Float64Array.from(bValues));
    const [here, up, down] = [newBasis(model), newBasis(model), newBasis(model)] as const;
    for (const theta of [
      [5e-5, 0.6],
      [1.1e-3, 0.7],
      [3e-3, 0.2],
    ]) {
      model.evaluate(theta, here);
      [1e-9, 1e-6].forEach((h, k) => {
        model.evaluate(theta.with(k, theta[k]! + h), up);
        model.evaluate(theta.with(k, theta[k]! - h), down);
        for (let i = 0; i < bValues.length; i++) {
          const difference = (up.value[i]! - down.value[i]!) / (2 * h);
          const exact = here.first[k * bValues.length + i]!;
          expect(Math.abs(exact - difference)).toBeLessThan(1e-5 * Math.abs(exact) + 1e-7);
        }
      });
    }
  });

  test("no point of a dense grid leaves less of noisy curves", () => {
    const normal = normalNumbers("kurtosis global");
    const uniform = uniformNumbers("kurtosis global");
    for (let n = 0; n < 100; n++) {
      const y = signalOf(3e-4 + 2e-3 * uniform(), 1.2 * uniform()).map((s) => s + 60 * normal());
      const fit = fitCurve(settings, y);
      const least = fit.residuals.reduce((sum, r) => sum + r * r, 0);
      // A dense grid over D and K with the best S0 at each.
      for (let i = 0; i <= 60; i++) {
        const d = 1e-6 * 5000 ** (i / 60);
        const most = Math.min(10, 3 / (2500 * d));
        for (let j = 0; j <= 30; j++) {
          const phi = signalOf(d, -3 / 7 + ((most + 3 / 7) * j) / 30, bValues, 1);
          const along = phi.reduce((sum, p, m) => sum + p * y[m]!, 0);
          const length2 = phi.reduce((sum, p) => sum + p * p, 0);
          const left = y.reduce((sum, v) => sum + v * v, 0) - Math.max(0, along) ** 2 / length2;
          expect(left).toBeGreaterThanOrEqual(least * (1 - 1e-9));
        }
      }
    }
  });

  test("limits are kept and flagged", () => {
    const low = fitCurve(settings, signalOf(1e-3, -1));
    expect(low.status).toBe("lower-bound");
    expect(valuesOf(low)[1]).toBeCloseTo(-3 / 7, 12);
    expect(low.parameters[1]!.standardError).toBeNaN();
    // The curve of the noise floor: it would turn up at b = 1500.
    const floor = fitCurve(settings, signalOf(2e-3, 1));
    expect(floor.status).toBe("upper-bound");
    const [d, k] = valuesOf(floor);
    expect((2500 * d * k) / 3).toBeCloseTo(1, 12);
    expect(fitCurve(settings, [100, 110, 125, 140, 160, 180]).status).toBe("lower-bound");
  });

  test("large b-values overflow nothing", () => {
    const b = [0, 2000, 10_000, 30_000];
    const [d, k] = valuesOf(fitCurve(gaussian("diffusion-kurtosis", b), signalOf(5e-5, 1.5, b)));
    expect(d / 5e-5).toBeCloseTo(1, 6);
    expect(k / 1.5).toBeCloseTo(1, 5);
  });

  test("curves that are none have a code and no value", () => {
    for (const bad of [
      [0, 0, 0, 0, 0, 0],
      [5, 5, 5, 5, 5, 5],
      [9, 8, Number.NaN, 6, 5, 4],
    ]) {
      const fit = fitCurve(settings, bad);
      expect(fit.status).toBe("invalid-input");
      for (const value of valuesOf(fit)) expect(value).toBeNaN();
    }
  });

  test("settings that do not determine it are refused", () => {
    const build = (b: number[]) => () => diffusionKurtosis(Float64Array.from(b));
    expect(build([0, 1000, 1000])).toThrow(/3 different b-values, and there are 2/);
    expect(build([-5, 1000, 2000])).toThrow(/negative/);
  });
});

describe("standard errors of kurtosis", () => {
  test("are the bounds of Cramér and Rao for known noise", () => {
    // S0 1000, D 1e-3, K 1, sigma 10: 3.189e-5, 0.040556 and 9.7571.
    const fitter = buildCurveFitter(settings);
    const y = Float64Array.from(signalOf(1e-3, 1));
    y[0]! += 1e-4;
    fitter.fit(y, 0);
    const { standardErrors, rmse } = fitter.result;
    const residual = rmse * Math.sqrt(bValues.length / (bValues.length - 3));
    const perSigma = (k: number) => (10 * standardErrors[k]!) / residual;
    expect(perSigma(0) / 3.189e-5).toBeCloseTo(1, 3);
    expect(perSigma(1) / 0.040556).toBeCloseTo(1, 3);
    expect(perSigma(2) / 9.7571).toBeCloseTo(1, 3);
  });

  test("are the spread of repeats", () => {
    const b = [0, 0, ...bValues.slice(1), ...bValues.slice(1), ...bValues.slice(1)].sort(
      (x, y) => x - y,
    );
    const fitter = buildCurveFitter(gaussian("diffusion-kurtosis", b));
    const normal = normalNumbers("kurtosis repeats");
    const clean = signalOf(0.9e-3, 0.8, b);
    const found = [new Float64Array(2000), new Float64Array(2000), new Float64Array(2000)];
    const errors = found.map((row) => row.slice());
    for (let n = 0; n < 2000; n++) {
      fitter.fit(
        Float64Array.from(clean, (s) => s + 10 * normal()),
        0,
      );
      expect(fitter.result.status).toBe(statusCode.ok);
      found.forEach((row, k) => {
        row[n] = fitter.result.values[k]!;
        errors[k]![n] = fitter.result.standardErrors[k]!;
      });
    }
    found.forEach((row, k) => {
      expect(Math.abs(median(errors[k]!) / deviation(row) - 1)).toBeLessThan(0.05);
    });
  });
});

describe("the expected-Rician fit of kurtosis", () => {
  const sigma = 60;

  test("takes the noise floor for what it is; the plain fit takes it for kurtosis", () => {
    const means = signalOf(1e-3, 0.6).map((s) => ricianMoments(s, sigma).mean);
    const [, plain] = valuesOf(fitCurve(settings, means));
    const [d, k] = valuesOf(fitCurve(rician("diffusion-kurtosis", bValues, sigma), means));
    expect(plain).toBeGreaterThan(0.65);
    expect(d / 1e-3).toBeCloseTo(1, 6);
    expect(k / 0.6).toBeCloseTo(1, 5);
  });

  test.each([50, 200])("no point of a dense grid leaves less, noise %i", (sd) => {
    const uniform = uniformNumbers(`kurtosis floor ${sd}`);
    for (let n = 0; n < 40; n++) {
      const y = signalOf(3e-4 + 2e-3 * uniform(), 1.2 * uniform()).map((s) =>
        addRicianNoise(s, sd, uniform),
      );
      const fit = fitCurve(rician("diffusion-kurtosis", bValues, sd), y);
      const least = fit.residuals.reduce((sum, r) => sum + r * r, 0);
      for (let i = 0; i <= 30; i++) {
        const d = 1e-6 * 5000 ** (i / 30);
        const most = Math.min(10, 3 / (2500 * d));
        for (let j = 0; j <= 8; j++) {
          const phi = signalOf(d, -3 / 7 + ((most + 3 / 7) * j) / 8, bValues, 1);
          for (let q = 0; q < 12; q++) {
            const s0 = y[0]! * (0.4 + q * 0.12);
            const left = y.reduce(
              (sum, v, m) => sum + (v - ricianMoments(s0 * phi[m]!, sd).mean) ** 2,
              0,
            );
            expect(left).toBeGreaterThanOrEqual(least * (1 - 1e-9));
          }
        }
      }
    }
  });
});
