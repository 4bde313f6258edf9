import { type Grid, lpsToRas, type Vector3, voxelCentre } from "#shared/volume/grid.ts";

/** How the axes of a file follow from the axes of a grid. */
export interface AxisOrder {
  /** For each axis of the file, the axis of the grid it runs along. */
  readonly axes: readonly [Axis, Axis, Axis];
  /** For each axis of the file, whether it runs from the grid's last voxel to its first. */
  readonly reversed: readonly [boolean, boolean, boolean];
}

type Axis = 0 | 1 | 2;

const unchanged: AxisOrder = { axes: [0, 1, 2], reversed: [false, false, false] };
const rowsReversed: AxisOrder = { axes: [0, 1, 2], reversed: [false, true, false] };

/** All orders of three axes; where two fit equally well the first of this list wins. */
const permutations: readonly (readonly [Axis, Axis, Axis])[] = [
  [0, 1, 2],
  [0, 2, 1],
  [1, 0, 2],
  [2, 0, 1],
  [1, 2, 0],
  [2, 1, 0],
];

/**
 * The order of axes in which an image of this grid is written.
 *
 * A grid read from NIfTI keeps its axes. A grid read from DICOM is written as dcm2niix writes the same
 * series, so that maps lie on its conversions voxel by voxel: columns and slices as they are, rows
 * reversed; a stack of a 3D acquisition is turned to the order of axes nearest to (R, A, S), as its
 * nii_setOrtho does. Measured with dcm2niix 1.0.20220720 on axial, coronal, sagittal and oblique stacks
 * (test/shared/nifti/axis-order.test.ts).
 *
 * @param acquisition3D - MRAcquisitionType (0018,0023) of the series is 3D
 */
export function axisOrder(grid: Grid, acquisition3D: boolean): AxisOrder {
  if (grid.origin === "nifti") return unchanged;
  return acquisition3D && grid.shape[2] > 1 ? nearestToRas(grid) : rowsReversed;
}

/**
 * Starts at the corner nearest to the left, posterior, inferior corner of the stack's bounding box;
 * from there each axis runs into the stack, and the axes are dealt out so that the sum of their steps
 * along R, A and S is largest.
 */
function nearestToRas(grid: Grid): AxisOrder {
  const corner = startCorner(grid);
  const ras = lpsToRas(grid.affineLps);
  // Step along world axis w when walking along grid axis a away from the corner.
  const step = (w: number, a: Axis): number => ras[4 * w + a]! * (corner[a] ? -1 : 1);
  let best = permutations[0]!;
  let bestSum = 0;
  for (const axes of permutations) {
    const sum = step(0, axes[0]) + step(1, axes[1]) + step(2, axes[2]);
    if (sum > bestSum) {
      bestSum = sum;
      best = axes;
    }
  }
  return { axes: best, reversed: [corner[best[0]], corner[best[1]], corner[best[2]]] };
}

/** For each grid axis, whether the start corner lies at its end. */
function startCorner(grid: Grid): [boolean, boolean, boolean] {
  const corners = [0, 1, 2, 3, 4, 5, 6, 7].map((bits) => {
    // Rows count from the bottom, so that the order in which equal corners are tried is dcm2niix's.
    const end: [boolean, boolean, boolean] = [(bits & 1) !== 0, (bits & 2) === 0, (bits & 4) !== 0];
    const voxel = end.map((atEnd, axis) => (atEnd ? grid.shape[axis]! - 1 : 0));
    const [l, p, s] = voxelCentre(grid, voxel as unknown as Vector3);
    return { end, position: [-l, -p, s] };
  });
  const lowest = [0, 1, 2].map((w) => Math.min(...corners.map((corner) => corner.position[w]!)));
  let nearest = corners[0]!;
  let nearestDistance = Number.POSITIVE_INFINITY;
  for (const corner of corners) {
    const distance = Math.hypot(...corner.position.map((value, w) => value - lowest[w]!));
    // Corners that differ by rounding only are equal.
    if (distance < nearestDistance - 1e-9 * (1 + distance)) {
      nearestDistance = distance;
      nearest = corner;
    }
  }
  return nearest.end;
}

/** The grid after reordering; its origin is "nifti", because it holds the file's own axes. */
export function reorderGrid(grid: Grid, order: AxisOrder): Grid {
  const affine = [...grid.affineLps];
  const first = order.axes.reduce<[number, number, number]>(
    (voxel, axis, at) => {
      voxel[axis] = order.reversed[at] ? grid.shape[axis] - 1 : 0;
      return voxel;
    },
    [0, 0, 0],
  );
  const origin = voxelCentre(grid, first);
  for (let row = 0; row < 3; row++) {
    for (let at = 0; at < 3; at++) {
      const step = grid.affineLps[4 * row + order.axes[at]!]!;
      affine[4 * row + at] = order.reversed[at] ? 0 - step : step;
    }
    affine[4 * row + 3] = origin[row]!;
  }
  const shape = order.axes.map((axis) => grid.shape[axis]) as unknown as Vector3;
  return { shape, affineLps: affine, origin: "nifti" };
}

interface Writable {
  [index: number]: number;
}

/**
 * Copies samples of a grid of `shape` into `out` in the order of axes of a file, bit for bit.
 *
 * @param samples - shape [nz, ny, nx] of the grid
 * @param out - same length, filled with shape [nz, ny, nx] of the file
 */
export function reorderSamples(
  samples: ArrayLike<number>,
  shape: Vector3,
  order: AxisOrder,
  out: Writable,
): void {
  const strides = [1, shape[0], shape[0] * shape[1]];
  const count = order.axes.map((axis) => shape[axis]);
  const step = order.axes.map((axis, at) =>
    order.reversed[at] ? -strides[axis]! : strides[axis]!,
  );
  let start = 0;
  for (const at of [0, 1, 2] as const) {
    const axis = order.axes[at];
    if (order.reversed[at]) start += (shape[axis] - 1) * strides[axis]!;
  }
  const [n0, n1, n2] = [count[0]!, count[1]!, count[2]!];
  const [s0, s1, s2] = [step[0]!, step[1]!, step[2]!];
  // Rows of one type that keep their direction, the usual case, are moved as a whole.
  const whole =
    s0 === 1 &&
    ArrayBuffer.isView(samples) &&
    ArrayBuffer.isView(out) &&
    samples.constructor === out.constructor;
  const [from, to] = [samples as Uint8Array, out as unknown as Uint8Array];
  let target = 0;
  for (let k = 0; k < n2; k++) {
    for (let j = 0; j < n1; j++) {
      let source = start + k * s2 + j * s1;
      if (whole) {
        to.set(from.subarray(source, source + n0), target);
        target += n0;
        continue;
      }
      for (let i = 0; i < n0; i++, source += s0) out[target++] = samples[source]!;
    }
  }
}
