import { type PlaneStack, voxelArea } from "#shared/volume/plane-stack.ts";
import { dot } from "#shared/volume/vector.ts";
import type { AlignedPlanes } from "./align-planes.ts";
import { type Coverage, coverRightOf, listCovered, newCoverage } from "./coverage.ts";
import { listGathered, newGathered, toSamples } from "./gather-voxels.ts";
import { blockLength, newRegionRoom } from "./list-room.ts";
import type { Bounds } from "./outline.ts";
import { windowOf } from "./pixel-window.ts";
import type { RoiOnGrid } from "./placed-roi.ts";
import { frameOf, type PlaneFrame } from "./plane-frame.ts";
import { mapArea, mapPlane, type PlaneMap } from "./plane-map.ts";
import { shareOf } from "./rasterize-slices.ts";
import type { VoxelShape } from "./roi.ts";
import { sayOtherGrid } from "./say-on-grid.ts";
import { boxOfVoxels, runsOf, type VoxelRun } from "./voxel-runs.ts";

/** Slabs that differ by less than this share are the same slab. */
const sameSlab = 0.01;

/** A voxel belongs to a region that covers more than half of it, rounding of sums aside; "at least half" would add a rim. */
const half = 0.5 + 1e-6;

/**
 * Voxels on another grid with parallel slices: of each voxel of the grid the share of its volume that is covered (times the
 * share of the covering voxels), exact but for rounding.
 *
 * @param used - the planes that hold something
 */
export function coverVoxels(
  shape: VoxelShape,
  used: readonly number[],
  aligned: AlignedPlanes,
): RoiOnGrid {
  const { planes } = aligned;
  const [source, frame] = [frameOf(shape.planes), frameOf(planes)];
  const [columns, rows] = planes.shape;
  const pixels = { column: 0, row: 0, columns, rows };
  const gathered = newGathered();
  const room = newRegionRoom(blockLength);
  const hit = new Set<number>();
  const boxes = new Map(used.map((plane) => [plane, boxOfVoxels(shape, plane)!]));
  let inside = 0;
  for (const slice of planes.origins.keys()) {
    const weights = used
      .map(
        (plane) => [plane, overlapOf(shape.planes, source, plane, planes, frame, slice)] as const,
      )
      .filter(([, weight]) => weight > 0);
    const maps = weights.map(([plane]) => mapPlane(shape.planes, plane, planes, frame, slice));
    const corners = weights.map(([plane], n) => mapBox(boxes.get(plane)!, maps[n]!));
    const window = windowOf(corners, pixels, 0.5);
    for (const [plane] of weights) hit.add(plane);
    if (window === undefined) continue;
    const coverage = newCoverage(window);
    for (const [n, [plane, weight]] of weights.entries()) {
      for (const run of runsOf(shape, plane)) coverRun(coverage, run, maps[n]!, weight);
    }
    const covered = listCovered(coverage, columns, room);
    const samples = toSamples(covered.pixels, aligned, slice);
    gathered.touched.push(samples);
    gathered.shares.push(covered.shares);
    gathered.voxels.push(samples.filter((_, n) => covered.shares[n]! > half));
    inside += covered.total;
  }
  const [volume, whole] = [
    inside * voxelArea(planes) * frame.slabMm,
    sumOf(shape, used) * voxelArea(shape.planes) * source.slabMm,
  ];
  return {
    ...listGathered(gathered),
    insideShare: shareOf(volume, whole),
    planesOutside: used.filter((plane) => !hit.has(plane)),
    diagnostics: [sayOtherGrid()],
  };
}

/** The share of a slice's slab that the slab of a plane takes. */
function overlapOf(
  sourcePlanes: PlaneStack,
  source: PlaneFrame,
  plane: number,
  targetPlanes: PlaneStack,
  target: PlaneFrame,
  slice: number,
): number {
  const [origin, other] = [sourcePlanes.origins[plane]!, targetPlanes.origins[slice]!];
  const offset = Math.abs(dot(origin, target.normal) - dot(other, target.normal));
  const [h, slab] = [source.slabMm, target.slabMm];
  if (offset <= sameSlab * slab && Math.abs(h - slab) <= sameSlab * slab) return 1;
  const common = Math.min(h, slab, (h + slab) / 2 - offset);
  return common > sameSlab * Math.min(h, slab) ? common / slab : 0;
}

function mapBox({ xMin, xMax, yMin, yMax }: Bounds, map: PlaneMap): Float64Array {
  const corners = Float64Array.of(xMin, yMin, xMax, yMin, xMax, yMax, xMin, yMax);
  return mapArea({ components: [[corners]], exclusions: [] }, map).components[0]![0]!;
}

/** Adds the rectangle of a run: its voxels do not overlap others, so that signed areas of its sides sum up to what is covered. */
function coverRun(coverage: Coverage, run: VoxelRun, map: PlaneMap, weight: number): void {
  const box = {
    ...{ xMin: run.from - 0.5, xMax: run.to + 0.5 },
    ...{ yMin: run.row - 0.5, yMax: run.row + 0.5 },
  };
  const corners = mapBox(box, map);
  const amount = weight * run.share;
  for (let n = 0, m = 6; n < 8; m = n, n += 2) {
    const [x1, y1, x2, y2] = [corners[m]!, corners[m + 1]!, corners[n]!, corners[n + 1]!];
    // Aligned axes keep the sense of the outline: what runs towards lower rows has the area on its right.
    if (y2 < y1) coverRightOf(coverage, x2, y2, x1, y1, amount);
    else if (y2 > y1) coverRightOf(coverage, x1, y1, x2, y2, -amount);
  }
}

function sumOf(shape: VoxelShape, used: readonly number[]): number {
  let sum = 0;
  for (const plane of used) {
    for (const { from, to, share } of runsOf(shape, plane)) sum += share * (to - from + 1);
  }
  return sum;
}
