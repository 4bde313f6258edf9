import { affineFromAxes } from "#shared/volume/affine.ts";
import type { Grid, Vector3 } from "#shared/volume/grid.ts";
import type { PlaneStack } from "#shared/volume/plane-stack.ts";

/** Parallel planes on which frames lie, ascending along row direction x column direction. */
export interface FrameStack {
  /** Columns, rows. */
  readonly matrix: readonly [number, number];
  /** From a voxel to the next column and to the next row, mm. */
  readonly rowStep: Vector3;
  readonly columnStep: Vector3;
  /** Unit vector. */
  readonly normal: Vector3;
  /** Centre of the first voxel of each plane, mm, and its place along the normal, mm. */
  readonly origins: readonly Vector3[];
  readonly locations: readonly number[];
  /** Plane of each frame. */
  readonly planeOfFrame: readonly number[];
  readonly spacing: number | undefined;
  readonly thickness: number | undefined;
}

/** Part of a stack: some of its planes (ascending), and of them columns and rows from `first` on. */
export interface Cut {
  readonly planes: readonly number[];
  readonly first: readonly [column: number, row: number];
  readonly size: readonly [columns: number, rows: number];
}

/** Steps that differ by more than this part of the spacing are not even: headers round positions. */
const evenSteps = 0.01;

/** A stated spacing holds when the distances of planes are whole multiples of it, to this part. */
const wholeMultiples = 0.05;

/**
 * Usual distance between neighbouring planes, mm: the stated one when all distances are whole multiples of it (frames without a
 * segment are not stored), else the median; undefined for a single plane without a statement.
 *
 * @param locations - mm, ascending
 */
export function usualSpacing(
  locations: readonly number[],
  stated: number | undefined,
): number | undefined {
  const gaps = locations.slice(1).map((location, i) => location - locations[i]!);
  if (stated !== undefined && stated > 0) {
    const holds = gaps.every((gap) => {
      const multiple = Math.max(1, Math.round(gap / stated));
      return Math.abs(gap - multiple * stated) <= wholeMultiples * stated;
    });
    if (holds) return stated;
  }
  return gaps.toSorted((a, b) => a - b)[Math.floor((gaps.length - 1) / 2)];
}

/** The planes of a part of a stack. */
export function cutStack(stack: FrameStack, { planes, first, size }: Cut): PlaneStack {
  const { rowStep: r, columnStep: c, spacing, thickness } = stack;
  const shift = [0, 1, 2].map((axis) => first[0] * r[axis]! + first[1] * c[axis]!);
  const origins = planes.map((plane) =>
    stack.origins[plane]!.map((value, axis) => value + shift[axis]!),
  ) as unknown as readonly Vector3[];
  const shape: Vector3 = [size[0], size[1], planes.length];
  const grid = evenGrid(stack, shape, origins);
  return { shape, rowStep: r, columnStep: c, origins, spacing, thickness, grid };
}

/** The planes as one grid, when they follow each other at the usual distance in one line. */
function evenGrid(
  { rowStep, columnStep, normal, spacing }: FrameStack,
  shape: Vector3,
  origins: readonly Vector3[],
): Grid | undefined {
  const [first, last] = [origins[0], origins.at(-1)];
  if (first === undefined || last === undefined || spacing === undefined) return undefined;
  const count = origins.length - 1;
  const step = [0, 1, 2].map((axis) =>
    count === 0 ? normal[axis]! * spacing : (last[axis]! - first[axis]!) / count,
  ) as unknown as Vector3;
  const even = origins.every(
    (origin, k) =>
      Math.hypot(
        origin[0] - first[0] - k * step[0],
        origin[1] - first[1] - k * step[1],
        origin[2] - first[2] - k * step[2],
      ) <=
      evenSteps * spacing,
  );
  if (!even || Math.abs(Math.hypot(...step) - spacing) > evenSteps * spacing) return undefined;
  return { shape, affineLps: affineFromAxes(rowStep, columnStep, step, first), origin: "dicom" };
}
