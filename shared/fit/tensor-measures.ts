import { diffusionTensorPlaces as place } from "#shared/models/diffusion-tensor.ts";
import type { LinearFormFit } from "./linear-form-fit.ts";
import type { LinearFormMeasures } from "./linear-form-fitter.ts";
import { standardizeForm } from "./log-linear-fit.ts";
import { statusCode } from "./status.ts";
import { decomposeSymmetric } from "./symmetric-eigen.ts";
import type { FittedVoxel } from "./voxel-fitter.ts";

/** The part of a fit that measures are made of. */
export type FittedTensor = Pick<LinearFormFit, "design" | "parameters" | "factor">;

/** Below this fraction of the tensor's size its anisotropy is rounding, and has no mode. */
const isotropic = 1e-12;

/**
 * Measures of the tensors that `fit` finds: ln S0, then xx, yy, zz, xy, xz, yz in mm²/s.
 *
 * An eigenvalue below 0 counts as 0, and the status is then lower-bound. Standard errors are those of the delta method: an
 * eigenvalue changes by v' dD v with v its eigenvector; one that counts as 0 does not change.
 *
 * @see Basser PJ et al., J Magn Reson B 1994;103:247; Ennis DB, Kindlmann G, Magn Reson Med 2006;55:136 (mode); Koay CG et
 * al., IEEE Trans Med Imaging 2007;26:1017 (errors)
 */
export function tensorMeasures(fit: FittedTensor): LinearFormMeasures {
  const { parameters } = fit;
  const elements = parameters.subarray(1, 7);
  const eigenvalues = new Float64Array(3);
  const vectors = new Float64Array(9);
  const form = new Float64Array(7);
  const baselineForm = Float64Array.of(1, 0, 0, 0, 0, 0, 0);
  const standardized = new Float64Array(7);
  // One row for each eigenvalue; the products of rows are their covariances.
  const first = new Float64Array(7);
  const second = new Float64Array(7);
  const third = new Float64Array(7);

  function writeValues({ values }: FittedVoxel): number {
    decomposeSymmetric(elements, eigenvalues, vectors);
    const l1 = Math.max(0, eigenvalues[0]!);
    const l2 = Math.max(0, eigenvalues[1]!);
    const l3 = Math.max(0, eigenvalues[2]!);
    const md = (l1 + l2 + l3) / 3;
    const d1 = l1 - md;
    const d2 = l2 - md;
    const d3 = l3 - md;
    const across = d1 * d1 + d2 * d2 + d3 * d3;
    const squares = l1 * l1 + l2 * l2 + l3 * l3;
    values[place.MD] = md;
    values[place.FA] = squares === 0 ? 0 : Math.min(1, Math.sqrt((1.5 * across) / squares));
    values[place.AD] = l1;
    values[place.RD] = 0.5 * (l2 + l3);
    const mode = (3 * Math.sqrt(6) * d1 * d2 * d3) / (across * Math.sqrt(across));
    values[place.MO] =
      across > isotropic * isotropic * squares ? Math.max(-1, Math.min(1, mode)) : Number.NaN;
    values[place.S0] = Math.exp(parameters[0]!);
    values[place.L1] = l1;
    values[place.L2] = l2;
    values[place.L3] = l3;
    writeFirstVector(values);
    values[place.Dxx] = elements[0]!;
    values[place.Dxy] = elements[3]!;
    values[place.Dxz] = elements[4]!;
    values[place.Dyy] = elements[1]!;
    values[place.Dyz] = elements[5]!;
    values[place.Dzz] = elements[2]!;
    return eigenvalues[2]! < 0 ? statusCode["lower-bound"] : statusCode.ok;
  }

  /** Of the two signs the one whose largest component is positive; of equal components the first decides. */
  function writeFirstVector(values: Float64Array): void {
    const x = vectors[0]!;
    const y = vectors[1]!;
    const z = vectors[2]!;
    const ofYZ = Math.abs(y) >= Math.abs(z) ? y : z;
    const sign = (Math.abs(x) >= Math.abs(ofYZ) ? x : ofYZ) < 0 ? -1 : 1;
    values[place.V1x] = sign * x;
    values[place.V1y] = sign * y;
    values[place.V1z] = sign * z;
  }

  /** The standardized form of eigenvalue k; zero for one that counts as 0. */
  function standardizeEigenvalue(k: number, out: Float64Array): void {
    if (eigenvalues[k]! < 0) {
      out.fill(0);
      return;
    }
    const x = vectors[3 * k]!;
    const y = vectors[3 * k + 1]!;
    const z = vectors[3 * k + 2]!;
    form[1] = x * x;
    form[2] = y * y;
    form[3] = z * z;
    form[4] = 2 * x * y;
    form[5] = 2 * x * z;
    form[6] = 2 * y * z;
    standardizeForm(fit, form, out);
  }

  /** Length of a u1 + b u2 + c u3: the standard error of that combination of eigenvalues for residual variance 1. */
  function lengthOf(a: number, b: number, c: number): number {
    let sum = 0;
    for (let i = 0; i < 7; i++) {
      const value = a * first[i]! + b * second[i]! + c * third[i]!;
      sum += value * value;
    }
    return Math.sqrt(sum);
  }

  function writeErrors({ values, standardErrors }: FittedVoxel, residualVariance: number): void {
    const scale = Math.sqrt(residualVariance);
    standardizeEigenvalue(0, first);
    standardizeEigenvalue(1, second);
    standardizeEigenvalue(2, third);
    standardErrors[place.MD] = scale * lengthOf(1 / 3, 1 / 3, 1 / 3);
    standardErrors[place.AD] = scale * lengthOf(1, 0, 0);
    standardErrors[place.RD] = scale * lengthOf(0, 0.5, 0.5);
    const fa = values[place.FA]!;
    const md = values[place.MD]!;
    const l1 = values[place.L1]!;
    const l2 = values[place.L2]!;
    const l3 = values[place.L3]!;
    const squares = l1 * l1 + l2 * l2 + l3 * l3;
    // FA² = 3/2 across/squares: dFA/dl = 3/2 (l - MD - (2/3 FA²) l) / (FA squares).
    const share = (2 / 3) * fa * fa;
    const steepness = 1.5 / (fa * squares);
    standardErrors[place.FA] =
      scale *
      lengthOf(
        steepness * (l1 - md - share * l1),
        steepness * (l2 - md - share * l2),
        steepness * (l3 - md - share * l3),
      );
    standardizeForm(fit, baselineForm, standardized);
    let sum = 0;
    for (let i = 0; i < 7; i++) sum += standardized[i]! * standardized[i]!;
    standardErrors[place.S0] = scale * values[place.S0]! * Math.sqrt(sum);
  }

  return { writeValues, writeErrors };
}
