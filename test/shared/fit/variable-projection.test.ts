import { describe, expect, test } from "vitest";
import { buildCurveFitter } from "#shared/fit/curve-fitter.ts";
import { fitCurve } from "#shared/fit/fit-curve.ts";
import {
  deviation,
  gaussian,
  hasReference,
  normalNumbers,
  readReferenceJson,
  steps,
} from "./curves.ts";

const decay =
  (t2: number, s0 = 1000, c = 0) =>
  (t: number) =>
    s0 * Math.exp(-t / t2) + c;

/** Least sum of squares over a very fine grid of rates, amplitude and offset solved for: no derivatives, no search. */
function bruteForce(times: readonly number[], y: readonly number[], constant: boolean): number {
  let least = Number.POSITIVE_INFINITY;
  const slowest = 1 / (10 * times.at(-1)!);
  const fastest = 1 / (0.1 * times[0]!);
  for (let g = 0; g <= 4000; g++) {
    const rate = slowest * (fastest / slowest) ** (g / 4000);
    const phi = times.map((t) => Math.exp(-(t - times[0]!) * rate));
    const n = times.length;
    const mean = (row: readonly number[]) => (constant ? row.reduce((a, b) => a + b, 0) / n : 0);
    const [mp, my] = [mean(phi), mean(y)];
    const across = phi.reduce((sum, v, i) => sum + (v - mp) * (y[i]! - my), 0);
    if (across <= 0) continue;
    const length = phi.reduce((sum, v) => sum + (v - mp) ** 2, 0);
    const total = y.reduce((sum, v) => sum + (v - my) ** 2, 0);
    least = Math.min(least, total - (across * across) / length);
  }
  return least;
}

describe("noise-free curves", () => {
  const t2s = [5, 7, 12, 20, 40, 80, 160, 320, 500];
  test.each([
    ["mono-exponential-decay", "16 equal", steps(10, 10, 16)],
    ["mono-exponential-decay", "30 equal", steps(11, 11, 30)],
    ["mono-exponential-decay", "first echo left out", steps(22, 11, 20)],
    ["mono-exponential-decay", "unequal", [8, 16, 30, 50, 80, 120, 200]],
    ["mono-exponential-decay", "repeated", [10, 10, 20, 20, 40, 40, 80]],
    ["mono-exponential-offset", "16 equal", steps(10, 10, 16)],
    ["mono-exponential-offset", "unequal", [8, 16, 30, 50, 80, 120, 200]],
  ] as const)("%s, %s: T2 of 5-500 ms and the amplitudes come back to 1e-9", (name, _, times) => {
    for (const t2 of t2s) {
      const offset = name === "mono-exponential-offset" ? 25 : 0;
      const fit = fitCurve(gaussian(name, times), times.map(decay(t2, 1000, offset)));
      const [time, rate, s0, c] = fit.parameters.map(({ value }) => value);
      expect(Math.abs(time! / t2 - 1)).toBeLessThan(1e-9);
      expect(Math.abs((rate! * t2) / 1000 - 1)).toBeLessThan(1e-9);
      expect(Math.abs(s0! / 1000 - 1)).toBeLessThan(1e-8);
      if (c !== undefined) expect(Math.abs(c - offset)).toBeLessThan(1e-5);
      expect(fit.status).toBe("ok");
      expect(fit.rSquared).toBeGreaterThan(1 - 1e-12);
    }
  });

  test("T2* comes back under its own names", () => {
    const times = steps(3, 5, 8);
    const signal = [
      860.70797643, 670.32004604, 522.04577676, 406.56965974, 316.63676938, 246.59696394,
      192.04990862, 149.56861922,
    ];
    const fit = fitCurve(gaussian("mono-exponential-decay", times, { quantity: "T2star" }), signal);
    expect(fit.parameters.map(({ symbol }) => symbol)).toEqual(["T2star", "R2star", "S0"]);
    expect(Math.abs(fit.parameters[0]!.value / 20 - 1)).toBeLessThan(1e-9);
    expect(Math.abs(fit.parameters[2]!.value / 1000 - 1)).toBeLessThan(1e-9);
  });

  test("a vector with offset of the reference list", () => {
    const signal = [
      852.51879796, 694.03642108, 566.85133449, 464.78291168, 382.8710837, 317.13530197,
      264.38110143, 222.04486382,
    ];
    const fit = fitCurve(gaussian("mono-exponential-offset", steps(11, 11, 8)), signal);
    expect(Math.abs(fit.parameters[0]!.value / 50 - 1)).toBeLessThan(1e-8);
    expect(Math.abs(fit.parameters[3]!.value / 50 - 1)).toBeLessThan(1e-7);
  });

  test("the offset model on the expected Rician curve over-corrects, as published", () => {
    const curve = [
      761.21958104, 579.12049155, 441.09681515, 336.64824706, 257.83505315, 198.68413503,
      154.77100242, 122.91371818, 100.70802111, 85.974832, 76.63416392, 70.91323469, 67.49007034,
      65.47173414, 64.29230117, 63.60674465, 63.20950039, 62.97973631, 62.84698211, 62.77032558,
      62.72607727, 62.70054111, 62.68580566, 62.67730325, 62.67239753, 62.66956709, 62.66793403,
      62.66699183, 62.66644823, 62.6661346,
    ];
    const times = steps(11, 11, 30);
    const plain = fitCurve(gaussian("mono-exponential-decay", times), curve);
    const offset = fitCurve(gaussian("mono-exponential-offset", times), curve);
    expect(plain.parameters[0]!.value).toBeCloseTo(46.9, 1);
    expect(offset.parameters[0]!.value).toBeCloseTo(33.85, 2);
    expect(offset.parameters[3]!.value).toBeCloseTo(58.5, 1);
  });
});

describe.skipIf(!hasReference("synthetic-vectors"))("the vectors of T2 and T2*", () => {
  interface Case {
    readonly TE_ms: number[];
    readonly signal: number[];
    readonly T2_ms?: number;
    readonly T2star_ms?: number;
    readonly M0?: number;
    readonly C?: number;
    readonly S0?: number;
  }

  test.each(["t2.json", "t2star.json"])("%s: truth to 1e-9", (file) => {
    const { cases } = readReferenceJson<{ cases: Case[] }>("synthetic-vectors", file);
    for (const one of cases) {
      const offset = one.C !== undefined && one.C !== 0;
      const name = offset ? "mono-exponential-offset" : "mono-exponential-decay";
      const fit = fitCurve(gaussian(name, one.TE_ms), one.signal);
      expect(Math.abs(fit.parameters[0]!.value / (one.T2_ms ?? one.T2star_ms)! - 1)).toBeLessThan(
        1e-9,
      );
      expect(Math.abs(fit.parameters[2]!.value / (one.M0 ?? one.S0)! - 1)).toBeLessThan(1e-9);
    }
  });
});

describe("standard errors", () => {
  const times = steps(11, 11, 30);

  // Cramér-Rao bounds for T2 50 ms, S0 1000, noise 10 (computed with numpy from the full Jacobian).
  test.each([
    ["mono-exponential-decay", { T2: 0.74957797, S0: 11.8791822 }],
    ["mono-exponential-offset", { T2: 0.984333501, S0: 11.9664628, offset: 2.87263764 }],
  ] as const)("%s: on the noise-free curve they are the Cramér-Rao bounds", (name, bounds) => {
    const signal = times.map(decay(50));
    const fitter = buildCurveFitter(gaussian(name, times));
    fitter.fit(Float64Array.from(signal), 0);
    const { estimate } = fitter.result;
    const scaled = estimate.covariance.map((value) => value * 100);
    const values = new Float64Array(fitter.model.sheet.parameters.length);
    const errors = values.slice();
    fitter.model.deriveParameters(estimate.parameters, scaled, values, errors);
    fitter.model.sheet.parameters.forEach(({ symbol }, k) => {
      const bound = (bounds as Record<string, number>)[symbol];
      if (bound !== undefined) expect(Math.abs(errors[k]! / bound - 1)).toBeLessThan(1e-6);
    });
  });

  test.each(["mono-exponential-decay", "mono-exponential-offset"] as const)(
    "%s: within 5 %% of the scatter of 4000 repeats",
    (name) => {
      const fitter = buildCurveFitter(gaussian(name, times));
      const random = normalNumbers(`monte carlo ${name}`);
      const found: number[] = [];
      const amplitudes: number[] = [];
      let t2Error = 0;
      let s0Error = 0;
      const y = new Float64Array(30);
      for (let repeat = 0; repeat < 4000; repeat++) {
        for (let i = 0; i < 30; i++) y[i] = decay(50)(times[i]!) + 10 * random();
        fitter.fit(y, 0);
        found.push(fitter.result.values[0]!);
        amplitudes.push(fitter.result.values[2]!);
        t2Error += fitter.result.standardErrors[0]! / 4000;
        s0Error += fitter.result.standardErrors[2]! / 4000;
      }
      expect(Math.abs(t2Error / deviation(found) - 1)).toBeLessThan(0.05);
      expect(Math.abs(s0Error / deviation(amplitudes) - 1)).toBeLessThan(0.05);
    },
  );
});

describe("the global optimum", () => {
  test.each([
    ["mono-exponential-decay", 15, 10],
    ["mono-exponential-decay", 15, 5],
    ["mono-exponential-decay", 40, 3],
    ["mono-exponential-offset", 15, 3],
    ["mono-exponential-offset", 40, 3],
  ] as const)(
    "%s, T2 %d ms, signal-to-noise ratio %d: no fine grid finds a better one",
    (name, t2, snr) => {
      const times = steps(11, 11, 30);
      const random = normalNumbers(`local minima ${name} ${t2} ${snr}`);
      const sigma = 1000 / snr;
      for (let curve = 0; curve < 60; curve++) {
        const y = times.map((t) => Math.hypot(decay(t2)(t) + sigma * random(), sigma * random()));
        const fit = fitCurve({ ...gaussian(name, times), noiseThreshold: 0 }, y);
        const ssr = 30 * fit.rmse ** 2;
        expect(ssr).toBeLessThanOrEqual(
          bruteForce(times, y, name === "mono-exponential-offset") * (1 + 1e-9),
        );
      }
    },
  );

  test("pure noise ends with a status, and never with a worse sum than the fine grid", () => {
    const times = steps(10, 10, 16);
    const random = normalNumbers("pure noise");
    for (let curve = 0; curve < 100; curve++) {
      const y = times.map(() => Math.hypot(random(), random()));
      const fit = fitCurve(gaussian("mono-exponential-decay", times), y);
      expect(["ok", "upper-bound", "lower-bound", "large-error"]).toContain(fit.status);
      expect(16 * fit.rmse ** 2).toBeLessThanOrEqual(bruteForce(times, y, false) * (1 + 1e-9));
    }
  });
});
