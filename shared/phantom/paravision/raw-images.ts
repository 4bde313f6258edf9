import type { WordType } from "#shared/paravision/visu.ts";
import type { Vector3 } from "#shared/volume/grid.ts";
import type { StoredValue } from "./encode-stored.ts";
import type { Parameters } from "./parameter.ts";

/** A group of frames, and which parameters have one value for each of its elements. */
export interface RawGroup {
  readonly count: number;
  readonly id: string;
  readonly comment?: string;
  /** Names, with the place of the first value where it is not 0. */
  readonly dependents?: readonly (string | readonly [name: string, start: number])[];
}

/** The images of one reconstruction: pixels, and what visu_pars says of them. */
export interface RawImages {
  readonly wordType: WordType;
  readonly littleEndian: boolean;
  /** Pixels along each axis: two or three of them. */
  readonly size: readonly number[];
  /** Field of view along each axis, mm. */
  readonly extentMm: readonly number[];
  /** In 3D ParaVision gives that of the whole slab. */
  readonly thicknessMm: number;
  /** The first one fastest; their counts multiply to the number of frames. Empty: `frames` of them in plain order. */
  readonly groups: readonly RawGroup[];
  readonly frames: number;
  /** value = stored x slope + offset; VisuCoreDataSlope and -Offs as they stand in the file. */
  readonly slopes: readonly number[];
  readonly offsets: readonly number[];
  /** Nine numbers for each slice, or for all: directions of row, column and normal in patient coordinates. */
  readonly orientations: readonly (readonly number[])[];
  /** Centre of the first stored voxel of each slice in patient coordinates, mm. */
  readonly positions: readonly Vector3[];
  /** Parameters beside or instead of those that follow from the above; undefined leaves one out. */
  readonly more: Readonly<Record<string, Parameters[string] | undefined>>;
  readonly stored: StoredValue;
}
