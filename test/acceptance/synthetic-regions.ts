import { readFileSync } from "node:fs";
import { join } from "node:path";
import { findRegionDataset } from "./dataset.ts";
import type { Stated, StatedWeights } from "./region-runs.ts";

// The data set preclinical-synthetic as its expected.json describes it.

/** Size of a region on a grid. */
export interface StatedGeometry {
  readonly n_voxels: number;
  readonly n_per_slice: Readonly<Record<string, number>>;
  readonly voxel_area_mm2: number;
  readonly area_mm2: number;
  readonly volume_mm3: number;
  readonly volume_mm3_slice_thickness: number;
}

/** What a region is on a map. */
export interface StatedOnMap {
  readonly geometry: StatedGeometry;
  readonly stats: Stated;
  /** Below a variant; null without voxels. */
  readonly mask: string | null;
  readonly exact_area_weighted?: StatedWeights;
  readonly from_reference_mask?: {
    readonly coverage_weighted: StatedWeights;
    readonly gt_half: Stated;
  };
}

/** A special map of the axial variant: the same as another, or its own numbers. */
export type StatedSpecial = "same as t2map_128x96" | Readonly<Record<string, unknown>>;

/** A region of the data set. */
export interface StatedRegion {
  readonly number: number;
  readonly name: string;
  /** Begins with `ok`, `partial`, `no area`, `empty` or `sub-voxel`. */
  readonly status: string;
  readonly present_in: {
    readonly aim: boolean;
    readonly seg_segment_number: number | null;
  };
  readonly contour_area?: {
    readonly sum_of_polygons_mm2: number;
    readonly sum_of_polygons_volume_mm3: number;
    readonly fraction_inside_image?: number;
  };
  readonly alternatives?: Readonly<Record<string, StatedAlternative>>;
  readonly reference_grid: StatedGeometry & { readonly mask?: string };
  readonly maps: {
    readonly t2map_samegrid: StatedOnMap;
    readonly t2map_128x96: StatedOnMap;
    /** Only in the axial variant. */
    readonly "axial special maps"?: Readonly<Record<string, StatedSpecial>>;
  };
}

/** What another rule would give. */
export interface StatedAlternative {
  readonly n_reference: number;
  readonly stats_samegrid: Stated;
  readonly stats_128x96?: Stated;
}

/** Folder of the data set; undefined when it is not here. */
export const syntheticFolder = findRegionDataset("preclinical-synthetic");

/** All regions, in the order of their numbers. */
export const syntheticRegions: readonly StatedRegion[] =
  syntheticFolder === undefined
    ? []
    : JSON.parse(readFileSync(join(syntheticFolder, "expected.json"), "utf8")).rois;

/** The number a region has in a form of collection; AIM counts those it has, a segmentation its segments. */
export function numberIn(
  form: "rtstruct" | "aim" | "seg",
  region: StatedRegion,
): number | undefined {
  const { aim, seg_segment_number } = region.present_in;
  if (form === "rtstruct") return region.number;
  if (form === "seg") return seg_segment_number ?? undefined;
  if (!aim) return undefined;
  return syntheticRegions.filter((r) => r.present_in.aim && r.number <= region.number).length;
}
