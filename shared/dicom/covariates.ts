import { contrastKeywords } from "#shared/volume/contrast-terms.ts";
import type { ContrastKeyword, SeriesVolume } from "#shared/volume/series-volume.ts";
import { distinctValues } from "./contrast-axis.ts";
import type { Image } from "./frame.ts";

/**
 * Contrasts other than that of the axis which vary too, with their value at each image of the axis (its first slice).
 *
 * @param images - shape [n, nz], as in a stack
 */
export function findCovariates(
  images: readonly (readonly Image[])[],
  axis: ContrastKeyword,
): Pick<SeriesVolume, "covariates"> {
  const covariates: { [keyword in ContrastKeyword]?: readonly number[] } = {};
  for (const keyword of contrastKeywords) {
    if (keyword === axis) continue;
    const values = images.flatMap((row) => row[0]!.frame.contrasts[keyword]?.value ?? []);
    if (values.length < images.length || distinctValues(values, keyword).length < 2) continue;
    covariates[keyword] = values;
  }
  return Object.keys(covariates).length === 0 ? {} : { covariates };
}
