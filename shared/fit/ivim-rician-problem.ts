import { ivimLimits } from "#shared/models/ivim.ts";
import { fillRicianMeans } from "#shared/models/rician-mean.ts";
import { type BoundedProblem, newRoom } from "./bounded-least-squares.ts";
import { dStarByX, dStarByXX, dStarOf } from "./ivim-coordinates.ts";

/** Least squares of the expected magnitude over S0, f, D and the coordinate x of D*. */
export interface IvimRicianProblem extends BoundedProblem {
  /** The curve to fit: samples y[offset]... */
  y: Float64Array;
  offset: number;
  /** Signal without noise, its expected magnitude, and how that changes with it, at the latest evaluation; shape [N]. */
  readonly signal: Float64Array;
  readonly means: Float64Array;
  readonly slopes: Float64Array;
}

/** The problem for these b-values and a channel noise of sigma. */
export function buildIvimRicianProblem(bValues: Float64Array, sigma: number): IvimRicianProblem {
  const n = bValues.length;
  const signal = new Float64Array(n);
  const means = new Float64Array(n);
  const slopes = new Float64Array(n);
  const curvatures = new Float64Array(n);
  const slow = new Float64Array(n);
  const fast = new Float64Array(n);
  const latest = new Float64Array(3);

  /** Half the exact Hessian: J'J less the residuals times the second derivatives of the expected magnitude. */
  function addCurvature(hessian: Float64Array): void {
    const [s0 = 0, f = 0, x = 0] = latest;
    const byX = dStarByX(x);
    const byXX = dStarByXX(x);
    for (let i = 0; i < n; i++) {
      const b = bValues[i]!;
      const e = slow[i]!;
      const g = fast[i]!;
      const r = problem.y[problem.offset + i]! - means[i]!;
      const slope = r * slopes[i]!;
      const bend = r * curvatures[i]!;
      const [a0, a1] = [f * g + (1 - f) * e, s0 * (g - e)];
      const [a2, a3] = [-s0 * (1 - f) * b * e, -s0 * f * b * g * byX];
      hessian[0] = hessian[0]! - bend * a0 * a0;
      hessian[1] = hessian[1]! - bend * a0 * a1 - slope * (g - e);
      hessian[2] = hessian[2]! - bend * a0 * a2 + slope * (1 - f) * b * e;
      hessian[3] = hessian[3]! - bend * a0 * a3 + slope * f * b * g * byX;
      hessian[5] = hessian[5]! - bend * a1 * a1;
      hessian[6] = hessian[6]! - bend * a1 * a2 - slope * s0 * b * e;
      hessian[7] = hessian[7]! - bend * a1 * a3 + slope * s0 * b * g * byX;
      hessian[10] = hessian[10]! - bend * a2 * a2 - slope * s0 * (1 - f) * b * b * e;
      hessian[11] = hessian[11]! - bend * a2 * a3;
      hessian[15] = hessian[15]! - bend * a3 * a3 - slope * s0 * f * b * g * (b * byX * byX - byXX);
    }
    for (let a = 1; a < 4; a++)
      for (let c = 0; c < a; c++) hessian[4 * a + c] = hessian[4 * c + a]!;
  }

  const problem: IvimRicianProblem = {
    n,
    p: 4,
    lower: Float64Array.of(0, 0, 0, 0),
    upper: Float64Array.of(Number.POSITIVE_INFINITY, ivimLimits.highestF, ivimLimits.highestD, 1),
    room: newRoom(4, n),
    addCurvature,
    y: new Float64Array(0),
    offset: 0,
    signal,
    means,
    slopes,
    evaluate: ([s0 = 0, f = 0, d = 0, x = 0], residuals, jacobian) => {
      const dStar = dStarOf(x);
      for (let i = 0; i < n; i++) {
        slow[i] = Math.exp(-bValues[i]! * d);
        fast[i] = Math.exp(-bValues[i]! * dStar);
        signal[i] = s0 * (f * fast[i]! + (1 - f) * slow[i]!);
      }
      fillRicianMeans(signal, sigma, means, slopes, curvatures);
      latest.set([s0, f, x]);
      const byX = dStarByX(x);
      for (let i = 0; i < n; i++) {
        const b = bValues[i]!;
        const slope = slopes[i]!;
        residuals[i] = problem.y[problem.offset + i]! - means[i]!;
        jacobian[i] = slope * (f * fast[i]! + (1 - f) * slow[i]!);
        jacobian[n + i] = slope * s0 * (fast[i]! - slow[i]!);
        jacobian[2 * n + i] = -slope * s0 * (1 - f) * b * slow[i]!;
        jacobian[3 * n + i] = -slope * s0 * f * b * fast[i]! * byX;
      }
    },
  };
  return problem;
}
