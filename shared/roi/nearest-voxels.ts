import { invertAffine } from "#shared/volume/affine.ts";
import { type PlaneStack, voxelArea } from "#shared/volume/plane-stack.ts";
import { eachVoxelNear } from "./near-voxels.ts";
import { snapPx } from "./outline.ts";
import type { RoiOnGrid } from "./placed-roi.ts";
import { frameOf } from "./plane-frame.ts";
import { shareOf } from "./rasterize-slices.ts";
import type { VoxelShape } from "./roi.ts";
import { sayOblique } from "./say-on-grid.ts";
import { boxOfVoxels, runsOf } from "./voxel-runs.ts";

/**
 * Voxels on a grid that is not parallel to theirs: each voxel of the grid takes the share of the voxel that holds its centre.
 *
 * @param used - the planes that hold something
 */
export function nearestVoxels(
  shape: VoxelShape,
  used: readonly number[],
  target: PlaneStack,
  threshold: number,
): RoiOnGrid {
  const { planes } = shape;
  const [columns, rows] = planes.shape;
  const boxes = new Map(used.map((plane) => [plane, boxOfVoxels(shape, plane)!]));
  const [voxels, touched, shares]: [number[], number[], number[]] = [[], [], []];
  const hit = new Set<number>();
  let sum = 0;
  eachVoxelNear(planes, boxes, target, (sample, plane, x, y) => {
    // Half-open as outlines are: a centre between two voxels belongs to the higher one.
    const [i, j] = [Math.floor(x + 0.5 + snapPx), Math.floor(y + 0.5 + snapPx)];
    if (i >= columns || j >= rows) return;
    const share = shape.shares[i + columns * (j + rows * plane)]!;
    if (!(share > 0)) return;
    touched.push(sample);
    shares.push(share);
    sum += share;
    hit.add(plane);
    if (share >= threshold) voxels.push(sample);
  });
  const volume = sum * voxelArea(target) * frameOf(target).slabMm;
  return {
    voxels: Uint32Array.from(voxels),
    touched: Uint32Array.from(touched),
    shares: Float64Array.from(shares),
    insideShare: shareInside(shape, used, target, volume),
    planesOutside: used.filter((plane) => !hit.has(plane)),
    diagnostics: [sayOblique()],
  };
}

/** By the centres of the region's voxels; where the target is no grid, by the volume that was found (mm³). */
function shareInside(
  shape: VoxelShape,
  used: readonly number[],
  { grid }: PlaneStack,
  volume: number,
): number {
  const { planes } = shape;
  const m = grid === undefined ? undefined : invertAffine(grid.affineLps);
  let [inside, total] = [0, 0];
  for (const plane of used) {
    const o = planes.origins[plane]!;
    for (const { row, from, to, share } of runsOf(shape, plane)) {
      for (let i = from; i <= to; i++) {
        total += share;
        if (m === undefined || grid === undefined) continue;
        const [x, y, z] = [0, 1, 2].map(
          (n) => o[n]! + i * planes.rowStep[n]! + row * planes.columnStep[n]!,
        );
        const isInside = grid.shape.every((size, axis) => {
          const index =
            m[4 * axis]! * x! + m[4 * axis + 1]! * y! + m[4 * axis + 2]! * z! + m[4 * axis + 3]!;
          return index >= -0.5 && index <= size - 0.5;
        });
        if (isInside) inside += share;
      }
    }
  }
  return m === undefined
    ? shareOf(volume, total * voxelArea(planes) * frameOf(planes).slabMm)
    : shareOf(inside, total);
}
