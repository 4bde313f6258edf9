import { describe, expect, test } from "vitest";
import { minimizeBounded } from "#shared/fit/bounded-least-squares.ts";
import { newIvimEstimate } from "#shared/fit/ivim-estimate.ts";
import { ivimNlls } from "#shared/fit/ivim-nlls.ts";
import { buildIvimProblem } from "#shared/fit/ivim-problem.ts";
import { uniformNumbers } from "#shared/phantom/random.ts";
import { normalNumbers } from "./curves.ts";
import { ivimSignal, osipiBValues } from "./ivim-curves.ts";

describe.each([
  ["18 b-values", osipiBValues],
  ["8 b-values", [0, 20, 50, 100, 200, 400, 600, 800]],
  ["repeated b-values", [0, 0, 30, 30, 100, 100, 300, 300, 800, 800]],
] as const)("one-stage IVIM, %s", (_, bValues) => {
  test.each([5, 10, 20, 50, 1000])(
    "at a signal-to-noise ratio of %i no start of 130 finds a smaller sum of squares",
    (snr) => {
      const b = Float64Array.from(bValues);
      const problem = buildIvimProblem(b);
      const solve = ivimNlls(b);
      const estimate = newIvimEstimate();
      const minimum = { ssr: 0, converged: false, iterations: 0 };
      const uniform = uniformNumbers(`global ${snr}`);
      const normal = normalNumbers(`noise ${snr}`);
      for (let k = 0; k < 40; k++) {
        const d = 3e-3 * uniform();
        const truth = { s0: 1, f: 0.7 * uniform(), d, dStar: 3 * d + 0.1 * uniform() ** 2 };
        const y = Float64Array.from(ivimSignal(truth, bValues), (s) => s + normal() / snr);
        solve(
          y,
          0,
          y.reduce((sum, value) => sum + value * value, 0),
          estimate,
        );
        expect(estimate.converged).toBe(true);
        problem.y = y;
        let best = Number.POSITIVE_INFINITY;
        for (let i = 0; i < 10; i++) {
          for (let j = 0; j <= 12; j++) {
            minimizeBounded(problem, Float64Array.of(5e-3 * (i / 9) ** 2, j / 12), minimum);
            best = Math.min(best, minimum.ssr);
          }
        }
        expect(estimate.ssr).toBeLessThanOrEqual(best * (1 + 1e-9) + 1e-20);
      }
    },
  );
});
