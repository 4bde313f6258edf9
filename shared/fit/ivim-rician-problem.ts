import { ivimLimits } from "#shared/models/ivim.ts";
import { fillRicianMeans } from "#shared/models/rician-mean.ts";
import { type BoundedProblem, newRoom } from "./bounded-least-squares.ts";
import { dStarByX, dStarOf } from "./ivim-coordinates.ts";

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
  const slow = new Float64Array(n);
  const fast = new Float64Array(n);
  const problem: IvimRicianProblem = {
    n,
    p: 4,
    lower: Float64Array.of(0, 0, 0, 0),
    upper: Float64Array.of(Number.POSITIVE_INFINITY, ivimLimits.highestF, ivimLimits.highestD, 1),
    room: newRoom(4, n),
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
      fillRicianMeans(signal, sigma, means, slopes);
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
