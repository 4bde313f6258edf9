/**
 * Averages over all directions n that mean kurtosis and its derivatives are made of, for a diffusion tensor with eigenvalues
 * l1, l2, l3 and D(n) = sum of l(k) n(k)²:
 *
 *     fourth  <n(i)² n(j)² / D²>       11, 22, 33, 12, 13, 23
 *     sixth   <n(i)² n(j)² n(k)² / D³> 111, 222, 333, 112, 113, 122, 223, 133, 233, 123
 */
export interface KurtosisAverages {
  readonly fourth: Float64Array;
  readonly sixth: Float64Array;
}

/** Empty averages. */
export function newKurtosisAverages(): KurtosisAverages {
  return { fourth: new Float64Array(6), sixth: new Float64Array(10) };
}

/** Step of the trapezoidal rule in ln t, and where its ends leave less than 1e-14. */
const step = 0.5;
const below = 17;
const above = 23;
const shrink = Math.exp(step);

/**
 * Fills the averages; `withSixth` leaves out those that only derivatives need.
 *
 * The functions do not depend on the length of n, so n may be any vector with normal components. With
 * 1/D² = integral of t exp(-t D) dt (and 1/D³ = integral of t²/2 exp(-t D) dt) the average over n is elementary, and
 *
 *     <n(i)² n(j)² / D²> = integral over t > 0 of c t / (q(i) q(j) sqrt(q1 q2 q3)) dt,   q(k) = 1 + 2 t l(k)
 *
 * with c = 3 for i = j and 1 otherwise (15, 3 and 1 for sixth order). In ln t the integrand is analytic within pi of the real
 * axis and falls exponentially, so the trapezoidal rule has an error of about exp(-2 pi² / step) = 1e-17: no elliptic
 * integrals, and no special cases where eigenvalues are equal.
 *
 * @see Tabesh A et al., Magn Reson Med 2011;65:823, doi:10.1002/mrm.22655 (the same averages by elliptic integrals);
 * Trefethen LN, Weideman JAC, SIAM Rev 2014;56:385, doi:10.1137/130932132 (the trapezoidal rule)
 */
export function fillKurtosisAverages(
  l1: number,
  l2: number,
  l3: number,
  withSixth: boolean,
  { fourth, sixth }: KurtosisAverages,
): void {
  fourth.fill(0);
  sixth.fill(0);
  const first = Math.exp(-below) / (2 * Math.max(l1, l2, l3));
  const last = Math.exp(above) / (2 * Math.min(l1, l2, l3));
  for (let t = first; t <= last; t *= shrink) {
    const a = 1 / (1 + 2 * t * l1);
    const b = 1 / (1 + 2 * t * l2);
    const c = 1 / (1 + 2 * t * l3);
    // dt = t d(ln t).
    const w = step * t * t * Math.sqrt(a * b * c);
    fourth[0] = fourth[0]! + 3 * w * a * a;
    fourth[1] = fourth[1]! + 3 * w * b * b;
    fourth[2] = fourth[2]! + 3 * w * c * c;
    fourth[3] = fourth[3]! + w * a * b;
    fourth[4] = fourth[4]! + w * a * c;
    fourth[5] = fourth[5]! + w * b * c;
    if (!withSixth) continue;
    const v = 0.5 * w * t;
    sixth[0] = sixth[0]! + 15 * v * a * a * a;
    sixth[1] = sixth[1]! + 15 * v * b * b * b;
    sixth[2] = sixth[2]! + 15 * v * c * c * c;
    sixth[3] = sixth[3]! + 3 * v * a * a * b;
    sixth[4] = sixth[4]! + 3 * v * a * a * c;
    sixth[5] = sixth[5]! + 3 * v * a * b * b;
    sixth[6] = sixth[6]! + 3 * v * b * b * c;
    sixth[7] = sixth[7]! + 3 * v * a * c * c;
    sixth[8] = sixth[8]! + 3 * v * b * c * c;
    sixth[9] = sixth[9]! + v * a * b * c;
  }
}
