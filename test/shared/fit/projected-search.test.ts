import { describe, expect, test } from "vitest";
import { buildCurveFitter } from "#shared/fit/curve-fitter.ts";
import { fitCurve } from "#shared/fit/fit-curve.ts";
import { cpmgEchoTrain } from "#shared/models/cpmg-echo-train.ts";
import { uniformNumbers } from "#shared/phantom/random.ts";
import {
  deviation,
  gaussian,
  hasReference,
  median,
  normalNumbers,
  readReferenceJson,
  steps,
} from "./curves.ts";

const train = (t2Ms: number, refocusingDeg: number, echoes = 16, t1Ms = 1500, echoSpacingMs = 10) =>
  cpmgEchoTrain({ t2Ms, t1Ms, echoSpacingMs, refocusingDeg, echoes });

describe("the stimulated-echo fit", () => {
  test("random noise-free trains come back to 1e-6", () => {
    const uniform = uniformNumbers("trains");
    for (let k = 0; k < 60; k++) {
      const t2 = 5 * 100 ** uniform();
      const angle = 65 + 115 * uniform();
      const echoes = 8 + Math.floor(24 * uniform());
      const signal = train(t2, angle, echoes).map((echo) => 800 * echo);
      const fit = fitCurve(gaussian("extended-phase-graph", steps(10, 10, echoes)), signal);
      expect(Math.abs(fit.parameters[0]!.value / t2 - 1)).toBeLessThan(1e-6);
      expect(Math.abs(fit.parameters[2]!.value / 800 - 1)).toBeLessThan(1e-6);
      expect(Math.abs(fit.parameters[3]!.value - angle)).toBeLessThan(1e-3);
      expect(fit.status).toBe("ok");
    }
  });

  test("T2 within 1 % where plain fits err by over 5 %", () => {
    const times = steps(10, 10, 16);
    for (const angle of [150, 135, 120, 100]) {
      const signal = train(40, angle);
      const plain = fitCurve(gaussian("mono-exponential-decay", times), signal);
      expect(plain.parameters[0]!.value / 40 - 1).toBeGreaterThan(0.05);
      for (const t1Ms of [1000, 1500, 2500]) {
        const fit = fitCurve(gaussian("extended-phase-graph", times, { t1Ms }), signal);
        expect(Math.abs(fit.parameters[0]!.value / 40 - 1)).toBeLessThan(0.01);
      }
    }
  });

  test.skipIf(!hasReference("synthetic-vectors"))(
    "every vector of the reference comes back",
    () => {
      const { cases } = readReferenceJson<{
        cases: {
          T1_ms: number;
          T2_ms: number;
          echo_spacing_ms: number;
          refocusing_deg: number;
          echo_amplitudes: number[];
        }[];
      }>("synthetic-vectors", "epg_cpmg.json");
      for (const one of cases) {
        const times = steps(one.echo_spacing_ms, one.echo_spacing_ms, one.echo_amplitudes.length);
        const fit = fitCurve(
          gaussian("extended-phase-graph", times, { t1Ms: one.T1_ms }),
          one.echo_amplitudes,
        );
        expect(Math.abs(fit.parameters[0]!.value / one.T2_ms - 1)).toBeLessThan(1e-9);
        expect(Math.abs(fit.parameters[3]!.value - one.refocusing_deg)).toBeLessThan(1e-5);
      }
    },
  );

  test("plain fits of the same trains err as published", () => {
    const times = steps(10, 10, 16);
    for (const [angle, all, late] of [
      [165, 40.54278812974436, 40.10220395943954],
      [150, 42.19068321878177, 40.46191688276664],
      [120, 49.498240889146565, 43.177329730029015],
    ] as const) {
      const signal = Array.from(train(40, angle));
      const every = fitCurve(gaussian("mono-exponential-decay", times), signal);
      const later = fitCurve(gaussian("mono-exponential-decay", times.slice(1)), signal.slice(1));
      expect(Math.abs(every.parameters[0]!.value / all - 1)).toBeLessThan(1e-8);
      expect(Math.abs(later.parameters[0]!.value / late - 1)).toBeLessThan(1e-8);
    }
  });

  test("the first echo may be left out, and even echoes alone be used", () => {
    const signal = Array.from(train(60, 130, 20));
    const times = steps(10, 10, 20);
    const later = fitCurve(gaussian("extended-phase-graph", times.slice(1)), signal.slice(1));
    expect(Math.abs(later.parameters[0]!.value / 60 - 1)).toBeLessThan(1e-6);
    const even = (_: number, k: number) => k % 2 === 1;
    const fit = fitCurve(
      gaussian("extended-phase-graph", times.filter(even), { echoSpacingMs: 10 }),
      signal.filter(even),
    );
    expect(Math.abs(fit.parameters[0]!.value / 60 - 1)).toBeLessThan(1e-5);
  });

  test("at 180 degrees T2 has the standard error of the two-parameter fit, and the status is ok", () => {
    const times = steps(10, 10, 16);
    const random = normalNumbers("pure decay");
    let atMirror = 0;
    for (let k = 0; k < 40; k++) {
      const signal = times.map((t) => 1000 * Math.exp(-t / 50) + 10 * random());
      const fit = fitCurve(gaussian("extended-phase-graph", times), signal);
      expect(fit.status).toBe("ok");
      expect(fit.parameters[3]!.standardError).toBeGreaterThan(0);
      if (fit.parameters[3]!.value !== 180) continue;
      atMirror++;
      const plain = fitCurve(gaussian("mono-exponential-decay", times), signal);
      expect(fit.parameters[0]!.standardError / plain.parameters[0]!.standardError).toBeCloseTo(
        1,
        6,
      );
    }
    expect(atMirror).toBeGreaterThan(5);
  });

  test("an angle below the search is flagged at its lower bound", () => {
    const signal = train(50, 45).map((echo) => 1000 * echo);
    const fit = fitCurve(gaussian("extended-phase-graph", steps(10, 10, 16)), signal);
    expect(fit.status).toBe("lower-bound");
    expect(fit.parameters[3]!.value).toBeCloseTo(60, 9);
  });

  test("standard errors within 5 % of the scatter", () => {
    const fitter = buildCurveFitter(gaussian("extended-phase-graph", steps(10, 10, 16)));
    const random = normalNumbers("epg scatter");
    const truth = train(50, 130);
    const found: number[] = [];
    const angles: number[] = [];
    const errors: number[] = [];
    const angleErrors: number[] = [];
    for (let repeat = 0; repeat < 2500; repeat++) {
      fitter.fit(
        truth.map((echo) => 1000 * echo + 5 * random()),
        0,
      );
      found.push(fitter.result.values[0]!);
      angles.push(fitter.result.values[3]!);
      errors.push(fitter.result.standardErrors[0]!);
      angleErrors.push(fitter.result.standardErrors[3]!);
    }
    expect(Math.abs(median(errors) / deviation(found) - 1)).toBeLessThan(0.05);
    expect(Math.abs(median(angleErrors) / deviation(angles) - 1)).toBeLessThan(0.05);
  });

  test("no finer dictionary finds a smaller sum in noisy trains", () => {
    const times = steps(10, 10, 12);
    const random = normalNumbers("epg minima");
    const uniform = uniformNumbers("epg minima");
    for (let k = 0; k < 25; k++) {
      const t2 = 15 * 20 ** uniform();
      const signal = train(t2, 80 + 100 * uniform(), 12).map((echo) => 1000 * echo + 80 * random());
      const fit = fitCurve(
        { ...gaussian("extended-phase-graph", times), noiseThreshold: 0 },
        signal,
      );
      const squares = signal.reduce((sum, v) => sum + v * v, 0);
      let best = 0;
      for (let r = 0; r <= 120; r++) {
        for (let a = 0; a <= 60; a++) {
          const phi = train(5 * 240 ** (r / 120), 60 + 2 * a, 12);
          const across = phi.reduce((sum, v, i) => sum + v * signal[i]!, 0);
          best = Math.max(best, across ** 2 / phi.reduce((sum, v) => sum + v * v, 0));
        }
      }
      expect(12 * fit.rmse ** 2).toBeLessThanOrEqual((squares - best) * (1 + 1e-9));
    }
  });
});
