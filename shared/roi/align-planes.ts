import type { Vector3 } from "#shared/volume/grid.ts";
import type { PlaneStack } from "#shared/volume/plane-stack.ts";
import { cross, dot, scale } from "#shared/volume/vector.ts";

/**
 * Planes whose normals differ by less are parallel, degrees. Across 200 pixels that is a third of a pixel at the rim; and it
 * is the tolerance within which images count as one stack (shared/dicom/same-planes.ts).
 */
const parallelDegrees = 0.1;

/** A grid seen as planes that lie in those of another stack, its columns and rows running as nearly as possible along the other's. */
export interface AlignedPlanes {
  readonly planes: PlaneStack;
  /** Sample of the first pixel, and from a pixel to the next along columns, rows and slices. */
  readonly start: number;
  readonly strides: Vector3;
}

interface Axis {
  readonly step: Vector3;
  readonly size: number;
  readonly stride: number;
}

/**
 * A stack of planes seen in the directions of another one; undefined when none of its axes is normal to the other's planes.
 *
 * Any of the axes i, j, k may be the one across the planes. The others are swapped and reversed so that they run along
 * the columns and rows of `source`: what is decided there by low or high side is then decided the same way, however
 * the voxels are stored.
 */
export function alignPlanes(target: PlaneStack, source: PlaneStack): AlignedPlanes | undefined {
  const axes = axesOf(target);
  const across = cross(source.rowStep, source.columnStep);
  const tolerance = Math.sin((parallelDegrees * Math.PI) / 180);
  const isInPlane = ({ step }: Axis) => Math.abs(cosine(step, across)) <= tolerance;
  for (const slices of [2, 1, 0] as const) {
    const [a, b] = [0, 1, 2].filter((axis) => axis !== slices).map((axis) => axes[axis]);
    const through = axes[slices];
    if (a === undefined || b === undefined || !isInPlane(a) || !isInPlane(b)) continue;
    // Only along k may planes lie anywhere; along i and j they follow from the step.
    if (through === undefined && slices !== 2) continue;
    const { rowStep: r, columnStep: c } = source;
    const straight = Math.abs(cosine(a.step, r) * cosine(b.step, c));
    const crossed = Math.abs(cosine(b.step, r) * cosine(a.step, c));
    const [columns, rows] = crossed > straight ? [b, a] : [a, b];
    return arrange(target, orient(columns, r), orient(rows, c), slices === 2 ? undefined : through);
  }
  return undefined;
}

function axesOf({ shape, rowStep, columnStep, grid }: PlaneStack): readonly (Axis | undefined)[] {
  const [nx, ny, nz] = shape;
  const a = grid?.affineLps;
  const third = a === undefined ? undefined : ([a[2]!, a[6]!, a[10]!] as const);
  return [
    { step: rowStep, size: nx, stride: 1 },
    { step: columnStep, size: ny, stride: nx },
    third === undefined ? undefined : { step: third, size: nz, stride: nx * ny },
  ];
}

/** An axis that runs along a direction, and where it begins: the last voxel when it had to be reversed. */
function orient(axis: Axis, direction: Vector3): Axis & { readonly first: number } {
  if (dot(axis.step, direction) >= 0) return { ...axis, first: 0 };
  const { step, size, stride } = axis;
  return { step: scale(step, -1), size, stride: -stride, first: size - 1 };
}

type Oriented = ReturnType<typeof orient>;

/** @param through - axis across the planes when that is not k */
function arrange(
  target: PlaneStack,
  columns: Oriented,
  rows: Oriented,
  through: Axis | undefined,
): AlignedPlanes {
  // Where the oriented axes begin, seen from the voxel where the stored ones do.
  const corner = (origin: Vector3): Vector3 =>
    [0, 1, 2].map(
      (n) => origin[n]! - columns.first * columns.step[n]! - rows.first * rows.step[n]!,
    ) as unknown as Vector3;
  const slices =
    through === undefined
      ? target.origins
      : Array.from({ length: through.size }, (_, m) => {
          const [first, step] = [target.origins[0]!, through.step];
          return [first[0] + m * step[0], first[1] + m * step[1], first[2] + m * step[2]] as const;
        });
  const planes: PlaneStack = {
    shape: [columns.size, rows.size, slices.length],
    rowStep: columns.step,
    columnStep: rows.step,
    origins: slices.map(corner),
    spacing: through === undefined ? target.spacing : Math.hypot(...through.step),
    thickness: through === undefined ? target.thickness : undefined,
    grid: undefined,
  };
  const sliceStride = through?.stride ?? target.shape[0] * target.shape[1];
  return {
    planes,
    start: Math.abs(columns.first * columns.stride) + Math.abs(rows.first * rows.stride),
    strides: [columns.stride, rows.stride, sliceStride],
  };
}

function cosine(a: Vector3, b: Vector3): number {
  return dot(a, b) / (Math.hypot(...a) * Math.hypot(...b));
}
