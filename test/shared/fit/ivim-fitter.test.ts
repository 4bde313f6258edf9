import { describe, expect, test } from "vitest";
import { fitCurve } from "#shared/fit/fit-curve.ts";
import { prepareFit } from "#shared/fit/prepare-fit.ts";
import { statusCode } from "#shared/fit/status.ts";
import { ricianMoments } from "#shared/models/rician-mean.ts";
import { addRicianNoise, uniformNumbers } from "#shared/phantom/random.ts";
import { deviation, median, normalNumbers } from "./curves.ts";
import { ivimSettings, ivimSignal, osipiBValues } from "./ivim-curves.ts";

const names = ["D", "f", "Dstar", "fDstar", "S0"] as const;

function parametersOf(fit: ReturnType<typeof fitCurve>) {
  expect(fit.parameters.map(({ symbol }) => symbol)).toEqual(names);
  return fit.parameters;
}

const valuesOf = (fit: ReturnType<typeof fitCurve>) =>
  parametersOf(fit).map(({ value }) => value) as [number, number, number, number, number];

/** The tissues of the OSIPI body-part starts: f, D*, D. */
const tissues = {
  brain: [0.0764, 0.01088, 0.00083],
  kidney: [0.1888, 0.04053, 0.00189],
  liver: [0.2305, 0.07002, 0.00109],
  muscle: [0.1034, 0.03088, 0.00147],
  "benign breast": [0.07, 0.05233, 0.00143],
  "malignant breast": [0.1131, 0.03776, 0.00097],
  pancreas: [0.2003, 0.02539, 0.00141],
  generic: [0.1, 0.01, 0.001],
} as const;

describe("one-stage IVIM without noise", () => {
  test.each(Object.entries(tissues))("%s comes back to 1e-9", (_, [f, dStar, d]) => {
    const fit = fitCurve(ivimSettings(), ivimSignal({ f, d, dStar }));
    const found = valuesOf(fit);
    [d, f, dStar, f * dStar, 1000].forEach((wanted, k) => {
      expect(Math.abs(found[k]! / wanted - 1)).toBeLessThan(1e-9);
    });
    expect(fit.status).toBe("ok");
    expect(fit.rSquared).toBeCloseTo(1, 12);
  });

  test("the curve that another program publishes gives its truth", () => {
    const b = [0, 20, 40, 60, 80, 100, 300, 500, 800];
    // madym_cxx, calibration_data/DWI_IVIM.dat.
    const signal = [
      100.0, 93.54655001805719, 88.45675928821635, 84.38209616101237, 81.0642842007024,
      78.31191091389947, 63.152408816089114, 53.63666537025411, 42.18351680769095,
    ];
    const [d, f, dStar, , s0] = valuesOf(fitCurve(ivimSettings(b), signal));
    expect(d / 8e-4).toBeCloseTo(1, 9);
    expect(f / 0.2).toBeCloseTo(1, 9);
    expect(dStar / 0.015).toBeCloseTo(1, 9);
    expect(s0 / 100).toBeCloseTo(1, 9);
  });

  test("21 b-values of another program's test give the truth, which its own fit does not", () => {
    const b = [
      ...[0, 10, 20, 30, 40, 60, 80, 100, 120, 140, 160, 180, 200],
      ...[300, 400, 500, 600, 700, 800, 900, 1000],
    ];
    const truth = { f: 0.132, d: 0.000921, dStar: 0.00885 };
    const signal = ivimSignal(truth, b);
    expect(signal[5]).toBeCloseTo(898.9537323979, 9);
    const [d, f, dStar] = valuesOf(fitCurve(ivimSettings(b), signal));
    expect(d / truth.d).toBeCloseTo(1, 8);
    expect(f / truth.f).toBeCloseTo(1, 8);
    expect(dStar / truth.dStar).toBeCloseTo(1, 8);
  });

  test("the segmented fit errs as foreseen where D* is slow", () => {
    const errors = (name: keyof typeof tissues) => {
      const [f, dStar, d] = tissues[name];
      const signal = ivimSignal({ f, d, dStar });
      return valuesOf(fitCurve(ivimSettings(osipiBValues, { method: "segmented" }), signal));
    };
    const [d, f, dStar] = errors("brain");
    expect(d / 0.00083 - 1).toBeCloseTo(0.01, 3);
    expect(f).toBeCloseTo(0.0707, 4);
    expect(dStar).toBeCloseTo(0.01226, 4);
    expect(errors("kidney")[0] / 0.00189 - 1).toBeLessThan(5e-4);
  });

  test("scaling the signal scales S0 and nothing else", () => {
    const normal = normalNumbers("scaling");
    const signal = ivimSignal({ f: 0.15, d: 1.2e-3, dStar: 0.02 }).map((s) => s + 20 * normal());
    for (const options of [{}, { method: "segmented" }] as const) {
      const one = valuesOf(fitCurve(ivimSettings(osipiBValues, options), signal));
      const scaled = signal.map((s) => 0.001 * s);
      const other = valuesOf(fitCurve(ivimSettings(osipiBValues, options), scaled));
      for (let k = 0; k < 4; k++) expect(other[k]! / one[k]!).toBeCloseTo(1, 6);
      expect(other[4] / one[4]).toBeCloseTo(0.001, 9);
    }
  });
});

describe("statuses of IVIM", () => {
  const statusOf = (signal: ArrayLike<number>, options = {}) =>
    fitCurve(ivimSettings(osipiBValues, options), signal).status;

  test("one exponential has D and S0, f = 0, and no D*", () => {
    for (const options of [{}, { method: "segmented" }] as const) {
      const signal = ivimSignal({ f: 0, d: 1e-3, dStar: 0.05 });
      const fit = fitCurve(ivimSettings(osipiBValues, options), signal);
      const [d, f, dStar, fDstar, s0] = valuesOf(fit);
      expect(fit.status).toBe("not-identifiable");
      expect(d).toBeCloseTo(1e-3, 12);
      expect(f).toBeLessThan(1e-9);
      expect(dStar).toBeNaN();
      expect(fDstar).toBeNaN();
      expect(s0).toBeCloseTo(1000, 6);
      expect(parametersOf(fit)[0]!.standardError).toBeGreaterThanOrEqual(0);
    }
  });

  test("below f = 0.03 D* has no value, and above it has", () => {
    for (const [f, known] of [
      [0.029, false],
      [0.031, true],
    ] as const) {
      const fit = fitCurve(ivimSettings(), ivimSignal({ f, d: 1e-3, dStar: 0.05 }));
      expect(valuesOf(fit)[1]).toBeCloseTo(f, 9);
      expect(Number.isFinite(valuesOf(fit)[2])).toBe(known);
      expect(fit.status).toBe(known ? "ok" : "not-identifiable");
    }
  });

  test("limits that are hit are flagged", () => {
    expect(statusOf(ivimSignal({ f: 0.9, d: 1e-3, dStar: 0.03 }))).toBe("upper-bound");
    expect(statusOf(ivimSignal({ f: 0.3, d: 8e-3, dStar: 0.1 }))).toBe("upper-bound");
    expect(statusOf(ivimSignal({ f: 0.3, d: 1e-3, dStar: 3 }))).toBe("upper-bound");
    expect(statusOf(ivimSignal({ f: 0.3, d: -2e-4, dStar: 0.1 }))).toBe("lower-bound");
    expect(statusOf(ivimSignal({ f: 0.4, d: 1e-3, dStar: 2e-3 }))).toBe("lower-bound");
  });

  test("a parameter at a limit is exactly there and has no standard error; the others have one", () => {
    const normal = normalNumbers("limits");
    const signal = ivimSignal({ f: 0.9, d: 1e-3, dStar: 0.03 }).map((s) => s + normal());
    const parameters = parametersOf(fitCurve(ivimSettings(), signal));
    expect(parameters[1]!.value).toBe(0.7);
    expect(parameters[1]!.standardError).toBeNaN();
    for (const k of [2, 4]) expect(parameters[k]!.standardError).toBeGreaterThan(0);
  });

  test("curves that are none have a code and no value", () => {
    for (const [bad, status] of [
      [osipiBValues.map(() => 0), "invalid-input"],
      [osipiBValues.map(() => 7), "invalid-input"],
      [osipiBValues.map((_, i) => (i === 3 ? Number.NaN : 5 - i / 9)), "invalid-input"],
      [osipiBValues.map((_, i) => (i === 3 ? Number.POSITIVE_INFINITY : 5)), "invalid-input"],
      [osipiBValues.map((_, i) => -5 - i), "not-identifiable"],
    ] as const) {
      for (const noise of [{ kind: "gaussian" }, { kind: "rician", sigma: 1 }] as const) {
        const fit = fitCurve(ivimSettings(osipiBValues, {}, noise), bad);
        expect(fit.status).toBe(status);
        for (const value of valuesOf(fit)) expect(value).toBeNaN();
      }
    }
    const noisy = { ...ivimSettings(), sigma: 400 };
    expect(fitCurve(noisy, ivimSignal({ f: 0.2, d: 1e-3, dStar: 0.02 })).status).toBe("noise");
  });

  test("an uncertain D* is left out, and D and f keep their values", () => {
    const normal = normalNumbers("uncertain");
    const fitter = prepareFit(ivimSettings()).build();
    let flagged = 0;
    let uncertain = 0;
    for (let k = 0; k < 50; k++) {
      const y = Float64Array.from(
        ivimSignal({ f: 0.1, d: 1e-3, dStar: 0.01 }),
        (s) => s + 100 * normal(),
      );
      fitter.fit(y, 0, 1);
      const { status, values, standardErrors } = fitter.result;
      if (status === statusCode.ok) {
        for (let p = 0; p < 3; p++) expect(standardErrors[p]).toBeLessThanOrEqual(values[p]!);
      }
      if (status === statusCode["large-error"]) flagged++;
      if (status !== statusCode["not-identifiable"] || values[1]! < 0.03) continue;
      uncertain++;
      expect([values[2], standardErrors[2]]).toEqual([Number.NaN, Number.NaN]);
      for (const p of [0, 1]) expect(standardErrors[p]).toBeLessThanOrEqual(values[p]!);
      expect(values[3]).toBeGreaterThan(0);
    }
    expect(flagged).toBeGreaterThan(0);
    expect(uncertain).toBeGreaterThan(0);
  });
});

describe("settings that do not suit are refused", () => {
  test.each([
    [ivimSettings([0, 100, 100, 800]), /4 different b-values/],
    [ivimSettings([0, 50, 100, Number.NaN]), /no place/],
    [ivimSettings([-1, 50, 100, 800]), /negative/],
    [
      ivimSettings([0, 50, 100, 150, 800], { method: "segmented" }),
      /2 different b-values from 200/,
    ],
    [ivimSettings([0, 300, 400, 800], { method: "segmented" }), /2 below/],
    [ivimSettings(osipiBValues, { method: "segmented" }, { kind: "rician", sigma: 1 }), /Rician/],
    [ivimSettings(osipiBValues, {}, { kind: "rician", sigma: 0 }), /no noise/],
    [{ ...ivimSettings(), solver: "reference" as const }, /reference solver/],
  ])("%#", (settings, message) => {
    expect(() => prepareFit(settings)).toThrow(RangeError);
    expect(() => prepareFit(settings)).toThrow(message);
  });

  test("another threshold changes the segmented fit", () => {
    const signal = ivimSignal({ f: 0.2, d: 1e-3, dStar: 0.01 });
    const d = (thresholdB: number) =>
      valuesOf(
        fitCurve(ivimSettings(osipiBValues, { method: "segmented", thresholdB }), signal),
      )[0];
    expect(Math.abs(d(400) / 1e-3 - 1)).toBeLessThan(Math.abs(d(150) / 1e-3 - 1));
  });
});

describe("standard errors of IVIM", () => {
  const truth = { f: 0.2, d: 1.2e-3, dStar: 0.02 };
  const wanted = [truth.d, truth.f, truth.dStar, truth.f * truth.dStar, 1000];

  test.each([
    ["one-stage", {}, "gaussian"],
    ["segmented", { method: "segmented" }, "gaussian"],
    ["expected Rician", {}, "rician"],
  ] as const)("%s: within 5 %% of the spread over 3000 repeats", (_, options, kind) => {
    const sigma = 5;
    const noise = kind === "rician" ? ({ kind, sigma } as const) : ({ kind } as const);
    const fitter = prepareFit(ivimSettings(osipiBValues, options, noise)).build();
    const uniform = uniformNumbers(`repeats ${_}`);
    const normal = normalNumbers(`repeats ${_}`);
    const clean = ivimSignal(truth);
    const found = wanted.map(() => new Float64Array(3000));
    const errors = wanted.map(() => new Float64Array(3000));
    for (let k = 0; k < 3000; k++) {
      const y = Float64Array.from(clean, (s) =>
        kind === "rician" ? addRicianNoise(s, sigma, uniform) : s + sigma * normal(),
      );
      fitter.fit(y, 0, 1);
      expect(fitter.result.status).toBe(statusCode.ok);
      wanted.forEach((_, p) => {
        found[p]![k] = fitter.result.values[p]!;
        errors[p]![k] = fitter.result.standardErrors[p]!;
      });
    }
    wanted.forEach((value, p) => {
      expect(Math.abs(median(errors[p]!) / deviation(found[p]!) - 1)).toBeLessThan(0.05);
      expect(Math.abs(median(found[p]!) / value - 1)).toBeLessThan(0.03);
    });
  });
});

describe("the expected-Rician IVIM fit", () => {
  const truth = { s0: 100, f: 0.3, d: 1.5e-3, dStar: 0.03 };
  const bValues = [0, 10, 20, 40, 80, 150, 300, 500, 800, 1200, 1600, 2000];

  test("has no bias on the expected magnitude itself, where the plain fit has 5 % and more", () => {
    const sigma = 4;
    const means = ivimSignal(truth, bValues).map((s) => ricianMoments(s, sigma).mean);
    const d = (noise: Parameters<typeof ivimSettings>[2]) =>
      valuesOf(fitCurve(ivimSettings(bValues, {}, noise), means))[0] / truth.d - 1;
    expect(Math.abs(d({ kind: "rician", sigma }))).toBeLessThan(1e-7);
    expect(d({ kind: "gaussian" })).toBeLessThan(-0.05);
  });

  test("predicts the floor itself", () => {
    const fit = fitCurve(
      ivimSettings(bValues, {}, { kind: "rician", sigma: 4 }),
      ivimSignal(truth, bValues),
    );
    const far = fit.predict?.([20_000]);
    expect(far?.signal[0]).toBeCloseTo(4 * Math.sqrt(Math.PI / 2), 6);
  });
});

describe("the predicted curve", () => {
  test("goes through the samples of a noise-free curve, and is nothing without a fit", () => {
    const signal = ivimSignal({ f: 0.2, d: 1e-3, dStar: 0.02 });
    const fit = fitCurve(ivimSettings(), signal);
    for (const residual of fit.residuals) expect(Math.abs(residual)).toBeLessThan(1e-8);
    const none = fitCurve(
      ivimSettings(),
      osipiBValues.map(() => 0),
    );
    expect(none.predict?.([0, 100]).signal).toEqual(Float64Array.of(Number.NaN, Number.NaN));
  });

  test("has bands that hold 95 % of new samples", () => {
    const normal = normalNumbers("bands");
    const clean = ivimSignal({ f: 0.2, d: 1.2e-3, dStar: 0.02 });
    let inside = 0;
    let covered = 0;
    const fitter = prepareFit(ivimSettings()).build();
    for (let k = 0; k < 400; k++) {
      const y = clean.map((s) => s + 10 * normal());
      fitter.fit(Float64Array.from(y), 0, 1);
      const curve = fitter.predict?.(osipiBValues);
      const at = k % osipiBValues.length;
      const fresh = clean[at]! + 10 * normal();
      if (Math.abs(fresh - curve!.signal[at]!) < curve!.prediction[at]!) inside++;
      if (Math.abs(clean[at]! - curve!.signal[at]!) < curve!.confidence[at]!) covered++;
    }
    expect(inside / 400).toBeGreaterThan(0.92);
    expect(inside / 400).toBeLessThan(0.98);
    expect(covered / 400).toBeGreaterThan(0.9);
  });
});
