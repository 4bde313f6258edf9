import { affineFromAxes } from "#shared/volume/affine.ts";
import type { Grid, Vector3 } from "#shared/volume/grid.ts";
import type { PlaneStack } from "#shared/volume/plane-stack.ts";
import type { CroppedRegion } from "./crop-regions.ts";
import type { VoxelShape } from "./roi.ts";

/** Parallel planes on which frames, or the slices of a label map, lie. */
export interface FrameStack {
  /** Columns, rows. */
  readonly matrix: readonly [number, number];
  /** From a voxel to the next column and to the next row, mm. */
  readonly rowStep: Vector3;
  readonly columnStep: Vector3;
  /** From a plane to the next at the usual distance, mm; undefined where the distance is. */
  readonly planeStep: Vector3 | undefined;
  /** Centre of the first voxel of each plane, mm. */
  readonly origins: readonly Vector3[];
  /** As in PlaneStack. */
  readonly spacing: number | undefined;
  readonly thickness: number | undefined;
  readonly origin: Grid["origin"];
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

/** A region that was cut out of the planes of a stack; a region without a voxel has no planes. */
export function shapeOfRegion(stack: FrameStack, region: CroppedRegion | undefined): VoxelShape {
  if (region === undefined) {
    const planes = cutStack(stack, { planes: [], first: [0, 0], size: stack.matrix });
    return { form: "voxels", planes, shares: new Uint8Array(0), fractional: false };
  }
  const { shares, fractional } = region;
  return { form: "voxels", planes: cutStack(stack, region), shares, fractional };
}

type Cut = Pick<CroppedRegion, "planes" | "first" | "size">;

function cutStack(stack: FrameStack, { planes, first, size }: Cut): PlaneStack {
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
  { rowStep, columnStep, planeStep, spacing, origin: source }: FrameStack,
  shape: Vector3,
  origins: readonly Vector3[],
): Grid | undefined {
  const [first, last] = [origins[0], origins.at(-1)];
  if (first === undefined || last === undefined || spacing === undefined || planeStep === undefined)
    return undefined;
  const count = origins.length - 1;
  const step = [0, 1, 2].map((axis) =>
    count === 0 ? planeStep[axis]! : (last[axis]! - first[axis]!) / count,
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
  return { shape, affineLps: affineFromAxes(rowStep, columnStep, step, first), origin: source };
}
