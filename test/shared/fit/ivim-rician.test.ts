import { describe, expect, test } from "vitest";
import { minimizeBounded } from "#shared/fit/bounded-least-squares.ts";
import { newIvimEstimate } from "#shared/fit/ivim-estimate.ts";
import { ivimNlls } from "#shared/fit/ivim-nlls.ts";
import { ivimExpectedRician } from "#shared/fit/ivim-rician.ts";
import { buildIvimRicianProblem } from "#shared/fit/ivim-rician-problem.ts";
import { addRicianNoise, uniformNumbers } from "#shared/phantom/random.ts";
import { ivimSignal } from "./ivim-curves.ts";

const bValues = [0, 10, 20, 40, 80, 150, 300, 500, 800, 1200, 1600];

describe("the expected-Rician IVIM fit", () => {
  test.each([3, 5, 10, 20, 100])(
    "at a signal-to-noise ratio of %i none of 180 starts finds a smaller sum of squares",
    (snr) => {
      const b = Float64Array.from(bValues);
      const problem = buildIvimRicianProblem(b, 1 / snr);
      const solve = ivimExpectedRician(b, ivimNlls(b), 1 / snr);
      const estimate = newIvimEstimate();
      const minimum = { ssr: 0, converged: false, iterations: 0 };
      const uniform = uniformNumbers(`rician ${snr}`);
      let missed = 0;
      for (let k = 0; k < 40; k++) {
        const d = 3e-3 * uniform();
        const truth = { s0: 1, f: 0.7 * uniform(), d, dStar: 3 * d + 0.1 * uniform() ** 2 };
        const y = Float64Array.from(ivimSignal(truth, bValues), (s) =>
          addRicianNoise(s, 1 / snr, uniform),
        );
        solve(
          y,
          0,
          y.reduce((sum, value) => sum + value * value, 0),
          estimate,
        );
        expect(estimate.converged).toBe(true);
        problem.y = y;
        let best = Number.POSITIVE_INFINITY;
        for (let i = 0; i < 6; i++) {
          for (let j = 0; j <= 9; j++) {
            for (const f of [0, 0.2, 0.6]) {
              const start = Float64Array.of(1, f, 5e-3 * (i / 5) ** 2, j / 9);
              minimizeBounded(problem, start, minimum);
              best = Math.min(best, minimum.ssr);
            }
          }
        }
        if (estimate.ssr > best * (1 + 1e-9)) missed++;
      }
      expect(missed).toBe(0);
    },
  );
});
