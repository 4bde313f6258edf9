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

/** Bytes of regions that are kept for the next question; what is older is laid again. */
const mostKept = 128 * 2 ** 20;

/**
 * How regions become voxels of the grids of a run: outlines filled on the grid itself, voxels carried over through space. Maps of
 * one scan share their grid, so most regions are laid on it once.
 */
export function regionLayer(options: Options): LayRegion {
  const known = new Map<string, RoiOnGrid>();
  const keys = new WeakMap<PlaneStack, string>();
  let kept = 0;
  return (region, target) => {
    const grid = keys.get(target) ?? gridKey(target);
    keys.set(target, grid);
    const key = `${region.source} ${region.index} ${grid}`;
    const before = known.get(key);
    if (before !== undefined) return before;
    const fresh = layRegion(region, target, options);
    known.set(key, fresh);
    kept += bytesOf(fresh);
    for (const [oldest, laid] of known) {
      if (kept <= mostKept || oldest === key) break;
      known.delete(oldest);
      kept -= bytesOf(laid);
    }
    return fresh;
  };
}

function bytesOf({ voxels, touched, shares }: RoiOnGrid): number {
  return voxels.byteLength + touched.byteLength + shares.byteLength;
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
function gridKey({ shape, rowStep, columnStep, origins }: PlaneStack): string {
  return JSON.stringify([shape, rowStep, columnStep, origins]);
}
