import type { Vector3 } from "./grid.ts";
import type { PlaneStack } from "./plane-stack.ts";

/**
 * Distance between the boxes (along L, P, S) around the voxel centres of two stacks of planes, mm; 0 where they overlap. A lower
 * bound of the distance between the two fields of view but for half a voxel: enough to say that two images lie apart.
 */
export function planesDistance(a: PlaneStack, b: PlaneStack): number {
  const [boxA, boxB] = [boxAround(a), boxAround(b)];
  const gaps = [0, 1, 2].map((axis) =>
    Math.max(0, boxA.low[axis]! - boxB.high[axis]!, boxB.low[axis]! - boxA.high[axis]!),
  );
  return Math.hypot(...gaps);
}

function boxAround({ shape, rowStep, columnStep, origins }: PlaneStack): {
  readonly low: Vector3;
  readonly high: Vector3;
} {
  const corners = origins.flatMap((origin) =>
    [0, shape[0] - 1].flatMap((i) =>
      [0, shape[1] - 1].map((j) =>
        origin.map((value, axis) => value + i * rowStep[axis]! + j * columnStep[axis]!),
      ),
    ),
  );
  const along = (axis: number) => corners.map((corner) => corner[axis]!);
  return {
    low: [Math.min(...along(0)), Math.min(...along(1)), Math.min(...along(2))],
    high: [Math.max(...along(0)), Math.max(...along(1)), Math.max(...along(2))],
  };
}

/** Distance between the centres of two stacks, mm: what to tell of images that do not overlap. */
export function centreDistance(a: PlaneStack, b: PlaneStack): number {
  const [u, v] = [centreOf(a), centreOf(b)];
  return Math.hypot(u[0] - v[0], u[1] - v[1], u[2] - v[2]);
}

function centreOf({ shape, rowStep, columnStep, origins }: PlaneStack): Vector3 {
  const [first, last] = [origins[0]!, origins.at(-1)!];
  return [0, 1, 2].map(
    (at) =>
      (first[at]! + last[at]!) / 2 +
      ((shape[0] - 1) / 2) * rowStep[at]! +
      ((shape[1] - 1) / 2) * columnStep[at]!,
  ) as unknown as Vector3;
}
