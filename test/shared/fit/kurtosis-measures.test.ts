import { describe, expect, test } from "vitest";
import { fitCurve } from "#shared/fit/fit-curve.ts";
import { prepareFit } from "#shared/fit/prepare-fit.ts";
import { statusCode } from "#shared/fit/status.ts";
import type { KurtosisTensorOptions } from "#shared/models/diffusion-kurtosis-tensor.ts";
import { kurtosisTensorRows } from "#shared/models/diffusion-kurtosis-tensor.ts";
import type { NoiseModel } from "#shared/models/model-choice.ts";
import { ricianMoments } from "#shared/models/rician-mean.ts";
import { deviation, median, normalNumbers } from "./curves.ts";

/** Directions spread over the half sphere by the golden angle. */
function directions(count: number): number[][] {
  return Array.from({ length: count }, (_, k) => {
    const z = (k + 0.5) / count;
    const phi = k * Math.PI * (3 - Math.sqrt(5));
    const r = Math.sqrt(1 - z * z);
    return [r * Math.cos(phi), r * Math.sin(phi), z];
  });
}

const encode = (b: number, [x = 0, y = 0, z = 0]: readonly number[]) =>
  [x * x, y * y, z * z, x * y, x * z, y * z].map((value) => b * value);

const shells = [
  ...Array.from({ length: 4 }, () => encode(0, [1, 0, 0])),
  ...directions(30).map((n) => encode(1000, n)),
  ...directions(30).map((n) => encode(2200, n)),
];

/** ln S0, D in mm2/s, V = MD² W in mm4/s2. */
const truth = (() => {
  const d = [1.5e-3, 0.7e-3, 0.5e-3, 0.2e-3, -0.1e-3, 0.05e-3];
  const md2 = 0.9e-3 ** 2;
  const w = [
    1.1, 1.3, 0.9, 0.05, -0.02, 0.04, 0.03, -0.05, 0.01, 0.35, 0.3, 0.4, 0.02, -0.03, 0.01,
  ];
  return [Math.log(1000), ...d, ...w.map((value) => md2 * value)];
})();

const signalOf = (beta: readonly number[], bMatrices = shells) =>
  kurtosisTensorRows(bMatrices).map((row) =>
    Math.exp(row.reduce((sum, x, k) => sum + x * beta[k]!, 0)),
  );

const settings = (
  estimator: KurtosisTensorOptions["estimator"],
  noise: NoiseModel = { kind: "gaussian" },
  bMatrices: readonly (readonly number[])[] = shells,
) => ({
  model: { name: "diffusion-kurtosis-tensor" as const, noise, options: { estimator, bMatrices } },
  abscissae: bMatrices.map(([xx = 0, yy = 0, zz = 0]) => xx + yy + zz),
  sigma: undefined,
  noiseThreshold: 3,
  solver: "own" as const,
});

const valuesOf = (fit: ReturnType<typeof fitCurve>) =>
  Object.fromEntries(fit.parameters.map(({ symbol, value }) => [symbol, value]));

/** Kurtosis along n, from the tensors. */
function kurtosisAlong(beta: readonly number[], n: readonly number[]): number {
  const [row = []] = kurtosisTensorRows([encode(1, n)]);
  const sum = (from: number, to: number) =>
    row.slice(from, to).reduce((total, x, k) => total + x * beta[from + k]!, 0);
  return (6 * sum(7, 22)) / sum(1, 7) ** 2;
}

describe("kurtosis measures", () => {
  test("MK is the average over directions, AK the value along V1, RK the average across it", () => {
    const found = valuesOf(fitCurve(settings("ols"), signalOf(truth)));
    const many = directions(40_000);
    const mean = many.reduce((sum, n) => sum + kurtosisAlong(truth, n), 0) / many.length;
    expect(Math.abs(found["MK"]! / mean - 1)).toBeLessThan(1e-5);
    const v1 = ["V1x", "V1y", "V1z"].map((symbol) => found[symbol]!);
    expect(found["AK"]).toBeCloseTo(kurtosisAlong(truth, v1), 8);
    // Two directions across V1.
    const [x = 0, y = 0, z = 0] = v1;
    const length = Math.hypot(x, y);
    const u = [-y / length, x / length, 0];
    const w = [-z * (x / length), -z * (y / length), length];
    let across = 0;
    for (let k = 0; k < 360; k++) {
      const angle = (Math.PI * k) / 180;
      const n = u.map((value, i) => Math.cos(angle) * value + Math.sin(angle) * w[i]!);
      across += kurtosisAlong(truth, n) / 360;
    }
    expect(found["RK"]).toBeCloseTo(across, 8);
  });

  test.each(["ols", "wls", "iwls", "nlls"] as const)(
    "%s gives back noise-free tensors",
    (estimator) => {
      const fit = fitCurve(settings(estimator), signalOf(truth));
      const found = valuesOf(fit);
      expect(found["MD"]! / 0.9e-3).toBeCloseTo(1, 9);
      expect(found["S0"]! / 1000).toBeCloseTo(1, 8);
      expect(found["KFA"]).toBeGreaterThan(0);
      expect(found["KFA"]).toBeLessThan(1);
      expect(fit.status).toBe("ok");
    },
  );

  test("isotropic kurtosis has MK = AK = RK and KFA = 0", () => {
    const d = 0.8e-3;
    const v = 0.7 * d * d;
    const isotropic = [1, 1, 1, 0, 0, 0, 0, 0, 0, 1 / 3, 1 / 3, 1 / 3, 0, 0, 0];
    const beta = [0, d, d, d, 0, 0, 0, ...isotropic.map((value) => v * value)];
    const found = valuesOf(fitCurve(settings("ols"), signalOf(beta)));
    for (const symbol of ["MK", "AK", "RK"]) expect(found[symbol]).toBeCloseTo(0.7, 9);
    expect(found["KFA"]).toBeLessThan(1e-7);
    expect(found["FA"]).toBeLessThan(1e-7);
  });

  test("turning the scan turns V1 and changes nothing else", () => {
    const turn = ([x = 0, y = 0, z = 0]: readonly number[]) => [y, z, x];
    const turned = [
      ...Array.from({ length: 4 }, () => encode(0, [1, 0, 0])),
      ...directions(30).map((n) => encode(1000, turn(n))),
      ...directions(30).map((n) => encode(2200, turn(n))),
    ];
    const signal = signalOf(truth);
    const one = valuesOf(fitCurve(settings("wls"), signal));
    const other = valuesOf(fitCurve(settings("wls", undefined, turned), signal));
    for (const symbol of ["MK", "AK", "RK", "KFA", "MD", "FA"]) {
      expect(other[symbol]! / one[symbol]!).toBeCloseTo(1, 9);
    }
    expect(Math.abs(other["V1x"]!)).toBeCloseTo(Math.abs(one["V1y"]!), 9);
  });

  test("the standard errors of MK, MD and FA are the spread of repeats", () => {
    const fitter = prepareFit(settings("wls")).build();
    const normal = normalNumbers("kurtosis repeats");
    const clean = signalOf(truth);
    const places = ["MK", "MD", "FA", "AD", "RD", "S0"].map((symbol) =>
      fitter.sheet.parameters.findIndex((parameter) => parameter.symbol === symbol),
    );
    const repeats = 1500;
    const found = places.map(() => new Float64Array(repeats));
    const errors = places.map(() => new Float64Array(repeats));
    for (let k = 0; k < repeats; k++) {
      fitter.fit(
        Float64Array.from(clean, (s) => s + 5 * normal()),
        0,
        1,
      );
      expect(fitter.result.status).toBe(statusCode.ok);
      places.forEach((place, p) => {
        found[p]![k] = fitter.result.values[place]!;
        errors[p]![k] = fitter.result.standardErrors[place]!;
      });
    }
    places.forEach((_, p) => {
      expect(Math.abs(median(errors[p]!) / deviation(found[p]!) - 1)).toBeLessThan(0.06);
    });
    for (const symbol of ["AK", "RK", "KFA"]) {
      const parameter = fitter.sheet.parameters.find((one) => one.symbol === symbol);
      expect(parameter?.hasError).toBe(false);
    }
  });

  test("the expected-Rician fit has no bias on the expected magnitude itself, the plain one has", () => {
    const sigma = 60;
    const means = signalOf(truth).map((s) => ricianMoments(s, sigma).mean);
    const mk = (noise: NoiseModel) => valuesOf(fitCurve(settings("nlls", noise), means))["MK"]!;
    const wanted = valuesOf(fitCurve(settings("ols"), signalOf(truth)))["MK"]!;
    expect(mk({ kind: "rician", sigma }) / wanted).toBeCloseTo(1, 5);
    expect(mk({ kind: "gaussian" }) / wanted).toBeGreaterThan(1.03);
  });

  test("kurtosis outside its limits is set to the limit and flagged", () => {
    const d = 0.8e-3;
    const isotropic = [1, 1, 1, 0, 0, 0, 0, 0, 0, 1 / 3, 1 / 3, 1 / 3, 0, 0, 0];
    const beta = (k: number) => [
      0,
      d,
      d,
      d,
      0,
      0,
      0,
      ...isotropic.map((value) => k * d * d * value),
    ];
    const low = fitCurve(settings("ols"), signalOf(beta(-1)));
    expect(low.status).toBe("lower-bound");
    expect(valuesOf(low)["MK"]).toBe(-3 / 7);
    expect(low.parameters[0]!.standardError).toBeNaN();
    const high = fitCurve(settings("ols"), signalOf(beta(12)));
    expect(high.status).toBe("upper-bound");
    expect(valuesOf(high)["MK"]).toBe(10);
  });

  test("where D is not positive there is no kurtosis, but there is a tensor", () => {
    const beta = truth.with(3, -0.2e-3);
    const fit = fitCurve(settings("ols"), signalOf(beta));
    const found = valuesOf(fit);
    expect(fit.status).toBe("lower-bound");
    for (const symbol of ["MK", "AK", "RK"]) expect(found[symbol]).toBeNaN();
    for (const symbol of ["MD", "FA", "AD", "KFA", "S0"]) expect(found[symbol]).toBeGreaterThan(0);
  });

  test("curves that are none have a code and no value", () => {
    for (const bad of [
      shells.map(() => 0),
      shells.map(() => 9),
      shells.map((_, i) => (i ? 5 : Number.NaN)),
    ]) {
      const fit = fitCurve(settings("wls"), bad);
      expect(fit.status).toBe("invalid-input");
      for (const { value } of fit.parameters) expect(value).toBeNaN();
    }
  });
});
