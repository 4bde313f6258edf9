import type { LinearFormFit } from "./linear-form-fit.ts";
import { formsAtOnce, standardizeForms } from "./log-linear-design.ts";
import { decomposeSymmetric } from "./symmetric-eigen.ts";
import type { FittedVoxel } from "./voxel-fitter.ts";

/** The part of a fit that measures are made of: ln S0, then xx, yy, zz, xy, xz, yz in mm²/s, then whatever follows. */
export type FittedTensor = Pick<LinearFormFit, "design" | "parameters" | "factor">;

/** Places in a sheet of what follows from the eigenvalues. */
export interface EigenvaluePlaces {
  readonly MD: number;
  readonly FA: number;
  readonly AD: number;
  readonly RD: number;
  readonly S0: number;
  readonly V1x: number;
  readonly V1y: number;
  readonly V1z: number;
}

/** Eigenvalues and -vectors of the diffusion tensors that a fit finds, and the measures that follow from them alone. */
export interface EigenvalueMeasures {
  /** As fitted, largest first. */
  readonly eigenvalues: Float64Array;
  /** Three unit vectors, one after another. */
  readonly vectors: Float64Array;
  /** Decomposes the latest tensor and writes MD, FA, AD, RD, S0 and V1. An eigenvalue below 0 counts as 0. */
  readonly writeValues: (result: FittedVoxel) => void;
  /** Writes the standard errors of MD, FA, AD, RD and S0. */
  readonly writeErrors: (result: FittedVoxel, residualVariance: number) => void;
}

/**
 * The measures of a fit, at their places in the sheet.
 *
 * Standard errors are those of the delta method: an eigenvalue changes by v' dD v with v its eigenvector; one that counts as 0
 * does not change.
 *
 * @see Basser PJ et al., J Magn Reson B 1994;103:247; Koay CG et al., IEEE Trans Med Imaging 2007;26:1017 (errors)
 */
export function eigenvalueMeasures(fit: FittedTensor, place: EigenvaluePlaces): EigenvalueMeasures {
  const { parameters } = fit;
  const { p } = fit.design;
  const elements = parameters.subarray(1, 7);
  const eigenvalues = new Float64Array(3);
  const vectors = new Float64Array(9);
  // The three eigenvalues and ln S0 as linear forms of the parameters, and what their covariances are products of.
  const forms = new Float64Array(p * formsAtOnce);
  forms[3] = 1;
  const standardized = new Float64Array(p * formsAtOnce);

  function writeValues({ values }: FittedVoxel): void {
    decomposeSymmetric(elements, eigenvalues, vectors);
    const l1 = Math.max(0, eigenvalues[0]!);
    const l2 = Math.max(0, eigenvalues[1]!);
    const l3 = Math.max(0, eigenvalues[2]!);
    const md = (l1 + l2 + l3) / 3;
    const across = (l1 - md) ** 2 + (l2 - md) ** 2 + (l3 - md) ** 2;
    const squares = l1 * l1 + l2 * l2 + l3 * l3;
    values[place.MD] = md;
    values[place.FA] = squares === 0 ? 0 : Math.min(1, Math.sqrt((1.5 * across) / squares));
    values[place.AD] = l1;
    values[place.RD] = 0.5 * (l2 + l3);
    values[place.S0] = Math.exp(parameters[0]!);
    writeFirstVector(values);
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

  /** The form v' D v of eigenvalue k; zero for one that counts as 0. */
  function fillForm(k: number): void {
    const size = eigenvalues[k]! < 0 ? 0 : 1;
    const x = size * vectors[3 * k]!;
    const y = size * vectors[3 * k + 1]!;
    const z = size * vectors[3 * k + 2]!;
    forms[formsAtOnce + k] = x * x;
    forms[2 * formsAtOnce + k] = y * y;
    forms[3 * formsAtOnce + k] = z * z;
    forms[4 * formsAtOnce + k] = 2 * x * y;
    forms[5 * formsAtOnce + k] = 2 * x * z;
    forms[6 * formsAtOnce + k] = 2 * y * z;
  }

  function writeErrors({ values, standardErrors }: FittedVoxel, residualVariance: number): void {
    const scale = Math.sqrt(residualVariance);
    fillForm(0);
    fillForm(1);
    fillForm(2);
    standardizeForms(fit.design, fit.factor, forms, standardized);
    // Variances and covariances of the eigenvalues, for residual variance 1.
    let v11 = 0;
    let v22 = 0;
    let v33 = 0;
    let v12 = 0;
    let v13 = 0;
    let v23 = 0;
    let ofBaseline = 0;
    for (let i = 0; i < p * formsAtOnce; i += formsAtOnce) {
      const u1 = standardized[i]!;
      const u2 = standardized[i + 1]!;
      const u3 = standardized[i + 2]!;
      const u0 = standardized[i + 3]!;
      v11 += u1 * u1;
      v22 += u2 * u2;
      v33 += u3 * u3;
      v12 += u1 * u2;
      v13 += u1 * u3;
      v23 += u2 * u3;
      ofBaseline += u0 * u0;
    }
    const together = v22 + v33 + 2 * v23;
    standardErrors[place.MD] = (scale * Math.sqrt(v11 + together + 2 * (v12 + v13))) / 3;
    standardErrors[place.AD] = scale * Math.sqrt(v11);
    standardErrors[place.RD] = 0.5 * scale * Math.sqrt(together);
    standardErrors[place.S0] = scale * values[place.S0]! * Math.sqrt(ofBaseline);
    // FA² = 3/2 across/squares: dFA/dl = 3/2 (l - MD - (2/3 FA²) l) / (FA squares).
    const fa = values[place.FA]!;
    const md = values[place.MD]!;
    const l1 = Math.max(0, eigenvalues[0]!);
    const l2 = Math.max(0, eigenvalues[1]!);
    const l3 = Math.max(0, eigenvalues[2]!);
    const rest = 1 - (2 / 3) * fa * fa;
    const g1 = rest * l1 - md;
    const g2 = rest * l2 - md;
    const g3 = rest * l3 - md;
    const ofAnisotropy =
      g1 * g1 * v11 +
      g2 * g2 * v22 +
      g3 * g3 * v33 +
      2 * (g1 * g2 * v12 + g1 * g3 * v13 + g2 * g3 * v23);
    standardErrors[place.FA] =
      (1.5 * scale * Math.sqrt(Math.max(0, ofAnisotropy))) / (fa * (l1 * l1 + l2 * l2 + l3 * l3));
  }

  return { eigenvalues, vectors, writeValues, writeErrors };
}
