import type { Unit } from "#shared/units.ts";
import type { Grid } from "./grid.ts";

export type Samples =
  | Float32Array
  | Float64Array
  | Uint8Array
  | Int16Array
  | Uint16Array
  | Int32Array;

/** One image: a sample for each voxel of a grid, and the unit of its values. */
export interface Volume<S extends Samples = Samples> {
  readonly grid: Grid;
  /** Shape [nz, ny, nx]: sample of voxel (i, j, k) at i + nx (j + ny k). */
  readonly samples: S;
  readonly unit: Unit;
}
