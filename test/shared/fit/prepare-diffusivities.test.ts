import { describe, expect, test } from "vitest";
import { fitCurve } from "#shared/fit/fit-curve.ts";
import type { FitSettings } from "#shared/fit/fit-settings.ts";
import type { DiffusionEstimator } from "#shared/models/diffusion-decay.ts";
import type { ModelChoice } from "#shared/models/model-choice.ts";
import { uniformNumbers } from "#shared/phantom/random.ts";

const estimators: readonly DiffusionEstimator[] = ["ols", "wls", "iwls", "nlls"];
const noise = { kind: "gaussian" } as const;

function settings(model: ModelChoice, abscissae: readonly number[]): FitSettings {
  return { model, abscissae, sigma: undefined, noiseThreshold: 0, solver: "own" };
}

const averagedDecay = (
  estimator: DiffusionEstimator,
  averaged: readonly number[],
): ModelChoice => ({
  name: "diffusion-decay",
  options: { estimator, averaged },
  noise,
});

const byDirection = (
  estimator: DiffusionEstimator,
  directionOf: readonly number[],
): ModelChoice => ({ name: "diffusion-directions", options: { estimator, directionOf }, noise });

/** Box and Muller. */
function normalNumbers(seed: string): () => number {
  const uniform = uniformNumbers(seed);
  return () => Math.sqrt(-2 * Math.log(1 - uniform())) * Math.cos(2 * Math.PI * uniform());
}

const valuesOf = (model: ModelChoice, bValues: readonly number[], signals: readonly number[]) => {
  const { parameters, ...rest } = fitCurve(settings(model, bValues), signals);
  return {
    ...rest,
    values: parameters.map(({ value }) => value),
    errors: parameters.map((one) => one.standardError),
  };
};

describe("a decay through geometric means", () => {
  const bValues = [0, 300, 700, 1000];
  const counts = [2, 3, 6, 6];
  const signals = [1010, 780, 560, 455];

  test.each(estimators)("is found without noise (%s)", (estimator) => {
    const exact = bValues.map((b) => 800 * Math.exp(-b * 1.1e-3));
    const { values, rSquared } = valuesOf(averagedDecay(estimator, counts), bValues, exact);
    expect(values[0]! / 1.1e-3).toBeCloseTo(1, 9);
    expect(values[1]! / 800).toBeCloseTo(1, 9);
    expect(rSquared).toBeCloseTo(1, 9);
  });

  test.each(estimators)("weighs each as often as it has images (%s)", (estimator) => {
    const repeat = (numbers: readonly number[]) =>
      numbers.flatMap((value, i) => new Array<number>(counts[i]!).fill(value));
    const means = valuesOf(averagedDecay(estimator, counts), bValues, signals);
    const singles = valuesOf(
      { name: "diffusion-decay", options: { estimator }, noise },
      repeat(bValues),
      repeat(signals),
    );
    expect(means.values[0]! / singles.values[0]!).toBeCloseTo(1, 8);
    expect(means.values[1]! / singles.values[1]!).toBeCloseTo(1, 8);
    // Four means are no seventeen images: two degrees of freedom, not fifteen.
    expect(means.errors[0]! / singles.errors[0]!).toBeCloseTo(Math.sqrt(15 / 2), 5);
    expect(means.rSquared).toBeCloseTo(singles.rSquared, 9);
  });

  test("gives by ols what the logarithms of all images give", () => {
    const images = [
      [1000, 1030],
      [760, 800, 775],
      [540, 580, 560],
    ];
    const bs = [0, 300, 700];
    const mean = images.map((list) =>
      Math.exp(list.reduce((sum, value) => sum + Math.log(value), 0) / list.length),
    );
    const averaged = valuesOf(averagedDecay("ols", [2, 3, 3]), bs, mean);
    const joint = valuesOf(
      { name: "diffusion-decay", options: { estimator: "ols" }, noise },
      images.flatMap((list, i) => list.map(() => bs[i]!)),
      images.flat(),
    );
    expect(averaged.values[0]! / joint.values[0]!).toBeCloseTo(1, 12);
  });

  test.each(["wls", "nlls"] as const)("has the standard error of its spread (%s)", (estimator) => {
    const normal = normalNumbers("averaged decay");
    const model = averagedDecay(estimator, counts);
    const fits = Array.from({ length: 3000 }, () =>
      valuesOf(
        model,
        bValues,
        bValues.map((b, i) => 1000 * Math.exp(-b * 8e-4) + (20 * normal()) / Math.sqrt(counts[i]!)),
      ),
    );
    const mean = fits.reduce((sum, { values }) => sum + values[0]!, 0) / fits.length;
    const variance =
      fits.reduce((sum, { values }) => sum + (values[0]! - mean) ** 2, 0) / fits.length;
    const stated = fits.reduce((sum, { errors }) => sum + errors[0]! ** 2, 0) / fits.length;
    expect(mean / 8e-4).toBeCloseTo(1, 2);
    expect(Math.sqrt(stated / variance)).toBeGreaterThan(0.95);
    expect(Math.sqrt(stated / variance)).toBeLessThan(1.05);
  });

  test("is drawn with a band that is narrowest among the samples", () => {
    const { predict } = valuesOf(averagedDecay("nlls", counts), bValues, signals);
    const { signal, confidence, prediction } = predict!([0, 700, 3000]);
    expect(signal[0]).toBeGreaterThan(signal[1]!);
    expect(confidence[1]! / signal[1]!).toBeLessThan(confidence[2]! / signal[2]!);
    expect(prediction[1]).toBeGreaterThan(confidence[1]!);
  });

  test("is flagged outside the range of tissue, and has no value where samples are missing", () => {
    const model = averagedDecay("nlls", counts);
    expect(valuesOf(model, bValues, [500, 510, 520, 530]).status).toBe("lower-bound");
    expect(valuesOf(model, bValues, [1000, 200, 9, 2]).status).toBe("upper-bound");
    expect(valuesOf(model, bValues, [1000, Number.NaN, 500, 400]).status).toBe("invalid-input");
  });

  test.each([
    ["Rician noise", { ...averagedDecay("nlls", counts), noise: { kind: "rician", sigma: 3 } }, {}],
    ["counts of other samples", averagedDecay("nlls", [1, 2]), {}],
    ["the reference solver", averagedDecay("nlls", counts), { solver: "reference" }],
  ] as const)("refuses %s", (_, model, changes) => {
    const all = { ...settings(model as ModelChoice, bValues), ...changes };
    expect(() => fitCurve(all, signals)).toThrow(RangeError);
  });
});

describe("a diffusivity for each direction", () => {
  // Three directions at two b-values, b = 0 twice.
  const bValues = [0, 0, 500, 500, 500, 1000, 1000, 1000];
  const directionOf = [-1, -1, 0, 1, 2, 0, 1, 2];
  const truth = [1.4e-3, 0.9e-3, 0.6e-3];
  const exact = bValues.map((b, i) => 900 * Math.exp(-b * (truth[directionOf[i]!] ?? 0)));

  test.each(estimators)("and their mean are found without noise (%s)", (estimator) => {
    const { values } = valuesOf(byDirection(estimator, directionOf), bValues, exact);
    const expected = [2.9e-3 / 3, 900, ...truth];
    for (const [k, value] of values.entries()) expect(value / expected[k]!).toBeCloseTo(1, 8);
  });

  test("names a map for each direction after the mean and S0", () => {
    const { parameters } = fitCurve(settings(byDirection("ols", directionOf), bValues), exact);
    expect(parameters.map(({ symbol }) => symbol)).toEqual(["ADC", "S0", "dir1", "dir2", "dir3"]);
  });

  test("has the mean that the geometric mean of the images decays with", () => {
    const noisy = exact.map((value, i) => value * (1 + 0.02 * Math.sin(7 * i)));
    const shell = (from: number, to: number) =>
      Math.exp(
        noisy.slice(from, to).reduce((sum, value) => sum + Math.log(value), 0) / (to - from),
      );
    const means = valuesOf(
      averagedDecay("ols", [2, 3, 3]),
      [0, 500, 1000],
      [shell(0, 2), shell(2, 5), shell(5, 8)],
    );
    const { values } = valuesOf(byDirection("ols", directionOf), bValues, noisy);
    expect(values[0]! / means.values[0]!).toBeCloseTo(1, 10);
  });

  test("has a standard error of the mean that counts the common S0 once", () => {
    const normal = normalNumbers("directions");
    const model = byDirection("nlls", directionOf);
    const fits = Array.from({ length: 3000 }, () =>
      valuesOf(
        model,
        bValues,
        exact.map((value) => value + 15 * normal()),
      ),
    );
    const mean = fits.reduce((sum, { values }) => sum + values[0]!, 0) / fits.length;
    const variance =
      fits.reduce((sum, { values }) => sum + (values[0]! - mean) ** 2, 0) / fits.length;
    const stated = fits.reduce((sum, { errors }) => sum + errors[0]! ** 2, 0) / fits.length;
    expect(Math.sqrt(stated / variance)).toBeGreaterThan(0.95);
    expect(Math.sqrt(stated / variance)).toBeLessThan(1.05);
  });

  test("is refused where a direction has one image and there is no b = 0", () => {
    const model = byDirection("ols", [0, 1, 2]);
    expect(() => fitCurve(settings(model, [1000, 1000, 1000]), [5, 6, 7])).toThrow(/b = 0, or two/);
  });
});
