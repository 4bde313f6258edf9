import { InputError } from "#shared/errors.ts";
import type { Warning } from "#shared/volume/series-volume.ts";
import { type Image, nameImage } from "./frame.ts";

/** The names MRI2DICOM writes although DCMTK had no part in it. */
const borrowedNames = new Set(["OFFIS_DCMTK_353", "OFFIS_DCMTK_363"]);

/** SliceLocation and position may differ by rounding, mm. */
const locationError = 0.01;

/**
 * True for images written by the MRI2DICOM converter of the first XNAT-PIC (qmri-conventions 7.4).
 *
 * One sure sign, or two of the weaker ones: real DCMTK files carry the name too.
 */
export function isLegacy(images: readonly Image[]): boolean {
  const { instance } = images[0]!;
  if (instance.modality === "MR" && instance.legacyAttributes) return true;
  const frames = new Set(images.map((image) => image.instance.frameOfReferenceUID));
  const signs = [
    borrowedNames.has(instance.implementationVersionName),
    /(^|\/)(MRIm|Im)\d+\.dcm$/.test(instance.path),
    instance.frameOfReferenceUID.endsWith(".6.15.18"),
    images.length > 1 && frames.size === images.length,
  ];
  return signs.filter(Boolean).length >= 2;
}

/**
 * What to know about the images of that converter: an inverse slope, and positions off by one image.
 *
 * @throws InputError E-LEGACY-GEOMETRY when positions and SliceLocation disagree and that is not accepted
 */
export function checkLegacy(images: readonly Image[], accept: boolean): readonly Warning[] {
  const warnings: Warning[] = [];
  if (images.some(({ frame }) => frame.slope !== 1)) {
    warnings.push({
      code: "W-LEGACY-SCALE",
      text: "The images were written by the old MRI2DICOM converter, whose RescaleSlope may be the inverse of what it should be: S0 is not comparable with other scans; T1, T2 and ADC are.",
    });
  }
  // Its SliceLocation is the third component of the true position.
  const wrong = images.filter(
    ({ frame }) =>
      frame.sliceLocation !== undefined &&
      Math.abs(frame.sliceLocation - frame.position![2]) > locationError,
  );
  if (wrong.length === 0) return warnings;
  const found = `In ${wrong.length} of ${images.length} images written by the old MRI2DICOM converter ImagePositionPatient and SliceLocation disagree (first: ${nameImage(wrong[0]!)}): slices may be exchanged.`;
  if (!accept) {
    throw new InputError(
      "E-LEGACY-GEOMETRY",
      found,
      "Convert the ParaVision data again, or use the positions as they are with --accept-legacy-geometry.",
    );
  }
  return [...warnings, { code: "W-LEGACY-GEOMETRY", text: found }];
}

/** E-LEGACY-ORDER: echo times that cannot belong to their slices. */
export function legacyOrder(found: string): InputError {
  return new InputError(
    "E-LEGACY-ORDER",
    `The images were written by the old MRI2DICOM converter with echo times in the wrong order: ${found}`,
    "Convert the ParaVision data again with another converter.",
  );
}
