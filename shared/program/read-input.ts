import { statSync } from "node:fs";
import { looksLikeDicom, readDicomSeries } from "#shared/dicom/read-series.ts";
import { InputError, isProgramError } from "#shared/errors.ts";
import { type FoundFile, listFiles } from "#shared/files/list-files.ts";
import type { NiftiRequest } from "#shared/nifti/choose-group.ts";
import { looksLikeNifti, readNiftiSeries } from "#shared/nifti/read-series.ts";
import type { Pool } from "#shared/parallel/pool.ts";
import { findScanDiffusion } from "#shared/paravision/find-diffusion.ts";
import type { PartsWish } from "#shared/volume/complex-signal.ts";
import type { ContrastKeyword, SeriesVolume } from "#shared/volume/series-volume.ts";
import type { Progress } from "./progress.ts";
import { type DiffusionTableFiles, readGivenDiffusion } from "./read-given-diffusion.ts";

/** What a program wants to read. */
export interface SeriesRequest {
  /** What varies from image to image; one of several, when the images are to say which. */
  readonly contrast: ContrastKeyword | readonly ContrastKeyword[];
  /**
   * Values of the only contrast given by the user, in the unit of its axis (ms, degrees, s/mm²); b-values in the order
   * of acquisition.
   */
  readonly values?: readonly number[] | undefined;
  /** The user's values win over the header's. */
  readonly override?: boolean | undefined;
  /** Files with the user's b-values and directions, in place of `values`. */
  readonly diffusionTable?: DiffusionTableFiles | undefined;
  /** SeriesInstanceUID, number, or stem of a NIfTI file. */
  readonly series?: string | undefined;
  readonly acceptLegacyGeometry?: boolean | undefined;
  /** Which parts of the complex signal are wanted along each contrast; magnitudes where nothing is said. */
  readonly parts?: { readonly [keyword in ContrastKeyword]?: PartsWish } | undefined;
  /**
   * Of a DICOM scan that varies echo and repetition time, use the images of the shortest echo time; along the echo time
   * those of the longest repetition time.
   */
  readonly oneSetting?: boolean | undefined;
  /** Fewest distinct values of the contrast that make sense. */
  readonly atLeast: number;
}

/**
 * The one series of an input folder that a program can use: DICOM first, else NIfTI with sidecars.
 *
 * @throws InputError, UsageError, UnsupportedError as the two readers do; E-NO-DICOM for a folder without images
 */
export async function readInput(
  folder: string,
  request: SeriesRequest,
  pool: Pool,
  progress?: Progress,
): Promise<SeriesVolume> {
  const files = await listFiles(folder);
  const { diffusionTable, ...others } = request;
  const given = await readGivenDiffusion(request);
  const wish = withoutUnset({ ...others, ...(given && { given, values: undefined }) });
  if (await looksLikeDicom(files)) {
    const findDiffusion = findScanDiffusion;
    return readDicomSeries(folder, files, { ...wish, findDiffusion }, pool, progress);
  }
  if (looksLikeNifti(files)) return readNifti(folder, files, wish, pool, progress);
  throw new InputError(
    "E-NO-DICOM",
    noImages(
      folder,
      files.map((file) => file.path),
      files.filter(isEmpty).length,
    ),
    noImagesHint(files.length),
  );
}

/** b-values of a ParaVision scan stand in for missing ones of its NIfTI export too. */
async function readNifti(
  folder: string,
  files: readonly FoundFile[],
  wish: NiftiRequest,
  pool: Pool,
  progress?: Progress,
): Promise<SeriesVolume> {
  try {
    return await readNiftiSeries(folder, files, wish, pool, progress);
  } catch (error) {
    const given =
      isProgramError(error) && error.code === "E-NO-BVALUE"
        ? await findScanDiffusion(files, [])
        : undefined;
    if (given === undefined) throw error;
    const series = await readNiftiSeries(folder, files, { ...wish, given }, pool, progress);
    const axis = { ...series.axis, source: given.source };
    return { ...series, axis, warnings: [...series.warnings, ...given.warnings] };
  }
}

type Unset<T> = { [K in keyof T]: Exclude<T[K], undefined> };

function withoutUnset<T extends object>(request: T): Unset<T> {
  return Object.fromEntries(
    Object.entries(request).filter(([, value]) => value !== undefined),
  ) as Unset<T>;
}

function isEmpty({ absolutePath }: FoundFile): boolean {
  return statSync(absolutePath, { throwIfNoEntry: false })?.size === 0;
}

function noImages(folder: string, paths: readonly string[], empty: number): string {
  if (paths.length === 0) return `The input folder ${folder} is empty.`;
  const endings = new Map<string, number>();
  for (const path of paths) {
    const ending = /\.[^./]+$/.exec(path)?.[0] ?? "no ending";
    endings.set(ending, (endings.get(ending) ?? 0) + 1);
  }
  const counts = [...endings].slice(0, 5).map(([ending, count]) => `${count} × ${ending}`);
  const list = counts.join(", ") + (endings.size > 5 ? ", ..." : "");
  const emptied = empty === 0 ? "" : ` ${empty} of them ${empty === 1 ? "is" : "are"} empty.`;
  const files = paths.length === 1 ? "1 file" : `${paths.length} files`;
  return `No MR images found under ${folder}. Found ${files} (${list}), none of them DICOM or NIfTI.${emptied}`;
}

function noImagesHint(count: number): string {
  const folder = "Give the folder of one scan's images with --input.";
  if (count > 0) return folder;
  return `${folder} If this happens in XNAT, ask its administrator to check the path translation of the Container Service.`;
}
