import type { Vector3 } from "#shared/volume/grid.ts";
import type { PlaneStack } from "#shared/volume/plane-stack.ts";
import { dot } from "#shared/volume/vector.ts";
import type { Roi } from "./roi.ts";

/** Contours looked at when geometry has to decide. */
const mostContours = 2000;

/**
 * True when at least half of the outlines in patient coordinates, or of the planes of voxels, lie on planes of the stack: all
 * their points nearer to one plane than half the spacing. False when there is nothing to look at.
 */
export function lieOnPlanes(rois: readonly Roi[], stack: PlaneStack): boolean {
  const normal = unitNormal(stack);
  const levels = stack.origins.map((origin) => dot(origin, normal));
  const tolerance = 0.5 * (stack.spacing ?? 1);
  let looked = 0;
  let onPlane = 0;
  for (const { shape } of rois) {
    const sets: readonly ArrayLike<number>[] =
      shape.form === "contours"
        ? shape.contours
            .filter(({ space, points }) => space === "patient" && points.length >= 3)
            .map(({ points }) => points)
        : shape.planes.origins.map((origin) => cornersOf(origin, shape.planes));
    for (const points of sets) {
      if (looked === mostContours) break;
      looked++;
      if (isOnPlane(points, normal, levels, tolerance)) onPlane++;
    }
  }
  return looked > 0 && onPlane >= looked / 2;
}

/** @param points - shape [n, 3], mm */
function isOnPlane(
  points: ArrayLike<number>,
  normal: Vector3,
  levels: readonly number[],
  tolerance: number,
): boolean {
  const at = (p: number) => dot([points[p]!, points[p + 1]!, points[p + 2]!], normal);
  const first = at(0);
  let level = Number.NaN;
  for (const candidate of levels) {
    if (!(Math.abs(candidate - first) >= Math.abs(level - first))) level = candidate;
  }
  for (let p = 0; p + 2 < points.length; p += 3) {
    if (!(Math.abs(at(p) - level) < tolerance)) return false;
  }
  return true;
}

function cornersOf(origin: Vector3, { shape, rowStep, columnStep }: PlaneStack): readonly number[] {
  return [0, 1].flatMap((u) =>
    [0, 1].flatMap((v) =>
      origin.map(
        (value, axis) =>
          value + u * (shape[0] - 1) * rowStep[axis]! + v * (shape[1] - 1) * columnStep[axis]!,
      ),
    ),
  );
}

function unitNormal({ rowStep: r, columnStep: c }: PlaneStack): Vector3 {
  const cross = [r[1] * c[2] - r[2] * c[1], r[2] * c[0] - r[0] * c[2], r[0] * c[1] - r[1] * c[0]];
  const length = Math.hypot(...cross);
  return [cross[0]! / length, cross[1]! / length, cross[2]! / length];
}
