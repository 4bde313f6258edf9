import { describe, expect, test } from "vitest";
import { fitCurve } from "#shared/fit/fit-curve.ts";
import { cpmgEchoTrain } from "#shared/models/cpmg-echo-train.ts";
import { gaussian, normalNumbers, rician, steps } from "./curves.ts";

const times = steps(10, 10, 16);

describe("the fit of one curve", () => {
  // A voxel of a measured phantom (qmri-uq, row 44, column 38), fitted there by scipy.
  const phantomTimes = [...steps(10, 10, 9), ...steps(110, 20, 8)];
  const phantom = [1403, 1155, 949, 781, 643, 526, 431, 356, 290, 197, 133, 87, 59, 42, 28, 21, 14];

  test("returns the values and standard errors of another program for a measured voxel", () => {
    const fit = fitCurve(gaussian("mono-exponential-decay", phantomTimes), phantom);
    const [t2, r2, s0] = fit.parameters;
    expect(t2!.value).toBeCloseTo(50.931022344233035, 9);
    expect(t2!.standardError).toBeCloseTo(0.07614336627079307, 9);
    expect(r2!.value).toBeCloseTo(1000 / 50.931022344233035, 9);
    expect(s0!.value).toBeCloseTo(1709.5262495710638, 7);
    expect(s0!.standardError).toBeCloseTo(1.8520150956187202, 7);
    expect(fit.rSquared).toBeCloseTo(0.9999869572152678, 12);
    expect(fit.rmse).toBeCloseTo(1.5152562054288823, 9);
  });

  test("and with offset", () => {
    const fit = fitCurve(gaussian("mono-exponential-offset", phantomTimes), phantom);
    expect(fit.parameters[0]!.value).toBeCloseTo(50.92576936101677, 8);
    expect(fit.parameters[0]!.standardError).toBeCloseTo(0.1200597155457381, 8);
    expect(fit.parameters[3]!.value).toBeCloseTo(0.050619784036143756, 8);
  });

  test("residuals are data minus curve, and the curve can be drawn from 0 on", () => {
    const fit = fitCurve(gaussian("mono-exponential-decay", phantomTimes), phantom);
    const { signal } = fit.predict!(phantomTimes);
    phantom.forEach((value, i) => {
      expect(fit.residuals[i]).toBeCloseTo(value - signal[i]!, 10);
    });
    const drawn = fit.predict!(fit.drawnAbscissae);
    expect(drawn.abscissae[0]).toBe(0);
    expect(drawn.signal[0]).toBeCloseTo(fit.parameters[2]!.value, 9);
    expect(drawn.confidence.every((half) => half > 0)).toBe(true);
  });

  test("the 95 % interval is that of Student's t", () => {
    const fit = fitCurve(gaussian("mono-exponential-decay", phantomTimes), phantom);
    const { value, standardError, interval } = fit.parameters[0]!;
    expect((interval[1] - value) / standardError).toBeCloseTo(2.131449545559323, 8);
    expect(interval[0] + interval[1]).toBeCloseTo(2 * value, 10);
  });

  test("95 % bands hold the truth and new samples about 95 times in 100", () => {
    const random = normalNumbers("bands");
    const at = [35];
    const truth = 1000 * Math.exp(-35 / 50);
    let inConfidence = 0;
    let inPrediction = 0;
    const repeats = 1500;
    for (let k = 0; k < repeats; k++) {
      const y = times.map((t) => 1000 * Math.exp(-t / 50) + 20 * random());
      const { signal, confidence, prediction } = fitCurve(
        gaussian("mono-exponential-decay", times),
        y,
      ).predict!(at);
      if (Math.abs(signal[0]! - truth) < confidence[0]!) inConfidence++;
      if (Math.abs(signal[0]! - truth - 20 * random()) < prediction[0]!) inPrediction++;
    }
    expect(Math.abs(inConfidence / repeats - 0.95)).toBeLessThan(0.02);
    expect(Math.abs(inPrediction / repeats - 0.95)).toBeLessThan(0.02);
  });

  test("the expected-Rician curve levels off at the noise floor", () => {
    const sigma = 20;
    const y = times.map((t) => Math.hypot(1000 * Math.exp(-t / 15), sigma));
    const fit = fitCurve(rician("mono-exponential-decay", times, sigma), y);
    const far = fit.predict!([2000]);
    expect(far.signal[0]).toBeCloseTo(sigma * Math.sqrt(Math.PI / 2), 6);
    expect(far.prediction[0]! / (1.96 * 0.6551 * sigma)).toBeCloseTo(1, 2);
  });

  test("an echo train is drawn echo by echo, those left out of the fit too", () => {
    const train = cpmgEchoTrain({
      t2Ms: 40,
      t1Ms: 1500,
      echoSpacingMs: 10,
      refocusingDeg: 130,
      echoes: 16,
    });
    const fit = fitCurve(gaussian("extended-phase-graph", times.slice(1)), train.subarray(1));
    expect(Array.from(fit.drawnAbscissae)).toEqual(times);
    expect(fit.predict!(fit.drawnAbscissae).signal[0]).toBeCloseTo(train[0]!, 6);
  });

  test("a curve without a fit has a status and no numbers", () => {
    const fit = fitCurve(
      gaussian("mono-exponential-decay", times),
      times.map(() => 7),
    );
    expect(fit.status).toBe("invalid-input");
    expect(fit.residuals.every(Number.isNaN)).toBe(true);
    expect(fit.predict!([10]).signal[0]).toBeNaN();
  });

  test("a parameter at its bound has no error, and the band still one from the others", () => {
    const fit = fitCurve(
      gaussian("mono-exponential-decay", times),
      times.map((t) => 100 + t),
    );
    expect(fit.status).toBe("upper-bound");
    expect(fit.parameters[0]!.standardError).toBeNaN();
    expect(fit.predict!([50]).confidence[0]).toBeGreaterThan(0);
  });
});
