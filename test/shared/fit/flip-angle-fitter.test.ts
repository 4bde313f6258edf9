import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { fitCurve } from "#shared/fit/fit-curve.ts";
import { prepareFit } from "#shared/fit/prepare-fit.ts";
import { statusCode } from "#shared/fit/status.ts";
import { curveOfBound, deviation, gaussian, normalNumbers, rician } from "./curves.ts";

const nonlinear = "nonlinear";
const linear = "linear";
const settingsOf = (
  flipAngles: readonly number[],
  repetitionTimeMs: number,
  method: string = nonlinear,
  limits: object = {},
) => gaussian("variable-flip-angle", flipAngles, { repetitionTimeMs, method, ...limits });

/** M0 sin(a) (1 - E)/(1 - E cos(a)). */
const signals = (
  [t1, m0]: readonly number[],
  flipAngles: readonly number[],
  repetitionTimeMs: number,
  b1 = 1,
) =>
  flipAngles.map((degrees) => {
    const a = (b1 * degrees * Math.PI) / 180;
    const e = Math.exp(-repetitionTimeMs / t1!);
    return (m0! * Math.sin(a) * (1 - e)) / (1 - e * Math.cos(a));
  });

function fitted(settings: ReturnType<typeof gaussian>, y: ArrayLike<number>, scale = 1) {
  const fit = fitCurve(settings, y, scale);
  const [t1, r1, m0] = fit.parameters;
  return { ...fit, t1: t1!, r1: r1!, m0: m0! };
}

const six = [2, 5, 8, 12, 16, 20];

describe.each([nonlinear, linear])("variable flip angle, %s", (method) => {
  // Vectors of section 4.7 of the project's notes on quantitative MRI models; the first is a calibration curve of madym.
  test.each([
    {
      flipAngles: [2, 10, 18],
      tr: 3.5,
      b1: 1,
      t1: 1500,
      m0: 1000,
      y: [27.681104, 23.142692, 14.077379],
    },
    {
      flipAngles: six,
      tr: 5.462666667,
      b1: 1,
      t1: 2000,
      m0: 10000,
      y: [285.42347788, 364.46994077, 305.32428783, 231.27733682, 181.77605797, 148.38382796],
    },
    { flipAngles: [3, 20], tr: 15, b1: 0.9, t1: 1500, m0: 1000, y: [42.4207265536, 52.6441809208] },
  ])("the published curve of $t1 ms with B1 $b1", ({ flipAngles, tr, b1, t1, m0, y }) => {
    const fit = fitted(settingsOf(flipAngles, tr, method), y, b1);
    expect(Math.abs(fit.t1.value / t1 - 1)).toBeLessThan(1e-6);
    expect(Math.abs(fit.m0.value / m0 - 1)).toBeLessThan(1e-6);
    expect(fit.r1.value).toBeCloseTo(1000 / fit.t1.value, 12);
    expect(fit.status).toBe("ok");
  });

  test("noise-free curves return T1 to 1e-9 from 50 to 5000 ms at any B1", () => {
    const fitter = prepareFit(settingsOf(six, 5, method)).build();
    for (let t1 = 50; t1 <= 5000; t1 *= 1.13) {
      for (const b1 of [0.5, 0.9, 1, 1.25]) {
        fitter.fit(Float64Array.from(signals([t1, 1000], six, 5, b1)), 0, b1);
        expect(Math.abs(fitter.result.values[0]! / t1 - 1)).toBeLessThan(1e-9);
        expect(Math.abs(fitter.result.values[2]! / 1000 - 1)).toBeLessThan(1e-9);
      }
    }
  });

  test("a B1 that is none is invalid input, and the next voxel is fitted at its own", () => {
    const fitter = prepareFit(settingsOf([3, 20], 15, method)).build();
    const y = Float64Array.from(signals([1200, 100], [3, 20], 15, 0.8));
    for (const scale of [Number.NaN, 0, -1, 0.29, 1.71, Number.POSITIVE_INFINITY]) {
      fitter.fit(y, 0, scale);
      expect(fitter.result.status).toBe(statusCode["invalid-input"]);
      expect(fitter.result.values.every(Number.isNaN)).toBe(true);
    }
    fitter.fit(y, 0, 0.8);
    expect(fitter.result.values[0]).toBeCloseTo(1200, 6);
  });

  test("equal samples on both sides of the Ernst angle are a curve like any other", () => {
    const t1 = 1000;
    const e = Math.exp(-15 / t1);
    const ernst = (Math.acos(e) * 180) / Math.PI;
    const low = 0.5 * ernst;
    // tan(a/2) tan(b/2) = tan^2(ernst/2) gives equal signals.
    const half = (degrees: number) => Math.tan((degrees * Math.PI) / 360);
    const high = (Math.atan(half(ernst) ** 2 / half(low)) * 360) / Math.PI;
    const y = signals([t1, 500], [low, high], 15);
    expect(y[0]).toBeCloseTo(y[1]!, 10);
    expect(fitted(settingsOf([low, high], 15, method), [y[0]!, y[0]!]).t1.value).toBeCloseTo(t1, 4);
  });

  test("T1 outside its limits is flagged at the limit", () => {
    const within = settingsOf(six, 5, method, { minTimeMs: 500, maxTimeMs: 1500 });
    const long = fitted(within, signals([3000, 1000], six, 5));
    expect(long.status).toBe("upper-bound");
    expect(long.t1.value).toBe(1500);
    expect(long.t1.standardError).toBeNaN();
    expect(long.m0.value).toBeGreaterThan(0);
    const short = fitted(within, signals([200, 1000], six, 5));
    expect(short.status).toBe("lower-bound");
    expect(short.t1.value).toBe(500);
  });

  test("bad curves are status codes", () => {
    const status = (y: readonly number[]) => fitted(settingsOf(six, 5, method), y).status;
    const good = signals([900, 1000], six, 5);
    expect(status(good.with(2, Number.NaN))).toBe("invalid-input");
    expect(status(good.with(2, Number.POSITIVE_INFINITY))).toBe("invalid-input");
    expect(status(good.map(() => 0))).toBe("invalid-input");
    expect(status(good.map((value) => -value))).toBe("not-identifiable");
    const noisy = { ...settingsOf(six, 5, method), sigma: 100 };
    expect(fitted(noisy, good).status).toBe("noise");
    const repeated = settingsOf([5, 5, 5], 5, method);
    expect(fitted(repeated, [10, 11, 12]).status).toBe("invalid-input");
  });

  test("scaling the signal scales M0 and nothing else", () => {
    const normal = normalNumbers("flip angles");
    const y = signals([900, 100], six, 5).map((value) => value + 0.05 * normal());
    const settings = settingsOf(six, 5, method);
    const plain = fitted(settings, y);
    fc.assert(
      fc.property(fc.double({ min: 1e-6, max: 1e6, noNaN: true }), (factor) => {
        const scaled = fitted(
          settings,
          y.map((value) => factor * value),
        );
        expect(scaled.t1.value / plain.t1.value).toBeCloseTo(1, 8);
        expect(scaled.m0.value / plain.m0.value / factor).toBeCloseTo(1, 8);
        expect(scaled.t1.standardError / plain.t1.standardError).toBeCloseTo(1, 7);
      }),
      { numRuns: 50, seed: 9 },
    );
  });

  test("two flip angles give T1 without an error", () => {
    const exact = fitted(settingsOf([3, 20], 15, method), signals([800, 100], [3, 20], 15));
    expect(exact.t1.standardError).toBeNaN();
    expect(exact.rSquared).toBeNaN();
  });

  test("the fitted curve passes through its samples, with bands", () => {
    const y = curveOfBound((p) => signals(p, six, 5, 0.9), [1200, 1000], 0.2);
    const fit = fitted(settingsOf(six, 5, method), y, 0.9);
    const at = fit.predict!(six);
    at.signal.forEach((value, i) => {
      expect(value).toBe(fit.fitted[i]);
      expect(Math.abs(value - y[i]!)).toBeLessThan(1);
      expect(at.prediction[i]).toBeGreaterThan(at.confidence[i]!);
    });
    expect(fit.drawnAbscissae[0]).toBe(0);
    expect(fit.drawnAbscissae.at(-1)).toBe(20);
    expect(fit.predict!([0]).signal[0]).toBe(0);
  });

  test("Rician noise and the reference solver are refused", () => {
    const options = { repetitionTimeMs: 5, method };
    expect(() => prepareFit(rician("variable-flip-angle", six, 5, options))).toThrow(/Rician/);
    const settings = settingsOf(six, 5, method);
    expect(() => prepareFit({ ...settings, solver: "reference" })).toThrow(/reference solver/);
  });
});

describe("the nonlinear fit", () => {
  // Cramer-Rao bound for noise 5: section 1.8 of the same notes.
  test("standard errors are the published bounds", () => {
    const y = curveOfBound((p) => signals(p, six, 5.462666667), [2000, 10000], 5);
    const fit = fitted(settingsOf(six, 5.462666667), y);
    expect(fit.t1.value).toBeCloseTo(2000, 3);
    expect(Math.abs(fit.t1.standardError / 59.9638 - 1)).toBeLessThan(1e-4);
    expect(Math.abs(fit.m0.standardError / 205.9045 - 1)).toBeLessThan(1e-4);
  });

  test("standard errors agree with the spread of repeats to 5 %", () => {
    const normal = normalNumbers("spread of flip angles");
    const fitter = prepareFit(settingsOf(six, 5)).build();
    const [times, amplitudes]: [number[], number[]] = [[], []];
    let [ofTime, ofAmplitude] = [0, 0];
    for (let run = 0; run < 4000; run++) {
      const y = Float64Array.from(signals([1500, 10000], six, 5, 1.1), (s) => s + 4 * normal());
      fitter.fit(y, 0, 1.1);
      const { values, standardErrors } = fitter.result;
      times.push(values[0]!);
      amplitudes.push(values[2]!);
      ofTime += standardErrors[0]! ** 2 / 4000;
      ofAmplitude += standardErrors[2]! ** 2 / 4000;
    }
    expect(Math.abs(Math.sqrt(ofTime) / deviation(times) - 1)).toBeLessThan(0.05);
    expect(Math.abs(Math.sqrt(ofAmplitude) / deviation(amplitudes) - 1)).toBeLessThan(0.05);
  });

  test("finds the smallest sum of a dense scan over T1", () => {
    const normal = normalNumbers("flip angle scan");
    for (const flipAngles of [six, [2, 10, 60], [3, 20]]) {
      const fitter = prepareFit(settingsOf(flipAngles, 15)).build();
      for (let run = 0; run < 60; run++) {
        const sigma = [0.5, 5, 1000][run % 3]!;
        const b1 = 0.6 + 0.02 * run;
        const y = Float64Array.from(
          signals([800, 1000], flipAngles, 15, b1),
          (s) => s + sigma * normal(),
        );
        fitter.fit(y, 0, b1);
        if (!Number.isFinite(fitter.result.values[0]!)) continue;
        const found = fitter.result.rmse ** 2 * y.length;
        const squares = y.reduce((sum, value) => sum + value * value, 0);
        expect(found).toBeLessThanOrEqual(scan(y, flipAngles, b1) + 1e-10 * squares);
      }
    }
  });
});

describe("the straight line", () => {
  test("is that of S/sin over S/tan, with its errors carried over", () => {
    const normal = normalNumbers("line");
    const y = signals([1500, 10000], six, 5, 1.1).map((value) => value + 3 * normal());
    const fit = fitted(settingsOf(six, 5, linear), y, 1.1);
    const angles = six.map((degrees) => (1.1 * degrees * Math.PI) / 180);
    const x = angles.map((a, i) => y[i]! / Math.tan(a));
    const z = angles.map((a, i) => y[i]! / Math.sin(a));
    const mean = (list: readonly number[]) => list.reduce((a, b) => a + b, 0) / list.length;
    const [mx, mz] = [mean(x), mean(z)];
    const sxx = x.reduce((sum, value) => sum + (value - mx) ** 2, 0);
    const e = x.reduce((sum, value, i) => sum + (value - mx) * (z[i]! - mz), 0) / sxx;
    const intercept = mz - e * mx;
    const s2 = x.reduce((sum, value, i) => sum + (z[i]! - intercept - e * value) ** 2, 0) / 4;
    expect(fit.t1.value / (-5 / Math.log(e))).toBeCloseTo(1, 9);
    expect(fit.m0.value / (intercept / (1 - e))).toBeCloseTo(1, 9);
    const ofTime = (5 / (e * Math.log(e) ** 2)) * Math.sqrt(s2 / sxx);
    expect(fit.t1.standardError / ofTime).toBeCloseTo(1, 7);
    // M0 = I/(1 - E): variances and covariance of intercept and slope.
    const vI = s2 * (1 / 6 + (mx * mx) / sxx);
    const [byI, byE] = [1 / (1 - e), intercept / (1 - e) ** 2];
    const variance = byI * byI * vI + (byE * byE * s2) / sxx - (2 * byI * byE * s2 * mx) / sxx;
    expect(fit.m0.standardError / Math.sqrt(variance)).toBeCloseTo(1, 6);
  });

  test("a slope that is no exponential is not converged", () => {
    const settings = settingsOf([3, 20], 15, linear);
    expect(fitted(settings, [10, 100]).status).toBe("not-converged");
  });
});

/** Smallest sum of squares over 4,000 values of T1 with M0 by linear least squares. */
function scan(y: Float64Array, flipAngles: readonly number[], b1: number): number {
  let least = Number.POSITIVE_INFINITY;
  const squares = y.reduce((sum, value) => sum + value * value, 0);
  for (let step = 0; step <= 4000; step++) {
    const g = signals([10 * 1000 ** (step / 4000), 1], flipAngles, 15, b1);
    const across = g.reduce((sum, value, i) => sum + value * y[i]!, 0);
    const length = g.reduce((sum, value) => sum + value * value, 0);
    if (across > 0) least = Math.min(least, squares - (across * across) / length);
  }
  return least;
}
