import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { buildCurveFitter } from "#shared/fit/curve-fitter.ts";
import type { FitSettings } from "#shared/fit/fit-settings.ts";
import { statusCode, statusTable } from "#shared/fit/status.ts";
import { gaussian, normalNumbers, rician, steps } from "./curves.ts";

const times = steps(10, 10, 8);
const clean = (t2: number) => times.map((t) => 1000 * Math.exp(-t / t2));
const models = [
  gaussian("mono-exponential-decay", times),
  gaussian("mono-exponential-decay", [10, 20, 35, 50, 60, 70, 80, 100]),
  gaussian("mono-exponential-offset", times),
  gaussian("extended-phase-graph", times),
  rician("mono-exponential-decay", times, 20),
];

function statusOf(settings: FitSettings, y: readonly number[]): string {
  const fitter = buildCurveFitter(settings);
  fitter.fit(Float64Array.from(y), 0);
  return statusTable[fitter.result.status]!.name;
}

describe.each(models)("$model.name, noise $model.noise.kind", (settings) => {
  test.each([
    ["NaN", clean(40).with(3, Number.NaN)],
    ["infinity", clean(40).with(3, Number.POSITIVE_INFINITY)],
    ["zeros", clean(40).map(() => 0)],
    ["saturated", clean(40).map(() => 4095)],
    ["numbers whose squares overflow", clean(40).map((v) => v * 1e200)],
  ])("a curve of %s is invalid input, without values", (_, y) => {
    const fitter = buildCurveFitter(settings);
    fitter.fit(Float64Array.from(y), 0);
    expect(fitter.result.status).toBe(statusCode["invalid-input"]);
    for (const row of [fitter.result.values, fitter.result.standardErrors]) {
      expect(Array.from(row).every(Number.isNaN)).toBe(true);
    }
  });

  test("a curve below zero has no positive amplitude and is never ok", () => {
    expect(
      statusOf(
        settings,
        clean(40).map((v) => -v),
      ),
    ).not.toBe("ok");
  });

  test("a curve with some zeros is fitted", () => {
    const y = clean(15).map((v) => (v < 20 ? 0 : v));
    expect(["ok", "large-error"]).toContain(statusOf(settings, y));
  });

  test("fewer samples than parameters are invalid input, also when echo times repeat", () => {
    const few = { ...settings, abscissae: [10] };
    expect(statusOf(few, [100])).toBe("invalid-input");
    const repeated = { ...settings, abscissae: [10, 10, 10, 10] };
    expect(statusOf(repeated, [100, 90, 110, 95])).toBe("invalid-input");
  });

  test("whatever the curve, there is a value with its error or a status that says why not", () => {
    const fitter = buildCurveFitter(settings);
    const sample = fc.oneof(
      fc.double({ min: -2000, max: 5000, noNaN: true }),
      fc.integer({ min: 0, max: 4095 }),
      fc.constantFrom(0, 1e-300, 1e30, 1e-12, 4095, Number.NaN),
    );
    fc.assert(
      fc.property(fc.array(sample, { minLength: 8, maxLength: 8 }), (y) => {
        fitter.fit(Float64Array.from(y), 0);
        const { status, values, standardErrors, rSquared, rmse } = fitter.result;
        const row = statusTable[status];
        expect(row).toBeDefined();
        expect(status).not.toBe(statusCode.outside);
        if (row!.value === "none") {
          expect(Array.from(values).every(Number.isNaN)).toBe(true);
        }
        if (row!.value === "value" || row!.value === "flagged") {
          expect(Array.from(values).every(Number.isFinite)).toBe(true);
          expect(values[0]).toBeGreaterThan(0);
          expect(values[2]).toBeGreaterThan(0);
          expect(Number.isFinite(rmse)).toBe(true);
        }
        if (status === statusCode.ok) {
          expect(Array.from(standardErrors).every((e) => Number.isFinite(e) && e >= 0)).toBe(true);
          expect(standardErrors[0]).toBeLessThanOrEqual(values[0]!);
          expect(rSquared).toBeLessThanOrEqual(1);
        }
      }),
      { numRuns: 800, seed: 7 },
    );
  });
});

describe("status", () => {
  test("a decay slower than the search is flagged at the upper bound of T2, with the bound as value", () => {
    const fitter = buildCurveFitter(gaussian("mono-exponential-decay", times));
    fitter.fit(
      Float64Array.from(times, (t) => 100 + t),
      0,
    );
    expect(fitter.result.status).toBe(statusCode["upper-bound"]);
    expect(fitter.result.values[0]).toBeCloseTo(800, 9);
    expect(fitter.result.standardErrors[0]).toBeNaN();
    expect(fitter.result.standardErrors[2]).toBeGreaterThan(0);
  });

  test("a decay faster than the search is flagged at the lower bound of T2", () => {
    const fitter = buildCurveFitter(gaussian("mono-exponential-decay", times, { minTimeMs: 20 }));
    fitter.fit(Float64Array.from(clean(10)), 0);
    expect(fitter.result.status).toBe(statusCode["lower-bound"]);
    expect(fitter.result.values[0]).toBeCloseTo(20, 9);
  });

  test("the caller's limits replace the default ones", () => {
    const settings = gaussian("mono-exponential-decay", times, { maxTimeMs: 100 });
    expect(statusOf(settings, clean(200))).toBe("upper-bound");
    expect(statusOf(settings, clean(90))).toBe("ok");
  });

  test("a first sample below the threshold is noise, but only when sigma is known", () => {
    const settings = gaussian("mono-exponential-decay", times);
    const weak = clean(40).map((v) => v / 100);
    expect(statusOf({ ...settings, sigma: 5 }, weak)).toBe("noise");
    expect(statusOf({ ...settings, sigma: 2 }, weak)).toBe("ok");
    expect(statusOf(settings, weak)).toBe("ok");
    expect(statusOf({ ...settings, sigma: 5, noiseThreshold: 1 }, weak)).toBe("ok");
  });

  test("invalid input comes before noise", () => {
    const settings = { ...gaussian("mono-exponential-decay", times), sigma: 1000 };
    expect(statusOf(settings, clean(40).with(0, Number.NaN))).toBe("invalid-input");
  });

  test("a poor fit is flagged when a limit is given, and only then", () => {
    const random = normalNumbers("poor fit");
    const rough = clean(40).map((v) => v + 100 * random());
    const settings = gaussian("mono-exponential-decay", times);
    expect(statusOf(settings, rough)).toBe("ok");
    expect(statusOf({ ...settings, poorFitRSquared: 0.999 }, rough)).toBe("poor-fit");
  });

  test("a large standard error comes before a poor fit", () => {
    const random = normalNumbers("large error");
    const rough = clean(40).map((v) => v + 100 * random());
    const settings = { ...gaussian("mono-exponential-decay", times), poorFitRSquared: 0.999 };
    expect(statusOf({ ...settings, largeErrorFraction: 0.01 }, rough)).toBe("large-error");
  });

  test("with as many samples as parameters there are values but no standard error and no R²", () => {
    const fitter = buildCurveFitter(gaussian("mono-exponential-decay", [10, 20]));
    fitter.fit(Float64Array.of(100, 50), 0);
    expect(fitter.result.status).toBe(statusCode.ok);
    expect(fitter.result.values[0]).toBeCloseTo(10 / Math.LN2, 9);
    expect(fitter.result.standardErrors[0]).toBeNaN();
    expect(fitter.result.rSquared).toBeNaN();
  });

  test("a curve that rises under the offset model holds no decay", () => {
    const rising = times.map((t) => 100 + t);
    const fitter = buildCurveFitter(gaussian("mono-exponential-offset", times));
    fitter.fit(Float64Array.from(rising), 0);
    expect(fitter.result.status).toBe(statusCode["not-identifiable"]);
    expect(fitter.result.values[0]).toBeNaN();
    expect(fitter.result.values[3]).toBeCloseTo(145, 9);
  });
});

describe("fit quality", () => {
  test("R², RMSE and chi-square are those of their definitions", () => {
    const random = normalNumbers("quality");
    const y = clean(40).map((v) => v + 10 * random());
    const fitter = buildCurveFitter({ ...gaussian("mono-exponential-decay", times), sigma: 10 });
    fitter.fit(Float64Array.from(y), 0);
    const { values, rSquared, rmse, reducedChiSquare } = fitter.result;
    const residuals = y.map((v, i) => v - values[2]! * Math.exp(-times[i]! / values[0]!));
    const ssr = residuals.reduce((sum, r) => sum + r * r, 0);
    const mean = y.reduce((a, b) => a + b, 0) / 8;
    const total = y.reduce((sum, v) => sum + (v - mean) ** 2, 0);
    expect(rmse).toBeCloseTo(Math.sqrt(ssr / 8), 9);
    expect(rSquared).toBeCloseTo(1 - ssr / total, 12);
    expect(reducedChiSquare).toBeCloseTo(ssr / (100 * 6), 9);
  });
});

describe.each(models)("properties of $model.name, noise $model.noise.kind", (settings) => {
  const gaussianNoise = settings.model.noise.kind === "gaussian";

  test.runIf(gaussianNoise)("scaling the signal scales S0 and its error, and not T2", () => {
    const fitter = buildCurveFitter(settings);
    fc.assert(
      fc.property(
        fc.double({ min: 12, max: 200, noNaN: true }),
        fc.double({ min: 1e-6, max: 1e6, noNaN: true }),
        fc.array(fc.double({ min: -40, max: 40, noNaN: true }), { minLength: 8, maxLength: 8 }),
        (t2, factor, noise) => {
          const y = Float64Array.from(
            settings.abscissae,
            (t, i) => 1000 * Math.exp(-t / t2) + noise[i]!,
          );
          fitter.fit(y, 0);
          const one = {
            ...fitter.result,
            values: fitter.result.values.slice(),
            standardErrors: fitter.result.standardErrors.slice(),
          };
          fitter.fit(
            y.map((v) => v * factor),
            0,
          );
          const two = fitter.result;
          expect(two.status).toBe(one.status);
          if (one.status !== statusCode.ok) return;
          expect(two.values[0]! / one.values[0]!).toBeCloseTo(1, 6);
          expect(two.values[2]! / factor / one.values[2]!).toBeCloseTo(1, 6);
          // Without noise the residuals, and the errors with them, are rounding.
          if (one.rSquared > 1 - 1e-9) return;
          expect(two.standardErrors[2]! / factor / one.standardErrors[2]!).toBeCloseTo(1, 4);
        },
      ),
      { numRuns: 150, seed: 3 },
    );
  });

  test("where the curve lies in a buffer does not matter", () => {
    const fitter = buildCurveFitter(settings);
    const y = Float64Array.from(settings.abscissae, (t) => 1000 * Math.exp(-t / 33) + (t % 7));
    fitter.fit(y, 0);
    const values = fitter.result.values.slice();
    const buffer = new Float64Array(40).fill(Number.NaN);
    buffer.set(y, 17);
    fitter.fit(buffer, 17);
    expect(fitter.result.values).toEqual(values);
  });
});
