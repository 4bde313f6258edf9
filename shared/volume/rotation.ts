import type { Matrix3, Matrix4, Vector3 } from "./grid.ts";

/** Product of a matrix and a vector. */
export function rotateVector(matrix: Matrix3, [x, y, z]: Vector3): Vector3 {
  return [
    matrix[0]! * x + matrix[1]! * y + matrix[2]! * z,
    matrix[3]! * x + matrix[4]! * y + matrix[5]! * z,
    matrix[6]! * x + matrix[7]! * y + matrix[8]! * z,
  ];
}

/**
 * M T Mᵀ: a symmetric tensor in the axes that the matrix turns to.
 *
 * @param tensor - its elements, xx, yy, zz, xy, xz, yz as those of a b-matrix (DiffusionEncoding)
 * @returns the same six elements
 */
export function rotateTensor(matrix: Matrix3, tensor: readonly number[]): number[] {
  const [xx = 0, yy = 0, zz = 0, xy = 0, xz = 0, yz = 0] = tensor;
  // Columns of T Mᵀ: T applied to each row of M.
  const columns = [0, 3, 6].map((row): Vector3 => {
    const [a, b, c] = [matrix[row]!, matrix[row + 1]!, matrix[row + 2]!];
    return [xx * a + xy * b + xz * c, xy * a + yy * b + yz * c, xz * a + yz * b + zz * c];
  });
  const element = (row: number, column: number): number =>
    matrix[3 * row]! * columns[column]![0] +
    matrix[3 * row + 1]! * columns[column]![1] +
    matrix[3 * row + 2]! * columns[column]![2];
  return [element(0, 0), element(1, 1), element(2, 2), element(0, 1), element(0, 2), element(1, 2)];
}

/** Rows and columns exchanged: the inverse, for a rotation. */
export function transpose(matrix: Matrix3): Matrix3 {
  return [0, 3, 6, 1, 4, 7, 2, 5, 8].map((at) => matrix[at]!);
}

/**
 * Unit vectors along the axes of an affine, as the rows of an orthonormal matrix: the rotation (or rotation
 * and reflection) nearest to the axes, which header digits and gradient shear leave a little oblique.
 *
 * @param affine - regular (isRegularAffine)
 */
export function axisDirections(affine: Matrix4): Matrix3 {
  let matrix: Matrix3 = [0, 1, 2].flatMap((axis) => {
    const step = [affine[axis]!, affine[4 + axis]!, affine[8 + axis]!];
    const length = Math.hypot(...step);
    return step.map((value) => value / length);
  });
  // Newton's iteration for the polar factor, M <- (M + M⁻ᵀ) / 2: quadratic (Higham NJ, SIAM J Sci Stat Comput
  // 1986;7:1160-1174, doi:10.1137/0907079); one step leaves nothing of what header digits do.
  for (let step = 0; step < 12; step++) {
    const inverse = inverseTranspose(matrix);
    matrix = matrix.map((value, at) => (value + inverse[at]!) / 2);
  }
  return matrix;
}

/** Rows are the cross products of the other two rows over the determinant. */
function inverseTranspose(m: Matrix3): Matrix3 {
  const cofactors = [0, 1, 2].flatMap((row) => {
    const [r, s] = [3 * ((row + 1) % 3), 3 * ((row + 2) % 3)];
    return [
      m[r + 1]! * m[s + 2]! - m[r + 2]! * m[s + 1]!,
      m[r + 2]! * m[s]! - m[r]! * m[s + 2]!,
      m[r]! * m[s + 1]! - m[r + 1]! * m[s]!,
    ];
  });
  const det = m[0]! * cofactors[0]! + m[1]! * cofactors[1]! + m[2]! * cofactors[2]!;
  return cofactors.map((value) => value / det);
}
