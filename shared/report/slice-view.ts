import type { Grid, Vector3 } from "#shared/volume/grid.ts";
import type { PlaneStack } from "#shared/volume/plane-stack.ts";
import { cross } from "#shared/volume/vector.ts";
import { layOutSlice, type SliceLayout } from "./orientation.ts";

/** An image as it is drawn: its matrix, and how a slice of it lies on the page. */
export interface SliceView {
  /** Matrix and directions of the planes; the step from plane to plane only stands for their order. */
  readonly grid: Grid;
  readonly layout: SliceLayout;
  /** Unit vector across the planes, patient coordinates (L, P, S); zero where they have no directions. */
  readonly normal: Vector3;
}

/** Planes less parallel than this (cosine of 2 degrees) are not shown side by side. */
const parallel = Math.cos((2 * Math.PI) / 180);

/**
 * How the planes of an image are drawn: turned as `like` is where they are parallel to it, so that the same place of the
 * body is found at the same place of both pictures; else as any image of their kind.
 */
export function viewPlanes(planes: PlaneStack, like?: SliceView): SliceView {
  const { shape, rowStep, columnStep, origins } = planes;
  const normal = crossUnit(rowStep, columnStep);
  const [ox, oy, oz] = origins[0] ?? [0, 0, 0];
  const step = planes.spacing ?? 1;
  const grid: Grid = {
    shape,
    affineLps: [
      ...[rowStep[0], columnStep[0], normal[0] * step, ox],
      ...[rowStep[1], columnStep[1], normal[1] * step, oy],
      ...[rowStep[2], columnStep[2], normal[2] * step, oz],
      ...[0, 0, 0, 1],
    ],
    origin: planes.grid?.origin ?? "dicom",
  };
  const matched = like !== undefined && areParallel(like.normal, normal) ? like.layout : undefined;
  return { grid, normal, layout: layOutSlice(grid, matched) };
}

/** Whether two planes, given by their normals, can be shown side by side. */
export function areParallel(a: Vector3, b: Vector3): boolean {
  return Math.abs(a[0] * b[0] + a[1] * b[1] + a[2] * b[2]) >= parallel;
}

/** Position of a plane's centre along a direction, mm. */
export function positionAlong(planes: PlaneStack, plane: number, direction: Vector3): number {
  const [nx, ny] = planes.shape;
  const origin = planes.origins[plane] ?? [0, 0, 0];
  return direction.reduce((sum, d, n) => {
    const inPlane = ((nx - 1) * planes.rowStep[n]! + (ny - 1) * planes.columnStep[n]!) / 2;
    return sum + d * (origin[n]! + inPlane);
  }, 0);
}

/**
 * Where an outline comes to lie on the picture of its slice: x, y, x, y, ... in picture pixels times `scale`, the top left
 * corner of the picture at (0, 0), so that the centre of its first pixel lies at half a pixel.
 *
 * @param ring - column, row, column, row, ... in index coordinates
 */
export function placeRing(
  { layout }: SliceView,
  ring: Float64Array,
  scaleX = 1,
  scaleY = 1,
): Float64Array {
  const { width, height, turn } = layout;
  const placed = new Float64Array(ring.length);
  for (let n = 0; n + 1 < ring.length; n += 2) {
    const across = ring[turn.transpose ? n + 1 : n]!;
    const down = ring[turn.transpose ? n : n + 1]!;
    placed[n] = (turn.flipRight ? width - 0.5 - across : across + 0.5) * scaleX;
    placed[n + 1] = (turn.flipDown ? height - 0.5 - down : down + 0.5) * scaleY;
  }
  return placed;
}

function crossUnit(a: Vector3, b: Vector3): Vector3 {
  const [x, y, z] = cross(a, b);
  const length = Math.hypot(x, y, z);
  return length > 0 ? [x / length, y / length, z / length] : [0, 0, 0];
}
