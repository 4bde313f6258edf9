import type { OptionsOf } from "#command-json/define-command.ts";
import type { RoiOnGrid } from "#shared/roi/placed-roi.ts";
import { contoursOnPlanes, voxelsOnPlanes } from "#shared/roi/roi-on-planes.ts";
import type { PlaneStack } from "#shared/volume/plane-stack.ts";
import type { command } from "./command.ts";
import type { Region } from "./region.ts";

type Options = Pick<OptionsOf<typeof command>, "edge" | "fractional-threshold">;

/** Finds the voxels of a region on a grid; asked twice for the same one it gives the same answer again. */
export type LayRegion = (region: Region, target: PlaneStack) => RoiOnGrid;

/** A region that lies nowhere: it could not be placed, or has no outline with an area. */
const nowhere: RoiOnGrid = {
  voxels: new Uint32Array(),
  touched: new Uint32Array(),
  shares: new Float64Array(),
  insideShare: Number.NaN,
  planesOutside: [],
  diagnostics: [],
};

/**
 * How regions become voxels of the grids of a run: outlines filled on the grid itself, voxels carried over through space. Maps of
 * one scan share their grid, so each region is laid on it once.
 */
export function regionLayer(options: Options): LayRegion {
  const known = new Map<string, Map<Region, RoiOnGrid>>();
  return (region, target) => {
    const key = gridKey(target);
    const laid = known.get(key) ?? new Map<Region, RoiOnGrid>();
    known.set(key, laid);
    const before = laid.get(region);
    if (before !== undefined) return before;
    const fresh = layRegion(region, target, options);
    laid.set(region, fresh);
    return fresh;
  };
}

function layRegion(region: Region, target: PlaneStack, options: Options): RoiOnGrid {
  const { placed, roi } = region;
  if (placed !== undefined) {
    if (placed.outlines.slices.length === 0) return nowhere;
    const { edge } = options;
    return contoursOnPlanes(placed.outlines, placed.reference.planes, target, { edge });
  }
  if (roi.shape.form === "contours" || roi.shape.shares.length === 0) return nowhere;
  return voxelsOnPlanes(roi.shape, target, { threshold: options["fractional-threshold"] });
}

/** The same text for the same voxels in the same order. */
export function gridKey({ shape, rowStep, columnStep, origins }: PlaneStack): string {
  return JSON.stringify([shape, rowStep, columnStep, origins]);
}
