import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { minimizeBounded, newRoom } from "#shared/fit/bounded-least-squares.ts";
import { fitCurve } from "#shared/fit/fit-curve.ts";
import { prepareFit } from "#shared/fit/prepare-fit.ts";
import { statusCode, statusTable } from "#shared/fit/status.ts";
import { inversionRecovery } from "#shared/models/inversion-recovery.ts";
import { fillRicianMeans } from "#shared/models/rician-mean.ts";
import { newBasis } from "#shared/models/signal-model.ts";
import { deviation, gaussian, median, normalNumbers, rician } from "./curves.ts";

const inversionTimes = [40, 90, 150, 300, 500, 750, 1000, 1500, 2000, 3000, 4000];
const magnitude = { signal: "magnitude" } as const;
const settings = gaussian("inversion-recovery", inversionTimes, magnitude);

const recovery = (t1: number, a: number, b: number, times: readonly number[] = inversionTimes) =>
  times.map((ti) => a + b * Math.exp(-ti / t1));

/** T1, a, efficiency and polarity, with the standard error of T1. */
function fitted(signals: readonly number[], of = settings) {
  const fit = fitCurve(of, signals);
  const [t1, , m0, efficiency, polarity] = fit.parameters;
  return { ...fit, t1: t1!, m0: m0!, efficiency: efficiency!, polarity: polarity!.value };
}

describe("inversion recovery in magnitude", () => {
  // Measured voxels of a phantom and the maps stored with them: data set qmri-uq (see test/reference).
  test.each([
    {
      y: [1108, 963, 796, 440, 49, 317, 585, 921, 1101, 1246, 1292],
      expected: {
        t1: 796.3893812648536,
        a: 1307.1963354,
        b: -2540.972044,
        se: 1.555994613,
        rmse: 1.668415044,
        k: 5,
      },
    },
    {
      y: [536, 467, 373, 178, 0, 169, 347, 511, 589, 634, 627],
      expected: {
        t1: 735.2237416829013,
        a: 655.1230852388,
        b: -1264.393991225,
        se: 26.8151974,
        rmse: 15.75366069,
        k: 4,
      },
    },
    {
      y: [1283, 1137, 975, 619, 215, 198, 515, 926, 1160, 1375, 1446],
      expected: {
        t1: 925.85091509,
        a: 1490.76554176,
        b: -2901.95351312,
        se: 7.60098151,
        rmse: 7.65485004,
        k: 5,
      },
    },
  ])("a measured voxel of the phantom: T1 $expected.t1 ms", ({ y, expected }) => {
    const fit = fitted(y);
    expect(fit.t1.value / expected.t1).toBeCloseTo(1, 9);
    expect(fit.m0.value / expected.a).toBeCloseTo(1, 8);
    expect(fit.efficiency.value / (-expected.b / (2 * expected.a))).toBeCloseTo(1, 8);
    expect(fit.t1.standardError / expected.se).toBeCloseTo(1, 7);
    expect(fit.rmse / expected.rmse).toBeCloseTo(1, 7);
    // The second voxel has a sample of exactly 0: four and five flipped samples fit alike.
    expect(fit.polarity).toBe(expected.k);
  });

  test("noise-free curves return T1 to 1e-9 from 50 to 5000 ms, without a start value", () => {
    for (let t1 = 50; t1 <= 5000; t1 *= 1.11) {
      const signed = recovery(t1, 1000, -1900);
      const fit = fitted(signed.map(Math.abs));
      expect(Math.abs(fit.t1.value / t1 - 1)).toBeLessThan(1e-9);
      expect(fit.polarity).toBe(signed.filter((value) => value < 0).length);
    }
  });

  test("all samples before the null are all negative", () => {
    const times = [30, 60, 100, 150, 200];
    const of = gaussian("inversion-recovery", times, magnitude);
    const fit = fitted(recovery(800, 1000, -1950, times).map(Math.abs), of);
    expect(fit.t1.value / 800).toBeCloseTo(1, 6);
    expect(fit.polarity).toBe(5);
    expect(fit.m0.value / 1000).toBeCloseTo(1, 6);
  });

  test("never worse than all polarities on a dense scan of T1", () => {
    const normal = normalNumbers("all polarities");
    const fitter = prepareFit(settings).build();
    for (let run = 0; run < 60; run++) {
      const sigma = [20, 100, 400, 1e6][run % 4]!;
      const t1 = [150, 700, 2500][run % 3]!;
      const y = Float64Array.from(recovery(t1, 1000, -1900), (signal) =>
        Math.hypot(signal + sigma * normal(), sigma * normal()),
      );
      fitter.fit(y, 0, 1);
      if (fitter.result.status === statusCode["not-converged"]) continue;
      expect(fitter.result.rmse ** 2 * 11).toBeLessThanOrEqual(scan(y) * (1 + 1e-9));
    }
  });

  test("the fitted signal is a magnitude, and its band follows it over the null", () => {
    const y = recovery(800, 1000, -1950).map(
      (value, i) => Math.abs(value) + (i % 2 === 0 ? 3 : -3),
    );
    const fit = fitted(y);
    fit.fitted.forEach((value, i) => {
      expect(Math.abs(value - y[i]!)).toBeLessThan(10);
    });
    const curve = fit.predict!(fit.drawnAbscissae);
    expect(Math.min(...curve.signal)).toBeGreaterThanOrEqual(0);
    expect(Math.min(...curve.signal)).toBeLessThan(20);
    expect(Array.from(curve.confidence).every((half) => half > 0 && half < 20)).toBe(true);
  });

  test("scaling the signal scales M0 and nothing else", () => {
    const normal = normalNumbers("scaled magnitudes");
    const y = recovery(900, 100, -190).map((s) => Math.abs(s + normal()));
    const plain = fitted(y);
    fc.assert(
      fc.property(fc.double({ min: 1e-6, max: 1e6, noNaN: true }), (factor) => {
        const scaled = fitted(y.map((value) => factor * value));
        expect(scaled.t1.value / plain.t1.value).toBeCloseTo(1, 8);
        expect(scaled.m0.value / plain.m0.value / factor).toBeCloseTo(1, 8);
        expect(scaled.polarity).toBe(plain.polarity);
      }),
      { numRuns: 50, seed: 5 },
    );
  });

  test("standard errors agree with the spread of repeats to 5 %", () => {
    const normal = normalNumbers("spread of magnitudes");
    const fitter = prepareFit(settings).build();
    const times: number[] = [];
    let squares = 0;
    for (let run = 0; run < 4000; run++) {
      // No sample near the null, where the floor would show.
      const y = Float64Array.from(recovery(900, 1000, -1900), (s) => Math.abs(s + 20 * normal()));
      fitter.fit(y, 0, 1);
      times.push(fitter.result.values[0]!);
      squares += fitter.result.standardErrors[0]! ** 2 / 4000;
    }
    expect(Math.abs(Math.sqrt(squares) / deviation(times) - 1)).toBeLessThan(0.05);
  });

  test("whatever the curve, there is a value or a status that says why not", () => {
    const fitter = prepareFit(settings).build();
    const sample = fc.oneof(
      fc.double({ min: 0, max: 5000, noNaN: true }),
      fc.integer({ min: -10, max: 4095 }),
      fc.constantFrom(0, 1e-300, 1e30, 4095, Number.NaN),
    );
    fc.assert(
      fc.property(fc.array(sample, { minLength: 11, maxLength: 11 }), (y) => {
        fitter.fit(Float64Array.from(y), 0, 1);
        const { status, values, rmse } = fitter.result;
        const value = statusTable[status]!.value;
        if (value === "none") expect(Array.from(values).every(Number.isNaN)).toBe(true);
        if (value === "value" || value === "flagged") {
          expect(Array.from(values).every(Number.isFinite)).toBe(true);
          expect(Number.isFinite(rmse)).toBe(true);
          expect(values[4]).toBeGreaterThanOrEqual(0);
          expect(values[4]).toBeLessThanOrEqual(11);
        }
        if (status === statusCode.ok) expect(values[2]).toBeGreaterThan(0);
      }),
      { numRuns: 1500, seed: 11 },
    );
  });

  test("bad curves are status codes", () => {
    const status = (y: readonly number[]) => fitted(y).status;
    expect(status(inversionTimes.map(() => 0))).toBe("invalid-input");
    expect(status(inversionTimes.map(() => 12))).toBe("invalid-input");
    expect(status(recovery(800, 1000, -1900).with(4, Number.NaN).map(Math.abs))).toBe(
      "invalid-input",
    );
    // Falls towards a positive constant: no recovery.
    expect(status(recovery(800, 1000, 900))).toBe("not-identifiable");
    // Only T1 far above the search explains it.
    expect(status(recovery(60_000, 1e5, -1.9e5).map(Math.abs))).toBe("upper-bound");
  });

  test("the brightest sample is what has to rise above the noise", () => {
    const y = recovery(1200, 1000, -1000);
    expect(y[0]).toBeLessThan(40);
    const status = (sigma: number) => fitCurve({ ...settings, sigma }, y).status;
    expect(status(100)).toBe("ok");
    expect(status(400)).toBe("noise");
  });

  test("the reference solver is refused", () => {
    expect(() => prepareFit({ ...settings, solver: "reference" })).toThrow(/reference solver/);
  });
});

describe("the expected-Rician form", () => {
  test("takes the bias off that samples near the null have", () => {
    const normal = normalNumbers("null");
    const times = [30, 100, 200, 400, 600, 800, 1000, 1500, 2500, 4000];
    const curves = Array.from({ length: 600 }, () =>
      Float64Array.from(recovery(1600, 1000, -1900, times), (s) =>
        Math.hypot(s + 100 * normal(), 100 * normal()),
      ),
    );
    const medianOf = (of: ReturnType<typeof gaussian>) => {
      const fitter = prepareFit(of).build();
      return median(
        curves.map((y) => {
          fitter.fit(y, 0, 1);
          return fitter.result.values[0]!;
        }),
      );
    };
    const plain = medianOf(gaussian("inversion-recovery", times, magnitude));
    const corrected = medianOf(rician("inversion-recovery", times, 100, magnitude));
    // Another computation of the same setting found medians of 1681 and 1563 ms of 400 curves (scatter 450 ms each).
    const scatter = 3 * 1.25 * 450 * Math.sqrt(1 / 400 + 1 / 600);
    expect(Math.abs(plain - 1681)).toBeLessThan(scatter);
    expect(Math.abs(corrected - 1563)).toBeLessThan(scatter);
    expect(Math.abs(corrected - 1600)).toBeLessThan(Math.abs(plain - 1600));
  });

  test("far above the floor it is the plain fit, with the errors of the known noise", () => {
    const y = recovery(900, 1e5, -1.9e5).map(Math.abs);
    const fit = fitted(y, rician("inversion-recovery", inversionTimes, 1, magnitude));
    expect(fit.t1.value / 900).toBeCloseTo(1, 6);
    expect(fit.polarity).toBe(5);
    expect(fit.t1.standardError).toBeGreaterThan(0);
  });

  test("standard errors agree with the spread of repeats to 5 % at a signal-to-noise ratio of 20", () => {
    const normal = normalNumbers("spread at the null");
    const fitter = prepareFit(rician("inversion-recovery", inversionTimes, 50, magnitude)).build();
    const times: number[] = [];
    let squares = 0;
    for (let run = 0; run < 2500; run++) {
      const y = Float64Array.from(recovery(900, 1000, -1900), (s) =>
        Math.hypot(s + 50 * normal(), 50 * normal()),
      );
      fitter.fit(y, 0, 1);
      times.push(fitter.result.values[0]!);
      squares += fitter.result.standardErrors[0]! ** 2 / 2500;
    }
    expect(Math.abs(Math.sqrt(squares) / deviation(times) - 1)).toBeLessThan(0.05);
  });
});

test("no other start of the expected-Rician form finds a smaller sum", () => {
  const normal = normalNumbers("valleys");
  for (const sigma of [50, 200]) {
    const fitter = prepareFit(
      rician("inversion-recovery", inversionTimes, sigma, magnitude),
    ).build();
    for (let run = 0; run < 15; run++) {
      const t1 = [200, 900, 3000][run % 3]!;
      const y = Float64Array.from(recovery(t1, 1000, -1900), (s) =>
        Math.hypot(s + sigma * normal(), sigma * normal()),
      );
      fitter.fit(y, 0, 1);
      if (!Number.isFinite(fitter.result.rmse)) continue;
      expect(fitter.result.rmse ** 2 * 11).toBeLessThanOrEqual(
        leastOfManyStarts(y, sigma) * (1 + 1e-7),
      );
    }
  }
});

/** The smallest sum that Levenberg-Marquardt reaches from 12 rates with every polarity, with and without the floor. */
function leastOfManyStarts(y: Float64Array, sigma: number): number {
  const n = y.length;
  const model = inversionRecovery(Float64Array.from(inversionTimes), magnitude);
  const basis = newBasis(model);
  const [amplitudes, means, slopes] = [0, 0, 0].map(() => new Float64Array(n)) as [
    Float64Array,
    Float64Array,
    Float64Array,
  ];
  const problem = {
    n,
    p: 3,
    lower: Float64Array.of(0, Number.NEGATIVE_INFINITY, 1 / 20_000),
    upper: Float64Array.of(Number.POSITIVE_INFINITY, Number.POSITIVE_INFINITY, 1),
    room: newRoom(3, n),
    evaluate: (p: Float64Array, residuals: Float64Array, jacobian: Float64Array) => {
      model.evaluate([p[2]!], basis);
      for (let i = 0; i < n; i++) amplitudes[i] = p[0]! * basis.value[i]! + p[1]!;
      fillRicianMeans(amplitudes, sigma, means, slopes);
      for (let i = 0; i < n; i++) {
        residuals[i] = y[i]! - means[i]!;
        jacobian[i] = slopes[i]! * basis.value[i]!;
        jacobian[n + i] = slopes[i]!;
        jacobian[2 * n + i] = slopes[i]! * p[0]! * basis.first[i]!;
      }
    },
  };
  const minimum = { ssr: 0, converged: false, iterations: 0 };
  let least = Number.POSITIVE_INFINITY;
  for (let start = 0; start < 12 * n * 2; start++) {
    const rate = 1 / (30 * 600 ** ((start % 12) / 11));
    const k = Math.floor(start / 12) % n;
    const signed = y.map((value, i) => {
      const floorless = Math.sqrt(Math.max(0, value * value - 2 * sigma * sigma));
      return (i < k ? -1 : 1) * (start < 12 * n ? value : floorless);
    });
    model.evaluate([rate], basis);
    const [mean, middle] = [signed, basis.value].map((row) => row.reduce((a, b) => a + b, 0) / n);
    let across = 0;
    let length = 0;
    basis.value.forEach((value, i) => {
      across += (value - middle!) * (signed[i]! - mean!);
      length += (value - middle!) ** 2;
    });
    const c0 = across / length;
    const c1 = mean! - c0 * middle!;
    const sign = c0 < 0 ? -1 : 1;
    minimizeBounded(problem, Float64Array.of(sign * c0, sign * c1, rate), minimum);
    least = Math.min(least, minimum.ssr);
  }
  return least;
}

/** Smallest sum of squares over all polarities and 2,000 values of T1, a and b by linear least squares. */
function scan(y: Float64Array): number {
  let least = Number.POSITIVE_INFINITY;
  const n = y.length;
  for (let k = 0; k < n; k++) {
    const signed = y.map((value, i) => (i < k ? -value : value));
    const mean = signed.reduce((a, b) => a + b, 0) / n;
    for (let step = 0; step <= 2000; step++) {
      const t1 = 20_000 ** (step / 2000);
      let middle = 0;
      const e = inversionTimes.map((ti) => Math.exp(-(ti - 40) / t1));
      for (const value of e) middle += value / n;
      let across = 0;
      let length = 0;
      let squares = 0;
      e.forEach((value, i) => {
        across += (value - middle) * (signed[i]! - mean);
        length += (value - middle) ** 2;
        squares += (signed[i]! - mean) ** 2;
      });
      least = Math.min(least, squares - (across * across) / length);
    }
  }
  return least;
}
