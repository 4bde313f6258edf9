import type { Vector3 } from "#shared/volume/grid.ts";
import type { PrivateDiffusion } from "./frame-diffusion.ts";
import { isChecked, turnScannerDirection } from "./ge-diffusion.ts";

/** `b=1500(0.445,0.000,0.895)`, with or without the vector. */
const pattern =
  /^\s*b\s*=\s*(\d{1,6}(?:\.\d{1,6})?)\s*(?:\(\s*([-+.\d]{1,12})\s*,\s*([-+.\d]{1,12})\s*,\s*([-+.\d]{1,12})\s*\))?/i;

/**
 * b and direction from the image comments (0020,4000) of classic Canon and Toshiba images. Its vector belongs
 * to the image, phase axis first; the public attribute, where it is filled, to the patient.
 *
 * @see https://github.com/rordenlab/dcm2niix/blob/master/Canon/README.md (and its issue 388)
 */
export function readCommentDiffusion(
  comment: string,
  orientation: readonly number[] | undefined,
  phaseEncoding: string,
): PrivateDiffusion {
  const match = pattern.exec(comment);
  if (match === null) return {};
  const value = Number(match[1]);
  const [phase, frequency, slice] = [match[2], match[3], match[4]].map(Number);
  const stored: Vector3 = [frequency!, phase!, slice!];
  const direction =
    value > 0 && stored.every(Number.isFinite) && Math.hypot(...stored) > 0
      ? turnScannerDirection(stored, orientation, phaseEncoding)
      : undefined;
  return {
    bValue: { value, source: "dicom:0020,4000" },
    direction,
    source: "dicom:0020,4000",
    turned: direction !== undefined && !isChecked(orientation!, phaseEncoding),
  };
}
