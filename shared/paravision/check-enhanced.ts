import type { AttributeValues } from "#shared/dicom/encode-attributes.ts";
import { numberIn, textIn } from "./image-values.ts";
import type { RawScan } from "./raw-scan.ts";
import type { Skip } from "./reconstruction.ts";
import type { SeriesPlan } from "./series-plan.ts";

/** What Enhanced MR must say of measured images (PS3.3 C.8.13.1, type 1C), and a classic image need not. */
const wanted: readonly (readonly [string, (values: AttributeValues) => boolean])[] = [
  ["the nucleus", (values) => nucleusOf(values) !== ""],
  ["the field strength", (values) => (numberIn(values, "MagneticFieldStrength") ?? 0) > 0],
];

/** The nucleus as a code string (PS3.5 6.2, VR CS): 1H, 13C; empty for what else a file may hold. */
export function nucleusOf(values: AttributeValues): string {
  const nucleus = textIn(values, "ImagedNucleus").toUpperCase();
  return /^[A-Z0-9 _]{1,16}$/.test(nucleus) ? nucleus : "";
}

/** Why series cannot be written as Enhanced MR: nothing is made up for what the raw data do not say. */
export function checkEnhanced({ visu }: RawScan, plans: readonly SeriesPlan[]): Skip | undefined {
  const measured = plans.find(({ shared }) => textIn(shared, "ImageType") !== "DERIVED");
  const missing = wanted.filter(([, isSaid]) => measured !== undefined && !isSaid(measured.shared));
  if (missing.length === 0) return undefined;
  const what = missing.map(([name]) => name).join(" and ");
  return {
    skip: "not-enhanced",
    text: `${visu.file.path} and method do not say ${what} (VisuAcqImagedNucleus, VisuMagneticFieldStrength, VisuAcqImagingFrequency), which Enhanced MR must have: convert this one with --objects=classic.`,
  };
}
