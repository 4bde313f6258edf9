import { describe, expect, test } from "vitest";
import { prepareFit } from "#shared/fit/prepare-fit.ts";
import { statusCode } from "#shared/fit/status.ts";
import { diffusionTensorPlaces } from "#shared/models/diffusion-tensor.ts";
import { addRicianNoise, uniformNumbers } from "#shared/phantom/random.ts";
import { deviation, median, normalNumbers } from "./curves.ts";
import {
  bMatrix,
  directionsOf,
  exponentOf,
  fitTensor,
  type Measure,
  tensorSettings,
  type Vector,
} from "./tensors.ts";

const estimators = ["ols", "wls", "iwls", "nlls"] as const;
const half = Math.SQRT1_2;
const six: Vector[] = [
  [half, half, 0],
  [half, -half, 0],
  [half, 0, half],
  [half, 0, -half],
  [0, half, half],
  [0, half, -half],
];
const sixMatrices = [bMatrix(0, [0, 0, 0]), ...six.map((g) => bMatrix(1000, g))];

/** A scheme with b = 0 and directions of one shell. */
function shell(seed: string, count: number, b = 1000, unweighted = 5): number[][] {
  return [
    ...Array.from({ length: unweighted }, () => bMatrix(0, [0, 0, 0])),
    ...directionsOf(seed, count).map((g) => bMatrix(b, g)),
  ];
}

const signalsOf = (
  matrices: readonly (readonly number[])[],
  tensor: readonly number[],
  s0 = 1000,
) => matrices.map((matrix) => s0 * Math.exp(exponentOf(matrix, tensor)));

/** xx, yy, zz, xy, xz, yz of a tensor with these eigenvalues along three orthonormal axes. */
function tensorOf(eigenvalues: readonly number[], frame: readonly Vector[]): number[] {
  const element = (i: number, j: number) =>
    eigenvalues.reduce((sum, value, k) => sum + value * frame[k]![i]! * frame[k]![j]!, 0);
  return [element(0, 0), element(1, 1), element(2, 2), element(0, 1), element(0, 2), element(1, 2)];
}

const frame: Vector[] = [
  [0.6, 0.8, 0],
  [0.8 * half, -0.6 * half, half],
  [0.8 * half, -0.6 * half, -half],
];

describe.each(estimators)("a tensor by %s", (estimator) => {
  test("of noise-free signals along six directions is exact", () => {
    const tensor = [1.4e-3, 0.9e-3, 0.6e-3, 0.2e-3, -0.1e-3, 0.05e-3];
    const y = signalsOf(sixMatrices, tensor);
    [259.2402606459, 386.7410234545, 406.5696597406, 332.8710836981].forEach((value, k) => {
      expect(y[1 + k]).toBeCloseTo(value, 9);
    });
    const { status, value, firstVector } = fitTensor(sixMatrices, estimator, y);
    expect(status).toBe("ok");
    expect(value("S0")).toBeCloseTo(1000, 8);
    for (const [name, expected] of [
      ["MD", 9.666667e-4],
      ["L1", 1.4771384e-3],
      ["L2", 8.5425e-4],
      ["L3", 5.686116e-4],
    ] as const) {
      expect(Math.abs(value(name) - expected)).toBeLessThan(6e-11);
    }
    expect(value("FA")).toBeCloseTo(0.4473863649, 9);
    expect(value("MO")).toBeCloseTo(0.5918606999, 9);
    for (const [k, component] of [0.94346335, 0.31920315, -0.08936581].entries()) {
      expect(firstVector()[k]).toBeCloseTo(component, 7);
    }
    (["Dxx", "Dyy", "Dzz", "Dxy", "Dxz", "Dyz"] as const).forEach((name, k) => {
      expect(Math.abs(value(name) - tensor[k]!)).toBeLessThan(1e-13);
    });
    expect(value("AD")).toBe(value("L1"));
    expect(value("RD")).toBeCloseTo((value("L2") + value("L3")) / 2, 15);
  });

  test.each([
    { l: [1.7e-3, 0.3e-3, 0.2e-3], md: 7.3333333e-4, fa: 0.8358681096, mo: 0.9840284487 },
    { l: [1.4e-3, 1.3e-3, 0.1e-3], md: 9.3333333e-4, fa: 0.6549517147, mo: -0.9785460208 },
    { l: [1.5e-3, 1.5e-3, 0.2e-3], md: 1.0666667e-3, fa: 0.6101202308, mo: -1 },
    { l: [1.5e-3, 0.3e-3, 0.3e-3], md: 7e-4, fa: 0.7698003589, mo: 1 },
  ])("of eigenvalues $l has MD, FA and mode", ({ l, md, fa, mo }) => {
    const y = signalsOf(sixMatrices, tensorOf(l, frame));
    const { value, firstVector } = fitTensor(sixMatrices, estimator, y);
    expect(value("MD")).toBeCloseTo(md, 10);
    expect(value("FA")).toBeCloseTo(fa, 9);
    expect(value("MO")).toBeCloseTo(mo, 8);
    if (l[0] !== l[1]) {
      const along = firstVector().reduce((sum, v, k) => sum + v * frame[0]![k]!, 0);
      expect(Math.abs(along)).toBeGreaterThan(1 - 1e-12);
    }
  });

  test("turns with the gradients: V1 turns along, MD and FA stay", () => {
    const matrices = directionsOf("turn", 20);
    const random = normalNumbers("turn noise");
    const tensor = tensorOf([1.6e-3, 0.5e-3, 0.3e-3], frame);
    const scheme = (turn: (g: Vector) => Vector) => [
      bMatrix(0, [0, 0, 0]),
      ...matrices.map((g) => bMatrix(1000, turn(g))),
    ];
    const y = signalsOf(
      scheme((g) => g),
      tensor,
    ).map((value) => value + 10 * random());
    // A rotation about (1, 1, 1): x becomes y, y becomes z, z becomes x; and one about z.
    const turns: ((g: Vector) => Vector)[] = [
      ([x, y1, z]) => [z, x, y1],
      ([x, y1, z]) => [0.28 * x - 0.96 * y1, 0.96 * x + 0.28 * y1, z],
    ];
    const straight = fitTensor(
      scheme((g) => g),
      estimator,
      y,
    );
    for (const turn of turns) {
      const turned = fitTensor(scheme(turn), estimator, y);
      for (const name of ["MD", "FA", "AD", "RD", "MO", "S0"] as const) {
        expect(turned.value(name) / straight.value(name)).toBeCloseTo(1, 9);
      }
      for (const name of ["MD", "FA", "AD", "RD", "S0"] as const) {
        expect(turned.error(name) / straight.error(name)).toBeCloseTo(1, 7);
      }
      const expected = turn(straight.firstVector());
      const along = turned.firstVector().reduce((sum, v, k) => sum + v * expected[k]!, 0);
      expect(Math.abs(along)).toBeGreaterThan(1 - 1e-12);
    }
  });

  test("scales with the signal, and does not depend on the order of the images", () => {
    const random = normalNumbers("tensor order");
    const matrices = shell("order", 12);
    const y = signalsOf(matrices, tensorOf([1.6e-3, 0.5e-3, 0.3e-3], frame)).map(
      (value) => value + 20 * random(),
    );
    const one = fitTensor(matrices, estimator, y);
    const scaled = fitTensor(
      matrices,
      estimator,
      y.map((value) => 37 * value),
    );
    const order = y.map((_, k) => (5 * k) % y.length);
    const shuffled = fitTensor(
      order.map((k) => matrices[k]!),
      estimator,
      order.map((k) => y[k]!),
    );
    expect(new Set(order).size).toBe(y.length);
    for (const name of ["MD", "FA", "AD", "RD", "MO", "V1x", "Dxy"] as const) {
      expect(scaled.value(name) / one.value(name)).toBeCloseTo(1, 8);
      expect(shuffled.value(name) / one.value(name)).toBeCloseTo(1, 8);
    }
    expect(scaled.value("S0") / one.value("S0") / 37).toBeCloseTo(1, 9);
    expect(scaled.error("MD") / one.error("MD")).toBeCloseTo(1, 7);
    expect(shuffled.error("FA") / one.error("FA")).toBeCloseTo(1, 7);
    expect(scaled.rmse / one.rmse / 37).toBeCloseTo(1, 8);
    expect(shuffled.rSquared).toBeCloseTo(one.rSquared, 10);
  });

  test("has R² and RMSE of the signals, and predicts them", () => {
    const random = normalNumbers("tensor quality");
    const matrices = shell("quality", 12);
    const y = signalsOf(matrices, tensorOf([1.6e-3, 0.5e-3, 0.3e-3], frame)).map(
      (value) => value + 20 * random(),
    );
    const { value, rSquared, rmse, fitter, freedom } = fitTensor(matrices, estimator, y);
    const tensor = (["Dxx", "Dyy", "Dzz", "Dxy", "Dxz", "Dyz"] as const).map(value);
    const fitted = signalsOf(matrices, tensor, value("S0"));
    const predicted = new Float64Array(y.length);
    fitter.predictSamples(predicted);
    fitted.forEach((signal, i) => {
      expect(predicted[i]! / signal).toBeCloseTo(1, 9);
    });
    const ssr = y.reduce((sum, signal, i) => sum + (signal - fitted[i]!) ** 2, 0);
    const mean = y.reduce((a, b) => a + b, 0) / y.length;
    const sst = y.reduce((sum, signal) => sum + (signal - mean) ** 2, 0);
    expect(rmse / Math.sqrt(ssr / y.length)).toBeCloseTo(1, 8);
    expect(rSquared).toBeCloseTo(1 - ssr / sst, 8);
    expect(freedom).toBe(10);
    expect(fitter.predict).toBeUndefined();
  });

  test("has standard errors within 5 % of the spread of results", () => {
    const random = normalNumbers(`tensor spread ${estimator}`);
    const matrices = shell("spread", 30);
    const clean = signalsOf(matrices, tensorOf([1.6e-3, 0.5e-3, 0.4e-3], frame));
    const fitter = prepareFit(tensorSettings(matrices, estimator)).build();
    const names: Measure[] = ["MD", "FA", "AD", "RD", "S0"];
    const found = names.map(() => [] as number[]);
    const squares = names.map(() => 0);
    const runs = 3000;
    const y = new Float64Array(clean.length);
    for (let run = 0; run < runs; run++) {
      clean.forEach((value, i) => {
        y[i] = value + 10 * random();
      });
      fitter.fit(y, 0, 1);
      names.forEach((name, k) => {
        found[k]!.push(fitter.result.values[diffusionTensorPlaces[name]]!);
        squares[k] =
          squares[k]! + fitter.result.standardErrors[diffusionTensorPlaces[name]]! ** 2 / runs;
      });
    }
    names.forEach((name, k) => {
      const ratio = Math.sqrt(squares[k]!) / deviation(found[k]!);
      // OLS takes the logarithms to scatter alike, which they do not.
      if (estimator !== "ols") expect(Math.abs(ratio - 1), name).toBeLessThan(0.05);
      else expect(ratio).toBeGreaterThan(0.8);
    });
  });

  test("with a negative eigenvalue counts it as 0, and is flagged", () => {
    const y = signalsOf(sixMatrices, tensorOf([1.5e-3, 0.5e-3, -0.2e-3], frame));
    const { status, value, error } = fitTensor(sixMatrices, estimator, y);
    expect(status).toBe("lower-bound");
    expect(value("L3")).toBe(0);
    expect(value("MD")).toBeCloseTo(2e-3 / 3, 10);
    expect(value("RD")).toBeCloseTo(0.25e-3, 10);
    expect(value("FA")).toBeCloseTo(Math.sqrt(1.5 * (1 - 4 / 3 / 2.5)), 8);
    const trace = value("Dxx") + value("Dyy") + value("Dzz");
    expect(trace).toBeCloseTo(1.8e-3, 10);
    // As many samples as parameters: no errors.
    expect(error("MD")).toBeNaN();
  });

  test("that grows in every direction has no diffusivity left", () => {
    const y = signalsOf(sixMatrices, tensorOf([-1e-4, -2e-4, -3e-4], frame));
    const { status, value } = fitTensor(sixMatrices, estimator, y);
    expect(status).toBe("lower-bound");
    expect([value("MD"), value("FA"), value("AD"), value("RD")]).toEqual([0, 0, 0, 0]);
    expect(value("MO")).toBeNaN();
  });

  test.each([
    ["NaN", Number.NaN],
    ["infinity", Number.POSITIVE_INFINITY],
    ["a number whose square overflows", 1e200],
  ])("of %s is invalid input", (_, stray) => {
    const matrices = shell("bad", 12);
    const y = signalsOf(matrices, tensorOf([1.5e-3, 0.5e-3, 0.2e-3], frame)).with(7, stray);
    const { status, value, fitter } = fitTensor(matrices, estimator, y);
    expect(status).toBe("invalid-input");
    expect(value("MD")).toBeNaN();
    const predicted = new Float64Array(y.length);
    fitter.predictSamples(predicted);
    expect(predicted.every(Number.isNaN)).toBe(true);
  });

  test("of equal signals is invalid input, and so is one with too few directions left", () => {
    expect(
      fitTensor(
        sixMatrices,
        estimator,
        sixMatrices.map(() => 7),
      ).status,
    ).toBe("invalid-input");
    const y = signalsOf(sixMatrices, tensorOf([1.5e-3, 0.5e-3, 0.2e-3], frame));
    expect(fitTensor(sixMatrices, estimator, y.with(3, 0)).status).toBe("invalid-input");
    // Enough samples, but five directions only.
    const repeated = [...sixMatrices, ...sixMatrices];
    const twice = [...y, ...y].map((value, k) => (k % 7 === 4 ? -1 : value));
    expect(fitTensor(repeated, estimator, twice).status).toBe("invalid-input");
  });

  test("of a weak first sample is noise when the noise is known", () => {
    const y = signalsOf(sixMatrices, tensorOf([1.5e-3, 0.5e-3, 0.2e-3], frame), 20);
    const fitter = prepareFit({ ...tensorSettings(sixMatrices, estimator), sigma: 10 }).build();
    fitter.fit(Float64Array.from(y), 0, 1);
    expect(fitter.result.status).toBe(statusCode.noise);
  });
});

describe.each(["ols", "wls", "iwls"] as const)("a log-linear tensor by %s", (estimator) => {
  test("leaves samples out that are not positive, and is whole again in the next voxel", () => {
    const matrices = shell("left out", 15);
    const random = normalNumbers("left out");
    const y = signalsOf(matrices, tensorOf([1.5e-3, 0.5e-3, 0.2e-3], frame)).map(
      (value) => value + 10 * random(),
    );
    const without = y.map((_, k) => k).filter((k) => k !== 8 && k !== 13);
    const fitter = prepareFit(tensorSettings(matrices, estimator)).build();
    const fitAll = (signals: readonly number[]) => {
      fitter.fit(Float64Array.from(signals), 0, 1);
      const { values, standardErrors, rmse, rSquared, freedom } = fitter.result;
      return [...values, ...standardErrors.subarray(0, 4), rmse, rSquared, freedom];
    };
    const before = fitAll(y);
    const holed = fitAll(y.with(8, 0).with(13, -4));
    expect(fitAll(y)).toEqual(before);
    const reference = fitTensor(
      without.map((k) => matrices[k]!),
      estimator,
      without.map((k) => y[k]!),
    );
    const { values, standardErrors } = reference.fitter.result;
    [
      ...values,
      ...standardErrors.subarray(0, 4),
      reference.rmse,
      reference.rSquared,
      reference.freedom,
    ].forEach((value, k) => {
      expect(holed[k]! / value).toBeCloseTo(1, 9);
    });
  });
});

test("noise on the floor lowers MD unless the expected-Rician form is fitted", () => {
  const sigma = 30;
  const matrices = shell("floor", 30, 2000);
  const clean = signalsOf(matrices, tensorOf([1.6e-3, 0.5e-3, 0.4e-3], frame));
  const mds = (noise: Parameters<typeof tensorSettings>[2]) => {
    const uniform = uniformNumbers("floor");
    const fitter = prepareFit(tensorSettings(matrices, "nlls", noise)).build();
    const found: number[] = [];
    const errors: number[] = [];
    for (let run = 0; run < 400; run++) {
      const y = clean.map((value) => addRicianNoise(value, sigma, uniform));
      fitter.fit(Float64Array.from(y), 0, 1);
      found.push(fitter.result.values[0]!);
      errors.push(fitter.result.standardErrors[0]!);
    }
    return { found, errors };
  };
  const truth = 2.5e-3 / 3;
  const rician = mds({ kind: "rician", sigma });
  expect(Math.abs(median(rician.found) / truth - 1)).toBeLessThan(0.02);
  expect(Math.abs(median(rician.errors) / deviation(rician.found) - 1)).toBeLessThan(0.1);
  expect(median(mds(undefined).found) / truth).toBeLessThan(0.99);
});

describe("settings that cannot be fitted are refused:", () => {
  const five = sixMatrices.slice(0, 6);
  test.each([
    ["five directions", five, /do not determine a tensor/],
    [
      "no b = 0 and one shell",
      sixMatrices.slice(1).concat(sixMatrices.slice(1)),
      /do not determine/,
    ],
    [
      "directions of one plane",
      [
        bMatrix(0, [0, 0, 0]),
        ...[0, 1, 2, 3, 4, 5, 6, 7].map((k) => bMatrix(1000, [Math.cos(k), Math.sin(k), 0])),
      ],
      /do not determine/,
    ],
    ["a b-matrix of five numbers", [...five, [1, 2, 3, 4, 5]], /six numbers/],
    ["a b-matrix with NaN", [...five, [1, 2, 3, 4, 5, Number.NaN]], /six numbers/],
  ])("%s", (_, matrices, message) => {
    expect(() => prepareFit(tensorSettings(matrices, "wls"))).toThrow(message);
    expect(() => prepareFit(tensorSettings(matrices, "wls"))).toThrow(RangeError);
  });

  test("b-matrices for another number of images, and the reference solver", () => {
    const settings = tensorSettings(sixMatrices, "wls");
    expect(() => prepareFit({ ...settings, abscissae: [0, 1000] })).toThrow(/7 b-matrices for 2/);
    expect(() => prepareFit({ ...settings, solver: "reference" })).toThrow(/no tensor/);
  });
});
