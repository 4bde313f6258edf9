import type { PlaneStack } from "#shared/volume/plane-stack.ts";
import { alignPlanes } from "./align-planes.ts";
import { copyVoxels } from "./copy-voxels.ts";
import { coverVoxels } from "./cover-voxels.ts";
import type { Diagnostic } from "./diagnostic.ts";
import type { EdgeRule } from "./fill-area.ts";
import { nearestVoxels } from "./nearest-voxels.ts";
import type { PlacedRoi, RoiOnGrid } from "./placed-roi.ts";
import { rasterizeSlices } from "./rasterize-slices.ts";
import type { VoxelShape } from "./roi.ts";
import { sampleSlices } from "./sample-slices.ts";
import { sayThreshold } from "./say-on-grid.ts";
import { runsOf } from "./voxel-runs.ts";

/**
 * A region of outlines on the voxels of a grid (a map's, or the reference's own).
 *
 * Slices parallel to the reference planes (within 0.1 degrees; any rotation in the plane, any order and direction of axes) take
 * the outlines in their own index space: nothing is resampled. Each stands for the reference plane nearest to it within half
 * a spacing. Of a grid that is not parallel each voxel's centre is tested.
 *
 * @param reference - planes that `placed` counts
 * @throws UnsupportedError E-TOO-LARGE when an outline reaches over more than 2^24 pixels
 */
export function contoursOnPlanes(
  placed: PlacedRoi,
  reference: PlaneStack,
  target: PlaneStack,
  { edge }: { readonly edge: EdgeRule },
): RoiOnGrid {
  const aligned = alignPlanes(target, reference);
  return aligned === undefined
    ? sampleSlices(placed, reference, target)
    : rasterizeSlices(placed, reference, aligned, edge);
}

/**
 * A region of voxels on the voxels of a grid: copied where both hold the same voxels, else by covered shares (parallel slices) or
 * by the voxel that holds a centre.
 *
 * @param threshold - smallest share with which a voxel of a fractional region belongs to it, where voxels are copied; of a
 *   voxel on another grid half must be covered
 * @throws UnsupportedError E-TOO-LARGE when a plane of voxels reaches over more than 2^24 pixels
 */
export function voxelsOnPlanes(
  shape: VoxelShape,
  target: PlaneStack,
  { threshold }: { readonly threshold: number },
): RoiOnGrid {
  const used = [...shape.planes.origins.keys()].filter(
    (plane) => runsOf(shape, plane).next().done !== true,
  );
  const aligned = alignPlanes(target, shape.planes);
  const onGrid =
    aligned === undefined
      ? nearestVoxels(shape, used, target, threshold)
      : (copyVoxels(shape, used, aligned, threshold) ?? coverVoxels(shape, used, aligned));
  const diagnostics = [...judgeFractions(shape, threshold), ...onGrid.diagnostics];
  return { ...onGrid, diagnostics };
}

function judgeFractions({ shares, fractional }: VoxelShape, threshold: number): Diagnostic[] {
  if (!fractional) return [];
  let [kept, nonZero] = [0, 0];
  for (const share of shares) {
    if (share > 0) nonZero++;
    if (share >= threshold) kept++;
  }
  return [sayThreshold(threshold, kept, nonZero)];
}
