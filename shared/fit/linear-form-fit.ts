import type { LogLinearDesign } from "./log-linear-design.ts";

/**
 * Fits signals that are the exponential of a linear form, ln S = X beta, one voxel after another. Its fields hold the result
 * of the latest voxel.
 */
export interface LinearFormFit {
  readonly design: LogLinearDesign;
  /**
   * Fits samples y[offset] ... y[offset + n - 1], which have to be finite.
   *
   * @returns a status code: ok; invalid-input when the usable samples do not determine the parameters; not-converged
   */
  readonly fit: (y: Float64Array, offset: number) => number;
  /** Samples that took part. */
  used: number;
  /** Measurements behind each sample that took part, 1 without averages; 0 for a sample left out. Shape [n]. */
  readonly kept: Float64Array;
  /** The fitted signal, shape [n]; with its noise floor for the expected-Rician form. */
  readonly fitted: Float64Array;
  /** gamma = R beta, shape [p]. */
  readonly coefficients: Float64Array;
  /** beta, shape [p]. */
  readonly parameters: Float64Array;
  /**
   * Cholesky factor L of the normal equations in gamma: the covariance of gamma is residualVariance (L L')^-1. Shape
   * [p (p + 1) / 2], as `factorCholesky` leaves it.
   */
  readonly factor: Float64Array;
  /** For the scale of the weights in `factor`; NaN with as many parameters as samples. */
  residualVariance: number;
  /** Degrees of freedom behind the covariance; Infinity when it comes from a known noise. */
  freedom: number;
}
