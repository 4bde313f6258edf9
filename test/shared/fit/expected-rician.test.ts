import { describe, expect, test } from "vitest";
import { buildCurveFitter } from "#shared/fit/curve-fitter.ts";
import { fitCurve } from "#shared/fit/fit-curve.ts";
import { cpmgEchoTrain } from "#shared/models/cpmg-echo-train.ts";
import { fillRicianMeans, ricianMoments } from "#shared/models/rician-mean.ts";
import { addRicianNoise, uniformNumbers } from "#shared/phantom/random.ts";
import { deviation, median, quantile, rician, steps } from "./curves.ts";

const times = steps(11, 11, 30);

/** Expected magnitudes for T2 40 ms, S0 1000, sigma 50 at 11, 22, ... 330 ms, computed with scipy. */
const expectedCurve = [
  761.21958104, 579.12049155, 441.09681515, 336.64824706, 257.83505315, 198.68413503, 154.77100242,
  122.91371818, 100.70802111, 85.974832, 76.63416392, 70.91323469, 67.49007034, 65.47173414,
  64.29230117, 63.60674465, 63.20950039, 62.97973631, 62.84698211, 62.77032558, 62.72607727,
  62.70054111, 62.68580566, 62.67730325, 62.67239753, 62.66956709, 62.66793403, 62.66699183,
  62.66644823, 62.6661346,
];

describe("the expected-Rician fit", () => {
  test("returns the truth from the expected curve of the reference list", () => {
    const fit = fitCurve(rician("mono-exponential-decay", times, 50), expectedCurve);
    expect(Math.abs(fit.parameters[0]!.value / 40 - 1)).toBeLessThan(1e-9);
    expect(Math.abs(fit.parameters[2]!.value / 1000 - 1)).toBeLessThan(1e-9);
  });

  test.each([
    ["mono-exponential-decay", 0],
    ["mono-exponential-offset", 60],
  ] as const)("%s: noise-free recovery to 1e-6 over T2 5-500 ms", (name, offset) => {
    for (const t2 of [5, 10, 20, 40, 80, 160, 320, 500]) {
      const sigma = 20;
      const curve = steps(5, 10, 24).map(
        (t) => ricianMoments(1000 * Math.exp(-t / t2) + offset, sigma).mean,
      );
      const fit = fitCurve(rician(name, steps(5, 10, 24), sigma), curve);
      expect(Math.abs(fit.parameters[0]!.value / t2 - 1)).toBeLessThan(1e-6);
      expect(Math.abs(fit.parameters[2]!.value / 1000 - 1)).toBeLessThan(1e-6);
    }
  });

  test("with a refocusing angle: T2 and angle come back from expected magnitudes", () => {
    const train = cpmgEchoTrain({
      t2Ms: 40,
      t1Ms: 1500,
      echoSpacingMs: 10,
      refocusingDeg: 140,
      echoes: 20,
    });
    const curve = train.map((echo) => ricianMoments(1000 * echo, 30).mean);
    const fit = fitCurve(rician("extended-phase-graph", steps(10, 10, 20), 30), curve);
    expect(Math.abs(fit.parameters[0]!.value / 40 - 1)).toBeLessThan(1e-6);
    expect(Math.abs(fit.parameters[3]!.value / 140 - 1)).toBeLessThan(1e-6);
  });

  // Published standard deviations and mean sandwich errors of T2 for these settings: 8.74/8.38, 3.93/3.79, 1.447/1.427.
  test.each([
    [10, 8.28, 0.02],
    [20, 3.87, 0.02],
    [50, 1.457, 0.01],
  ])(
    "signal-to-noise ratio %d: T2 without bias, standard errors true to the scatter",
    (snr, spread, bias) => {
      const sigma = 1000 / snr;
      const fitter = buildCurveFitter({
        ...rician("mono-exponential-decay", times, sigma),
        sigma,
      });
      const uniform = uniformNumbers(`rician ${snr}`);
      const found: number[] = [];
      const errors: number[] = [];
      const y = new Float64Array(30);
      for (let repeat = 0; repeat < 3000; repeat++) {
        for (let i = 0; i < 30; i++) {
          y[i] = addRicianNoise(1000 * Math.exp(-times[i]! / 40), sigma, uniform);
        }
        fitter.fit(y, 0);
        if (fitter.result.status !== 1) continue;
        found.push(fitter.result.values[0]!);
        errors.push(fitter.result.standardErrors[0]!);
      }
      expect(found.length).toBeGreaterThan(2990);
      expect(Math.abs(median(found) / 40 - 1)).toBeLessThan(bias);
      // The scatter by quantiles: a few large values at a ratio of 10 dominate the standard deviation.
      const robust = (quantile(found, 0.8413) - quantile(found, 0.1587)) / 2;
      expect(Math.abs(robust / spread - 1)).toBeLessThan(0.06);
      expect(Math.abs(median(errors) / robust - 1)).toBeLessThan(0.06);
      if (snr >= 20) {
        const mean = errors.reduce((a, b) => a + b, 0) / errors.length;
        expect(Math.abs(mean / deviation(found) - 1)).toBeLessThan(0.05);
      }
    },
  );

  test.each([
    [15, 100, 60],
    [15, 20, 60],
    [40, 60, 60],
    [120, 40, 60],
  ])(
    "T2 %d ms, noise %d of 1000: no rate and amplitude of a fine grid give a smaller sum",
    (t2, sigma, curves) => {
      const uniform = uniformNumbers(`valleys ${t2} ${sigma}`);
      const amplitudes = new Float64Array(30);
      const means = new Float64Array(30);
      const slopes = new Float64Array(30);
      for (let curve = 0; curve < curves; curve++) {
        const y = times.map((t) => addRicianNoise(1000 * Math.exp(-t / t2), sigma, uniform));
        const fit = fitCurve(rician("mono-exponential-decay", times, sigma), y);
        let least = Number.POSITIVE_INFINITY;
        for (let r = 0; r < 80; r++) {
          const time = 1.2 * 2000 ** (r / 80);
          for (let a = 1; a <= 60; a++) {
            // Amplitudes at the first echo up to 1.5 times the largest sample.
            const atFirst = (a / 40) * y[0]!;
            for (let i = 0; i < 30; i++)
              amplitudes[i] = atFirst * Math.exp((11 - times[i]!) / time);
            fillRicianMeans(amplitudes, sigma, means, slopes);
            let sum = 0;
            for (let i = 0; i < 30; i++) sum += (y[i]! - means[i]!) ** 2;
            least = Math.min(least, sum);
          }
        }
        expect(30 * fit.rmse ** 2).toBeLessThanOrEqual(least * (1 + 1e-6));
      }
    },
  );
});
