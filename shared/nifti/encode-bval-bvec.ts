import type { Grid } from "#shared/volume/grid.ts";
import { rotateVector } from "#shared/volume/rotation.ts";
import type { DiffusionEncoding } from "#shared/volume/series-volume.ts";
import { fslFrame } from "./fsl-frame.ts";

/** The texts of a pair of files. */
export interface BvalBvec {
  /** One row, s/mm². */
  readonly bval: string;
  /** Three rows: components along FSL's x, y, z; 0 0 0 for an image without a direction. */
  readonly bvec: string;
}

/**
 * The bval and bvec files (FSL, BIDS) of a series: in the order of acquisition, which is the order of the
 * volumes in other converters' files, directions in the frame of the NIfTI file written of the grid.
 *
 * @param acquisition3D - MRAcquisitionType (0018,0023) of the series is 3D
 */
export function encodeBvalBvec(
  diffusion: DiffusionEncoding,
  grid: Grid,
  acquisition3D: boolean,
): BvalBvec {
  const frame = fslFrame(grid, acquisition3D);
  const images = diffusion.bValues.map((_, n) => n);
  const ordered = images.toSorted(
    (a, b) => diffusion.acquisitionOrder[a]! - diffusion.acquisitionOrder[b]!,
  );
  const vectors = ordered.map((n) => {
    const direction = diffusion.directions[n];
    return direction === undefined ? [0, 0, 0] : rotateVector(frame, direction);
  });
  const row = (values: readonly number[]): string => `${values.join(" ")}\n`;
  return {
    bval: row(ordered.map((n) => Number(diffusion.bValues[n]!.toPrecision(12)))),
    bvec: [0, 1, 2]
      .map((axis) => row(vectors.map((vector) => Number(vector[axis]!.toFixed(9)) + 0)))
      .join(""),
  };
}
