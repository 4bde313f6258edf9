/**
 * The design of signals that are the exponential of a linear form, ln S = X beta, made ready for many voxels.
 *
 * X = Q R with orthonormal columns Q: fits are done in gamma = R beta, where unweighted least squares is gamma = Q'ln S, and
 * the normal equations of weighted least squares stay well conditioned whatever the units of the parameters.
 */
export interface LogLinearDesign {
  /** Samples. */
  readonly n: number;
  /** Parameters. */
  readonly p: number;
  /** Q, column after column, shape [p, n]. */
  readonly columns: Float64Array;
  /** Products of columns a and b <= a of Q, shape [p (p + 1) / 2, n]. */
  readonly products: Float64Array;
  /** R^-1, upper triangular, row after row, shape [p, p]: beta = R^-1 gamma. */
  readonly inverse: Float64Array;
  /** Measurements behind each sample, which is their mean and weighs as many; one each when undefined. Shape [n]. */
  readonly counts: Float64Array | undefined;
}

/** A column closer than this to the span of those before it, as a fraction of its length, adds nothing. */
const smallestRemainder = 1e-6;

/**
 * The design of X.
 *
 * Gram and Schmidt's method, each column twice ("twice is enough": orthogonal to rounding).
 *
 * @param rows - X, one row for each sample, shape [N, p]
 * @param counts - measurements that each sample is the mean of, shape [N]
 * @returns undefined when the columns of X are not independent
 * @see Giraud L, Langou J, Rozložník M, Numer Math 2005;101:87, doi:10.1007/s00211-005-0615-4
 */
export function buildLogLinearDesign(
  rows: readonly (readonly number[])[],
  counts?: readonly number[],
): LogLinearDesign | undefined {
  const n = rows.length;
  const p = rows[0]?.length ?? 0;
  if (p === 0 || n < p) return undefined;
  const columns = new Float64Array(p * n);
  // X = Q R, and the inverse grows with it: R^-1 has the coefficients of each column of Q in those of X.
  const inverse = new Float64Array(p * p);
  for (let k = 0; k < p; k++) {
    const column = columns.subarray(k * n, (k + 1) * n);
    for (let i = 0; i < n; i++) column[i] = rows[i]![k]!;
    const length = Math.hypot(...column);
    if (!(length > 0 && length < Number.POSITIVE_INFINITY)) return undefined;
    for (let i = 0; i < n; i++) column[i] = column[i]! / length;
    inverse[k * p + k] = 1 / length;
    for (let pass = 0; pass < 2; pass++) {
      for (let j = 0; j < k; j++) {
        const other = columns.subarray(j * n, (j + 1) * n);
        const part = column.reduce((sum, value, i) => sum + value * other[i]!, 0);
        for (let i = 0; i < n; i++) column[i] = column[i]! - part * other[i]!;
        for (let a = 0; a <= j; a++) {
          inverse[a * p + k] = inverse[a * p + k]! - part * inverse[a * p + j]!;
        }
      }
    }
    const remainder = Math.hypot(...column);
    if (remainder < smallestRemainder) return undefined;
    for (let i = 0; i < n; i++) column[i] = column[i]! / remainder;
    for (let a = 0; a <= k; a++) inverse[a * p + k] = inverse[a * p + k]! / remainder;
  }
  return {
    ...{ n, p, columns, inverse },
    products: productsOf(columns, n, p),
    counts: counts && Float64Array.from(counts),
  };
}

function productsOf(columns: Float64Array, n: number, p: number): Float64Array {
  const products = new Float64Array(((p * (p + 1)) / 2) * n);
  let at = 0;
  for (let a = 0; a < p; a++) {
    for (let b = 0; b <= a; b++) {
      for (let i = 0; i < n; i++) products[at++] = columns[a * n + i]! * columns[b * n + i]!;
    }
  }
  return products;
}

/** Writes beta = R^-1 gamma. */
export function toParameters(
  design: LogLinearDesign,
  gamma: Float64Array,
  beta: Float64Array,
): void {
  const { p, inverse } = design;
  for (let a = 0; a < p; a++) {
    let sum = 0;
    for (let b = a; b < p; b++) sum += inverse[a * p + b]! * gamma[b]!;
    beta[a] = sum;
  }
}
