import { InputError } from "#shared/errors.ts";
import type { Vector3 } from "./grid.ts";

/** Images with less, s/mm², count as unweighted when images are sorted into kinds (qmri-conventions 9). */
export const leastWeighting = 50;

/** A vector this close to unit length, relative, is one written with few digits. */
const lengthTolerance = 0.05;

/**
 * The unit vector of a stored gradient direction, or undefined where it means none: b = 0, or no length.
 *
 * @param place - which image, for the message
 * @throws InputError E-GRADIENT-LENGTH for a vector of another length in a weighted image: some scanners (GE,
 *   Siemens free mode) keep the largest b of the scan in every image and the square root of the image's part
 *   of it in the length, others mean nothing by it
 */
export function unitDirection(
  vector: Vector3 | undefined,
  bValue: number,
  place: string,
): Vector3 | undefined {
  if (vector === undefined || bValue === 0 || !vector.every(Number.isFinite)) return undefined;
  const length = Math.hypot(...vector);
  if (length < 1e-6) return undefined;
  if (bValue >= leastWeighting && Math.abs(length - 1) > lengthTolerance) {
    throw new InputError(
      "E-GRADIENT-LENGTH",
      `The gradient direction of ${place} has the length ${length.toPrecision(4)} at b ${bValue} s/mm²: the length may stand for a smaller b-value (b x length² = ${(bValue * length * length).toPrecision(4)} s/mm²), or for nothing.`,
      "Give the b-values with --bvals FILE and --override bvals, and the directions with --bvecs FILE.",
    );
  }
  // No negative zeros: two equal directions are to look equal.
  return [vector[0] / length + 0, vector[1] / length + 0, vector[2] / length + 0];
}

/**
 * Main axis of a b-matrix: the direction of its gradient, up to sign. Undefined when the matrix is not that of one
 * direction (its largest eigenvalue is below 90 % of the trace; imaging gradients leave a percent beside it).
 *
 * @param bMatrix - xx, yy, zz, xy, xz, yz
 */
export function mainDirection(bMatrix: readonly number[]): Vector3 | undefined {
  const [xx = 0, yy = 0, zz = 0, xy = 0, xz = 0, yz = 0] = bMatrix;
  const trace = xx + yy + zz;
  if (!(trace > 0) || !bMatrix.every(Number.isFinite)) return undefined;
  // Power iteration from the longest column; the next eigenvalue is below a ninth, so 40 steps leave nothing.
  const columns: Vector3[] = [
    [xx, xy, xz],
    [xy, yy, yz],
    [xz, yz, zz],
  ];
  const longest = Math.max(...columns.map((column) => Math.hypot(...column)));
  let vector = columns.find((column) => Math.hypot(...column) === longest)!;
  let eigenvalue = 0;
  for (let step = 0; step < 40; step++) {
    const length = Math.hypot(...vector);
    const [x, y, z]: Vector3 = [vector[0] / length, vector[1] / length, vector[2] / length];
    vector = [xx * x + xy * y + xz * z, xy * x + yy * y + yz * z, xz * x + yz * y + zz * z];
    eigenvalue = vector[0] * x + vector[1] * y + vector[2] * z;
  }
  if (eigenvalue < 0.9 * trace) return undefined;
  const length = Math.hypot(...vector);
  return [vector[0] / length, vector[1] / length, vector[2] / length];
}

/**
 * A b-matrix differs from b g gᵀ by its imaging gradients, whose products with the diffusion gradients reach a fifth of
 * b at high resolution: half of it, or 100 s/mm², is more than they make. Three quarters of a matrix lie along its gradient.
 */
const traceTolerance = 0.5;
const traceToleranceSmall = 100;
const leastAlong = 0.75;

/**
 * True when a b-matrix can belong to a b-value and a direction: its trace is about the b-value, and most of it lies along the
 * direction (undefined agrees with any). Some exports write its elements in another order.
 *
 * @param bMatrix - xx, yy, zz, xy, xz, yz
 */
export function isMatrixOf(
  bMatrix: readonly number[],
  bValue: number,
  direction: Vector3 | undefined,
): boolean {
  const [xx = 0, yy = 0, zz = 0, xy = 0, xz = 0, yz = 0] = bMatrix;
  const trace = xx + yy + zz;
  const tolerance = Math.max(traceTolerance * bValue, traceToleranceSmall);
  if (!(Math.abs(trace - bValue) <= tolerance)) return false;
  if (direction === undefined) return true;
  const [x, y, z] = direction;
  const along = xx * x * x + yy * y * y + zz * z * z + 2 * (xy * x * y + xz * x * z + yz * y * z);
  return along >= leastAlong * trace - traceToleranceSmall;
}
