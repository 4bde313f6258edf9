import { invertAffine } from "#shared/volume/affine.ts";
import type { Grid } from "#shared/volume/grid.ts";
import { type PlaneStack, voxelArea } from "#shared/volume/plane-stack.ts";
import { eachVoxelNear } from "./near-voxels.ts";
import { type Bounds, boundsOf, joinBounds } from "./outline.ts";
import type { PlacedRoi, PlaneArea, RoiOnGrid } from "./placed-roi.ts";
import { frameOf } from "./plane-frame.ts";
import { pointTest } from "./point-in-area.ts";
import { shareOf } from "./rasterize-slices.ts";
import { sayOblique } from "./say-on-grid.ts";
import { measureArea } from "./sweep-border.ts";
import { sweepBudget } from "./sweep-slabs.ts";

/**
 * Outlines on a grid that is not parallel to the planes they were drawn on: each voxel's centre is tested in the plane it is
 * nearest to, within half a spacing.
 */
export function sampleSlices(
  placed: PlacedRoi,
  reference: PlaneStack,
  target: PlaneStack,
): RoiOnGrid {
  const tests = new Map(placed.slices.map(({ plane, area }) => [plane, pointTest(area)]));
  const boxes = new Map(placed.slices.map(({ plane, area }) => [plane, boxOf(area)]));
  const found: number[] = [];
  const hit = new Set<number>();
  eachVoxelNear(reference, boxes, target, (sample, plane, x, y) => {
    if (!tests.get(plane)!(x, y)) return;
    found.push(sample);
    hit.add(plane);
  });
  const voxels = Uint32Array.from(found);
  let inside = 0;
  const planesOutside: number[] = [];
  for (const { plane, area } of placed.slices) {
    const part =
      target.grid === undefined ? undefined : areaInside(area, reference, plane, target.grid);
    inside += part ?? 0;
    if (part === undefined ? !hit.has(plane) : part <= 0) planesOutside.push(plane);
  }
  if (target.grid === undefined) {
    // Without a common grid there is no box to cut with: the volume found stands for the part inside.
    const ratio = frameOf(target).slabMm / frameOf(reference).slabMm;
    inside = (found.length * ratio * voxelArea(target)) / voxelArea(reference);
  }
  return {
    voxels,
    touched: voxels,
    shares: new Float64Array(voxels.length).fill(1),
    insideShare: shareOf(inside * voxelArea(reference), placed.netAreaMm2),
    planesOutside,
    diagnostics: [sayOblique()],
  };
}

function boxOf({ components }: PlaneArea): Bounds {
  return joinBounds(components.flat().map(boundsOf));
}

/** The part of an area in the field of view of a grid, px² of its plane; 0 when it cannot be told in reasonable time. */
function areaInside(area: PlaneArea, planes: PlaneStack, plane: number, grid: Grid): number {
  const view = cutByGrid(boxOf(area), planes, plane, grid);
  if (view.length < 6) return 0;
  const budget = { left: sweepBudget };
  const all = measureArea(area, budget) ?? 0;
  const exclusions = [...area.exclusions, view];
  return all - (measureArea({ ...area, exclusions }, budget) ?? all);
}

/** The corners of a box in a plane, cut by the outer sides of a grid's voxels (Sutherland and Hodgman 1974). */
function cutByGrid(box: Bounds, planes: PlaneStack, plane: number, grid: Grid): Float64Array {
  const m = invertAffine(grid.affineLps);
  const [o, r, c] = [planes.origins[plane]!, planes.rowStep, planes.columnStep];
  let corners: [number, number][] = [
    [box.xMin - 1, box.yMin - 1],
    [box.xMax + 1, box.yMin - 1],
    [box.xMax + 1, box.yMax + 1],
    [box.xMin - 1, box.yMax + 1],
  ];
  for (const axis of [0, 1, 2]) {
    const along = (v: readonly number[]) =>
      m[4 * axis]! * v[0]! + m[4 * axis + 1]! * v[1]! + m[4 * axis + 2]! * v[2]!;
    const [start, byColumn, byRow] = [along(o) + m[4 * axis + 3]!, along(r), along(c)];
    const index = ([x, y]: readonly [number, number]) => start + x * byColumn + y * byRow;
    corners = cutBy(corners, (corner) => index(corner) + 0.5);
    corners = cutBy(corners, (corner) => grid.shape[axis]! - 0.5 - index(corner));
  }
  return Float64Array.from(corners.flat());
}

/** The part of a convex polygon where a linear function is not negative. */
function cutBy(
  corners: readonly [number, number][],
  height: (corner: readonly [number, number]) => number,
): [number, number][] {
  return corners.flatMap((corner, n) => {
    const before = corners.at(n - 1)!;
    const [a, b] = [height(before), height(corner)];
    const t = a / (a - b);
    const crossing: [number, number] = [
      before[0] + t * (corner[0] - before[0]),
      before[1] + t * (corner[1] - before[1]),
    ];
    if (b >= 0) return a < 0 ? [crossing, corner] : [corner];
    return a >= 0 ? [crossing] : [];
  });
}
