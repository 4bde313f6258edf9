import type { Vector3 } from "#shared/volume/grid.ts";
import { cross } from "#shared/volume/vector.ts";
import type { Tissue } from "./tissue-table.ts";

/** How water moves in a tissue of the tissue table, beyond its mean diffusivity. */
export interface TissueDiffusion {
  /** Name in the tissue table. */
  readonly tissue: string;
  /** Eigenvalues of the diffusion tensor over the tissue's ADC, largest first; their mean is 1. */
  readonly shares: Vector3;
  /** Unit eigenvectors in patient coordinates (L, P, S), in the order of the eigenvalues. */
  readonly axes: readonly [Vector3, Vector3, Vector3];
  /** Mean of the kurtosis tensor W, which is isotropic; 0 in fluids. */
  readonly kurtosis: number;
  /** f of intravoxel incoherent motion, part of the signal. */
  readonly perfusionFraction: number;
  /** D* of intravoxel incoherent motion, mm²/s; NaN where nothing flows. */
  readonly pseudoDiffusion: number;
}

const round: Vector3 = [1, 1, 1];
/** Of tissues that are alike in all directions: any three axes will do. */
const upright: Vector3 = [0, 0, 1];

/**
 * Directional diffusion, kurtosis and perfusion of every tissue, by our own design: round numbers in the order of
 * magnitude of tissue, no reference for it.
 *
 * Perfusion fractions and D* follow the body parts of OSIPI's IVIM simulations (kidney 0.19 and 0.041 mm²/s, liver 0.23
 * and 0.070, muscle 0.10 and 0.031).
 *
 * @see OSIPI Task Force 2.4, https://github.com/OSIPI/TF2.4_IVIM-MRI_CodeCollection, phantoms
 */
export const tissueDiffusion: readonly TissueDiffusion[] = [
  row("subcutaneous fat", round, upright, 0, 0),
  row("muscle", [1.4, 0.9, 0.7], [0.2, 0.35, 0.92], 0.6, 0.1, 0.03),
  row("mesentery", round, upright, 0.4, 0.08, 0.025),
  row("bowel wall", round, upright, 0.5, 0.14, 0.02),
  row("bowel content", round, upright, 0, 0),
  row("liver", round, upright, 0.7, 0.23, 0.06),
  row("kidney cortex", round, upright, 0.5, 0.2, 0.04),
  row("kidney medulla", [1.3, 0.95, 0.75], [0.8, -0.6, 0.1], 0.4, 0.16, 0.03),
  row("renal pelvis", round, upright, 0, 0),
  row("vertebra", round, upright, 0.8, 0.07, 0.02),
  row("spinal cord", [2, 0.6, 0.4], [-0.1, 0.15, 0.98], 0.6, 0.06, 0.015),
  row("tumour rim", round, upright, 1.0, 0.12, 0.02),
  row("tumour necrotic core", round, upright, 0.6, 0),
  row("vial A", round, upright, 0, 0),
  row("vial B", round, upright, 0, 0),
  row("vial C", round, upright, 0, 0),
  row("vial D", round, upright, 0, 0),
];

/** @param first - direction of the largest eigenvalue, of any length, not along the left-right axis */
function row(
  tissue: string,
  shares: Vector3,
  first: Vector3,
  kurtosis: number,
  perfusionFraction: number,
  pseudoDiffusion = Number.NaN,
): TissueDiffusion {
  const v1 = normalize(first);
  // The second is at right angles to the first and to the left-right axis.
  const v2 = normalize(cross(v1, [1, 0, 0]));
  return {
    tissue,
    shares,
    axes: [v1, v2, cross(v1, v2)],
    kurtosis,
    perfusionFraction,
    pseudoDiffusion,
  };
}

function normalize(vector: Vector3): Vector3 {
  const length = Math.hypot(...vector);
  return [vector[0] / length, vector[1] / length, vector[2] / length];
}

const byName = new Map(tissueDiffusion.map((entry) => [entry.tissue, entry]));

/**
 * How water moves in a tissue.
 *
 * @throws Error for a tissue without a row: the two tables must agree
 */
export function diffusionOf({ name }: Tissue): TissueDiffusion {
  const found = byName.get(name);
  if (found === undefined) throw new Error(`no diffusion values for ${name}`);
  return found;
}
