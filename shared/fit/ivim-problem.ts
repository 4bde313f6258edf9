import { type BoundedProblem, newRoom } from "./bounded-least-squares.ts";
import { type ConeFit, face, mostFastPerSlow, newConeFit, projectOnCone } from "./ivim-cone.ts";
import { coordinateLimits, dStarByD, dStarByX, dStarOf } from "./ivim-coordinates.ts";

/** The two-rate problem of IVIM with its amplitudes projected out. */
export interface IvimProblem extends BoundedProblem {
  /** The curve to fit: samples y[offset]... */
  y: Float64Array;
  offset: number;
  /** Amplitudes at the latest evaluation. */
  readonly amplitudes: ConeFit;
}

/**
 * The residual of the best admissible amplitudes as a function of (D, x), D* = dStarOf(D, x).
 *
 * Derivatives are Kaufman's: the part of (dPhi/dtheta) c across the active basis functions. With them the gradient of
 * the sum of squares is exact: the residual is across the active functions, and amplitudes at a limit do not move.
 *
 * @see Kaufman L, BIT 1975;15:49, doi:10.1007/BF01932995
 */
export function buildIvimProblem(bValues: Float64Array): IvimProblem {
  const n = bValues.length;
  const e = new Float64Array(n);
  const g = new Float64Array(n);
  const amplitudes = newConeFit();

  function evaluate(theta: Float64Array, residuals: Float64Array, jacobian: Float64Array): void {
    const { y, offset } = problem;
    const d = theta[0]!;
    const x = theta[1]!;
    const dStar = dStarOf(d, x);
    let ye = 0;
    let yg = 0;
    let ee = 0;
    let eg = 0;
    let gg = 0;
    for (let i = 0; i < n; i++) {
      const b = bValues[i]!;
      const slow = Math.exp(-b * d);
      const fast = Math.exp(-b * dStar);
      const value = y[offset + i]!;
      e[i] = slow;
      g[i] = fast;
      ye += slow * value;
      yg += fast * value;
      ee += slow * slow;
      eg += slow * fast;
      gg += fast * fast;
    }
    // The part of g across e, sample by sample: as a difference of sums it would lose its digits where D* is near D.
    const share = eg / ee;
    let yh = 0;
    let hh = 0;
    for (let i = 0; i < n; i++) {
      const across = g[i]! - share * e[i]!;
      yh += across * y[offset + i]!;
      hh += across * across;
    }
    projectOnCone(ye, yg, yh, ee, eg, gg, hh, amplitudes);
    const { slow, fast } = amplitudes;
    const byD = dStarByD(x);
    const byX = dStarByX(d, x);
    for (let i = 0; i < n; i++) {
      const b = bValues[i]!;
      residuals[i] = y[offset + i]! - slow * e[i]! - fast * g[i]!;
      const ofFast = -fast * b * g[i]!;
      jacobian[i] = -slow * b * e[i]! + byD * ofFast;
      jacobian[n + i] = byX * ofFast;
    }
    if (amplitudes.face === face.inside) {
      removePart(jacobian, 0, e, ee);
      for (let i = 0; i < n; i++) g[i] = g[i]! - share * e[i]!;
      removePart(jacobian, 0, g, hh);
      removePart(jacobian, n, e, ee);
      removePart(jacobian, n, g, hh);
    } else if (amplitudes.face === face.slowAlone) {
      removePart(jacobian, 0, e, ee);
    } else if (amplitudes.face === face.mostFast) {
      for (let i = 0; i < n; i++) e[i] = e[i]! + mostFastPerSlow * g[i]!;
      const length2 = ee + 2 * mostFastPerSlow * eg + mostFastPerSlow * mostFastPerSlow * gg;
      removePart(jacobian, 0, e, length2);
      removePart(jacobian, n, e, length2);
    }
  }

  function removePart(rows: Float64Array, row: number, along: Float64Array, length2: number): void {
    let sum = 0;
    for (let i = 0; i < n; i++) sum += rows[row + i]! * along[i]!;
    sum /= length2;
    for (let i = 0; i < n; i++) rows[row + i] = rows[row + i]! - sum * along[i]!;
  }

  const problem: IvimProblem = {
    n,
    p: 2,
    lower: Float64Array.from(coordinateLimits.lower),
    upper: Float64Array.from(coordinateLimits.upper),
    room: newRoom(2, n),
    evaluate,
    y: new Float64Array(0),
    offset: 0,
    amplitudes,
  };
  return problem;
}
