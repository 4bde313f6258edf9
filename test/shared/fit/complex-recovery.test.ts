import { describe, expect, test } from "vitest";
import { fitCurve } from "#shared/fit/fit-curve.ts";
import { prepareFit } from "#shared/fit/prepare-fit.ts";
import { curveOfBound, deviation, gaussian, normalNumbers, rician } from "./curves.ts";

const inversionTimes = [40, 90, 150, 300, 500, 750, 1000, 1500, 2000, 3000, 4000];
const complex = { signal: "complex" } as const;
const settings = gaussian("inversion-recovery", inversionTimes, complex);

/** Real, then imaginary parts of (a + b exp(-TI/T1)) with complex a and b. */
const recovery = ([t1, ar, ai, br, bi]: readonly number[]) => {
  const e = inversionTimes.map((ti) => Math.exp(-ti / t1!));
  return [...e.map((value) => ar! + br! * value), ...e.map((value) => ai! + bi! * value)];
};

function fitted(signals: ArrayLike<number>, options: object = complex) {
  const fit = fitCurve(gaussian("inversion-recovery", inversionTimes, options), signals);
  const [t1, , m0, efficiency] = fit.parameters;
  return { ...fit, t1: t1!, m0: m0!, efficiency: efficiency! };
}

describe("complex inversion recovery", () => {
  test("has two samples for each inversion time", () => {
    expect(prepareFit(settings).samples).toBe(22);
  });

  test("noise-free curves of any phase return T1, M0 and efficiency", () => {
    for (let t1 = 50; t1 <= 5000; t1 *= 1.4) {
      for (const phase of [0, 1, 2.5, -2]) {
        const [c, s] = [1000 * Math.cos(phase), 1000 * Math.sin(phase)];
        const fit = fitted(recovery([t1, c, s, -1.9 * c, -1.9 * s]));
        expect(Math.abs(fit.t1.value / t1 - 1)).toBeLessThan(1e-9);
        expect(fit.m0.value).toBeCloseTo(1000, 6);
        expect(fit.efficiency.value).toBeCloseTo(0.95, 9);
        expect(fit.status).toBe("ok");
      }
    }
  });

  test("turning the phase of all samples turns nothing in the result", () => {
    const normal = normalNumbers("phase");
    const y = recovery([900, 1000, 0, -1900, 60]).map((value) => value + 20 * normal());
    const [c, s] = [Math.cos(1.1), Math.sin(1.1)];
    const turned = y.map((_, i) =>
      i < 11 ? c * y[i]! - s * y[i + 11]! : s * y[i - 11]! + c * y[i]!,
    );
    const [plain, other] = [fitted(y), fitted(turned)];
    plain.parameters.forEach(({ value, standardError }, k) => {
      expect(other.parameters[k]!.value / value).toBeCloseTo(1, 8);
      expect(other.parameters[k]!.standardError / standardError).toBeCloseTo(1, 7);
    });
    expect(other.rmse / plain.rmse).toBeCloseTo(1, 8);
    expect(other.rSquared).toBeCloseTo(plain.rSquared, 8);
  });

  test("standard errors of all parameters are the bounds of their own model", () => {
    // M0, efficiency and T1 as parameters, with the phase of a and the part of b across it.
    const own = ([t1, m0, efficiency, phase, across]: readonly number[]) => {
      const full = 1 + Math.exp(-3000 / t1!);
      const a = m0! * full;
      const ratio = (2 * efficiency!) / full;
      const [c, s] = [Math.cos(phase!), Math.sin(phase!)];
      const along = -ratio * a;
      return recovery([t1!, a * c, a * s, along * c - across! * s, along * s + across! * c]);
    };
    const truth = [900, 1000, 0.95, 0.7, 40];
    const fit = fitted(curveOfBound(own, truth, 10), { ...complex, repetitionTimeMs: 3000 });
    [fit.t1, fit.m0, fit.efficiency].forEach(({ value, standardError }, k) => {
      expect(value / truth[k]!).toBeCloseTo(1, 7);
      expect(standardError / boundOf(own, truth, 10, k)).toBeCloseTo(1, 4);
    });
  });

  test("standard errors agree with the spread of repeats to 5 %", () => {
    const normal = normalNumbers("complex spread");
    const fitter = prepareFit(settings).build();
    const times: number[] = [];
    let squares = 0;
    for (let run = 0; run < 4000; run++) {
      const y = Float64Array.from(
        recovery([1500, 600, 800, -1140, -1520]),
        (s) => s + 50 * normal(),
      );
      fitter.fit(y, 0, 1);
      times.push(fitter.result.values[0]!);
      squares += fitter.result.standardErrors[0]! ** 2 / 4000;
    }
    expect(Math.abs(Math.sqrt(squares) / deviation(times) - 1)).toBeLessThan(0.05);
  });

  test("finds the smallest sum of a dense scan over T1", () => {
    const normal = normalNumbers("complex scan");
    const fitter = prepareFit(settings).build();
    for (let run = 0; run < 60; run++) {
      const sigma = [50, 500, 1e5][run % 3]!;
      const y = Float64Array.from(
        recovery([700, 600, 800, -1140, -1520]),
        (s) => s + sigma * normal(),
      );
      fitter.fit(y, 0, 1);
      if (!Number.isFinite(fitter.result.rmse)) continue;
      expect(fitter.result.rmse ** 2 * 22).toBeLessThanOrEqual(scan(y) * (1 + 1e-9));
    }
  });

  test("Look-Locker and a finite repetition time", () => {
    const a = 300;
    const lookLocker = fitted(recovery([600, 0, a, 0, -(500 + a)]), {
      ...complex,
      lookLocker: true,
    });
    expect(lookLocker.t1.value).toBeCloseTo(1000, 6);
    expect(lookLocker.m0.value).toBeCloseTo(500, 6);
  });

  test("what cannot be fitted is a status code", () => {
    const y = recovery([900, 1000, 0, -1900, 0]);
    expect(fitted(y.with(14, Number.NaN)).status).toBe("invalid-input");
    expect(fitted(y.map(() => 0)).status).toBe("invalid-input");
    expect(fitted(y.map((_, i) => (i < 11 ? 5 : 3))).status).toBe("invalid-input");
    expect(fitCurve({ ...settings, sigma: 500 }, y).status).toBe("noise");
    expect(fitted(recovery([900, 1000, 0, -2900, 0])).status).toBe("poor-fit");
    expect(fitted(recovery([60_000, 1e5, 0, -1.9e5, 0])).status).toBe("upper-bound");
    const flagged = fitted(recovery([60_000, 1e5, 0, -1.9e5, 0]));
    expect(flagged.t1.value).toBe(20_000);
    expect(flagged.t1.standardError).toBeNaN();
    expect(flagged.m0.standardError).toBeGreaterThan(0);
  });

  test("fitted samples come back in the order of the data", () => {
    const y = recovery([900, 1000, 300, -1900, -500]);
    const { fitted: signal, predict } = fitted(y);
    signal.forEach((value, i) => {
      expect(value).toBeCloseTo(y[i]!, 6);
    });
    expect(predict).toBeUndefined();
    expect(fitted(y.map(() => 0)).fitted.every(Number.isNaN)).toBe(true);
  });

  test("Rician noise and the reference solver are refused", () => {
    expect(() => prepareFit(rician("inversion-recovery", inversionTimes, 5, complex))).toThrow(
      RangeError,
    );
    expect(() => prepareFit({ ...settings, solver: "reference" })).toThrow(RangeError);
  });
});

/** Cramer-Rao bound of one parameter: sigma over the length of its derivative across all others. */
function boundOf(
  model: (parameters: readonly number[]) => readonly number[],
  truth: readonly number[],
  sigma: number,
  of: number,
): number {
  const columns = truth.map((value, k) => {
    const h = 1e-5 * value;
    const up = model(truth.with(k, value + h));
    const down = model(truth.with(k, value - h));
    return up.map((high, i) => (high - down[i]!) / (2 * h));
  });
  const dot = (a: readonly number[], b: readonly number[]) =>
    a.reduce((sum, value, i) => sum + value * b[i]!, 0);
  const directions: number[][] = [];
  const ordered = [...columns.filter((_, k) => k !== of), columns[of]!];
  for (const column of ordered) {
    let rest = column;
    for (const direction of [...directions, ...directions]) {
      const part = dot(rest, direction);
      rest = rest.map((value, i) => value - part * direction[i]!);
    }
    const length = Math.sqrt(dot(rest, rest));
    if (column === ordered.at(-1)) return sigma / length;
    directions.push(rest.map((value) => value / length));
  }
  throw new Error("no parameter");
}

/** Smallest sum of squares over 4,000 values of T1, a and b by complex linear least squares. */
function scan(y: Float64Array): number {
  let least = Number.POSITIVE_INFINITY;
  const n = inversionTimes.length;
  const channels = [y.subarray(0, n), y.subarray(n)];
  for (let step = 0; step <= 4000; step++) {
    const t1 = 20_000 ** (step / 4000);
    const e = inversionTimes.map((ti) => Math.exp(-(ti - 40) / t1));
    const middle = e.reduce((a, b) => a + b, 0) / n;
    let ssr = 0;
    for (const channel of channels) {
      const mean = channel.reduce((a, b) => a + b, 0) / n;
      let across = 0;
      let length = 0;
      e.forEach((value, i) => {
        across += (value - middle) * (channel[i]! - mean);
        length += (value - middle) ** 2;
        ssr += (channel[i]! - mean) ** 2;
      });
      ssr -= (across * across) / length;
    }
    least = Math.min(least, ssr);
  }
  return least;
}
