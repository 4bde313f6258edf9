import type { Diagnostic } from "./diagnostic.ts";
import { threeDigits } from "./say-combined.ts";

// What there is to say of a region on the grid of a map; the caller knows which region and which map.

/** Slices that lie beside the planes of the outlines. */
export function sayPlaneOffset(value: number, slabMm: number): Diagnostic {
  const text = `The slices of the map lie up to ${value.toFixed(2)} mm from the slices the region was drawn on (${threeDigits(slabMm)} mm apart); each takes the nearest one.`;
  return { code: "GRID_DIFFERS", severity: "warning", text, value };
}

/** Planes inside a thick slice whose centre lies on another plane. */
export function sayPlanesBetween(value: number, planes: number): Diagnostic {
  const text = `The map has thicker slices: ${value} of the ${planes} slices the region was drawn on lie between the centres of its slices and count for none.`;
  return { code: "GRID_DIFFERS", severity: "info", text, value };
}

/** Slices that are not parallel to the planes of the region. */
export function sayOblique(): Diagnostic {
  const text =
    "The slices of the map are not parallel to those of the region: a voxel belongs to it when its centre does, in the slice it is nearest to, and shares are 0 or 1.";
  return { code: "GRID_DIFFERS", severity: "info", text };
}

/** Voxels of a region on another grid than the map's. */
export function sayOtherGrid(): Diagnostic {
  const text =
    "The voxels of the region are not those of the map: a voxel of the map belongs to it when the region covers half of it or more.";
  return { code: "GRID_DIFFERS", severity: "info", text };
}

/** Shares that could not be computed. */
export function sayEntangledShares(): Diagnostic {
  const text =
    "The outlines cross each other too often for covered shares: the weighted statistics are those of whole voxels.";
  return { code: "UNSUPPORTED_CONTOUR_GEOMETRY", severity: "warning", text };
}

/** Voxels of a fractional segmentation at or above the threshold, and all that hold something. */
export function sayThreshold(threshold: number, value: number, nonZero: number): Diagnostic {
  const text = `The segmentation is fractional: the ${value} voxels with a share of ${threshold} or more belong to the region, of ${nonZero} above zero (--fractional-threshold).`;
  return { code: "FRACTIONAL_THRESHOLD", severity: "info", text, value };
}
