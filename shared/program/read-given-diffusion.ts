import { statSync } from "node:fs";
import { basename } from "node:path";
import { UsageError } from "#shared/errors.ts";
import type { FoundFile } from "#shared/files/list-files.ts";
import { parseBvalBvec } from "#shared/nifti/bval-bvec.ts";
import { givenTable } from "#shared/nifti/diffusion-encoding.ts";
import { readText } from "#shared/nifti/sidecar.ts";
import { contrastTerms } from "#shared/volume/contrast-terms.ts";
import type { GivenDiffusion } from "#shared/volume/given-diffusion.ts";
import type { ContrastKeyword } from "#shared/volume/series-volume.ts";

/** Files of `--bvals FILE --bvecs FILE`: FSL's form, in the order of acquisition (of the volumes of a NIfTI file). */
export interface DiffusionTableFiles {
  readonly bvalsPath: string;
  readonly bvecsPath?: string | undefined;
  /** They win over what the images say. */
  readonly override?: boolean | undefined;
}

/** What a user may give about diffusion. */
export interface DiffusionOptions {
  readonly contrast: ContrastKeyword | readonly ContrastKeyword[];
  readonly values?: readonly number[] | undefined;
  readonly override?: boolean | undefined;
  readonly diffusionTable?: DiffusionTableFiles | undefined;
}

/**
 * The b-values a user gave, as numbers or in files, with directions where there is a bvec file.
 *
 * @throws UsageError E-BVAL-FILE, E-B-VALUES; InputError E-BVAL, E-BVEC, E-GRADIENT-LENGTH, E-UNREADABLE
 */
export async function readGivenDiffusion(
  options: DiffusionOptions,
): Promise<GivenDiffusion | undefined> {
  const { contrast, values, diffusionTable } = options;
  if (diffusionTable !== undefined) {
    const { bvalsPath, bvecsPath } = diffusionTable;
    const bval = await readText(userFile(bvalsPath, "--bvals"));
    const bvec =
      bvecsPath === undefined ? undefined : await readText(userFile(bvecsPath, "--bvecs"));
    const table = parseBvalBvec(bval, bvec, { bval: bvalsPath, bvec: bvecsPath ?? "" });
    return givenTable(table, diffusionTable.override === true);
  }
  if (contrast !== "DiffusionBValue" || values === undefined) return undefined;
  if (!values.every((value) => Number.isFinite(value) && value >= 0)) {
    throw new UsageError(
      `E-${contrastTerms("DiffusionBValue").code}-VALUES`,
      `--bvals ${values.join(",")}: the values must be numbers, 0 or more, in s/mm².`,
      "Give one value for each image of a slice, in the order of acquisition.",
    );
  }
  return givenTable({ bValues: values, directions: undefined }, options.override === true);
}

function userFile(path: string, option: string): FoundFile {
  if (statSync(path, { throwIfNoEntry: false })?.isFile()) {
    return { path: basename(path), absolutePath: path };
  }
  throw new UsageError(
    "E-BVAL-FILE",
    `${option} ${path}: there is no such file.`,
    `Correct ${option}.`,
  );
}
