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
  /** The columns of R^-1 (upper triangular) one after another, shape [p (p + 1) / 2]: beta = R^-1 gamma. */
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
  const inverse = new Float64Array((p * (p + 1)) / 2);
  for (let k = 0; k < p; k++) {
    const column = columns.subarray(k * n, (k + 1) * n);
    for (let i = 0; i < n; i++) column[i] = rows[i]![k]!;
    const length = Math.hypot(...column);
    if (!(length > 0 && length < Number.POSITIVE_INFINITY)) return undefined;
    for (let i = 0; i < n; i++) column[i] = column[i]! / length;
    const own = (k * (k + 1)) / 2;
    inverse[own + k] = 1 / length;
    for (let pass = 0; pass < 2; pass++) {
      for (let j = 0; j < k; j++) {
        const other = columns.subarray(j * n, (j + 1) * n);
        const part = column.reduce((sum, value, i) => sum + value * other[i]!, 0);
        for (let i = 0; i < n; i++) column[i] = column[i]! - part * other[i]!;
        const others = (j * (j + 1)) / 2;
        for (let a = 0; a <= j; a++) {
          inverse[own + a] = inverse[own + a]! - part * inverse[others + a]!;
        }
      }
    }
    const remainder = Math.hypot(...column);
    if (remainder < smallestRemainder) return undefined;
    for (let i = 0; i < n; i++) column[i] = column[i]! / remainder;
    for (let a = 0; a <= k; a++) inverse[own + a] = inverse[own + a]! / remainder;
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
  for (let b = 0; b < p; b++) {
    const column = (b * (b + 1)) / 2;
    const coefficient = gamma[b]!;
    beta[b] = 0;
    for (let a = 0; a <= b; a++) beta[a] = beta[a]! + inverse[column + a]! * coefficient;
  }
}

/** Linear forms of the parameters, four at a time. */
export const formsAtOnce = 4;

/**
 * Writes u = L^-1 R^-T c for four linear forms c beta: with L L' the normal equations of a fit in gamma, the covariance of two
 * forms is the residual variance times the product of their u.
 *
 * @param factor - L, as `factorCholesky` leaves it
 * @param forms - c, element after element of all four, shape [p, 4]
 * @param out - u, shape [p, 4]
 */
export function standardizeForms(
  design: LogLinearDesign,
  factor: Float64Array,
  forms: Float64Array,
  out: Float64Array,
): void {
  const { p, inverse } = design;
  for (let a = 0; a < p; a++) {
    const row = (a * (a + 1)) / 2;
    const last = inverse[row + a]!;
    let first = last * forms[4 * a]!;
    let second = last * forms[4 * a + 1]!;
    let third = last * forms[4 * a + 2]!;
    let fourth = last * forms[4 * a + 3]!;
    for (let b = 0; b < a; b++) {
      const r = inverse[row + b]!;
      const l = factor[row + b]!;
      const at = 4 * b;
      first += r * forms[at]! - l * out[at]!;
      second += r * forms[at + 1]! - l * out[at + 1]!;
      third += r * forms[at + 2]! - l * out[at + 2]!;
      fourth += r * forms[at + 3]! - l * out[at + 3]!;
    }
    const diagonal = factor[row + a]!;
    out[4 * a] = diagonal * first;
    out[4 * a + 1] = diagonal * second;
    out[4 * a + 2] = diagonal * third;
    out[4 * a + 3] = diagonal * fourth;
  }
}
