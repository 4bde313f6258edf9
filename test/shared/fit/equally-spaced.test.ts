import { describe, expect, test } from "vitest";
import { equallySpacedDecay } from "#shared/fit/equally-spaced.ts";
import { newCurveSums, newEstimate, sumCurve } from "#shared/fit/estimate.ts";
import { buildRateProblem } from "#shared/fit/rate-problem.ts";
import { searchGlobally } from "#shared/fit/rate-search.ts";
import { variableProjection } from "#shared/fit/variable-projection.ts";
import { buildSignalModel } from "#shared/models/model-choice.ts";
import { uniformNumbers } from "#shared/phantom/random.ts";
import { normalNumbers, steps } from "./curves.ts";

const noise = { kind: "gaussian" } as const;

function prepare(times: readonly number[], step: number) {
  const model = buildSignalModel(
    { name: "mono-exponential-decay", noise },
    Float64Array.from(times),
  );
  const problem = buildRateProblem(model);
  return {
    model,
    problem,
    quick: equallySpacedDecay(problem, step),
    slow: variableProjection(buildRateProblem(model)),
    sums: newCurveSums(),
    estimate: newEstimate(model),
    other: newEstimate(model),
  };
}

describe("the fast path for equally spaced echoes", () => {
  test.each([
    [16, 10, 10],
    [16, 26.4, 13.2],
    [32, 11, 11],
    [3, 10, 10],
  ])(
    "%d echoes from %d in steps of %d: value, error and residual of the general search",
    (n, first, step) => {
      const { quick, slow, sums, estimate, other } = prepare(steps(first, step, n), step);
      const random = normalNumbers(`fast path ${n}`);
      const uniform = uniformNumbers(`fast path truth ${n}`);
      const y = new Float64Array(n);
      for (let curve = 0; curve < 3000; curve++) {
        const t2 = step * Math.exp(4 * uniform());
        const sigma = 1000 / Math.exp(7 * uniform());
        for (let i = 0; i < n; i++) {
          y[i] = Math.abs(1000 * Math.exp(-(first + i * step) / t2) + sigma * random());
        }
        sumCurve(y, 0, n, sums);
        quick(y, 0, sums, estimate);
        slow(y, 0, sums, other);
        expect(estimate.status).toBe(other.status);
        const rate = other.parameters[1]!;
        expect(Math.abs(estimate.parameters[1]! / rate - 1)).toBeLessThan(1e-8);
        expect(estimate.ssr / other.ssr - 1).toBeLessThan(1e-9);
        if (estimate.status !== 1) continue;
        for (const k of [0, 1, 3]) {
          expect(Math.abs(estimate.covariance[k]! / other.covariance[k]! - 1)).toBeLessThan(1e-6);
        }
      }
    },
  );

  test("needs no more than three steps for ordinary tissue", () => {
    const { quick, sums, estimate } = prepare(steps(10, 10, 16), 10);
    const random = normalNumbers("steps");
    const y = new Float64Array(16);
    let iterations = 0;
    for (let curve = 0; curve < 1000; curve++) {
      for (let i = 0; i < 16; i++) {
        y[i] = 1000 * Math.exp(-(i + 1) / (2 + curve / 125)) + 20 * random();
      }
      sumCurve(y, 0, 16, sums);
      estimate.iterations = 0;
      quick(y, 0, sums, estimate);
      iterations += estimate.iterations;
    }
    expect(iterations / 1000).toBeLessThan(3.2);
  });
});

describe("the certificate of a global optimum", () => {
  test.each([
    ["mono-exponential-decay", 16],
    ["mono-exponential-decay", 5],
    ["mono-exponential-offset", 16],
  ] as const)("%s, %d echoes: holds for adversarial curves against a fine grid", (name, n) => {
    const times = Float64Array.from(steps(10, 10, n));
    const model = buildSignalModel({ name, noise }, times);
    const problem = buildRateProblem(model);
    const fine = buildRateProblem({
      ...model,
      variables: [{ ...model.variables[0]!, gridSize: 400 }],
    });
    const solve = variableProjection(problem);
    const uniform = uniformNumbers(`adversarial ${name}`);
    const random = normalNumbers(`adversarial ${name}`);
    const sums = newCurveSums();
    const estimate = newEstimate(model);
    const y = new Float64Array(n);
    let certified = 0;
    for (let curve = 0; curve < 4000; curve++) {
      // Two pools, outliers and noise: residuals on both sides of the certified one.
      const [t1, t2] = [Math.exp(6 * uniform()), Math.exp(6 * uniform())];
      const share = uniform();
      const size = 400 * uniform() ** 2;
      for (let i = 0; i < n; i++) {
        const t = times[i]! / 10;
        y[i] =
          1000 * (share * Math.exp(-t / t1) + (1 - share) * Math.exp(-t / t2)) + size * random();
      }
      const outlier = Math.floor(n * uniform());
      y[outlier] = y[outlier]! + 300 * random() * uniform();
      sumCurve(y, 0, n, sums);
      const squares = model.constant ? sums.total : sums.squares;
      const mean = model.constant ? sums.sum / n : 0;
      solve(y, 0, sums, estimate);
      if (estimate.status !== 1) continue;
      if (estimate.ssr <= problem.grid.certifiedResidual * squares) certified++;
      searchGlobally(fine, y, 0, mean, squares, newEstimate(model));
      const best = squares - (fine.sums.a * fine.sums.a) / fine.sums.b;
      expect(estimate.ssr).toBeLessThanOrEqual(best + 1e-9 * squares);
    }
    expect(certified).toBeGreaterThan(500);
  });

  test("reaches relative residuals of 4 to 6 %", () => {
    for (const n of [4, 16, 64]) {
      const { problem } = prepare(steps(10, 10, n), 10);
      expect(problem.grid.certifiedResidual).toBeGreaterThan(0.04);
      expect(problem.grid.certifiedResidual).toBeLessThan(0.06);
    }
  });
});
