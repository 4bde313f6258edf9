import type { Diagnostic } from "./diagnostic.ts";

/**
 * A region put on the planes of the reference series: for each plane the outlines in continuous index coordinates
 * (column, row), the centre of the first voxel at (0, 0).
 */
export interface PlacedRoi {
  /** Planes with an area, ascending. */
  readonly slices: readonly PlacedSlice[];
  readonly diagnostics: readonly Diagnostic[];
  /** Contours that were read, placed and left out. */
  readonly contours: { readonly total: number; readonly used: number };
  /** Sum of the shoelace areas of all used contours, mm²: what the XNAT viewer reports. */
  readonly contourAreaMm2: number;
  /** Area enclosed after holes and overlaps, mm². */
  readonly netAreaMm2: number;
}

/** The outlines of a region in one plane and the rule that joins them. */
export interface PlacedSlice {
  /** Plane of the reference series. */
  readonly plane: number;
  readonly area: PlaneArea;
}

/**
 * A point belongs to the area when the number of components that hold it is odd, and no exclusion holds it. A component holds it when
 * any of its outlines does by the even-odd rule. So nested outlines make holes, disjoint ones islands, those that overlap
 * in part (one component) their union, and with one component for each outline the exclusive or.
 */
export interface PlaneArea {
  readonly components: readonly (readonly Float64Array[])[];
  readonly exclusions: readonly Float64Array[];
}

/** A region on the voxels of a grid: binary by the rule of pixel centres, and weighted by covered area. */
export interface RoiOnGrid {
  /** Samples inside, ascending: voxel (i, j, k) is i + nx (j + ny k). */
  readonly voxels: Uint32Array;
  /** Every voxel the region touches, ascending, and the share of its area that is covered, above 0 to 1. */
  readonly touched: Uint32Array;
  readonly shares: Float64Array;
  /** Share of the region's area that lies inside the field of view of the grid, 0 to 1; NaN for a region without area. */
  readonly insideShare: number;
  /** Reference planes on which the region has an area and the grid no slice. */
  readonly planesOutside: readonly number[];
  readonly diagnostics: readonly Diagnostic[];
}
