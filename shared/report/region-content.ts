import type { Unit } from "#shared/units.ts";
import type { PlaneStack } from "#shared/volume/plane-stack.ts";
import type { Samples } from "#shared/volume/volume.ts";
import type { ColormapName } from "./colormap.ts";
import type {
  Fact,
  Remark,
  ReportFile,
  ReportProvenance,
  SampleFit,
  Verdict,
} from "./report-content.ts";

/** How the measuring of a region ended. */
export type RegionStatus =
  | "ok"
  | "warning"
  | "partial"
  | "outside"
  | "sub-voxel"
  | "no-area"
  | "failed";

/** A file that regions were read from. */
export interface RegionSource {
  /** What the file calls itself; may be empty. */
  readonly name: string;
  readonly path: string;
  /** `AIM`, `RTSTRUCT`, `SEG`, `NIFTI`. */
  readonly kind: string;
  /** Equipment, series drawn on, checksum: whatever is worth a line. */
  readonly facts: readonly Fact[];
}

/** One region; every region of every file is listed, measured or not. */
export interface ReportRegion {
  /** Position of its file in `sources`. */
  readonly source: number;
  /** Number in its file. */
  readonly number: number;
  /** Any characters; may be empty, may repeat. */
  readonly name: string;
  /** Red, green, blue, 0 to 255 each; one is chosen where there is none. */
  readonly colour: readonly [number, number, number] | undefined;
  /** The worst of all maps, and of the region itself. */
  readonly status: RegionStatus;
  /** One sentence each: why it is not ok. */
  readonly reasons: readonly string[];
  /** Slices of the reference (or of the first map) on which it has an area. */
  readonly slices: number;
  /** Area enclosed after holes and overlaps, summed over the slices, mm²; NaN for none. */
  readonly areaMm2: number;
  /** mm³; NaN for none. */
  readonly volumeMm3: number;
}

/** Where a region lies on an image. */
export interface RegionShape {
  /** Position in `regions`. */
  readonly region: number;
  /**
   * For each plane of the image its outlines: closed, as column, row, column, row, ... in index coordinates of the image,
   * the centre of the first voxel of a slice at (0, 0); the first point is not repeated at the end.
   */
  readonly outlines: readonly { readonly plane: number; readonly rings: readonly Float64Array[] }[];
  /**
   * Samples inside, i + nx (j + ny k), ascending; their border is drawn on the planes of this image on which the region has no
   * outline.
   */
  readonly voxels?: Uint32Array | undefined;
}

/** An image that regions are drawn over, on its own planes. */
export interface RegionImage {
  readonly planes: PlaneStack;
  /** Shape [planes, rows, columns]. */
  readonly samples: Samples;
  readonly shapes: readonly RegionShape[];
}

/** The image the regions were drawn on: grey, from its lowest to its highest usual value unless a range is given. */
export interface RegionReference extends RegionImage {
  /** SeriesDescription, or the file. */
  readonly label: string;
  readonly unit: Unit;
  readonly displayRange?: readonly [number, number] | undefined;
}

/** A map that was measured. */
export interface RegionMap extends RegionImage {
  /** Short name: `T2`, `ADC`, `FA`. */
  readonly name: string;
  /** `Transverse relaxation time`, or the file. */
  readonly label: string;
  readonly unit: Unit;
  readonly kind: "value" | "error" | "quality";
  /** In the unit of the samples; from the values when not given. */
  readonly displayRange?: readonly [number, number] | undefined;
  readonly colormap?: ColormapName | undefined;
  /** How it lies to the reference: angle, offset, ratio of voxel sizes, frame of reference. */
  readonly relation: readonly Fact[];
}

/** One region on one map. Statistics are in the unit of the map; NaN where there are too few values. */
export interface RegionMeasurement {
  /** Positions in `regions` and `maps`. */
  readonly region: number;
  readonly map: number;
  readonly status: RegionStatus;
  readonly reasons: readonly string[];
  /** Voxels of the mask, and those of them whose value counts. */
  readonly voxels: number;
  readonly valid: number;
  /** Voxels left out for each reason (`no number`, `zero`, `status 2, noise`); none with a count of 0 needed. */
  readonly excluded: readonly { readonly reason: string; readonly count: number }[];
  /** Share of the area that lies inside the field of view of the map, 0 to 1; NaN for a region without area. */
  readonly insideShare: number;
  /** Voxels times their size, mm³. */
  readonly volumeMm3: number;
  readonly mean: number;
  readonly standardDeviation: number;
  /** Standard error of the mean, voxels taken as independent. */
  readonly standardError: number;
  readonly minimum: number;
  readonly p5: number;
  readonly p25: number;
  readonly median: number;
  readonly p75: number;
  readonly p95: number;
  readonly maximum: number;
  /** The values that count, in any order, for the histogram; left out for none. */
  readonly values?: Samples | undefined;
}

/** The fit of the averaged signal of a region beside the average of the fits of its voxels. */
export interface MeanCurve {
  /** Position in `regions`. */
  readonly region: number;
  /** The averaged signal and what was fitted to it; its voxel is undefined. */
  readonly sample: SampleFit;
  readonly comparisons: readonly MeanCurveComparison[];
}

/** One parameter by both ways, in one unit. */
export interface MeanCurveComparison {
  readonly name: string;
  readonly unit: Unit;
  /** Of the fit to the averaged signal; NaN where that failed. */
  readonly curve: number;
  readonly curveStandardError?: number | undefined;
  /** Mean and standard deviation of the voxel fits; NaN for none. */
  readonly voxelMean: number;
  readonly voxelStandardDeviation: number;
  readonly voxels: number;
}

/** A remark on a file, a region or a contour. */
export interface RegionRemark extends Remark {
  readonly severity: "info" | "warning" | "error";
  /** Position in `sources` and in `regions`, where it belongs to one. */
  readonly source?: number | undefined;
  readonly region?: number | undefined;
  /** Contour and plane, 0 first. */
  readonly contour?: number | undefined;
  readonly plane?: number | undefined;
}

/** Everything the report of `mask-average` says; `renderRegionReport` makes the page. Empty lists leave their section out. */
export interface RegionReportContent {
  readonly title: string;
  readonly program: { readonly name: string; readonly version: string };
  readonly verdict: Verdict;
  readonly header: readonly Fact[];
  readonly remarks: readonly RegionRemark[];
  readonly sources: readonly RegionSource[];
  readonly regions: readonly ReportRegion[];
  readonly reference?: RegionReference | undefined;
  readonly maps: readonly RegionMap[];
  /** In any order; a region and a map that have none are shown without a value. */
  readonly measurements: readonly RegionMeasurement[];
  readonly meanCurves: readonly MeanCurve[];
  /** Added to the geometry that is read from the planes. */
  readonly geometry: readonly Fact[];
  /** Rules by which voxels were chosen: `Voxel inside | its centre lies inside | edges half-open`. */
  readonly rules: readonly Fact[];
  readonly files: readonly ReportFile[];
  readonly provenance: ReportProvenance;
  /** Embedded as JSON for other programs. */
  readonly summary: unknown;
}
