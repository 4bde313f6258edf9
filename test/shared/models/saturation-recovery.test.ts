import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { buildCurveFitter } from "#shared/fit/curve-fitter.ts";
import { fitCurve } from "#shared/fit/fit-curve.ts";
import { buildSignalModel } from "#shared/models/model-choice.ts";
import { saturationRecoverySheet } from "#shared/models/saturation-recovery.ts";
import { newBasis } from "#shared/models/signal-model.ts";
import { curveOfBound, deviation, gaussian, normalNumbers, rician } from "../fit/curves.ts";
import { expectCompleteSheet } from "./t1-sheets.ts";

const repetitionTimes = [50, 100, 200, 400, 800, 1500, 3000, 5000];
const two = { saturationEfficiency: false };
const three = { saturationEfficiency: true };
const recovery = ([t1, m0, b = 1]: readonly number[], times: readonly number[] = repetitionTimes) =>
  times.map((tr) => m0! * (1 - b * Math.exp(-tr / t1!)));
const settingsOf = (options: object, times = repetitionTimes) =>
  gaussian("saturation-recovery", times, options);

/** T1, M0 and saturation of a fit. */
function fitted(options: object, signals: readonly number[], times = repetitionTimes) {
  const { parameters, ...rest } = fitCurve(settingsOf(options, times), signals);
  const [t1, r1, m0, b] = parameters;
  return { ...rest, t1: t1!, r1: r1!, m0: m0!, b };
}

describe("saturation recovery", () => {
  test.each([two, three])("has a complete data sheet (%o)", ({ saturationEfficiency }) => {
    const sheet = saturationRecoverySheet(saturationEfficiency);
    expectCompleteSheet(sheet, "saturation-recovery", "RepetitionTime");
    expect(sheet.parameters.map(({ symbol }) => symbol).includes("saturation")).toBe(
      saturationEfficiency,
    );
  });

  test.each([two, three])("has a basis with exact derivatives (%o)", (options) => {
    const choice = { name: "saturation-recovery", noise: { kind: "gaussian" }, options } as const;
    const model = buildSignalModel(choice, Float64Array.from(repetitionTimes));
    const [at, up, down] = [newBasis(model), newBasis(model), newBasis(model)] as const;
    const [rate, h] = [1 / 800, 1e-5 / 800];
    model.evaluate([rate], at);
    model.evaluate([rate + h], up);
    model.evaluate([rate - h], down);
    for (let i = 1; i < 8; i++) {
      expect(at.first[i]! / ((up.value[i]! - down.value[i]!) / (2 * h))).toBeCloseTo(1, 6);
      expect(at.second[i]! / ((up.first[i]! - down.first[i]!) / (2 * h))).toBeCloseTo(1, 6);
    }
  });

  test("noise-free curves return T1 to 1e-9 from 50 to 5000 ms, without a start value", () => {
    for (let t1 = 50; t1 <= 5000; t1 *= 1.17) {
      const ideal = fitted(two, recovery([t1, 1000]));
      expect(Math.abs(ideal.t1.value / t1 - 1)).toBeLessThan(1e-9);
      expect(ideal.m0.value).toBeCloseTo(1000, 5);
      for (const b of [0.8, 1, 1.09]) {
        const full = fitted(three, recovery([t1, 1000, b]));
        expect(Math.abs(full.t1.value / t1 - 1)).toBeLessThan(1e-9);
        expect(Math.abs(full.b!.value / b - 1)).toBeLessThan(1e-9);
        expect(full.r1.value).toBeCloseTo(1000 / full.t1.value, 12);
        expect(full.status).toBe("ok");
      }
    }
  });

  // Cramer-Rao bounds for noise 10: section 1.8 of the project's notes on quantitative MRI models, computed with numpy.
  test("standard errors are the published bounds", () => {
    const close = (found: number, expected: number) =>
      expect(Math.abs(found / expected - 1)).toBeLessThan(1e-4);
    const ideal = fitted(two, [...curveOfBound(recovery, [1200, 1000], 10)]);
    close(ideal.t1.value, 1200);
    close(ideal.t1.standardError, 30.6425);
    close(ideal.m0.standardError, 9.5848);
    const bounds = [
      { b: 1, t1: 38.5042, m0: 10.0174, saturation: 0.0072772 },
      { b: 0.95, t1: 40.5308, m0: 10.0174, saturation: 0.0071477 },
      { b: 0.8, t1: 48.1303, m0: 10.0174, saturation: 0.0069638 },
    ];
    for (const bound of bounds) {
      const full = fitted(three, [...curveOfBound(recovery, [1200, 1000, bound.b], 10)]);
      close(full.t1.standardError, bound.t1);
      close(full.m0.standardError, bound.m0);
      close(full.b!.standardError, bound.saturation);
    }
  });

  test.each([two, three])(
    "standard errors agree with the spread of repeats to 5 % (%o)",
    (options) => {
      const normal = normalNumbers("saturation recovery");
      const fitter = buildCurveFitter(settingsOf(options));
      const times: number[] = [];
      // Root of the mean square: with five degrees of freedom the mean of s itself is 5 % below sigma.
      let squares = 0;
      for (let k = 0; k < 4000; k++) {
        const y = Float64Array.from(recovery([1200, 1000, 1]), (s) => s + 20 * normal());
        fitter.fit(y, 0);
        times.push(fitter.result.values[0]!);
        squares += fitter.result.standardErrors[0]! ** 2 / 4000;
      }
      expect(Math.abs(Math.sqrt(squares) / deviation(times) - 1)).toBeLessThan(0.05);
    },
  );

  test.each([two, three])("finds the smallest sum of a dense scan over T1 (%o)", (options) => {
    const normal = normalNumbers("scan");
    const fitter = buildCurveFitter(settingsOf(options));
    for (let k = 0; k < 150; k++) {
      const t1 = [100, 700, 3000][k % 3]!;
      const y = Float64Array.from(recovery([t1, 100]), (s) => s + 40 * normal());
      fitter.fit(y, 0);
      if (fitter.result.status === 9) continue;
      const found = fitter.result.rmse ** 2 * 8;
      expect(found).toBeLessThanOrEqual(scan(y, options.saturationEfficiency) * (1 + 1e-9));
    }
  });

  test("scaling the signal scales M0 and nothing else", () => {
    const normal = normalNumbers("scale");
    const y = recovery([900, 100, 0.97]).map((s) => s + normal());
    fc.assert(
      fc.property(fc.double({ min: 1e-6, max: 1e6, noNaN: true }), (factor) => {
        const plain = fitted(three, y);
        const scaled = fitted(
          three,
          y.map((value) => factor * value),
        );
        expect(scaled.t1.value / plain.t1.value).toBeCloseTo(1, 8);
        expect(scaled.b!.value / plain.b!.value).toBeCloseTo(1, 8);
        expect(scaled.m0.value / plain.m0.value / factor).toBeCloseTo(1, 8);
      }),
      { numRuns: 50, seed: 3 },
    );
  });

  test("bad curves are status codes", () => {
    const status = (signals: readonly number[], options: object = three) =>
      fitted(options, signals).status;
    expect(status(repetitionTimes.map(() => 0))).toBe("invalid-input");
    expect(status(repetitionTimes.map(() => 7))).toBe("invalid-input");
    expect(status(recovery([900, 100]).with(3, Number.NaN))).toBe("invalid-input");
    expect(status(recovery([900, 100]).toReversed())).toBe("not-identifiable");
    expect(status(recovery([900, 100]).map((value) => value - 500))).toBe("not-identifiable");
    expect(status(recovery([900, 100, 0.3]))).toBe("poor-fit");
    expect(status(recovery([100_000, 1e6]), two)).toBe("upper-bound");
  });

  test("the brightest sample is what has to rise above the noise", () => {
    const status = (sigma: number) =>
      fitCurve({ ...settingsOf(three), sigma }, recovery([1200, 1000])).status;
    // The first sample is 41, the last 984.
    expect(status(100)).toBe("ok");
    expect(status(400)).toBe("noise");
  });

  test("as many parameters as samples give T1 without an error", () => {
    const exact = fitted(two, recovery([800, 100], [500, 2000]), [500, 2000]);
    expect(exact.status).toBe("ok");
    expect(exact.t1.value).toBeCloseTo(800, 6);
    expect(exact.t1.standardError).toBeNaN();
    expect(exact.rSquared).toBeNaN();
    expect(fitted(two, [50], [500]).status).toBe("invalid-input");
  });

  test.each([two, three])("the reference solver finds the same T1 (%o)", (options) => {
    const normal = normalNumbers("reference");
    const y = recovery([1100, 1000, 1]).map((s) => s + 10 * normal());
    const reference = fitCurve({ ...settingsOf(options), solver: "reference" }, y);
    const own = fitted(options, y);
    expect(Math.abs(reference.parameters[0]!.value / own.t1.value - 1)).toBeLessThan(1e-5);
  });

  test("the expected-Rician form takes the floor off the first samples", () => {
    const normal = normalNumbers("floor");
    const bias = (settings: ReturnType<typeof gaussian>) => {
      const fitter = buildCurveFitter(settings);
      let sum = 0;
      const runs = 1500;
      for (let k = 0; k < runs; k++) {
        const y = Float64Array.from(recovery([1500, 1000]), (s) =>
          Math.hypot(s + 100 * normal(), 100 * normal()),
        );
        fitter.fit(y, 0);
        sum += 1 / fitter.result.values[0]! / runs;
      }
      return 1 / sum / 1500 - 1;
    };
    const plain = bias(settingsOf(two));
    const corrected = bias(rician("saturation-recovery", repetitionTimes, 100, two));
    expect(Math.abs(corrected)).toBeLessThan(0.02);
    expect(Math.abs(plain)).toBeGreaterThan(0.03);
  });

  test("limits of T1 that hold nothing are refused", () => {
    const limits = { ...three, minTimeMs: 100, maxTimeMs: 50 };
    expect(() => fitted(limits, recovery([900, 100]))).toThrow(RangeError);
  });
});

/** Smallest sum of squares over 4,000 values of T1, amplitudes by linear least squares. */
function scan(y: Float64Array, constant: boolean): number {
  let least = Number.POSITIVE_INFINITY;
  const n = y.length;
  const mean = constant ? y.reduce((a, b) => a + b, 0) / n : 0;
  for (let k = 0; k <= 4000; k++) {
    const t1 = 20_000 ** (k / 4000);
    const phi = repetitionTimes.map((tr) =>
      constant ? -Math.exp(-(tr - 50) / t1) : 1 - Math.exp(-tr / t1),
    );
    const middle = constant ? phi.reduce((a, b) => a + b, 0) / n : 0;
    let across = 0;
    let length = 0;
    let squares = 0;
    phi.forEach((value, i) => {
      across += (value - middle) * (y[i]! - mean);
      length += (value - middle) ** 2;
      squares += (y[i]! - mean) ** 2;
    });
    if (across > 0) least = Math.min(least, squares - (across * across) / length);
  }
  return least;
}
