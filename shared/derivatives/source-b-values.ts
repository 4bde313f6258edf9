import { findShells } from "#shared/volume/diffusion-shells.ts";
import type { FitToWrite } from "./fit-to-write.ts";

/**
 * The distinct b-values that went into a fit, s/mm², ascending, for the codes of DICOM objects: nominal ones where the scan
 * has them, else the mean of each shell in four digits. Empty for other contrasts.
 */
export function listSourceBValues({ series, contrasts }: FitToWrite): readonly number[] {
  if (series.axis.keyword !== "DiffusionBValue") return [];
  const encoding = { ...series.diffusion, bValues: series.axis.values };
  return findShells(encoding, contrasts).map(
    ({ bValue, nominalBValue }) => nominalBValue ?? Number(bValue.toPrecision(4)),
  );
}
