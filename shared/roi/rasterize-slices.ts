import { type PlaneStack, voxelArea } from "#shared/volume/plane-stack.ts";
import type { AlignedPlanes } from "./align-planes.ts";
import { coverArea } from "./cover-area.ts";
import { type EdgeRule, fillArea } from "./fill-area.ts";
import { listGathered, newGathered, toSamples } from "./gather-voxels.ts";
import { blockLength, clearRoom, newRegionRoom } from "./list-room.ts";
import { matchPlanes } from "./match-planes.ts";
import type { PlacedRoi, RoiOnGrid } from "./placed-roi.ts";
import { frameOf } from "./plane-frame.ts";
import { mapArea, mapPlane } from "./plane-map.ts";
import { sayEntangledShares, sayPlaneOffset, sayPlanesBetween } from "./say-on-grid.ts";
import { sweepBudget } from "./sweep-slabs.ts";

/** Shared by all regions, which are rasterized one after another. */
const room = newRegionRoom(blockLength);

/** A slice this far from its plane, in slice spacings, is another slice (roi.md 7). */
const samePlane = 0.1;

/**
 * Outlines on a grid whose slices are parallel to the planes they were drawn on: carried over to the slice's own index
 * space and rasterized there, so that nothing is resampled.
 */
export function rasterizeSlices(
  placed: PlacedRoi,
  reference: PlaneStack,
  aligned: AlignedPlanes,
  edge: EdgeRule,
): RoiOnGrid {
  const { planes } = aligned;
  const [columns, rows] = planes.shape;
  const { slicesOf, holderOf, farthestMm } = matchPlanes(reference, planes);
  const [frame, { slabMm }] = [frameOf(planes), frameOf(reference)];
  const gathered = newGathered();
  clearRoom(room);
  const planesOutside: number[] = [];
  const budget = { left: sweepBudget };
  let [insideMm2, between, entangled] = [0, 0, false];
  for (const { plane, area } of placed.slices) {
    const holder = holderOf[plane];
    if (holder === undefined) {
      planesOutside.push(plane);
      continue;
    }
    const slices = slicesOf[plane]!;
    if (slices.length === 0) between++;
    let sum = 0;
    for (const slice of slices.length === 0 ? [holder] : slices) {
      const onSlice = mapArea(area, mapPlane(reference, plane, planes, frame, slice));
      const filled = fillArea(onSlice, [columns, rows], edge, room);
      const covered = coverArea(onSlice, [columns, rows], budget, room);
      entangled ||= covered === undefined;
      const shares = covered?.shares ?? new Float64Array(filled.length).fill(1);
      sum += covered?.total ?? filled.length;
      if (slices.length === 0) continue;
      gathered.voxels.push(toSamples(filled, aligned, slice));
      const touched = covered === undefined ? filled : toSamples(covered.pixels, aligned, slice);
      gathered.touched.push(touched);
      gathered.shares.push(shares);
    }
    insideMm2 += (sum / Math.max(1, slices.length)) * voxelArea(planes);
  }
  return {
    ...listGathered(gathered),
    insideShare: shareOf(insideMm2, placed.netAreaMm2),
    planesOutside,
    diagnostics: [
      ...(farthestMm > samePlane * slabMm ? [sayPlaneOffset(farthestMm, slabMm)] : []),
      ...(between > 0 ? [sayPlanesBetween(between, placed.slices.length)] : []),
      ...(entangled ? [sayEntangledShares()] : []),
    ],
  };
}

/** Part of a whole, within 0 to 1 and free of rounding at its end; NaN of nothing. */
export function shareOf(part: number, whole: number): number {
  if (!(whole > 0)) return Number.NaN;
  return part > (1 - 1e-9) * whole ? 1 : part / whole;
}
