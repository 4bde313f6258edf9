import { determinant } from "#shared/volume/affine.ts";
import type { Matrix4, Vector3 } from "#shared/volume/grid.ts";
import { dot } from "#shared/volume/vector.ts";

/** Rotation, step lengths and position of a NIfTI qform (nifti1.h, method 2). */
export interface Qform {
  /** b, c, d of the unit quaternion (a, b, c, d) with a >= 0. */
  readonly quaternion: Vector3;
  /** pixdim[1..3], mm, positive. */
  readonly pixdim: Vector3;
  /** pixdim[0]: -1 when the axes are left-handed, else 1. */
  readonly qfac: 1 | -1;
  /** Centre of the first voxel, mm. */
  readonly offset: Vector3;
}

/** Cosine between two axes above which an affine has shear and no qform can describe it. */
const shearTolerance = 1e-4;

/** The qform of an affine to (R, A, S), or undefined when the affine has shear. */
export function qformOf(affineRas: Matrix4): Qform | undefined {
  const axis = (a: number): Vector3 => [affineRas[a]!, affineRas[4 + a]!, affineRas[8 + a]!];
  const pixdim = [0, 1, 2].map((a) => Math.hypot(...axis(a))) as unknown as Vector3;
  const [x, y, z] = [0, 1, 2].map((a) => axis(a).map((v) => v / pixdim[a]!)) as unknown as [
    Vector3,
    Vector3,
    Vector3,
  ];
  const shear = Math.max(Math.abs(dot(x, y)), Math.abs(dot(x, z)), Math.abs(dot(y, z)));
  if (!(shear <= shearTolerance)) return undefined;
  const qfac = determinant(affineRas) < 0 ? -1 : 1;
  return {
    quaternion: quaternionOf(x, y, z.map((v) => v * qfac) as unknown as Vector3),
    pixdim,
    qfac,
    offset: [affineRas[3]!, affineRas[7]!, affineRas[11]!],
  };
}

/**
 * Unit quaternion of the rotation with the columns x, y, z, from its largest component, so that no
 * division loses digits. (Shepperd SW, J Guidance Control 1978;1:223-224.)
 */
function quaternionOf(x: Vector3, y: Vector3, z: Vector3): Vector3 {
  const [xx, yy, zz] = [x[0], y[1], z[2]];
  const squares = [1 + xx + yy + zz, 1 + xx - yy - zz, 1 - xx + yy - zz, 1 - xx - yy + zz];
  const largest = squares.indexOf(Math.max(...squares));
  // Twice the products a b, a c, a d, b c, b d, c d of the components.
  const [ab, ac, ad] = [y[2] - z[1], z[0] - x[2], x[1] - y[0]];
  const [bc, bd, cd] = [y[0] + x[1], z[0] + x[2], z[1] + y[2]];
  const rows = [
    [squares[0]!, ab, ac, ad],
    [ab, squares[1]!, bc, bd],
    [ac, bc, squares[2]!, cd],
    [ad, bd, cd, squares[3]!],
  ];
  const row = rows[largest]!;
  const length = Math.hypot(...row) * (row[0]! < 0 ? -1 : 1);
  return [row[1]! / length, row[2]! / length, row[3]! / length];
}

/**
 * The affine to (R, A, S) of a qform, after nifti1.h, method 2.
 *
 * A quaternion (b, c, d) longer than 1 is a rotation by 180 degrees whose stored digits overshoot;
 * it is brought back to length 1 instead of giving NaN.
 */
export function affineOf({ quaternion, pixdim, qfac, offset }: Qform): Matrix4 {
  let [b, c, d] = quaternion;
  const square = b * b + c * c + d * d;
  const a = square < 1 ? Math.sqrt(1 - square) : 0;
  if (square > 1) {
    const length = Math.sqrt(square);
    [b, c, d] = [b / length, c / length, d / length];
  }
  const [dx, dy, dz] = [pixdim[0], pixdim[1], pixdim[2] * qfac];
  return [
    ...[(a * a + b * b - c * c - d * d) * dx, 2 * (b * c - a * d) * dy, 2 * (b * d + a * c) * dz],
    offset[0],
    ...[2 * (b * c + a * d) * dx, (a * a + c * c - b * b - d * d) * dy, 2 * (c * d - a * b) * dz],
    offset[1],
    ...[2 * (b * d - a * c) * dx, 2 * (c * d + a * b) * dy, (a * a + d * d - b * b - c * c) * dz],
    offset[2],
    ...[0, 0, 0, 1],
  ];
}
