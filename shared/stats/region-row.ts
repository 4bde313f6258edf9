import type { Unit } from "#shared/units.ts";
import type { Vector3 } from "#shared/volume/grid.ts";
import type { Measurement } from "./measure-region.ts";

/** One row of the table of statistics: a region on a map. A region that could not be measured has a row too. */
export interface RegionRow {
  /** What the collection of regions is called: its path. */
  readonly collection: string;
  readonly roiNumber: number;
  /** As stored: any characters, may be empty, may repeat. */
  readonly roiName: string;
  /** Empty where the form of the collection has none. */
  readonly roiUid: string;
  /** `AIM`, `RTSTRUCT`, `SEG`, `NIFTI`. */
  readonly source: string;
  /** Name of the map; of rates the name of a map of rates (`R2map` for those of `T2map`). */
  readonly map: string;
  /** Volume of a 4D map, 1 first; undefined for a 3D map. */
  readonly mapVolume?: number | undefined;
  readonly unit: Unit;
  /** What became of the region: `ok`, `warning`, `partial`, `outside`, `sub-voxel`, `no-area`, `failed`. */
  readonly status: string;
  /** Undefined for a region that could not be placed on the map. */
  readonly geometry?: RegionGeometry | undefined;
  readonly measurement?: Measurement | undefined;
  /** Names of the codes of the status map; codes without one are written as numbers. */
  readonly statusNames?: Readonly<Record<number, string>> | undefined;
  /** Fit of the mean signal of the region, in the unit of the map. */
  readonly meanCurve?: MeanCurveFit | undefined;
  /** Codes of what is to be said of the region on this map, each once. */
  readonly diagnostics: readonly string[];
}

/** Where a region lies on the grid of a map, and how large it is. Undefined numbers are not known. */
export interface RegionGeometry {
  /** Share of the region's area inside the field of view of the map, per cent; not a number without an area. */
  readonly coverageInsideFovPct: number;
  /** Planes of the map (k) that hold voxels of the region, 0 first, ascending. */
  readonly slices: readonly number[];
  /** In-plane area x distance of neighbouring slices, centre to centre. */
  readonly voxelVolumeMm3: number | undefined;
  /** Voxels x voxel volume. */
  readonly volumeMm3: number | undefined;
  /** The same with the thickness of the slices in place of their distance, where it is known. */
  readonly volumeSliceThicknessMm3: number | undefined;
  /** Voxels x in-plane area, over all slices. */
  readonly areaMm2: number;
  /** Sum of the areas of all outlines as drawn (what the XNAT viewer reports), and times the slice distance. */
  readonly contourAreaMm2: number | undefined;
  readonly contourVolumeMm3: number | undefined;
  /** Mean of the voxel centres, patient coordinates (L, P, S), mm; undefined without voxels. */
  readonly centroid: Vector3 | undefined;
}

/** What was fitted to the mean signal curve of a region. */
export interface MeanCurveFit {
  readonly value: number;
  readonly standardError: number;
  /** 95 % confidence interval. */
  readonly interval: readonly [number, number];
}
