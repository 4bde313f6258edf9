import type { Vector3 } from "./grid.ts";
import type { PlaneStack } from "./plane-stack.ts";

/**
 * The planes of an image that has no place of its own, on the field of view of another: the same outer edges of the image, the
 * same directions of columns and rows, plane k on plane k.
 *
 * @param shape - columns, rows, planes; as many planes as the other image has
 */
export function planesOnSameField(
  shape: readonly [number, number, number],
  other: PlaneStack,
): PlaneStack {
  const scale = (step: Vector3, axis: 0 | 1): Vector3 => {
    const factor = other.shape[axis] / shape[axis];
    return [step[0] * factor, step[1] * factor, step[2] * factor];
  };
  const rowStep = scale(other.rowStep, 0);
  const columnStep = scale(other.columnStep, 1);
  // From the centre of the first voxel to the corner of the image with the other's voxels, and back with these.
  const shift = [0, 1, 2].map(
    (at) => (rowStep[at]! - other.rowStep[at]! + columnStep[at]! - other.columnStep[at]!) / 2,
  ) as unknown as Vector3;
  const move = (o: Vector3): Vector3 => [o[0] + shift[0], o[1] + shift[1], o[2] + shift[2]];
  const { grid, spacing, thickness } = other;
  return {
    ...{ shape, rowStep, columnStep, spacing, thickness },
    origins: other.origins.map(move),
    grid: grid && {
      shape,
      affineLps: grid.affineLps.map((value, at) => {
        const row = Math.floor(at / 4) as 0 | 1 | 2;
        if (at >= 12 || at % 4 === 2) return value;
        return at % 4 === 0 ? rowStep[row] : at % 4 === 1 ? columnStep[row] : value + shift[row];
      }),
      origin: "nifti",
    },
  };
}
