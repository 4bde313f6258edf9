import { UsageError } from "#shared/errors.ts";
import { contrastTerms } from "#shared/volume/contrast-terms.ts";
import type { SeriesVolume } from "#shared/volume/series-volume.ts";

/** The points of the curve that a fit uses. */
export interface PointChoice {
  /** Indices along the contrast axis: one for each point, or those of the real and then those of the imaginary parts. */
  readonly contrasts: readonly number[];
  /** TR or TI, ms, or flip angles, degrees, of the points, ascending. */
  readonly abscissae: readonly number[];
  /** Number of different abscissae. */
  readonly distinct: number;
}

/**
 * The points left by `--images`.
 *
 * @param images - numbers counted from 1 in the order of the contrast; all when undefined
 * @throws UsageError E-IMAGES when an image does not exist, or fewer than two values of the contrast are left
 */
export function selectPoints(
  { axis, parts }: Pick<SeriesVolume, "axis" | "parts">,
  images: readonly number[] | undefined,
): PointChoice {
  const isComplex = parts?.includes("imaginary") === true;
  const count = isComplex ? axis.values.length / 2 : axis.values.length;
  const missing = images?.find((image) => image > count);
  if (missing !== undefined) {
    throw new UsageError(
      "E-IMAGES",
      `--images names image ${missing}, but the series has ${count}.`,
      `Choose among 1 to ${count}.`,
    );
  }
  const chosen =
    images?.map((image) => image - 1) ?? Array.from({ length: count }, (_, index) => index);
  const abscissae = chosen.map((index) => axis.values[index]!);
  const distinct = new Set(abscissae).size;
  if (distinct < 2) {
    throw new UsageError(
      "E-IMAGES",
      `--images leaves ${chosen.length} of ${count} images.`,
      `A T1 map needs at least two ${contrastTerms(axis.keyword).noun}.`,
    );
  }
  const contrasts = isComplex ? [...chosen, ...chosen.map((index) => index + count)] : chosen;
  return { contrasts, abscissae, distinct };
}
