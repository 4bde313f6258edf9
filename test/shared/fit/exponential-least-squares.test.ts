import { describe, expect, test } from "vitest";
import { exponentialLeastSquares } from "#shared/fit/exponential-least-squares.ts";
import { buildLogLinearDesign } from "#shared/fit/log-linear-design.ts";
import { logLinearFit } from "#shared/fit/log-linear-fit.ts";
import { statusCode } from "#shared/fit/status.ts";
import { diffusionTensorRows } from "#shared/models/diffusion-tensor.ts";
import type { NoiseModel } from "#shared/models/model-choice.ts";
import { ricianMoments } from "#shared/models/rician-mean.ts";
import { addRicianNoise, uniformNumbers } from "#shared/phantom/random.ts";
import { bMatrix, directionsOf } from "./tensors.ts";

/** Rows, design and noisy magnitudes of tensors with one axis. */
function scheme(seed: string, count: number, b: number, sigma: number) {
  const directions = directionsOf(seed, count);
  const rows = diffusionTensorRows([
    bMatrix(0, [0, 0, 0]),
    ...directions.map((direction) => bMatrix(b, direction)),
  ]);
  const uniform = uniformNumbers(seed);
  const draw = () => {
    const across = 1e-4 + 1e-3 * uniform();
    const along = across + 1.5e-3 * uniform();
    const [axis] = directionsOf(`${seed} ${uniform()}`, 1);
    return Float64Array.from([undefined, ...directions], (g) => {
      const cosine = g === undefined ? 0 : g.reduce((sum, x, k) => sum + x * axis![k]!, 0);
      const d = across + (along - across) * cosine * cosine;
      return addRicianNoise(1000 * Math.exp(g === undefined ? 0 : -b * d), sigma, uniform);
    });
  };
  return { rows, design: buildLogLinearDesign(rows)!, draw, uniform };
}

const meanOf = (amplitude: number, noise: NoiseModel) =>
  noise.kind === "rician" ? ricianMoments(amplitude, noise.sigma).mean : amplitude;

/** Sum of squared residuals at some parameters. */
function sumAt(
  rows: readonly (readonly number[])[],
  beta: ArrayLike<number>,
  y: Float64Array,
  noise: NoiseModel,
) {
  return rows.reduce((sum, row, i) => {
    const exponent = row.reduce((total, x, k) => total + x * beta[k]!, 0);
    return sum + (y[i]! - meanOf(Math.exp(exponent), noise)) ** 2;
  }, 0);
}

describe.each([
  ["gaussian", { kind: "gaussian" } as NoiseModel],
  ["rician", { kind: "rician", sigma: 40 } as NoiseModel],
])("least squares of exponentials, noise %s", (_, noise) => {
  const { rows, design, draw, uniform } = scheme("minimum", 20, 1000, 40);
  const fit = exponentialLeastSquares(design, noise);

  test("ends where no small change of any parameter lowers the sum", () => {
    for (let run = 0; run < 20; run++) {
      const y = draw();
      expect(fit.fit(y, 0)).toBe(statusCode.ok);
      const least = sumAt(rows, fit.parameters, y, noise);
      for (let k = 0; k < 7; k++) {
        for (const sign of [-1, 1]) {
          const moved = Array.from(fit.parameters);
          moved[k] = moved[k]! + sign * (k === 0 ? 1e-4 : 1e-7);
          expect(sumAt(rows, moved, y, noise)).toBeGreaterThan(least);
        }
      }
      fit.fitted.forEach((signal, i) => {
        const exponent = rows[i]!.reduce((total, x, k) => total + x * fit.parameters[k]!, 0);
        expect(signal / meanOf(Math.exp(exponent), noise)).toBeCloseTo(1, 9);
      });
    }
  });

  test("has no larger sum than any of many random parameters, and than the log-linear fits", () => {
    const starts = (["ols", "wls", "iwls"] as const).map((name) => logLinearFit(design, name));
    for (let run = 0; run < 40; run++) {
      const y = draw();
      fit.fit(y, 0);
      const least = sumAt(rows, fit.parameters, y, noise) * (1 - 1e-9);
      for (const start of starts) {
        start.fit(y, 0);
        expect(sumAt(rows, start.parameters, y, noise)).toBeGreaterThanOrEqual(least);
      }
      for (let k = 0; k < 100; k++) {
        const beta = Array.from(
          fit.parameters,
          (value, j) => value + (uniform() - 0.5) * (j === 0 ? 0.5 : 5e-4),
        );
        expect(sumAt(rows, beta, y, noise)).toBeGreaterThanOrEqual(least);
      }
    }
  });
});

test("few noisy images, whose sum has several valleys, end in the deepest that many starts find", () => {
  const { rows, design, draw } = scheme("valleys", 7, 1500, 200);
  const noise: NoiseModel = { kind: "gaussian" };
  const fit = exponentialLeastSquares(design);
  const single = logLinearFit(design, "wls");
  let deeper = 0;
  for (let run = 0; run < 60; run++) {
    const y = draw();
    expect(fit.fit(y, 0)).toBe(statusCode.ok);
    const least = sumAt(rows, fit.parameters, y, noise);
    // Starts: the log-linear fit of the same signals with noise of their own size on the logarithms.
    for (let k = 0; k < 8; k++) {
      const other = exponentialLeastSquares(design);
      const changed = y.map((value, i) => (i === k ? 1e-3 * value : value));
      single.fit(changed, 0);
      other.fit(changed, 0);
      for (const beta of [single.parameters, other.parameters]) {
        if (sumAt(rows, beta, y, noise) < least * (1 - 1e-9)) deeper++;
      }
    }
  }
  expect(deeper).toBe(0);
});

test("a sample that is not positive is a sample like others", () => {
  const { rows, design, draw } = scheme("zeros", 20, 1000, 10);
  const y = draw().with(5, 0).with(9, -3);
  const fit = exponentialLeastSquares(design);
  expect(fit.fit(y, 0)).toBe(statusCode.ok);
  expect(fit.used).toBe(21);
  const sum = sumAt(rows, fit.parameters, y, { kind: "gaussian" });
  expect(fit.residualVariance / (sum / 14)).toBeCloseTo(1, 9);
});
