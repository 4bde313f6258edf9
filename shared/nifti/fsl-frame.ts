import { determinant } from "#shared/volume/affine.ts";
import type { Grid, Matrix3 } from "#shared/volume/grid.ts";
import { axisDirections } from "#shared/volume/rotation.ts";
import { axisOrder, reorderGrid } from "./axis-order.ts";

/**
 * The rotation from patient coordinates (L, P, S) to the frame in which FSL keeps gradient directions (bvec
 * files) and tensors of the NIfTI file that is written of this grid.
 *
 * Row-major 3 x 3: `rotateVector(fslFrame(...), [l, p, s])` gives the components along FSL's x, y, z, and
 * `rotateTensor` those of a tensor; `transpose` of it turns back. Its rows are the directions of the file's
 * axes i, j, k (axisOrder: rows of DICOM images reversed, 3D stacks turned) as unit vectors in L, P, S, the
 * first one negated when these axes are right-handed: FSL takes x to run from right to left, whatever the
 * affine says.
 *
 * @see https://fsl.fmrib.ox.ac.uk/fsl/docs/diffusion/index.html ("what conventions do the bvecs use?")
 * @param acquisition3D - MRAcquisitionType (0018,0023) of the series is 3D; of no effect for a grid read from NIfTI
 */
export function fslFrame(grid: Grid, acquisition3D: boolean): Matrix3 {
  const { affineLps } = reorderGrid(grid, axisOrder(grid, acquisition3D));
  // L, P, S differs from R, A, S by two signs, so that the handedness of the axes is the same in both.
  const sign = determinant(affineLps) > 0 ? -1 : 1;
  return axisDirections(affineLps).map((value, at) => (at < 3 ? sign * value : value) + 0);
}
