import { diffusionTensorPlaces as place } from "#shared/models/diffusion-tensor.ts";
import { eigenvalueMeasures, type FittedTensor } from "./eigenvalue-measures.ts";
import type { LinearFormMeasures } from "./linear-form-fitter.ts";
import { statusCode } from "./status.ts";
import type { FittedVoxel } from "./voxel-fitter.ts";

/** Below this fraction of the tensor's size its anisotropy is rounding, and has no mode. */
const isotropic = 1e-12;

/**
 * Measures of the tensors that `fit` finds: ln S0, then xx, yy, zz, xy, xz, yz in mm²/s.
 *
 * An eigenvalue below 0 counts as 0, and the status is then lower-bound.
 *
 * @see Ennis DB, Kindlmann G, Magn Reson Med 2006;55:136 (mode)
 */
export function tensorMeasures(fit: FittedTensor): LinearFormMeasures {
  const elements = fit.parameters.subarray(1, 7);
  const eigen = eigenvalueMeasures(fit, place);
  const { eigenvalues } = eigen;

  function writeValues(result: FittedVoxel): number {
    eigen.writeValues(result);
    const { values } = result;
    const md = values[place.MD]!;
    const l1 = Math.max(0, eigenvalues[0]!);
    const l2 = Math.max(0, eigenvalues[1]!);
    const l3 = Math.max(0, eigenvalues[2]!);
    const d1 = l1 - md;
    const d2 = l2 - md;
    const d3 = l3 - md;
    const across = d1 * d1 + d2 * d2 + d3 * d3;
    const squares = l1 * l1 + l2 * l2 + l3 * l3;
    const mode = (3 * Math.sqrt(6) * d1 * d2 * d3) / (across * Math.sqrt(across));
    values[place.MO] =
      across > isotropic * isotropic * squares ? Math.max(-1, Math.min(1, mode)) : Number.NaN;
    values[place.L1] = l1;
    values[place.L2] = l2;
    values[place.L3] = l3;
    values[place.Dxx] = elements[0]!;
    values[place.Dxy] = elements[3]!;
    values[place.Dxz] = elements[4]!;
    values[place.Dyy] = elements[1]!;
    values[place.Dyz] = elements[5]!;
    values[place.Dzz] = elements[2]!;
    return eigenvalues[2]! < 0 ? statusCode["lower-bound"] : statusCode.ok;
  }

  return { writeValues, writeErrors: eigen.writeErrors };
}
