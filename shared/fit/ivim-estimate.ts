import { ivimLimits, leastFractionForDstar } from "#shared/models/ivim.ts";
import { type CovarianceWork, fillCovariance, newCovarianceWork } from "./standard-errors.ts";
import { statusCode } from "./status.ts";

/** Places of the parameters in an estimate. */
export const place = { s0: 0, f: 1, d: 2, dStar: 3 } as const;

/** What a solver of IVIM says about one curve. Made once and overwritten for each curve. */
export interface IvimEstimate {
  /** S0, f, D, D* (the last also where f says that it means nothing). */
  readonly parameters: Float64Array;
  /** Sum of squared residuals over all samples. */
  ssr: number;
  converged: boolean;
  /** 1 = free, 0 = held at a limit; in the order of the parameters. */
  readonly free: Uint8Array;
  /** Of the parameters for noise variance 1, or the final one for noise of known size; NaN variance for held ones. */
  readonly covariance: Float64Array;
}

/** An empty estimate. */
export function newIvimEstimate(): IvimEstimate {
  return {
    parameters: new Float64Array(4),
    ssr: 0.5,
    converged: false,
    free: new Uint8Array(4),
    covariance: new Float64Array(16),
  };
}

/** Parameters that were not held at a limit. */
export function countFree({ free }: IvimEstimate): number {
  return free[0]! + free[1]! + free[2]! + free[3]!;
}

/**
 * Writes S0 = A + B, f = B/S0 and the rates, and which of them sit at a limit.
 *
 * @param mostFast - f is at its upper limit, whatever rounding makes of B/S0
 */
export function writeAmplitudes(
  estimate: IvimEstimate,
  slow: number,
  fast: number,
  d: number,
  dStar: number,
  mostFast: boolean,
): void {
  const { parameters } = estimate;
  parameters[place.s0] = slow + fast;
  parameters[place.f] = mostFast ? ivimLimits.highestF : fast / (slow + fast);
  parameters[place.d] = d;
  parameters[place.dStar] = dStar;
  markLimits(estimate);
}

/** Marks which parameters sit at a limit. Where f = 0 there is no D*. */
export function markLimits(estimate: IvimEstimate): void {
  const { parameters, free } = estimate;
  const f = parameters[place.f]!;
  const d = parameters[place.d]!;
  const dStar = parameters[place.dStar]!;
  free[place.s0] = 1;
  free[place.f] = f > 0 && f < ivimLimits.highestF ? 1 : 0;
  free[place.d] = d > 0 && d < ivimLimits.highestD ? 1 : 0;
  const { lowestDstar, highestDstar } = ivimLimits;
  free[place.dStar] = f > 0 && dStar > lowestDstar && dStar < highestDstar ? 1 : 0;
}

/** ok, a bound, or not-identifiable where f leaves D* without information. */
export function statusOfLimits({ parameters, free }: IvimEstimate): number {
  if (free[place.d] === 0) {
    return parameters[place.d]! > 0 ? statusCode["upper-bound"] : statusCode["lower-bound"];
  }
  const f = parameters[place.f]!;
  if (f >= ivimLimits.highestF) return statusCode["upper-bound"];
  if (!(f >= leastFractionForDstar)) return statusCode["not-identifiable"];
  if (free[place.dStar] === 1) return statusCode.ok;
  const low = parameters[place.dStar] === ivimLimits.lowestDstar;
  return statusCode[low ? "lower-bound" : "upper-bound"];
}

/** Room for the covariance of IVIM parameters. */
export function newIvimCovarianceWork(samples: number): CovarianceWork {
  return newCovarianceWork(4, samples);
}

/** Derivatives of the signal by S0, f, D and D* at the estimate, shape [4, N]. */
export function fillIvimJacobian(
  estimate: IvimEstimate,
  bValues: ArrayLike<number>,
  jacobian: Float64Array,
): void {
  const { parameters } = estimate;
  const n = bValues.length;
  const s0 = parameters[place.s0]!;
  const f = parameters[place.f]!;
  const d = parameters[place.d]!;
  const dStar = parameters[place.dStar]!;
  for (let i = 0; i < n; i++) {
    const b = bValues[i]!;
    const e = Math.exp(-b * d);
    const g = f > 0 ? Math.exp(-b * dStar) : 0;
    jacobian[i] = f * g + (1 - f) * e;
    jacobian[n + i] = s0 * (g - e);
    jacobian[2 * n + i] = -s0 * (1 - f) * b * e;
    jacobian[3 * n + i] = -s0 * f * b * g;
  }
}

/**
 * Covariance of the parameters of a one-stage fit.
 *
 * @param variances - of the samples where they are known (sandwich), shape [N]
 * @returns false when the free parameters cannot be told apart
 */
export function fillIvimCovariance(
  estimate: IvimEstimate,
  work: CovarianceWork,
  variances?: Float64Array,
): boolean {
  work.free.set(estimate.free);
  return fillCovariance(work, estimate.covariance, variances);
}
