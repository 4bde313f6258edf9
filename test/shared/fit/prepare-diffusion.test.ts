import { describe, expect, test } from "vitest";
import type { FitSettings } from "#shared/fit/fit-settings.ts";
import { prepareFit } from "#shared/fit/prepare-fit.ts";
import { statusCode, statusTable } from "#shared/fit/status.ts";
import type { DiffusionEstimator } from "#shared/models/diffusion-decay.ts";
import type { NoiseModel } from "#shared/models/model-choice.ts";
import { addRicianNoise, uniformNumbers } from "#shared/phantom/random.ts";
import { deviation, median, normalNumbers } from "./curves.ts";

// One diffusion coefficient: every estimator through the door that programs use.

const estimators = ["ols", "wls", "iwls", "nlls"] as const;
const gaussianNoise = { kind: "gaussian" } as const;

function settingsOf(
  bValues: readonly number[],
  estimator: DiffusionEstimator,
  noise: NoiseModel = gaussianNoise,
): FitSettings {
  return {
    model: { name: "diffusion-decay", noise, options: { estimator } },
    abscissae: bValues,
    sigma: undefined,
    noiseThreshold: 3,
    solver: "own",
  };
}

function fitterOf(bValues: readonly number[], estimator: DiffusionEstimator, noise?: NoiseModel) {
  return prepareFit(settingsOf(bValues, estimator, noise)).build();
}

/** Results of one curve. */
function fitOnce(
  bValues: readonly number[],
  estimator: DiffusionEstimator,
  y: ArrayLike<number>,
  noise?: NoiseModel,
) {
  const fitter = fitterOf(bValues, estimator, noise);
  fitter.fit(Float64Array.from(y), 0, 1);
  const { status, values, standardErrors, rSquared, rmse } = fitter.result;
  return {
    status: statusTable[status]!.name,
    adc: values[0]!,
    s0: values[1]!,
    adcError: standardErrors[0]!,
    s0Error: standardErrors[1]!,
    rSquared,
    rmse,
  };
}

const series = [0, 100, 200, 400, 600, 800, 1000];
const decay = (bValues: readonly number[], s0: number, d: number) =>
  bValues.map((b) => s0 * Math.exp(-b * d));

describe.each(estimators)("an ADC by %s", (estimator) => {
  test.each([
    [[0, 150, 500, 800], 100, 8e-4],
    [series, 1000, 8e-4],
    [series, 500, 3e-4],
    [series, 500, 3e-3],
    [[24.7, 520, 1020, 2021], 700, 6.5e-4],
    [[0, 0, 0, 1000, 1000, 1000], 321, 1e-3],
    [[1000, 0, 500, 0, 1000], 50, 2e-3],
    [series, 1e-5, 1e-3],
    [series, 1e7, 1e-3],
    [series, 400, 1e-9],
  ])("of noise-free signals at b = %s is exact", (bValues, s0, d) => {
    const {
      status,
      adc,
      s0: found,
      rSquared,
      rmse,
    } = fitOnce(bValues, estimator, decay(bValues, s0, d));
    expect(status).toBe("ok");
    expect(Math.abs(adc - d)).toBeLessThan(1e-9 * Math.max(d, 1e-4));
    expect(Math.abs(found / s0 - 1)).toBeLessThan(1e-10);
    expect(rmse).toBeLessThan(1e-9 * s0);
    if (d > 1e-6) expect(rSquared).toBeGreaterThan(1 - 1e-9);
  });

  test("scales with the signal, and does not depend on the order of the images", () => {
    const random = normalNumbers("adc order");
    const y = decay(series, 1000, 9e-4).map((value) => value + 30 * random());
    const one = fitOnce(series, estimator, y);
    const scaled = fitOnce(
      series,
      estimator,
      y.map((value) => 250 * value),
    );
    const order = [3, 0, 6, 1, 5, 2, 4];
    const shuffled = fitOnce(
      order.map((k) => series[k]!),
      estimator,
      order.map((k) => y[k]!),
    );
    expect(scaled.adc / one.adc).toBeCloseTo(1, 9);
    expect(scaled.adcError / one.adcError).toBeCloseTo(1, 6);
    expect(scaled.s0 / one.s0 / 250).toBeCloseTo(1, 9);
    expect(scaled.rmse / one.rmse / 250).toBeCloseTo(1, 8);
    for (const key of ["adc", "s0", "adcError", "s0Error", "rSquared", "rmse"] as const) {
      expect(shuffled[key] / one[key]).toBeCloseTo(1, 9);
    }
  });

  test("has the R² and the RMSE of the signals", () => {
    const random = normalNumbers("adc quality");
    const y = decay(series, 1000, 9e-4).map((value) => value + 30 * random());
    const { adc, s0, rSquared, rmse } = fitOnce(series, estimator, y);
    const ssr = series.reduce((sum, b, i) => sum + (y[i]! - s0 * Math.exp(-b * adc)) ** 2, 0);
    const mean = y.reduce((a, b) => a + b, 0) / y.length;
    const sst = y.reduce((sum, value) => sum + (value - mean) ** 2, 0);
    expect(rmse / Math.sqrt(ssr / y.length)).toBeCloseTo(1, 9);
    expect(rSquared).toBeCloseTo(1 - ssr / sst, 9);
  });

  test("has standard errors within 5 % of the spread of results", () => {
    const random = normalNumbers(`adc spread ${estimator}`);
    const fitter = fitterOf(series, estimator);
    const y = new Float64Array(series.length);
    const clean = decay(series, 1000, 8e-4);
    const found: number[] = [];
    const s0: number[] = [];
    const squares = [0, 0];
    const runs = 6000;
    for (let run = 0; run < runs; run++) {
      clean.forEach((value, i) => {
        y[i] = value + 10 * random();
      });
      fitter.fit(y, 0, 1);
      found.push(fitter.result.values[0]!);
      s0.push(fitter.result.values[1]!);
      for (const k of [0, 1])
        squares[k] = squares[k]! + fitter.result.standardErrors[k]! ** 2 / runs;
    }
    // OLS takes the logarithms to scatter alike, which they do not: its errors are those of its own assumption.
    const tolerance = estimator === "ols" ? 0.35 : 0.05;
    expect(Math.abs(Math.sqrt(squares[0]!) / deviation(found) - 1)).toBeLessThan(tolerance);
    expect(Math.abs(Math.sqrt(squares[1]!) / deviation(s0) - 1)).toBeLessThan(tolerance);
    if (estimator !== "ols") {
      // The bound of Cramér and Rao for S0 1000, ADC 8e-4 and noise of SD 10.
      expect(Math.abs(Math.sqrt(squares[0]!) / 1.722e-5 - 1)).toBeLessThan(0.05);
      expect(Math.abs(Math.sqrt(squares[1]!) / 6.913 - 1)).toBeLessThan(0.05);
      expect(Math.abs(deviation(found) / 1.722e-5 - 1)).toBeLessThan(0.05);
    }
  });

  test.each([
    ["NaN", decay(series, 100, 1e-3).with(3, Number.NaN)],
    ["infinity", decay(series, 100, 1e-3).with(3, Number.POSITIVE_INFINITY)],
    ["minus infinity", decay(series, 100, 1e-3).with(3, Number.NEGATIVE_INFINITY)],
    ["zeros", series.map(() => 0)],
    ["one number", series.map(() => 4095)],
    ["numbers whose squares overflow", decay(series, 1e200, 1e-3)],
  ])("of %s is invalid input", (_, y) => {
    const found = fitOnce(series, estimator, y);
    expect(found.status).toBe("invalid-input");
    expect([found.adc, found.s0, found.adcError, found.rmse]).toEqual(Array(4).fill(Number.NaN));
  });

  test("below zero and above all tissue is kept and flagged", () => {
    const rising = fitOnce(series, estimator, decay(series, 100, -2e-4));
    expect(rising.status).toBe("lower-bound");
    expect(rising.adc).toBeCloseTo(-2e-4, 10);
    const fast = fitOnce(series, estimator, decay(series, 1000, 7e-3));
    expect(fast.status).toBe("upper-bound");
    expect(fast.adc).toBeCloseTo(7e-3, 10);
    expect(fitOnce(series, estimator, decay(series, 1000, 4.9e-3)).status).toBe("ok");
  });

  test("of a weak first sample is noise when the noise is known", () => {
    const fitter = prepareFit({ ...settingsOf(series, estimator), sigma: 40 }).build();
    fitter.fit(Float64Array.from(decay(series, 100, 1e-3)), 0, 1);
    expect(fitter.result.status).toBe(statusCode.noise);
    expect(fitter.result.values[0]).toBeNaN();
    fitter.fit(Float64Array.from(decay(series, 130, 1e-3)), 0, 1);
    expect(fitter.result.status).toBe(statusCode.ok);
    expect(fitter.result.reducedChiSquare).toBeCloseTo(0, 12);
  });

  test("of two b-values has values, but neither errors nor R²", () => {
    const { status, adc, s0, adcError, rSquared } = fitOnce([0, 1000], estimator, [500, 200]);
    expect(status).toBe("ok");
    expect(adc).toBeCloseTo(Math.log(2.5) / 1000, 12);
    expect(s0).toBeCloseTo(500, 6);
    expect(adcError).toBeNaN();
    expect(rSquared).toBeNaN();
  });

  test("is drawn through its samples, with bands", () => {
    const random = normalNumbers("adc curve");
    const y = decay(series, 1000, 9e-4).map((value) => value + 30 * random());
    const fitter = fitterOf(series, estimator);
    fitter.fit(Float64Array.from(y), 0, 1);
    const atSamples = new Float64Array(series.length);
    fitter.predictSamples(atSamples);
    const curve = fitter.predict!(series);
    series.forEach((b, i) => {
      const [d, s0] = fitter.result.values as unknown as [number, number];
      expect(atSamples[i]! / (s0 * Math.exp(-b * d))).toBeCloseTo(1, 9);
      expect(curve.signal[i]! / atSamples[i]!).toBeCloseTo(1, 9);
      expect(curve.confidence[i]).toBeGreaterThan(0);
      expect(curve.prediction[i]).toBeGreaterThan(curve.confidence[i]!);
    });
    const [first] = curve.confidence;
    // Student's t of 5 degrees of freedom.
    expect(first! / fitter.result.standardErrors[1]!).toBeCloseTo(2.5706, 3);
    fitter.fit(
      Float64Array.from(series, () => 0),
      0,
      1,
    );
    expect(fitter.predict!(series).signal.every(Number.isNaN)).toBe(true);
    fitter.predictSamples(atSamples);
    expect(atSamples.every(Number.isNaN)).toBe(true);
  });
});

describe.each(["ols", "wls", "iwls"] as const)("a log-linear ADC by %s", (estimator) => {
  test("leaves samples out that are not positive", () => {
    const y = decay(series, 1000, 8e-4).with(4, 0).with(6, -3);
    const without = [0, 1, 2, 3, 5];
    const found = fitOnce(series, estimator, y);
    const reference = fitOnce(
      without.map((k) => series[k]!),
      estimator,
      without.map((k) => y[k]!),
    );
    expect(found.status).toBe("ok");
    for (const key of ["adc", "s0"] as const)
      expect(found[key] / reference[key]).toBeCloseTo(1, 12);
  });

  test("with fewer than two b-values left is invalid input", () => {
    expect(
      fitOnce(
        series,
        estimator,
        series.map((_, i) => (i === 2 ? 5 : 0)),
      ).status,
    ).toBe("invalid-input");
    expect(fitOnce([0, 0, 0, 500, 500], estimator, [90, 80, 85, 0, -1]).status).toBe(
      "invalid-input",
    );
  });
});

test("the mean logarithm of directions gives a third of the trace, where the mean signal does not", () => {
  const diffusivities = [1.4e-3, 0.9e-3, 0.6e-3];
  const bValues = [0, 1000, 1000, 1000];
  const y = [1, ...diffusivities.map((d) => Math.exp(-1000 * d))].map((value) => 800 * value);
  expect(fitOnce(bValues, "ols", y).adc).toBeCloseTo(0.96667e-3, 8);
  const mean = (y[1]! + y[2]! + y[3]!) / 3;
  expect(fitOnce([0, 1000], "ols", [y[0]!, mean]).adc).toBeCloseTo(0.91464e-3, 8);
});

test("a voxel of MRtrix3's own test data has its golden value", () => {
  // MRtrix3/test_data dwi2adc, voxel [5, 5, 1]; double precision by an independent calculation.
  const { adc, s0 } = fitOnce([0, 500, 1000], "ols", [463, 114, 32]);
  expect(Math.abs(adc - 2.6719911513e-3)).toBeLessThan(1e-12);
  expect(s0).toBeCloseTo(452.99573514, 7);
});

test("nonlinear least squares finds the smallest sum of a dense scan, on curves of any kind", () => {
  const uniform = uniformNumbers("dense");
  const grid = Array.from({ length: 11_001 }, (_, k) => -1e-3 + 1e-6 * k);
  for (const bValues of [series, [0, 1000, 2000, 3000], [500, 1000], [0, 0, 3000, 3000, 700]]) {
    const fitter = fitterOf(bValues, "nlls");
    const bases = grid.map((d) => bValues.map((b) => Math.exp(-b * d)));
    for (let run = 0; run < 60; run++) {
      const shape = decay(bValues, 100, 4e-3 * uniform());
      const y = Float64Array.from(
        shape,
        (value) => value + 300 * uniform() ** 4 * (uniform() - 0.4),
      );
      fitter.fit(y, 0, 1);
      const { status, values } = fitter.result;
      // Without a positive amplitude at any D there is nothing to find.
      if (status === statusCode["not-identifiable"]) continue;
      const sumOf = (basis: readonly number[]) => {
        const a = basis.reduce((sum, value, i) => sum + value * y[i]!, 0);
        const b = basis.reduce((sum, value) => sum + value * value, 0);
        const s0 = Math.max(0, a / b);
        return y.reduce((sum, value, i) => sum + (value - s0 * basis[i]!) ** 2, 0);
      };
      const best = bases.reduce((least, basis) => Math.min(least, sumOf(basis)), Infinity);
      const own = sumOf(bValues.map((b) => Math.exp(-b * values[0]!)));
      expect(own).toBeLessThanOrEqual(best * (1 + 1e-9) + 1e-9);
    }
  }
});

describe("magnitudes", () => {
  const bValues = [0, 0, 500, 1000, 1500, 2000, 2500, 3000];
  const sigma = 50;
  const truth = 1.5e-3;
  const simulate = (estimator: DiffusionEstimator, noise?: NoiseModel) => {
    const uniform = uniformNumbers("rician adc");
    const fitter = fitterOf(bValues, estimator, noise);
    const found: number[] = [];
    const errors: number[] = [];
    for (let run = 0; run < 2000; run++) {
      const y = bValues.map((b) => addRicianNoise(1000 * Math.exp(-b * truth), sigma, uniform));
      fitter.fit(Float64Array.from(y), 0, 1);
      found.push(fitter.result.values[0]!);
      errors.push(fitter.result.standardErrors[0]!);
    }
    return { found, errors };
  };

  test("on the noise floor have no bias with the expected-Rician form, whose errors are those of the spread", () => {
    const { found, errors } = simulate("nlls", { kind: "rician", sigma });
    expect(Math.abs(median(found) / truth - 1)).toBeLessThan(0.01);
    expect(Math.abs(median(errors) / deviation(found) - 1)).toBeLessThan(0.05);
    expect(median(simulate("ols").found) / truth).toBeLessThan(0.8);
    expect(median(simulate("nlls").found) / truth).toBeLessThan(0.99);
  });

  test("are fitted by that form whatever the estimator", () => {
    const y = bValues.map((b) => 1000 * Math.exp(-b * truth) + 20);
    const rician = { kind: "rician", sigma } as const;
    const [first, second] = (["ols", "nlls"] as const).map((e) => fitOnce(bValues, e, y, rician));
    expect(first).toEqual(second);
    expect(prepareFit(settingsOf(bValues, "ols", rician)).sheet.name).toBe(
      "diffusion-decay-expected-rician",
    );
  });
});

describe("settings that cannot be fitted are refused:", () => {
  test.each([
    ["one b-value", [1000, 1000], gaussianNoise, /two different b-values/],
    ["no image", [], gaussianNoise, /two different b-values/],
    ["a negative b-value", [0, -5], gaussianNoise, /-5 s\/mm2 is below 0/],
    ["a b-value that is none", [0, Number.NaN], gaussianNoise, /no place/],
    ["a noise that is none", [0, 1000], { kind: "rician", sigma: 0 } as const, /no noise/],
  ])("%s", (_, bValues, noise, message) => {
    expect(() => prepareFit(settingsOf(bValues, "wls", noise))).toThrow(message);
    expect(() => prepareFit(settingsOf(bValues, "wls", noise))).toThrow(RangeError);
  });
});

test("the independent solver agrees with nonlinear least squares", () => {
  const random = normalNumbers("adc reference");
  const y = Float64Array.from(decay(series, 1000, 9e-4), (value) => value + 20 * random());
  const own = fitterOf(series, "nlls");
  const reference = prepareFit({ ...settingsOf(series, "wls"), solver: "reference" }).build();
  own.fit(y, 0, 1);
  reference.fit(y, 0, 1);
  expect(reference.result.status).toBe(statusCode.ok);
  for (const k of [0, 1]) {
    expect(reference.result.values[k]! / own.result.values[k]!).toBeCloseTo(1, 6);
    expect(reference.result.standardErrors[k]! / own.result.standardErrors[k]!).toBeCloseTo(1, 4);
  }
});
