import { describe, expect, test } from "vitest";
import { sessionPlan } from "#shared/phantom/scan-plan.ts";
import {
  echoTrainSignals,
  gradientEchoSignal,
  inversionEfficiency,
  invertedSignal,
  recoveredSignal,
} from "#shared/phantom/signals.ts";
import { tissueSignals } from "#shared/phantom/simulate-scan.ts";
import { tissues } from "#shared/phantom/tissue-table.ts";

const scan = (number: number) => sessionPlan().find((plan) => plan.number === number)!;

/** Slope of ln S along x by least squares. */
function logSlope(x: readonly number[], signals: readonly number[]): number {
  const y = signals.map(Math.log);
  const mean = (values: readonly number[]) => values.reduce((a, b) => a + b, 0) / values.length;
  const [mx, my] = [mean(x), mean(y)];
  const sxx = x.reduce((sum, value) => sum + (value - mx) ** 2, 0);
  return x.reduce((sum, value, i) => sum + (value - mx) * (y[i]! - my), 0) / sxx;
}

describe.each(tissues)("$name", (tissue) => {
  test("the logarithm of the noise-free T2 and T2* scans falls with the true rate", () => {
    for (const [number, truth] of [
      [3, tissue.t2Ms],
      [4, tissue.t2StarMs],
    ] as const) {
      const plan = scan(number);
      const times = plan.contrasts.map((contrast) => contrast.echoTimeMs);
      const t = -1 / logSlope(times, tissueSignals(plan, tissue));
      expect(Math.abs(t / truth - 1)).toBeLessThan(1e-12);
    }
  });

  test("that of the diffusion scan falls with the true ADC", () => {
    const plan = scan(6);
    const b = plan.contrasts.map((contrast) => contrast.bValue ?? 0);
    const adc = -logSlope(b, tissueSignals(plan, tissue));
    expect(Math.abs(adc / tissue.adc - 1)).toBeLessThan(1e-12);
  });

  test("the signal of the T1 scan misses its final value by exp(-TR/T1)", () => {
    const plan = scan(5);
    const final = tissue.m0 * Math.exp(-8 / tissue.t2Ms);
    const times = plan.contrasts.map((contrast) => contrast.repetitionTimeMs);
    const missing = tissueSignals(plan, tissue).map((signal) => final - signal);
    // Repetition times far beyond T1 leave nothing to take the logarithm of.
    const short = times.filter((time) => time < 4 * tissue.t1Ms);
    const t1 = -1 / logSlope(short, missing.slice(0, short.length));
    expect(Math.abs(t1 / tissue.t1Ms - 1)).toBeLessThan(1e-9);
  });

  test("an echo train with perfect refocusing is the exponential, with less it is not", () => {
    const plan = scan(3);
    const plain = tissueSignals(plan, tissue);
    echoTrainSignals(tissue, plan.contrasts, 180).forEach((signal, n) => {
      expect(Math.abs(signal / plain[n]! - 1)).toBeLessThan(1e-12);
    });
    const [first, second] = echoTrainSignals(tissue, plan.contrasts, 130);
    expect(first! / recoveredSignal(tissue, 2500)).toBeLessThan(0.9);
    expect(second! / first!).toBeGreaterThan(plain[1]! / plain[0]!);
  });

  test("inverted again and again, the magnetization ends in the steady state of the inversion recovery", () => {
    for (const { inversionTimeMs = 0, repetitionTimeMs } of scan(7).contrasts) {
      // Step by step: recovery to the pulse, its share turned over, recovery to the excitation.
      const recover = (from: number, time: number) =>
        tissue.m0 + (from - tissue.m0) * Math.exp(-time / tissue.t1Ms);
      let excited = 0;
      for (let turn = 0; turn < 5; turn++) {
        const before = recover(0, repetitionTimeMs - inversionTimeMs);
        excited = recover(before * (1 - 2 * inversionEfficiency), inversionTimeMs);
      }
      const found = invertedSignal(tissue, inversionTimeMs, repetitionTimeMs);
      expect(found / tissue.m0).toBeCloseTo(excited / tissue.m0, 12);
    }
  });

  test("the inversion recovery scan is a + b exp(-TI/T1) with the true T1, negative before its null", () => {
    const plan = scan(7);
    const signals = tissueSignals(plan, tissue);
    const times = plan.contrasts.map(({ inversionTimeMs }) => inversionTimeMs!);
    const end = invertedSignal(tissue, 60 * tissue.t1Ms, 6000) * Math.exp(-8 / tissue.t2Ms);
    const short = times.filter((time) => time < 4 * tissue.t1Ms);
    const missing = signals.slice(0, short.length).map((signal) => end - signal);
    expect(Math.abs(-1 / logSlope(short, missing) / tissue.t1Ms - 1)).toBeLessThan(1e-9);
    times.forEach((time, n) => {
      if (time < 0.5 * tissue.t1Ms) expect(signals[n]!).toBeLessThan(0);
      if (time > 0.7 * tissue.t1Ms) expect(signals[n]!).toBeGreaterThan(0);
    });
  });

  test("the flip angle scan is a straight line of S/sin against S/tan with slope exp(-TR/T1), at any B1", () => {
    const plan = scan(8);
    for (const b1 of [0.8, 1, 1.07]) {
      const angles = plan.contrasts.map(({ flipAngleDeg }) => (b1 * flipAngleDeg! * Math.PI) / 180);
      const signals = tissueSignals(plan, tissue, b1);
      const [x, y] = [Math.tan, Math.sin].map((f) => signals.map((s, n) => s / f(angles[n]!)));
      const slopes = angles.slice(1).map((_, n) => (y![n + 1]! - y![n]!) / (x![n + 1]! - x![n]!));
      for (const slope of slopes) {
        expect(Math.abs(-15 / Math.log(slope) / tissue.t1Ms - 1)).toBeLessThan(1e-9);
      }
    }
  });
});

// TR 15 ms, B1 0.9, T1 1500 ms, M0 1000, flip angles 3 and 20 degrees; computed with NumPy from Ernst's equation.
test("a gradient echo is Ernst's at the angle that is reached", () => {
  const tissue = { ...tissues[0]!, t1Ms: 1500, m0: 1000, t2StarMs: Number.POSITIVE_INFINITY };
  const timing = { repetitionTimeMs: 15, echoTimeMs: 3 };
  expect(gradientEchoSignal(tissue, timing, 0.9 * 3)).toBeCloseTo(42.4207265536, 9);
  expect(gradientEchoSignal(tissue, timing, 0.9 * 20)).toBeCloseTo(52.6441809208, 9);
});
