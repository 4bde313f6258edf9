/** Index of element (row, column), row >= column, of a symmetric matrix stored by its lower rows. */
export function packedIndex(row: number, column: number): number {
  return (row * (row + 1)) / 2 + column;
}

/** A pivot below this fraction of its diagonal element means that the matrix is singular to working precision. */
const smallestPivot = 1e-13;

/**
 * Replaces a symmetric positive definite matrix M = L L' by L with the reciprocals of its diagonal elements.
 *
 * @param m - lower rows, shape [p (p + 1) / 2]
 * @returns false when M is singular to working precision
 */
export function factorCholesky(m: Float64Array, p: number): boolean {
  for (let i = 0; i < p; i++) {
    const row = (i * (i + 1)) / 2;
    for (let j = 0; j < i; j++) {
      const other = (j * (j + 1)) / 2;
      let sum = m[row + j]!;
      for (let k = 0; k < j; k++) sum -= m[row + k]! * m[other + k]!;
      m[row + j] = sum * m[other + j]!;
    }
    const diagonal = m[row + i]!;
    let pivot = diagonal;
    for (let k = 0; k < i; k++) pivot -= m[row + k]! * m[row + k]!;
    if (!(pivot > smallestPivot * diagonal && pivot < Number.POSITIVE_INFINITY)) return false;
    m[row + i] = 1 / Math.sqrt(pivot);
  }
  return true;
}

/** Replaces b by L^-1 b, with L as `factorCholesky` leaves it. */
export function solveLower(l: Float64Array, p: number, b: Float64Array): void {
  for (let i = 0; i < p; i++) {
    const row = (i * (i + 1)) / 2;
    let sum = b[i]!;
    for (let k = 0; k < i; k++) sum -= l[row + k]! * b[k]!;
    b[i] = sum * l[row + i]!;
  }
}

/** Replaces b by (L L')^-1 b, with L as `factorCholesky` leaves it. */
export function solveCholesky(l: Float64Array, p: number, b: Float64Array): void {
  solveLower(l, p, b);
  for (let i = p - 1; i >= 0; i--) {
    const value = b[i]! * l[(i * (i + 1)) / 2 + i]!;
    b[i] = value;
    const row = (i * (i + 1)) / 2;
    for (let k = 0; k < i; k++) b[k] = b[k]! - l[row + k]! * value;
  }
}
