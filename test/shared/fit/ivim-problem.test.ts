import { describe, expect, test } from "vitest";
import { face } from "#shared/fit/ivim-cone.ts";
import { buildIvimProblem } from "#shared/fit/ivim-problem.ts";

const bValues = Float64Array.of(0, 10, 20, 50, 100, 200, 400, 600, 800);

/** A curve of two exponentials with a wiggle, so that residuals matter. */
const curve = (f: number) =>
  bValues.map(
    (b, i) => f * Math.exp(-b * 0.02) + (1 - f) * Math.exp(-b * 1e-3) + 0.03 * Math.sin(7 * i),
  );

describe.each([
  ["both amplitudes free", curve(0.2), face.inside],
  ["f at its upper limit", curve(0.95), face.mostFast],
  ["one exponential", bValues.map((b) => 1.2 - Math.exp(-b * 0.01)), face.slowAlone],
] as const)("the projected problem, %s", (_, y, expected) => {
  const problem = buildIvimProblem(bValues);
  problem.y = y;
  const { residuals, jacobian } = problem.room;
  const at = [1.2e-3, 0.4] as const;
  const step = [1e-7, 1e-4] as const;

  const ssr = (i = 0, j = 0): number => {
    const theta = Float64Array.of(at[0] + i * step[0], at[1] + j * step[1]);
    problem.evaluate(theta, residuals, jacobian);
    return residuals.reduce((sum, r) => sum + r * r, 0);
  };

  test("has a gradient and a Hessian that agree with finite differences", () => {
    const n = bValues.length;
    const middle = ssr();
    expect(problem.amplitudes.face).toBe(expected);
    const gradient = [0, 1].map((k) =>
      residuals.reduce((sum, r, i) => sum - 2 * r * jacobian[k * n + i]!, 0),
    );
    const hessian = new Float64Array(4);
    for (let a = 0; a < 2; a++) {
      for (let b = 0; b < 2; b++) {
        for (let i = 0; i < n; i++) {
          hessian[2 * a + b]! += jacobian[a * n + i]! * jacobian[b * n + i]!;
        }
      }
    }
    problem.addCurvature?.(hessian);
    const [h, k] = step;
    const close = (found: number, wanted: number) =>
      expect(Math.abs(found - wanted)).toBeLessThan(1e-5 * Math.abs(wanted) + 1e-6);
    close(gradient[0]!, (ssr(1) - ssr(-1)) / (2 * h));
    close(gradient[1]!, (ssr(0, 1) - ssr(0, -1)) / (2 * k));
    close(2 * hessian[0]!, (ssr(1) - 2 * middle + ssr(-1)) / (h * h));
    close(2 * hessian[1]!, (ssr(1, 1) - ssr(1, -1) - ssr(-1, 1) + ssr(-1, -1)) / (4 * h * k));
    close(2 * hessian[3]!, (ssr(0, 1) - 2 * middle + ssr(0, -1)) / (k * k));
  });
});
