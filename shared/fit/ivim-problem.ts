import { type BoundedProblem, newRoom } from "./bounded-least-squares.ts";
import { type ConeFit, face, mostFastPerSlow, newConeFit, projectOnCone } from "./ivim-cone.ts";
import { coordinateLimits, dStarByX, dStarByXX, dStarOf } from "./ivim-coordinates.ts";

/** The two-rate problem of IVIM with its amplitudes projected out. */
export interface IvimProblem extends BoundedProblem {
  /** The curve to fit: samples y[offset]... */
  y: Float64Array;
  offset: number;
  /** Amplitudes at the latest evaluation. */
  readonly amplitudes: ConeFit;
}

/**
 * The residual of the best admissible amplitudes as a function of (D, x), D* = dStarOf(x).
 *
 * With u(k) the derivative of A e + B g by the k-th variable at fixed amplitudes, Kaufman's Jacobian is the part of u
 * across the active basis functions (e and g; or e; or e + 7/3 g). The gradient of the sum of squares that follows from
 * it is exact, since the residual is across them too. The exact Hessian adds what the amplitudes and the curvature of
 * the basis functions contribute (`addCurvature`): where f is small J'J alone creeps.
 *
 * @see Kaufman L, BIT 1975;15:49, doi:10.1007/BF01932995; Golub GH, Pereyra V, SIAM J Numer Anal 1973;10:413,
 * doi:10.1137/0710036
 */
export function buildIvimProblem(bValues: Float64Array): IvimProblem {
  const n = bValues.length;
  const e = new Float64Array(n);
  const g = new Float64Array(n);
  // An orthogonal basis of the active functions: `first`, and `second` across it.
  const first = new Float64Array(n);
  const second = new Float64Array(n);
  let first2 = 0.5;
  let second2 = 0.5;
  const amplitudes = newConeFit();
  // Products of the basis with u(k), and of the residual with the derivatives of the basis by the k-th variable.
  const alongFirst = new Float64Array(2);
  const alongSecond = new Float64Array(2);
  const restFirst = new Float64Array(2);
  const restSecond = new Float64Array(2);
  /** Sums of r b^2 e, r b^2 g and r b g. */
  const bends = new Float64Array(3);
  let byX = 0.5;
  let x = 0.5;

  function evaluate(theta: Float64Array, residuals: Float64Array, jacobian: Float64Array): void {
    const { y, offset } = problem;
    const d = theta[0]!;
    x = theta[1]!;
    const dStar = dStarOf(x);
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
      second[i] = across;
      yh += across * y[offset + i]!;
      hh += across * across;
    }
    projectOnCone(ye, yg, yh, ee, eg, gg, hh, amplitudes);
    const edge = amplitudes.face === face.mostFast ? mostFastPerSlow : 0;
    first2 = ee + 2 * edge * eg + edge * edge * gg;
    second2 = amplitudes.face === face.inside ? hh : 0;
    byX = dStarByX(x);
    fillDerivatives(residuals, jacobian, edge, share);
  }

  /** Residuals, Kaufman's Jacobian and the sums of the exact Hessian. */
  function fillDerivatives(
    residuals: Float64Array,
    jacobian: Float64Array,
    edge: number,
    share: number,
  ): void {
    const { y, offset } = problem;
    const { slow, fast } = amplitudes;
    let [bre, brg, bbre, bbrg] = [0, 0, 0, 0];
    let [fd, fx, sd, sx] = [0, 0, 0, 0];
    for (let i = 0; i < n; i++) {
      const b = bValues[i]!;
      const r = y[offset + i]! - slow * e[i]! - fast * g[i]!;
      const ofD = -slow * b * e[i]!;
      const ofX = -fast * b * g[i]! * byX;
      residuals[i] = r;
      jacobian[i] = ofD;
      jacobian[n + i] = ofX;
      first[i] = e[i]! + edge * g[i]!;
      fd += first[i]! * ofD;
      fx += first[i]! * ofX;
      sd += second[i]! * ofD;
      sx += second[i]! * ofX;
      bre += b * r * e[i]!;
      brg += b * r * g[i]!;
      bbre += b * b * r * e[i]!;
      bbrg += b * b * r * g[i]!;
    }
    const inside = second2 > 0;
    for (let i = 0; i < n; i++) {
      const f = first[i]! / first2;
      const s = inside ? second[i]! / second2 : 0;
      jacobian[i] = jacobian[i]! - fd * f - sd * s;
      jacobian[n + i] = jacobian[n + i]! - fx * f - sx * s;
    }
    alongFirst[0] = fd;
    alongFirst[1] = fx;
    alongSecond[0] = sd;
    alongSecond[1] = sx;
    restFirst[0] = -bre;
    restFirst[1] = -edge * byX * brg;
    restSecond[0] = share * bre;
    restSecond[1] = -byX * brg;
    bends[0] = bbre;
    bends[1] = bbrg;
    bends[2] = brg;
  }

  function addCurvature(hessian: Float64Array): void {
    const { slow, fast } = amplitudes;
    const xx = fast * (byX * byX * bends[1]! - dStarByXX(x) * bends[2]!);
    hessian[0] = hessian[0]! - slow * bends[0]! + mixed(0, 0);
    hessian[1] = hessian[1]! + mixed(0, 1);
    hessian[2] = hessian[1]!;
    hessian[3] = hessian[3]! - xx + mixed(1, 1);
  }

  /** v'z + z'v - v'v in the metric of the active functions, v of the residual and z of u. */
  function mixed(j: number, k: number): number {
    const vj = restFirst[j]!;
    const vk = restFirst[k]!;
    const one = (vj * alongFirst[k]! + vk * alongFirst[j]! - vj * vk) / first2;
    if (!(second2 > 0)) return one;
    const wj = restSecond[j]!;
    const wk = restSecond[k]!;
    return one + (wj * alongSecond[k]! + wk * alongSecond[j]! - wj * wk) / second2;
  }

  const problem: IvimProblem = {
    n,
    p: 2,
    lower: Float64Array.from(coordinateLimits.lower),
    upper: Float64Array.from(coordinateLimits.upper),
    room: newRoom(2, n),
    evaluate,
    addCurvature,
    y: new Float64Array(0),
    offset: 0,
    amplitudes,
  };
  return problem;
}
