import { describe, expect, test } from "vitest";
import { fitCurve } from "#shared/fit/fit-curve.ts";
import { inversionRecovery } from "#shared/models/inversion-recovery.ts";
import {
  type InversionOptions,
  inversionRecoverySheet,
} from "#shared/models/inversion-recovery-sheet.ts";
import { curveOfBound, gaussian, rician } from "../fit/curves.ts";
import { expectCompleteSheet } from "./t1-sheets.ts";

const inversionTimes = [30, 100, 200, 400, 600, 800, 1000, 1500, 2500];
const signed = { signal: "signed" } as const;

/** a + b exp(-TI/T1). */
const recovery = ([t1, a, b]: readonly number[], times: readonly number[] = inversionTimes) =>
  times.map((ti) => a! + b! * Math.exp(-ti / t1!));

/** Values and standard errors of a fit, by symbol. */
function fitted(
  options: InversionOptions,
  signals: ArrayLike<number>,
  times: readonly number[] = inversionTimes,
) {
  const fit = fitCurve(gaussian("inversion-recovery", times, options), signals);
  const of = (symbol: string) => fit.parameters.find((one) => one.symbol === symbol);
  return { ...fit, t1: of("T1")!, m0: of("M0")!, efficiency: of("efficiency"), of };
}

describe("the data sheet of inversion recovery", () => {
  test.each(["magnitude", "signed", "complex"] as const)("is complete for %s", (signal) => {
    for (const lookLocker of [false, true]) {
      const sheet = inversionRecoverySheet({ signal, lookLocker });
      expectCompleteSheet(sheet, "inversion-recovery", "InversionTime");
      const symbols = sheet.parameters.map(({ symbol }) => symbol);
      expect(symbols.includes("efficiency")).toBe(!lookLocker);
      expect(symbols.includes("polarity")).toBe(signal === "magnitude");
    }
  });

  test("says how M0 follows", () => {
    expect(inversionRecoverySheet(signed).equation).toContain("M0 = a,");
    const finite = inversionRecoverySheet({ ...signed, repetitionTimeMs: 3000 });
    expect(finite.equation).toContain("M0 = a/(1 + exp(-TR/T1))");
    expect(finite.assumptions.join()).toContain("3000 ms");
  });
});

// Signals with sign, M0 1000, T1 900, efficiency 0.95, TR 3000: section 3.9 of the project's notes on quantitative
// MRI models, computed with numpy.
const published = [
  -802.03659757, -664.5207086, -485.72707219, -182.56874467, 60.18146719, 254.56064138,
  410.20731651, 676.81034796, 917.53859771,
];

describe("inversion recovery with sign", () => {
  test("the published curve gives T1, a, M0 and efficiency", () => {
    const plain = fitted(signed, published);
    expect(plain.t1.value).toBeCloseTo(900, 5);
    expect(plain.m0.value).toBeCloseTo(1035.67399335, 5);
    const finite = fitted({ ...signed, repetitionTimeMs: 3000 }, published);
    expect(finite.t1.value).toBeCloseTo(900, 5);
    expect(finite.m0.value).toBeCloseTo(1000, 5);
    expect(finite.efficiency!.value).toBeCloseTo(0.95, 8);
    expect(finite.status).toBe("ok");
  });

  // Bounds for noise 10 from the same section.
  test("standard errors are the published bounds", () => {
    const y = curveOfBound(recovery, [900, 1035.67399335, -1900], 10);
    const fit = fitted(signed, y);
    expect(Math.abs(fit.t1.standardError / 17.1957 - 1)).toBeLessThan(1e-4);
    expect(Math.abs(fit.m0.standardError / 14.9549 - 1)).toBeLessThan(1e-4);
  });

  test("standard errors of M0 and efficiency at finite TR are the bounds of their own model", () => {
    const full = ([t1, m0, efficiency]: readonly number[]) =>
      inversionTimes.map(
        (ti) => m0! * (1 - 2 * efficiency! * Math.exp(-ti / t1!) + Math.exp(-3000 / t1!)),
      );
    const truth = [900, 1000, 0.95];
    const fit = fitted({ ...signed, repetitionTimeMs: 3000 }, curveOfBound(full, truth, 10));
    const bounds = boundsOf(full, truth, 10);
    [fit.t1, fit.m0, fit.efficiency!].forEach(({ value, standardError }, k) => {
      expect(value / truth[k]!).toBeCloseTo(1, 8);
      expect(standardError / bounds[k]!).toBeCloseTo(1, 5);
    });
  });

  test("noise-free curves return T1 to 1e-9 from 50 to 5000 ms, without a start value", () => {
    for (let t1 = 50; t1 <= 5000; t1 *= 1.13) {
      const { t1: found } = fitted(signed, recovery([t1, 1000, -1900]));
      expect(Math.abs(found.value / t1 - 1)).toBeLessThan(1e-9);
    }
  });

  test("signals turned upside down hold no recovery", () => {
    const upside = published.map((value) => -value);
    expect(fitted(signed, upside).status).toBe("not-identifiable");
    expect(fitted(signed, upside).t1.value).toBeNaN();
  });

  test("an implausible efficiency is flagged, and one that noise explains is not", () => {
    expect(fitted(signed, recovery([900, 1000, -2300])).status).toBe("poor-fit");
    expect(fitted(signed, recovery([900, 1000, -700])).status).toBe("poor-fit");
    const noisy = curveOfBound(recovery, [900, 1000, -2140], 30);
    expect(fitted(signed, noisy).efficiency!.value).toBeCloseTo(1.07, 6);
    expect(fitted(signed, noisy).status).toBe("ok");
  });

  test("the reference solver finds the same T1", () => {
    const y = curveOfBound(recovery, [900, 1000, -1900], 10);
    const settings = gaussian("inversion-recovery", inversionTimes, signed);
    const reference = fitCurve({ ...settings, solver: "reference" }, y);
    expect(Math.abs(reference.parameters[0]!.value / 900 - 1)).toBeLessThan(1e-5);
  });
});

describe("Look-Locker", () => {
  const options = { ...signed, lookLocker: true } as const;

  test("T1 and M0 are those before the excitations", () => {
    // T1* 600 and a perfect inversion: a = M0 T1*/T1, b = -(M0 + a).
    const [t1, apparent, m0] = [1000, 600, 500];
    const a = (m0 * apparent) / t1;
    const fit = fitted(options, recovery([apparent, a, -(m0 + a)]));
    expect(fit.t1.value).toBeCloseTo(1000, 6);
    expect(fit.m0.value).toBeCloseTo(500, 6);
    expect(fit.of("R1")!.value).toBeCloseTo(1, 9);
    expect(fit.efficiency).toBeUndefined();
  });

  test("the standard error follows from the full covariance", () => {
    const model = ([t1, m0, apparent]: readonly number[]) => {
      const a = (m0! * apparent!) / t1!;
      return recovery([apparent!, a, -(m0! + a)]);
    };
    const truth = [1000, 500, 600];
    const fit = fitted(options, curveOfBound(model, truth, 5));
    const bounds = boundsOf(model, truth, 5);
    expect(fit.t1.standardError / bounds[0]!).toBeCloseTo(1, 5);
    expect(fit.m0.standardError / bounds[1]!).toBeCloseTo(1, 5);
    expect((fit.of("R1")!.standardError / (1000 * bounds[0]!)) * 1e6).toBeCloseTo(1, 5);
  });

  test("a ratio that makes T1 negative is not converged", () => {
    const fit = fitted(options, recovery([600, 1000, -800]));
    expect(fit.status).toBe("not-converged");
    expect(fit.t1.value).toBeNaN();
  });
});

test("inversion times that do not ascend, a repetition time and limits that are none are refused", () => {
  const build = (times: number[], options: Partial<InversionOptions> = {}) =>
    inversionRecovery(Float64Array.from(times), { ...signed, ...options });
  expect(() => build([100, 50, 200])).toThrow(RangeError);
  expect(() => build([50, 100], { repetitionTimeMs: 0 })).toThrow(RangeError);
  expect(() => build([50, 100], { repetitionTimeMs: Number.NaN })).toThrow(RangeError);
  expect(() => build([50, 100], { minTimeMs: 300, maxTimeMs: 200 })).toThrow(RangeError);
  expect(build([50, 50, 100]).abscissae).toHaveLength(3);
});

test("only magnitudes have an expected-Rician form", () => {
  const settings = rician("inversion-recovery", inversionTimes, 10, signed);
  expect(() => fitCurve(settings, published)).toThrow(/only magnitudes/);
});

/** Cramer-Rao bounds of a model with three parameters, from its derivatives by finite differences. */
function boundsOf(
  model: (parameters: readonly number[]) => readonly number[],
  truth: readonly number[],
  sigma: number,
): readonly number[] {
  const columns = truth.map((value, k) => {
    const h = 1e-5 * value;
    const up = model(truth.with(k, value + h));
    const down = model(truth.with(k, value - h));
    return up.map((high, i) => (high - down[i]!) / (2 * h));
  });
  const g = columns.map((a) => columns.map((b) => a.reduce((sum, x, i) => sum + x * b[i]!, 0)));
  const minor = (i: number, j: number) => {
    const [r, s] = [0, 1, 2].filter((k) => k !== i) as [number, number];
    const [c, d] = [0, 1, 2].filter((k) => k !== j) as [number, number];
    return g[r]![c]! * g[s]![d]! - g[r]![d]! * g[s]![c]!;
  };
  const determinant = [0, 1, 2].reduce((sum, j) => sum + (-1) ** j * g[0]![j]! * minor(0, j), 0);
  return [0, 1, 2].map((k) => sigma * Math.sqrt(minor(k, k) / determinant));
}
