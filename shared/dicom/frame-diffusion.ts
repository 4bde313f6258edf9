import type { Vector3 } from "#shared/volume/grid.ts";
import type { ContrastValue } from "./contrast.ts";

/** The diffusion weighting of one image, as its header has it: nothing is checked or rounded yet. */
export interface FrameDiffusion {
  /** s/mm²; undefined where the header has none. */
  readonly bValue: ContrastValue | undefined;
  /** Patient coordinates (L, P, S), of any length. */
  readonly direction: Vector3 | undefined;
  /** xx, yy, zz, xy, xz, yz in patient coordinates, s/mm². */
  readonly bMatrix: readonly number[] | undefined;
  /** Where direction or b-matrix came from; empty when there is neither. */
  readonly source: string;
  /** An average over directions, or computed from several: no measurement of one direction. */
  readonly isotropic: boolean;
  /** The direction was turned by a rule that was checked for axial slices and phase encoding along columns only. */
  readonly turned: boolean;
}

/** What a vendor's private attributes say; the public ones go before it. */
export type PrivateDiffusion = Partial<FrameDiffusion>;
