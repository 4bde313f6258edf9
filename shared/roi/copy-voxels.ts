import type { PlaneStack } from "#shared/volume/plane-stack.ts";
import type { AlignedPlanes } from "./align-planes.ts";
import { listGathered, newGathered } from "./gather-voxels.ts";
import type { RoiOnGrid } from "./placed-roi.ts";
import { frameOf, nearestPlane } from "./plane-frame.ts";
import { mapPlane } from "./plane-map.ts";
import { shareOf } from "./rasterize-slices.ts";
import type { VoxelShape } from "./roi.ts";
import { runsOf } from "./voxel-runs.ts";

/** "The same" voxel in two files lies this near, in voxels, anywhere in the plane (as shared/nifti/match-grid.ts). */
const sameVoxel = 0.01;

/** Where a plane of voxels lies on a grid that holds the same voxels: its first voxel, and its slice (undefined: none there). */
interface Place {
  readonly column: number;
  readonly row: number;
  readonly slice: number | undefined;
}

/**
 * Voxels that are those of the grid, up to order and direction of axes, crop and missing planes, copied.
 *
 * @param used - the planes that hold something
 * @returns undefined when they are others
 */
export function copyVoxels(
  shape: VoxelShape,
  used: readonly number[],
  { planes, start, strides }: AlignedPlanes,
  threshold: number,
): RoiOnGrid | undefined {
  const places = used.map((plane) => findPlace(shape.planes, plane, planes));
  if (places.some((place) => place === undefined)) return undefined;
  const [columns, rows] = planes.shape;
  const gathered = newGathered();
  const planesOutside: number[] = [];
  let [inside, total] = [0, 0];
  for (const [n, plane] of used.entries()) {
    const { column, row, slice } = places[n]!;
    if (slice === undefined) planesOutside.push(plane);
    const [voxels, touched, shares]: [number[], number[], number[]] = [[], [], []];
    for (const run of runsOf(shape, plane)) {
      const [j, first] = [run.row + row, Math.max(run.from + column, 0)];
      const last = Math.min(run.to + column, columns - 1);
      total += run.share * (run.to - run.from + 1);
      if (slice === undefined || j < 0 || j >= rows || last < first) continue;
      inside += run.share * (last - first + 1);
      for (let i = first; i <= last; i++) {
        const sample = start + i * strides[0] + j * strides[1] + slice * strides[2];
        touched.push(sample);
        shares.push(run.share);
        if (run.share >= threshold) voxels.push(sample);
      }
    }
    gathered.voxels.push(Uint32Array.from(voxels));
    gathered.touched.push(Uint32Array.from(touched));
    gathered.shares.push(Float64Array.from(shares));
  }
  const insideShare = shareOf(inside, total);
  return { ...listGathered(gathered), insideShare, planesOutside, diagnostics: [] };
}

function findPlace(source: PlaneStack, plane: number, target: PlaneStack): Place | undefined {
  const frame = frameOf(target);
  const origin = source.origins[plane]!;
  const { normal, positions } = frame;
  const level = origin[0] * normal[0] + origin[1] * normal[1] + origin[2] * normal[2];
  const slice = nearestPlane(frame, level);
  if (slice === undefined) return undefined;
  const distance = Math.abs(level - positions[slice]!) / frame.slabMm;
  const isOn = distance <= sameVoxel;
  // Between slices it is another grid, beyond them it is only outside.
  if (!isOn && distance < 1 - sameVoxel) return undefined;
  const [a, b, c, d, e, f] = mapPlane(source, plane, target, frame, slice);
  const [columns, rows] = source.shape;
  const [column, row] = [Math.round(c), Math.round(f)];
  const stray =
    Math.hypot(a - 1, d) * (columns - 1) +
    Math.hypot(b, e - 1) * (rows - 1) +
    Math.hypot(c - column, f - row);
  // A plane off the stack may be displaced within it, when the stack is sheared.
  if (stray > sameVoxel && isOn) return undefined;
  return { column, row, slice: isOn ? slice : undefined };
}
