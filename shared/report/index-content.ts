import type { Unit } from "#shared/units.ts";
import type { Grid } from "#shared/volume/grid.ts";
import type { Samples } from "#shared/volume/volume.ts";
import type { Fact, Verdict } from "./report-content.ts";

/** One region with a known true value, and what the program found in it; all numbers in one unit. */
export interface RegionComparison {
  readonly region: string;
  readonly trueValue: number;
  /** Over the voxels of the region that have a value. */
  readonly mean: number;
  /** Standard deviation over the voxels. */
  readonly standardDeviation: number;
  /** Mean of the standard errors of the voxels, what the program says a voxel's error is. */
  readonly standardError: number;
  readonly voxels: number;
  /** Voxels of the region without a value. */
  readonly missing: number;
  /** Voxels the region truly has, where that is asked as well. */
  readonly trueVoxels?: number | undefined;
  /** Whether the mean, and the number of voxels where it is known, are what was asked of them. */
  readonly within: boolean;
}

/** Truth against result of one quantity. */
export interface TruthComparison {
  /** `T2`. */
  readonly name: string;
  readonly unit: Unit;
  /** What `within` asks: `mean within 2 % of the truth`. */
  readonly criterion: string;
  /** How the difference is given: in percent of the truth (default), or as it is for quantities that may be 0. */
  readonly difference?: "percent" | "absolute";
  readonly regions: readonly RegionComparison[];
  /** One slice of the true map, the map found, and their difference. */
  readonly maps?: TruthMaps | undefined;
}

export interface TruthMaps {
  readonly grid: Grid;
  readonly slice: number;
  /** Shape [nz, ny, nx] both, in the unit of the comparison; NaN where there is no value. */
  readonly truth: Samples;
  readonly result: Samples;
}

/** One run of a demo. */
export interface DemoRun {
  /** What the run is about, for headings: `T1 map, inversion recovery`. */
  readonly title: string;
  readonly program: string;
  readonly version: string;
  /** What it was run on, in words. */
  readonly input: string;
  readonly verdict: Verdict;
  /** Path of the run's report, relative to the page. */
  readonly reportPath: string;
  /** The run's preview picture, if it made one. */
  readonly preview?: Uint8Array | undefined;
  readonly facts: readonly Fact[];
  readonly comparisons: readonly TruthComparison[];
}

/** Everything the index page of a demo says; `renderIndex` makes the page. */
export interface IndexContent {
  readonly title: string;
  readonly introduction: readonly string[];
  readonly runs: readonly DemoRun[];
}
