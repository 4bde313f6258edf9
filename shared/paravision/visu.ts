import type { FrameGroup } from "./frame-groups.ts";
import type { ParameterFile } from "./parameter-file.ts";

export type WordType = "uint8" | "int16" | "int32" | "float32";

/** Bytes of a stored pixel. */
export const wordBytes: Readonly<Record<WordType, number>> = {
  uint8: 1,
  int16: 2,
  int32: 4,
  float32: 4,
};

/** No magnet is longer, so that more is a file that was damaged. */
export const longestLengthMm = 10_000;

/** The description of a 2dseq: what of visu_pars is checked before anything else (read-visu.ts). */
export interface Visu {
  readonly file: ParameterFile;
  /** VisuCreatorVersion: 5.1, 6.0.1, 7.0.0, 360.3.6; empty when not said. */
  readonly version: string;
  readonly wordType: WordType;
  readonly littleEndian: boolean;
  /** VisuCoreSize: pixels along each axis, the first fastest; 2 or 3 of them. */
  readonly size: readonly number[];
  /** VisuCoreExtent: field of view along each axis, mm; as many as sizes. */
  readonly extentMm: readonly number[];
  readonly frameCount: number;
  /** First one fastest; their counts multiply to frameCount. Empty for plain frames. */
  readonly groups: readonly FrameGroup[];
}

/** Images of a frame: the partitions of a 3D one, 1 in 2D. */
export function countPartitions({ size }: Visu): number {
  return size[2] ?? 1;
}
