import type { Basis } from "./signal-model.ts";

/**
 * A function that fills phi(t) = -exp(-(t - first) R) and its derivatives by R: with a constant added, the recovery
 * a + b exp(-t R) of longitudinal magnetisation.
 *
 * The sign makes the amplitude of a recovery positive. Counting from the first abscissa keeps the basis of a fast
 * recovery from vanishing altogether; the amplitude is then the lack of magnetisation at `first`.
 */
export function recoveryBasis(
  times: Float64Array,
  first: number,
): (theta: ArrayLike<number>, basis: Basis) => void {
  const n = times.length;
  return (theta, { value, first: slope, second }) => {
    const rate = theta[0]!;
    for (let i = 0; i < n; i++) {
      const t = times[i]! - first;
      const e = Math.exp(-t * rate);
      value[i] = -e;
      slope[i] = t * e;
      second[i] = -t * t * e;
    }
  };
}

/**
 * A recovery a + b exp(-t R) in the terms that its parameters follow from, with their covariance.
 *
 * Made once and overwritten for each curve.
 */
export interface Recovery {
  /** a, signal units. */
  asymptote: number;
  /** -b/a: 1 after a perfect saturation, 2 after a perfect inversion. */
  ratio: number;
  /** R, 1/ms. */
  rate: number;
  /** True when the rate was held at a bound; it then counts as known. */
  held: boolean;
  /** Of asymptote, ratio and rate, shape [3, 3]. */
  readonly covariance: Float64Array;
}

/** An empty recovery. */
export function newRecovery(): Recovery {
  return { asymptote: 0.5, ratio: 0.5, rate: 0.5, held: false, covariance: new Float64Array(9) };
}

/**
 * Fills a recovery from the solver's p = [c0, a, R], c0 = -b exp(-first R).
 *
 * @param covariance - of p, shape [3, 3]; NaN variance of a rate held at a bound
 */
export function fillRecovery(
  p: Float64Array,
  covariance: Float64Array,
  first: number,
  recovery: Recovery,
): void {
  const growth = Math.exp(first * p[2]!);
  const asymptote = p[1]!;
  const ratio = (p[0]! * growth) / asymptote;
  const byAmplitude = growth / asymptote;
  const byAsymptote = -ratio / asymptote;
  const byRate = first * ratio;
  const held = Number.isNaN(covariance[8]!);
  const v = held ? 0 : covariance[8]!;
  const c00 = covariance[0]!;
  const c01 = covariance[1]!;
  const c02 = covariance[2]!;
  const c11 = covariance[4]!;
  const c12 = covariance[5]!;
  recovery.asymptote = asymptote;
  recovery.ratio = ratio;
  recovery.rate = p[2]!;
  recovery.held = held;
  const withAsymptote = byAmplitude * c01 + byAsymptote * c11 + byRate * c12;
  const withRate = byAmplitude * c02 + byAsymptote * c12 + byRate * v;
  const withAmplitude = byAmplitude * c00 + byAsymptote * c01 + byRate * c02;
  const out = recovery.covariance;
  out[0] = c11;
  out[1] = out[3] = withAsymptote;
  out[2] = out[6] = c12;
  out[4] = byAmplitude * withAmplitude + byAsymptote * withAsymptote + byRate * withRate;
  out[5] = out[7] = withRate;
  out[8] = v;
}

/** Standard error of a function of a recovery, from its derivatives by asymptote, ratio and rate. */
export function recoveryError(
  { covariance }: Recovery,
  byAsymptote: number,
  byRatio: number,
  byRate: number,
): number {
  const c = covariance;
  return Math.sqrt(
    byAsymptote * (byAsymptote * c[0]! + 2 * byRatio * c[1]! + 2 * byRate * c[2]!) +
      byRatio * (byRatio * c[4]! + 2 * byRate * c[5]!) +
      byRate * byRate * c[8]!,
  );
}

/**
 * True when a value lies between two limits or no more than two standard errors outside. Flagging what noise alone puts
 * outside would cut one side off the spread of a tissue, and bias its mean.
 */
export function liesWithin(
  value: number,
  standardError: number,
  { low, high }: { readonly low: number; readonly high: number },
): boolean {
  const allowance = Number.isFinite(standardError) ? 2 * standardError : 0;
  return value >= low - allowance && value <= high + allowance;
}
