import { expect, test } from "vitest";
import { buildIvimRicianProblem } from "#shared/fit/ivim-rician-problem.ts";

test("the Jacobian of the expected magnitude agrees with finite differences", () => {
  const b = Float64Array.of(0, 20, 60, 200, 600, 1200);
  const problem = buildIvimRicianProblem(b, 0.1);
  problem.y = b.map((_, i) => 1 / (1 + i));
  const { residuals, jacobian } = problem.room;
  const at = [0.9, 0.3, 1.4e-3, 0.45];
  const steps = [1e-6, 1e-6, 1e-8, 1e-6];
  problem.evaluate(Float64Array.from(at), residuals, jacobian);
  const exact = jacobian.slice();
  steps.forEach((h, k) => {
    const rows = [h, -h].map((step) => {
      problem.evaluate(Float64Array.from(at.with(k, at[k]! + step)), residuals, jacobian);
      return problem.means.slice();
    });
    for (let i = 0; i < b.length; i++) {
      const difference = (rows[0]![i]! - rows[1]![i]!) / (2 * h);
      expect(Math.abs(difference - exact[k * b.length + i]!)).toBeLessThan(
        1e-6 * Math.abs(difference) + 1e-8,
      );
    }
  });
});

test("half the exact Hessian agrees with differences of the gradient", () => {
  const b = Float64Array.of(0, 20, 60, 200, 600, 1200);
  const n = b.length;
  const problem = buildIvimRicianProblem(b, 0.1);
  problem.y = b.map((_, i) => 1 / (1 + i));
  const { residuals, jacobian } = problem.room;
  const at = [0.9, 0.3, 1.4e-3, 0.45];
  const steps = [1e-6, 1e-6, 1e-9, 1e-6];
  const gradient = (theta: readonly number[]) => {
    problem.evaluate(Float64Array.from(theta), residuals, jacobian);
    return steps.map((_, k) => residuals.reduce((sum, r, i) => sum - r * jacobian[k * n + i]!, 0));
  };
  gradient(at);
  const hessian = new Float64Array(16);
  for (let a = 0; a < 4; a++) {
    for (let c = 0; c < 4; c++) {
      for (let i = 0; i < n; i++) {
        hessian[4 * a + c]! += jacobian[a * n + i]! * jacobian[c * n + i]!;
      }
    }
  }
  problem.addCurvature?.(hessian);
  steps.forEach((h, k) => {
    const up = gradient(at.with(k, at[k]! + h));
    const down = gradient(at.with(k, at[k]! - h));
    steps.forEach((_, a) => {
      const difference = (up[a]! - down[a]!) / (2 * h);
      const size = Math.sqrt(Math.abs(hessian[5 * a]! * hessian[5 * k]!));
      expect(Math.abs(difference - hessian[4 * a + k]!)).toBeLessThan(1e-5 * size + 1e-8);
    });
  });
});
