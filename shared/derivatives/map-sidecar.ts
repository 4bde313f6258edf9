import { lstatSync } from "node:fs";
import { dirname, join } from "node:path";
import { isProgramError } from "#shared/errors.ts";
import type { FoundFile } from "#shared/files/list-files.ts";
import { readSidecar, textField } from "#shared/nifti/sidecar.ts";
import type { Diagnostic } from "#shared/roi/diagnostic.ts";
import { contrastKeywords } from "#shared/volume/contrast-terms.ts";
import type { MapModel } from "./map-to-measure.ts";

/** What the sidecar of a map says; empty where there is none. */
export interface MapSidecar {
  readonly fields: Readonly<Record<string, unknown>>;
  /** `Units` as they stand there; empty when not stated. */
  readonly stated: string;
  readonly model: MapModel | undefined;
  /** The program that wrote the map was told to write 0 where there is no value. */
  readonly zeroMeansNoValue: boolean;
  readonly diagnostics: readonly Diagnostic[];
}

const niftiEnding = /\.nii(?:\.gz)?$/i;

/** Name of a NIfTI file without folder and ending. */
export function stemOf(path: string): string {
  return path.slice(path.lastIndexOf("/") + 1).replace(niftiEnding, "");
}

/** A regular file in the folder of another, with the first of some endings that exists. */
export function findBeside(
  file: FoundFile,
  stem: string,
  endings: readonly string[],
): FoundFile | undefined {
  const folder = file.path.slice(0, file.path.lastIndexOf("/") + 1);
  for (const ending of endings) {
    const absolutePath = join(dirname(file.absolutePath), `${stem}${ending}`);
    if (lstatSync(absolutePath, { throwIfNoEntry: false })?.isFile() === true) {
      return { path: `${folder}${stem}${ending}`, absolutePath };
    }
  }
  return undefined;
}

/** Reads the sidecar beside a map; one that is damaged says nothing but a warning. */
export async function readMapSidecar(file: FoundFile): Promise<MapSidecar> {
  const none = { fields: {}, stated: "", model: undefined, zeroMeansNoValue: false };
  const beside = findBeside(file, stemOf(file.path), [".json"]);
  if (beside === undefined) return { ...none, diagnostics: [] };
  try {
    const sidecar = await readSidecar(beside);
    const { fields } = sidecar;
    return {
      fields,
      stated: textField(sidecar, "Units"),
      model: readModel(fields),
      zeroMeansNoValue: recordField(fields, "Options")["outside"] === "zero",
      diagnostics: [],
    };
  } catch (error) {
    if (!isProgramError(error)) throw error;
    const text = `${beside.path} is passed over: ${error.message}`;
    return { ...none, diagnostics: [{ code: "SKIPPED_FILE", severity: "warning", text }] };
  }
}

function readModel(fields: Readonly<Record<string, unknown>>): MapModel | undefined {
  const name = fields["Model"];
  if (typeof name !== "string" || name === "") return undefined;
  const contrast = contrastKeywords.find((keyword) => Array.isArray(fields[keyword]));
  return { name, fixed: recordField(fields, "FixedParameters"), contrast };
}

function recordField(
  fields: Readonly<Record<string, unknown>>,
  name: string,
): Readonly<Record<string, unknown>> {
  const value = fields[name];
  return typeof value === "object" && value !== null && !Array.isArray(value)
    ? (value as Record<string, unknown>)
    : {};
}
