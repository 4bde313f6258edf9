/** Room for the covariance of a fit with `p` parameters and `n` samples; reused from curve to curve. */
export interface CovarianceWork {
  readonly p: number;
  readonly n: number;
  /** Derivatives of the fitted signal by the parameters, shape [p, n]; filled by the solver. */
  readonly jacobian: Float64Array;
  /** 1 = the parameter is free, 0 = it is held at a bound and treated as known; shape [p]. */
  readonly free: Uint8Array;
  readonly inverse: Float64Array;
  readonly inner: Float64Array;
  readonly scale: Float64Array;
  readonly index: Uint8Array;
}

/** Empty room for a covariance. */
export function newCovarianceWork(p: number, n: number): CovarianceWork {
  return {
    p,
    n,
    jacobian: new Float64Array(p * n),
    free: new Uint8Array(p).fill(1),
    inverse: new Float64Array(p * p),
    inner: new Float64Array(p * p),
    scale: new Float64Array(p),
    index: new Uint8Array(p),
  };
}

/**
 * Covariance of the free parameters for sampling variance 1, C = (J'J)^-1; or, with the variances V of the
 * samples, the sandwich (J'J)^-1 J'VJ (J'J)^-1 of a least-squares fit that does not weight by them.
 *
 * Parameters held at a bound get variance NaN and covariances 0.
 *
 * @param covariance - out, shape [p, p]
 * @param variances - of the samples, shape [n]
 * @returns false when the free parameters cannot be told apart
 * @see White H, Econometrica 1980;48:817 (sandwich)
 */
export function fillCovariance(
  work: CovarianceWork,
  covariance: Float64Array,
  variances?: Float64Array,
): boolean {
  const { p, free, index, inverse, inner } = work;
  let m = 0;
  for (let k = 0; k < p; k++) if (free[k] === 1) index[m++] = k;
  fillGram(work, m, inverse, undefined);
  if (!invertSymmetric(inverse, m, work.scale)) return false;
  if (variances !== undefined) fillGram(work, m, inner, variances);
  covariance.fill(0);
  for (let k = 0; k < p; k++) covariance[k * p + k] = Number.NaN;
  for (let a = 0; a < m; a++) {
    for (let b = 0; b < m; b++) {
      let value = inverse[a * m + b]!;
      if (variances !== undefined) {
        value = 0;
        for (let c = 0; c < m; c++) {
          for (let d = 0; d < m; d++) {
            value += inverse[a * m + c]! * inner[c * m + d]! * inverse[d * m + b]!;
          }
        }
      }
      covariance[index[a]! * p + index[b]!] = value;
    }
  }
  return true;
}

/** J'WJ of the first `m` free parameters, shape [m, m]. */
function fillGram(
  work: CovarianceWork,
  m: number,
  out: Float64Array,
  weights: Float64Array | undefined,
): void {
  const { jacobian, index, n } = work;
  for (let a = 0; a < m; a++) {
    for (let b = 0; b <= a; b++) {
      const row = index[a]! * n;
      const column = index[b]! * n;
      let sum = 0;
      if (weights === undefined) {
        for (let i = 0; i < n; i++) sum += jacobian[row + i]! * jacobian[column + i]!;
      } else {
        for (let i = 0; i < n; i++) sum += weights[i]! * jacobian[row + i]! * jacobian[column + i]!;
      }
      out[a * m + b] = sum;
      out[b * m + a] = sum;
    }
  }
}

/**
 * Inverts a symmetric positive definite matrix in place by Gauss-Jordan elimination.
 *
 * Scaling to unit diagonal first makes the test for singularity independent of the parameters' units.
 *
 * @param a - shape [m, m]; replaced by its inverse
 * @param scale - room, shape [m]
 * @returns false when the matrix is singular to working precision; `a` is then undefined
 */
export function invertSymmetric(a: Float64Array, m: number, scale: Float64Array): boolean {
  for (let i = 0; i < m; i++) {
    const d = a[i * m + i]!;
    if (!(d > 0 && d < Number.POSITIVE_INFINITY)) return false;
    scale[i] = 1 / Math.sqrt(d);
  }
  for (let i = 0; i < m; i++) {
    for (let j = 0; j < m; j++) a[i * m + j] = a[i * m + j]! * scale[i]! * scale[j]!;
  }
  for (let k = 0; k < m; k++) {
    const pivot = a[k * m + k]!;
    if (!(pivot > 1e-14)) return false;
    const inverse = 1 / pivot;
    a[k * m + k] = 1;
    for (let j = 0; j < m; j++) a[k * m + j] = a[k * m + j]! * inverse;
    for (let i = 0; i < m; i++) {
      if (i === k) continue;
      const factor = a[i * m + k]!;
      a[i * m + k] = 0;
      for (let j = 0; j < m; j++) a[i * m + j] = a[i * m + j]! - factor * a[k * m + j]!;
    }
  }
  for (let i = 0; i < m; i++) {
    for (let j = 0; j < m; j++) a[i * m + j] = a[i * m + j]! * scale[i]! * scale[j]!;
  }
  return true;
}
