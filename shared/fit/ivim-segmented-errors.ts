import { mostFastPerSlow } from "./ivim-cone.ts";
import { type IvimEstimate, place } from "./ivim-estimate.ts";

/** Rows of the linear map from changes of the samples to those of the slow and fast amplitude, D and D*. */
const [slowRow, fastRow, dRow, dStarRow] = [0, 1, 2, 3];

/**
 * Covariance of the segmented fit for sampling variance 1: first-order error propagation through both steps.
 *
 * A change dy of the samples moves (A, D) by P1 dy, with P1 the pseudo-inverse of the derivatives at high b, and
 * (B, D*) by P2 (dy - K (dA, dD)), with K the derivatives of what step one hands on. The rows of that linear map, M,
 * give Cov = M M'; S0 = A + B and f = B/S0 follow by the delta method.
 *
 * @param first - index of the first sample of step one
 * @returns a function that fills the covariance of an estimate; false when a step cannot tell its parameters apart
 */
export function segmentedCovariance(
  bValues: Float64Array,
  first: number,
): (estimate: IvimEstimate) => boolean {
  const n = bValues.length;
  const map = new Float64Array(4 * n);
  const amplitude = new Float64Array(n);
  const rate = new Float64Array(n);
  const handedA = new Float64Array(n);
  const handedD = new Float64Array(n);

  /**
   * Writes the pseudo-inverse of the columns `amplitude` and `rate`, from sample `from` on, to two rows of the map. What
   * is not free does not change, and its row is 0.
   */
  function invert(
    from: number,
    ofAmplitude: number,
    amplitudeFree: boolean,
    ofRate: number,
    rateFree: boolean,
  ): boolean {
    let aa = 0;
    let ar = 0;
    let rr = 0;
    for (let i = from; i < n; i++) {
      aa += amplitude[i]! * amplitude[i]!;
      ar += amplitude[i]! * rate[i]!;
      rr += rate[i]! * rate[i]!;
    }
    const both = amplitudeFree && rateFree;
    if (!both) ar = 0;
    const determinant = aa * rr - ar * ar;
    if (both && !(determinant > 1e-14 * aa * rr)) return false;
    for (let i = 0; i < n; i++) {
      const a = i < from ? 0 : amplitude[i]!;
      const r = i < from ? 0 : rate[i]!;
      map[ofAmplitude * n + i] = amplitudeFree
        ? both
          ? (rr * a - ar * r) / determinant
          : a / aa
        : 0;
      map[ofRate * n + i] = rateFree ? (both ? (aa * r - ar * a) / determinant : r / rr) : 0;
    }
    return true;
  }

  /** Row of step two less what step one hands on to it. */
  function passOn(row: number): void {
    let byA = 0;
    let byD = 0;
    for (let i = 0; i < n; i++) {
      byA += map[row * n + i]! * handedA[i]!;
      byD += map[row * n + i]! * handedD[i]!;
    }
    for (let i = 0; i < n; i++) {
      map[row * n + i] = map[row * n + i]! - byA * map[slowRow * n + i]! - byD * map[dRow * n + i]!;
    }
  }

  /** Columns and rows of step two, with a fast amplitude above 0. */
  function propagate(estimate: IvimEstimate, fast: number): boolean {
    const { parameters, free } = estimate;
    const dStar = parameters[place.dStar]!;
    const fractionFree = free[place.f] === 1;
    for (let i = 0; i < n; i++) {
      handedA[i] = amplitude[i]!;
      handedD[i] = rate[i]!;
      amplitude[i] = Math.exp(-bValues[i]! * dStar);
      rate[i] = -fast * bValues[i]! * amplitude[i]!;
      // B at its limit follows A.
      if (!fractionFree) handedA[i] = handedA[i]! + mostFastPerSlow * amplitude[i]!;
    }
    if (!invert(0, fastRow, fractionFree, dStarRow, free[place.dStar] === 1)) return false;
    passOn(fastRow);
    passOn(dStarRow);
    if (!fractionFree) {
      for (let i = 0; i < n; i++) map[fastRow * n + i] = mostFastPerSlow * map[slowRow * n + i]!;
    }
    return true;
  }

  /** Rows of S0 and f in the place of those of the amplitudes. */
  function toFraction(f: number, s0: number): void {
    for (let i = 0; i < n; i++) {
      const slow = map[slowRow * n + i]!;
      const fast = map[fastRow * n + i]!;
      map[slowRow * n + i] = slow + fast;
      map[fastRow * n + i] = (fast - f * (slow + fast)) / s0;
    }
  }

  function fillProducts({ free, covariance }: IvimEstimate): void {
    // The rows stand in the order of the parameters: S0, f, D, D*.
    for (let a = 0; a < 4; a++) {
      for (let b = 0; b <= a; b++) {
        let sum = 0;
        for (let i = 0; i < n; i++) sum += map[a * n + i]! * map[b * n + i]!;
        const known = free[a] === 1 && free[b] === 1;
        covariance[4 * a + b] = known ? sum : a === b ? Number.NaN : 0;
        covariance[4 * b + a] = covariance[4 * a + b]!;
      }
    }
  }

  return (estimate) => {
    const { parameters, free } = estimate;
    const s0 = parameters[place.s0]!;
    const f = parameters[place.f]!;
    const d = parameters[place.d]!;
    const slow = (1 - f) * s0;
    for (let i = 0; i < n; i++) {
      amplitude[i] = Math.exp(-bValues[i]! * d);
      rate[i] = -slow * bValues[i]! * amplitude[i]!;
    }
    if (!invert(first, slowRow, true, dRow, free[place.d] === 1)) return false;
    map.fill(0, fastRow * n, dRow * n);
    map.fill(0, dStarRow * n);
    if (f > 0 && !propagate(estimate, f * s0)) return false;
    toFraction(f, s0);
    fillProducts(estimate);
    return true;
  };
}
