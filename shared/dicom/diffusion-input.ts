import { InputError } from "#shared/errors.ts";
import type { FoundFile } from "#shared/files/list-files.ts";
import { suggestProgram } from "#shared/volume/contrast-refusals.ts";
import type { GivenDiffusion } from "#shared/volume/given-diffusion.ts";
import { leastWeighting } from "#shared/volume/gradient-direction.ts";
import type { Warning } from "#shared/volume/series-volume.ts";
import { describeVarying } from "./contrast-axis.ts";
import type { Image } from "./frame.ts";

/** Where b-values come from when they do not stand in the images. */
export interface DiffusionWish {
  /** From the user. */
  readonly given?: GivenDiffusion;
  /**
   * Looks for b-values in the other files of the input folder.
   *
   * @param seriesInstanceUIDs - of the images
   */
  readonly findDiffusion?: (
    files: readonly FoundFile[],
    seriesInstanceUIDs: readonly string[],
  ) => Promise<GivenDiffusion | undefined>;
}

/** The images a diffusion model can use, and b-values from elsewhere. */
export interface DiffusionInput {
  readonly images: readonly Image[];
  readonly given?: GivenDiffusion;
  readonly warnings: readonly Warning[];
}

/**
 * Makes a series ready to be ordered by diffusion weighting: averages over directions are left out, missing b-values
 * looked for.
 *
 * @throws InputError E-NO-BVALUE when neither the images nor anything beside them has b-values
 */
export async function prepareDiffusion(
  images: readonly Image[],
  wish: DiffusionWish,
  files: readonly FoundFile[],
): Promise<DiffusionInput> {
  const warnings: Warning[] = [];
  const kept = dropIsotropic(fillZeros(images), warnings);
  const isBruker = isVendorExport(kept[0]!);
  const bare = kept.every(({ frame }) => frame.contrasts.DiffusionBValue === undefined);
  let { given } = wish;
  if (given === undefined && (bare || isBruker)) {
    const uids = [...new Set(kept.map(({ instance }) => instance.seriesInstanceUID))];
    given = await wish.findDiffusion?.(files, uids);
    // ParaVision's own files are right where its DICOM export is not.
    if (given !== undefined && !bare) given = { ...given, override: true };
  }
  if (given === undefined && bare) throw noBValue(kept, isBruker);
  if (given?.directions === undefined && given?.bMatrices === undefined) {
    warnings.push(...remarkFrames(kept, isBruker));
  }
  return {
    images: kept,
    ...(given === undefined ? {} : { given }),
    warnings: [...warnings, ...(given?.warnings ?? [])],
  };
}

/** Images of Bruker that ParaVision wrote, not mri2dicom, whose directions are the patient's. */
function isVendorExport({ instance }: Image): boolean {
  return /bruker/i.test(instance.manufacturer) && instance.converter !== "mri2dicom";
}

/** Toshiba and Canon write no b-value into the images of a diffusion series that have none. */
function fillZeros(images: readonly Image[]): readonly Image[] {
  const known = images.find(({ frame }) => frame.contrasts.DiffusionBValue !== undefined);
  if (known === undefined || !/toshiba|canon/i.test(known.instance.manufacturer)) return images;
  const { source } = known.frame.contrasts.DiffusionBValue!;
  return images.map((image) => {
    if (image.frame.contrasts.DiffusionBValue !== undefined) return image;
    const contrasts = { ...image.frame.contrasts, DiffusionBValue: { value: 0, source } };
    return { instance: image.instance, frame: { ...image.frame, contrasts } };
  });
}

/**
 * Without the averages over directions, and what was computed from several, that scanners store among the
 * images they come from. A series that holds nothing else with a weighting keeps them.
 */
function dropIsotropic(images: readonly Image[], warnings: Warning[]): readonly Image[] {
  const isWeighted = ({ frame }: Image) =>
    (frame.contrasts.DiffusionBValue?.value ?? 0) >= leastWeighting;
  const isDirectional = ({ frame: { diffusion } }: Image) =>
    diffusion !== undefined &&
    !diffusion.isotropic &&
    (diffusion.bMatrix !== undefined || (diffusion.direction ?? []).some((value) => value !== 0));
  if (!images.some((image) => isWeighted(image) && isDirectional(image))) return images;
  const kept = images.filter((image) => !isWeighted(image) || isDirectional(image));
  const left = images.length - kept.length;
  if (left > 0) {
    warnings.push({
      code: "W-ISOTROPIC",
      text: `${left} of ${images.length} images are averages over gradient directions (or maps) among the images of single directions, and are left out.`,
    });
  }
  return kept;
}

function remarkFrames(images: readonly Image[], isBruker: boolean): readonly Warning[] {
  const warnings: Warning[] = [];
  if (images.some(({ frame }) => frame.diffusion?.turned)) {
    warnings.push({
      code: "W-GRADIENT-FRAME",
      text: "The scanner keeps gradient directions along the axes of the image; the rule that turned them to the patient was checked for transversal slices with phase encoding along columns only. MD and FA do not depend on it, the main direction does.",
    });
  }
  if (isBruker && images.some(({ frame }) => frame.diffusion?.direction !== undefined)) {
    warnings.push({
      code: "W-GRADIENT-FRAME",
      text: "Some ParaVision versions export gradient directions along the axes of the slices instead of the patient's. MD and FA do not depend on it, the main direction does: add the scan's `method` and `visu_pars` files to be sure.",
    });
  }
  return warnings;
}

function noBValue(images: readonly Image[], isBruker: boolean): InputError {
  const paravision = isBruker
    ? "add the scan's ParaVision files `method` and `visu_pars` to the input folder"
    : "for a ParaVision scan add its `method` and `visu_pars` files to the input folder";
  const varying = describeVarying(images, "DiffusionBValue");
  const other = varying === "" ? "" : ` What varies is ${varying}. ${suggestProgram(varying)}`;
  return new InputError(
    "E-NO-BVALUE",
    `No b-value in ${images.length} images: neither in the public attributes, DiffusionBValue (0018,9087), nor in those of Siemens, GE, Philips and Canon, and no PVM_DwEffBval beside them.${other}`,
    `Give --bvals FILE and --bvecs FILE (or --bvals 0,500,1000); ${paravision}; or use an export that keeps the private attributes, Enhanced MR for instance.`,
  );
}
