import type { Matrix4, Vector3 } from "./grid.ts";

/** Product a b of two affine matrices: b acts first. */
export function multiplyAffines(a: Matrix4, b: Matrix4): Matrix4 {
  const product: number[] = [];
  for (let row = 0; row < 4; row++) {
    for (let column = 0; column < 4; column++) {
      let sum = 0;
      for (let inner = 0; inner < 4; inner++) sum += a[4 * row + inner]! * b[4 * inner + column]!;
      product.push(sum);
    }
  }
  return product;
}

/** Determinant of the upper left 3 x 3 block: signed voxel volume, mm³, when the affine maps voxels to mm. */
export function determinant(affine: Matrix4): number {
  const [a, b, c] = [affine[0]!, affine[1]!, affine[2]!];
  const [d, e, f] = [affine[4]!, affine[5]!, affine[6]!];
  const [g, h, i] = [affine[8]!, affine[9]!, affine[10]!];
  return a * (e * i - f * h) - b * (d * i - f * g) + c * (d * h - e * g);
}

/**
 * True when every number is finite and the three axes span space: the volume of the voxel is above
 * 1e-6 of the box with its edge lengths, far below what any scanner's gradient shear gives.
 */
export function isRegularAffine(affine: Matrix4): boolean {
  if (affine.length !== 16 || !affine.every(Number.isFinite)) return false;
  const box = [0, 1, 2].reduce(
    (product, axis) => product * Math.hypot(affine[axis]!, affine[4 + axis]!, affine[8 + axis]!),
    1,
  );
  return box > 0 && Number.isFinite(box) && Math.abs(determinant(affine)) > 1e-6 * box;
}

/**
 * The inverse of an affine matrix.
 *
 * @throws Error when it has none; check affines from outside with isRegularAffine first
 */
export function invertAffine(affine: Matrix4): Matrix4 {
  const det = determinant(affine);
  if (det === 0 || !Number.isFinite(det)) throw new Error("the affine matrix has no inverse");
  const m = (row: number, column: number): number => affine[4 * row + column]!;
  const inverse = new Array<number>(16).fill(0);
  for (let row = 0; row < 3; row++) {
    for (let column = 0; column < 3; column++) {
      // Cofactor of the transposed entry; the cyclic indices carry the sign.
      const [r1, r2] = [(column + 1) % 3, (column + 2) % 3];
      const [c1, c2] = [(row + 1) % 3, (row + 2) % 3];
      inverse[4 * row + column] = (m(r1, c1) * m(r2, c2) - m(r1, c2) * m(r2, c1)) / det;
    }
  }
  for (let row = 0; row < 3; row++) {
    inverse[4 * row + 3] = -(
      inverse[4 * row]! * m(0, 3) +
      inverse[4 * row + 1]! * m(1, 3) +
      inverse[4 * row + 2]! * m(2, 3)
    );
  }
  inverse[15] = 1;
  return inverse;
}

/** The affine that maps (i, j, k) to `origin + i a + j b + k c`. */
export function affineFromAxes(a: Vector3, b: Vector3, c: Vector3, origin: Vector3): Matrix4 {
  return [
    ...[a[0], b[0], c[0], origin[0]],
    ...[a[1], b[1], c[1], origin[1]],
    ...[a[2], b[2], c[2], origin[2]],
    ...[0, 0, 0, 1],
  ];
}
