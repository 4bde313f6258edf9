/** What can be said of a collection, a region or a contour; docs/regions.md explains each to users. */
export type DiagnosticCode =
  | "RTSTRUCT_DISAGREES_WITH_AIM"
  | "DERIVED_RTSTRUCT"
  | "NESTED_CLOSED_PLANAR_INTERPRETED"
  | "OVERLAPPING_CONTOURS"
  | "DUPLICATE_CONTOUR"
  | "SELF_INTERSECTING"
  | "XOR_CONTOURS"
  | "MIXED_XOR"
  | "EXCLUDED_CONTOUR"
  | "UNSUPPORTED_CONTOUR_GEOMETRY"
  | "BROKEN_CONTOUR"
  | "CONTOUR_PLANE_DISTANCE"
  | "CONTOUR_BETWEEN_PLANES"
  | "NON_COPLANAR_POINTS"
  | "NO_AREA_CONTOUR"
  | "EMPTY_ROI"
  | "UNKNOWN_ROI_NUMBER"
  | "UNMATCHED_ROI"
  | "OUT_OF_FOV"
  | "MISSING_REFERENCE_IMAGES"
  | "STALE_REFERENCE_IMAGES"
  | "NO_REFERENCE_IMAGES"
  | "DUPLICATE_NAME"
  | "TEXT_ENCODING"
  | "NO_ORIENTATION"
  | "FOR_MISMATCH"
  | "SEVERAL_SERIES"
  | "LARGE_SLICE_GAP"
  | "DAMAGED_IMAGE"
  | "PIXEL_CENTER_EDGES"
  | "FRACTIONAL_THRESHOLD"
  | "GRID_DIFFERS"
  | "OVERLAPPING_ROIS"
  | "VOLUME_CHOSEN"
  | "UNKNOWN_UNIT"
  | "DOUBTFUL_UNIT"
  | "NO_VALUE"
  | "SKIPPED_FILE";

/** How much a diagnostic matters: `error` costs a contour or a region, `warning` may change numbers, `info` explains. */
export type Severity = "info" | "warning" | "error";

/** One remark; a sentence that names what was found, where, with its numbers. */
export interface Diagnostic {
  readonly code: DiagnosticCode;
  readonly severity: Severity;
  /** One sentence for people; names region and contour itself. */
  readonly text: string;
  /** Collection it belongs to, by the path of its file; set by whoever reads the file. */
  readonly collection?: string | undefined;
  /** Position of the region in its collection, 0 first. */
  readonly roi?: number | undefined;
  /** Position of the contour in its region as stored in the file, 0 first. */
  readonly contour?: number | undefined;
  /** Plane of the reference series, 0 first. */
  readonly plane?: number | undefined;
  /** The number in question (a distance in mm, a share, a count), where there is one. */
  readonly value?: number | undefined;
}
