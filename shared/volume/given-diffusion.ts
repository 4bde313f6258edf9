import { InputError, UsageError } from "#shared/errors.ts";
import { contrastTerms } from "./contrast-terms.ts";
import type { Grid, Vector3 } from "./grid.ts";
import type { Warning } from "./series-volume.ts";

/**
 * b-values and directions that do not stand in the images: a user's numbers or bval and bvec files, or the
 * parameter files of a ParaVision scan. One entry for each image of a slice, in the order of acquisition.
 */
export interface GivenDiffusion {
  /** s/mm², effective where that is known. */
  readonly bValues: readonly number[];
  /** What was asked of the scanner, s/mm², where that differs. */
  readonly nominalBValues?: readonly number[];
  /**
   * Unit vectors in patient coordinates (L, P, S) on the grid of the series, which bvec files need;
   * undefined for an image without a direction.
   */
  readonly directions?: (grid: Grid) => readonly (Vector3 | undefined)[];
  /** xx, yy, zz, xy, xz, yz in patient coordinates, s/mm². */
  readonly bMatrices?: readonly (readonly number[])[];
  /** Where the b-values came from: `user`, `paravision:PVM_DwEffBval`. */
  readonly source: string;
  /** Where directions or b-matrices came from. */
  readonly directionSource: string;
  /** These values win over those of the images. */
  readonly override: boolean;
  readonly warnings: readonly Warning[];
}

/** b-values of two sources may differ by this part (qmri-conventions 7.5), or by 1 s/mm² near 0. */
const agreement = 0.01;
const agreementNearZero = 1;

/**
 * Checks given b-values against the number of images, and against what the images say.
 *
 * @param found - b-values of the images in the order of acquisition; undefined where they say nothing
 * @throws UsageError E-B-COUNT; InputError E-B-MISMATCH
 */
export function requireAgreement(
  given: GivenDiffusion,
  found: readonly (number | undefined)[],
): void {
  const { bValues, override, source } = given;
  const { code } = contrastTerms("DiffusionBValue");
  const who = source === "user" ? "--bvals" : source;
  if (bValues.length !== found.length) {
    const Refusal = source === "user" ? UsageError : InputError;
    throw new Refusal(
      `E-${code}-COUNT`,
      `${who} gives ${bValues.length} b-values, the series has ${found.length} images of each slice.`,
      "Give one value for each image, in the order of acquisition.",
    );
  }
  if (override) return;
  const wrong = bValues.findIndex((value, n) => {
    const header = found[n] ?? value;
    return Math.abs(value - header) > Math.max(agreementNearZero, agreement * Math.abs(header));
  });
  if (wrong < 0) return;
  throw new InputError(
    `E-${code}-MISMATCH`,
    `${who} says b ${bValues[wrong]} s/mm² where the images say ${found[wrong]} s/mm² (image ${wrong + 1} in the order of acquisition).`,
    "Leave --bvals away, or force it with --override bvals.",
  );
}
