export type Vector3 = readonly [number, number, number];

/** 3 x 3 matrix, row-major. */
export type Matrix3 = readonly number[];

/** 4 x 4 matrix, row-major, last row 0 0 0 1. */
export type Matrix4 = readonly number[];

/**
 * Where the voxels of an image are.
 *
 * Voxel (i, j, k) is sample i + nx (j + ny k). For images read from DICOM i is the column index,
 * j the row index (top row first) and k the slice index, ascending along rowDirection x columnDirection;
 * for images read from NIfTI they are the file's own axes.
 */
export interface Grid {
  /** Number of voxels along i, j, k. */
  readonly shape: Vector3;
  /** (i, j, k, 1) to the voxel centre in DICOM patient coordinates (L, P, S), mm. */
  readonly affineLps: Matrix4;
  /**
   * How many axes of the acquisition this is, for the order of axes in NIfTI files: a grid read from
   * DICOM is written with its rows reversed, as the common converters do; one read from NIfTI as it was.
   */
  readonly origin: "dicom" | "nifti";
}

/** Number of voxels. */
export function voxelCount(grid: Grid): number {
  return grid.shape[0] * grid.shape[1] * grid.shape[2];
}

/** Length of the grid's three axis steps, mm: column spacing, row spacing, distance between slices. */
export function voxelSize(grid: Grid): Vector3 {
  const a = grid.affineLps;
  return [
    Math.hypot(a[0]!, a[4]!, a[8]!),
    Math.hypot(a[1]!, a[5]!, a[9]!),
    Math.hypot(a[2]!, a[6]!, a[10]!),
  ];
}

/** Centre of voxel (i, j, k) in DICOM patient coordinates (L, P, S), mm. */
export function voxelCentre(grid: Grid, [i, j, k]: Vector3): Vector3 {
  const a = grid.affineLps;
  return [
    a[0]! * i + a[1]! * j + a[2]! * k + a[3]!,
    a[4]! * i + a[5]! * j + a[6]! * k + a[7]!,
    a[8]! * i + a[9]! * j + a[10]! * k + a[11]!,
  ];
}

/** The same affine for (R, A, S) axes, as NIfTI wants it: the first two rows negated. */
export function lpsToRas(affine: Matrix4): Matrix4 {
  return affine.map((value, index) => (index < 8 ? 0 - value : value));
}
