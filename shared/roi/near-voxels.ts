import type { Vector3 } from "#shared/volume/grid.ts";
import type { PlaneStack } from "#shared/volume/plane-stack.ts";
import { dot } from "#shared/volume/vector.ts";
import type { Bounds } from "./outline.ts";
import { frameOf, nearestPlane, type PlaneFrame } from "./plane-frame.ts";

/** Called for a voxel: its sample, the plane it is nearest to, and its column and row there. */
export type ShowVoxel = (sample: number, plane: number, x: number, y: number) => void;

/**
 * Shows every voxel of a grid whose centre lies in the slab of a plane and within that plane's box. Rows of voxels are cut to
 * the part that can, so that the cost is that of the region and not of the grid.
 *
 * @param boxes - by plane, index coordinates; planes without a box hold nothing
 */
export function eachVoxelNear(
  planes: PlaneStack,
  boxes: ReadonlyMap<number, Bounds>,
  target: PlaneStack,
  show: ShowVoxel,
): void {
  if (boxes.size === 0) return;
  const frame = frameOf(planes);
  const half = frame.slabMm / 2;
  const limits = joinLimits(planes, frame, boxes);
  const [nx, ny] = target.shape;
  for (const [k, origin] of target.origins.entries()) {
    for (let j = 0; j < ny; j++) {
      const start = advance(origin, target.columnStep, j);
      let [first, last] = [0, nx - 1];
      for (const { direction, low, high } of limits) {
        const [from, step] = [dot(start, direction), dot(target.rowStep, direction)];
        const [a, b] = interval(from, step, low, high, nx);
        first = Math.max(first, a);
        last = Math.min(last, b);
      }
      for (let i = first; i <= last; i++) {
        const centre = advance(start, target.rowStep, i);
        const level = dot(centre, frame.normal);
        const plane = nearestPlane(frame, level)!;
        const box = boxes.get(plane);
        const beside = level - frame.positions[plane]!;
        if (box === undefined || beside < -half || beside >= half) continue;
        const way = advance(centre, planes.origins[plane]!, -1);
        const [x, y] = [dot(way, frame.column), dot(way, frame.row)];
        if (x < box.xMin || x > box.xMax || y < box.yMin || y > box.yMax) continue;
        show(i + nx * (j + ny * k), plane, x, y);
      }
    }
  }
}

/** What a centre must fulfil to be near any of the planes, as ranges of scalar products. */
function joinLimits(
  { origins }: PlaneStack,
  { normal, column, row, positions, slabMm }: PlaneFrame,
  boxes: ReadonlyMap<number, Bounds>,
) {
  const range = (direction: Vector3, ends: (plane: number, box: Bounds) => [number, number]) => {
    let [low, high] = [Infinity, -Infinity];
    for (const [plane, box] of boxes) {
      const [a, b] = ends(plane, box);
      low = Math.min(low, a);
      high = Math.max(high, b);
    }
    return { direction, low, high };
  };
  return [
    range(normal, (n) => [positions[n]! - slabMm / 2, positions[n]! + slabMm / 2]),
    range(column, (n, { xMin, xMax }) => {
      const shift = dot(origins[n]!, column);
      return [shift + xMin, shift + xMax];
    }),
    range(row, (n, { yMin, yMax }) => {
      const shift = dot(origins[n]!, row);
      return [shift + yMin, shift + yMax];
    }),
  ];
}

/** The first and last whole number i of 0 to count - 1 with low <= start + i step <= high, and one more on each side. */
function interval(
  start: number,
  step: number,
  low: number,
  high: number,
  count: number,
): readonly [number, number] {
  if (Math.abs(step) * count < 1e-9) {
    return start >= low - 1e-9 && start <= high + 1e-9 ? [0, count - 1] : [0, -1];
  }
  const [a, b] = [(low - start) / step, (high - start) / step];
  return [Math.ceil(Math.min(a, b)) - 1, Math.floor(Math.max(a, b)) + 1];
}

function advance(from: Vector3, step: Vector3, times: number): Vector3 {
  return [from[0] + times * step[0], from[1] + times * step[1], from[2] + times * step[2]];
}
