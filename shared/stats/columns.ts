import { unitEntry } from "#shared/units.ts";
import type { Cell } from "./csv-line.ts";
import type { FirstOrder } from "./first-order.ts";
import type { Measurement } from "./measure-region.ts";
import type { RegionGeometry, RegionRow } from "./region-row.ts";

/** A column of the table of region statistics. */
export interface Column {
  readonly name: string;
  /** `map`: the unit in the column `unit`; `map²`: its square; empty for texts, counts and ratios. */
  readonly unit: string;
  /** One line for people. */
  readonly meaning: string;
  readonly cellOf: (row: RegionRow) => Cell;
}

type Read<T> = (from: T) => Cell | undefined;

/** A column of the row itself. */
const text = (name: string, meaning: string, cellOf: (row: RegionRow) => Cell): Column => ({
  name,
  unit: "",
  meaning,
  cellOf,
});

/** A column of what was measured; empty where nothing was. */
const measured = (
  name: string,
  unit: string,
  meaning: string,
  read: Read<Measurement>,
): Column => ({
  name,
  unit,
  meaning,
  cellOf: ({ measurement }) => (measurement === undefined ? null : (read(measurement) ?? null)),
});

const placed = (
  name: string,
  unit: string,
  meaning: string,
  read: Read<RegionGeometry>,
): Column => ({
  name,
  unit,
  meaning,
  cellOf: ({ geometry }) => (geometry === undefined ? null : (read(geometry) ?? null)),
});

const first = (name: string, unit: string, meaning: string, key: keyof FirstOrder): Column =>
  measured(name, unit, meaning, ({ firstOrder }) => firstOrder[key]);

const curve = (
  name: string,
  meaning: string,
  read: Read<NonNullable<RegionRow["meanCurve"]>>,
): Column => ({
  name,
  unit: "map",
  meaning,
  cellOf: ({ meanCurve }) => (meanCurve === undefined ? null : (read(meanCurve) ?? null)),
});

/** `noise:3`: voxels of each status, by name. */
function listStatus({ measurement, statusNames = {} }: RegionRow): Cell {
  if (measurement === undefined) return null;
  const { status } = measurement.exclusions;
  return status.map(({ code, count }) => `${statusNames[code] ?? code}:${count}`);
}

function countStatus({ exclusions }: Measurement): number {
  return exclusions.status.reduce((sum, { count }) => sum + count, 0);
}

/** All columns, in order. `n_voxels` is the sum of `n_valid` and the `n_excluded_...` columns. */
export const columns: readonly Column[] = [
  text("collection", "Collection of regions, by its file", (row) => row.collection),
  text("roi_number", "Number of the region in its collection", (row) => row.roiNumber),
  text("roi_name", "Name of the region as stored", (row) => row.roiName),
  text("roi_uid", "UID of the region, where it has one", (row) => row.roiUid),
  text("source", "Form of the collection: AIM, RTSTRUCT, SEG, NIFTI", (row) => row.source),
  text("map", "Map the region was measured on", (row) => row.map),
  text("map_volume", "Volume of a 4D map, 1 first", (row) => row.mapVolume ?? null),
  text("unit", "Unit of the values", (row) => unitEntry(row.unit).bids),
  text(
    "status",
    "ok, warning, partial, outside, sub-voxel, no-area or failed",
    (row) => row.status,
  ),
  measured("n_voxels", "", "Voxels of the region on the map", (m) => m.nVoxels),
  measured("n_valid", "", "Voxels whose value counts", (m) => m.firstOrder.n),
  measured(
    "n_excluded_nan",
    "",
    "Left out: not a number, or infinite",
    ({ exclusions }) => exclusions.nan + exclusions.infinite,
  ),
  measured(
    "n_excluded_zero",
    "",
    "Left out: 0 in a map where 0 is no value",
    (m) => m.exclusions.zero,
  ),
  measured(
    "n_excluded_range",
    "",
    "Left out: outside the range asked for",
    (m) => m.exclusions.range,
  ),
  measured("n_excluded_status", "", "Left out: status of the voxel other than sound", countStatus),
  text("excluded_status", "The same by status, name:count", listStatus),
  measured(
    "n_excluded_no_rate",
    "",
    "Left out of rates: times of 0 and below",
    (m) => m.nWithoutRate,
  ),
  measured("n_zero", "", "Zeros among the values that count", (m) => m.nZero),
  measured("n_negative", "", "Negative values among those that count", (m) => m.nNegative),
  placed(
    "coverage_inside_fov_pct",
    "%",
    "Share of the region's area inside the field of view of the map",
    (g) => g.coverageInsideFovPct,
  ),
  placed(
    "n_slices",
    "",
    "Slices of the map that hold voxels of the region",
    (g) => g.slices.length,
  ),
  placed("slices", "", "Those slices, the first of the map is 0", (g) => g.slices),
  placed(
    "voxel_volume_mm3",
    "mm3",
    "In-plane area x slice distance, centre to centre",
    (g) => g.voxelVolumeMm3,
  ),
  placed("volume_mm3", "mm3", "Voxels x voxel volume", (g) => g.volumeMm3),
  placed(
    "volume_slice_thickness_mm3",
    "mm3",
    "The same with the slice thickness in place of the distance",
    (g) => g.volumeSliceThicknessMm3,
  ),
  placed("area_mm2", "mm2", "Voxels x in-plane area", (g) => g.areaMm2),
  placed("contour_area_mm2", "mm2", "Sum of the areas of the outlines", (g) => g.contourAreaMm2),
  placed("contour_volume_mm3", "mm3", "The same x slice distance", (g) => g.contourVolumeMm3),
  placed("centroid_x_mm", "mm", "Mean of the voxel centres, to the left", (g) => g.centroid?.[0]),
  placed("centroid_y_mm", "mm", "The same, to the back", (g) => g.centroid?.[1]),
  placed("centroid_z_mm", "mm", "The same, to the head", (g) => g.centroid?.[2]),
  first("mean", "map", "Mean", "mean"),
  first("sd", "map", "Standard deviation, divided by n", "sd"),
  first("sd_sample", "map", "Standard deviation, divided by n - 1", "sdSample"),
  first("sem", "map", "Standard error of the mean from the scatter: sd_sample / sqrt(n)", "sem"),
  first("median", "map", "Median", "median"),
  first("variance", "map²", "Square of sd", "variance"),
  first("min", "map", "Smallest value", "min"),
  first("max", "map", "Largest value", "max"),
  first("p5", "map", "5th percentile, linear interpolation", "p5"),
  first("p10", "map", "10th percentile", "p10"),
  first("p25", "map", "25th percentile", "p25"),
  first("p75", "map", "75th percentile", "p75"),
  first("p90", "map", "90th percentile", "p90"),
  first("p95", "map", "95th percentile", "p95"),
  first("iqr", "map", "p75 - p25", "iqr"),
  first("range", "map", "max - min", "range"),
  first("cov", "", "sd / mean", "cov"),
  first("qcod", "", "(p75 - p25) / (p75 + p25)", "qcod"),
  first("skewness", "", "m3 / m2^1.5", "skewness"),
  first("excess_kurtosis", "", "m4 / m2^2 - 3", "excessKurtosis"),
  first("mad", "map", "Mean absolute deviation from the mean", "mad"),
  first("rmad", "map", "The same of the values from p10 to p90", "rmad"),
  first("medad", "map", "Mean absolute deviation from the median", "medad"),
  first("energy", "map²", "Sum of squares", "energy"),
  first("rms", "map", "Root of the mean of squares", "rms"),
  measured("entropy", "bit", "Entropy of the histogram with bin_width", (m) => m.disorder.entropy),
  measured("uniformity", "", "Sum of the squared shares of its bins", (m) => m.disorder.uniformity),
  measured(
    "bin_width",
    "map",
    "Width of the bins; edges at its multiples",
    (m) => m.histogram.binWidth,
  ),
  measured("weighted_mean", "map", "Mean weighted by covered shares", (m) => m.weighted.mean),
  measured("weighted_sd", "map", "Standard deviation with the same weights", (m) => m.weighted.sd),
  measured(
    "sum_of_shares",
    "",
    "Sum of those weights: covered area in voxels",
    (m) => m.weighted.sumOfShares,
  ),
  measured("n_touched", "", "Voxels with a weight", (m) => m.weighted.nTouched),
  measured(
    "mean_se",
    "map",
    "Mean of the standard errors of the voxels",
    (m) => m.errors.meanOfVoxels,
  ),
  measured(
    "sem_from_se",
    "map",
    "Standard error of the mean from those of the voxels, taken as independent: sqrt(sum SE^2) / n",
    (m) => m.errors.ofMean,
  ),
  measured("n_se", "", "Values that have a standard error", (m) => m.errors.count),
  curve("mean_curve_fit", "Fit of the mean signal of the region", (c) => c.value),
  curve("mean_curve_fit_se", "Its standard error", (c) => c.standardError),
  curve("mean_curve_fit_low", "Its 95 % confidence interval: lower end", (c) => c.interval[0]),
  curve("mean_curve_fit_high", "Upper end", (c) => c.interval[1]),
  text("diagnostics", "Codes of what is to be said", (row) => row.diagnostics),
];
