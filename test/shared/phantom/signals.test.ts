import { describe, expect, test } from "vitest";
import { sessionPlan } from "#shared/phantom/scan-plan.ts";
import { echoTrainSignals, recoveredSignal } from "#shared/phantom/signals.ts";
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
});
