import { type Grid, type Vector3, voxelCentre } from "./grid.ts";

/**
 * Parallel planes of one matrix, which need not be evenly spaced: what a series of slices is where no single affine
 * describes it (a gap, a missing image). Voxel (i, j, k) has its centre at `origins[k] + i rowStep + j columnStep`.
 */
export interface PlaneStack {
  /** Columns, rows, planes. */
  readonly shape: Vector3;
  /** From a voxel to its neighbour in the next column (i + 1), patient coordinates (L, P, S), mm. */
  readonly rowStep: Vector3;
  /** From a voxel to its neighbour in the next row (j + 1), mm. */
  readonly columnStep: Vector3;
  /** Centre of voxel (0, 0) of each plane, mm. */
  readonly origins: readonly Vector3[];
  /** Distance between neighbouring planes, mm: the usual one where it varies; undefined for a single plane that says nothing. */
  readonly spacing: number | undefined;
  /** Thickness of a slice, mm, where the source states it: smaller than the spacing where there is a gap. */
  readonly thickness: number | undefined;
  /** The same voxels as one grid; undefined where the planes are not evenly spaced in one line. */
  readonly grid: Grid | undefined;
}

/** A grid as the stack of its planes of constant k. */
export function planesOfGrid(grid: Grid, thickness?: number): PlaneStack {
  const a = grid.affineLps;
  const step = (axis: number): Vector3 => [a[axis]!, a[4 + axis]!, a[8 + axis]!];
  return {
    shape: grid.shape,
    rowStep: step(0),
    columnStep: step(1),
    origins: Array.from({ length: grid.shape[2] }, (_, k) => voxelCentre(grid, [0, 0, k])),
    spacing: Math.hypot(...step(2)),
    thickness,
    grid,
  };
}

/** Area of a voxel in its plane, mm². */
export function voxelArea({ rowStep: r, columnStep: c }: PlaneStack): number {
  return Math.hypot(
    r[1] * c[2] - r[2] * c[1],
    r[2] * c[0] - r[0] * c[2],
    r[0] * c[1] - r[1] * c[0],
  );
}
