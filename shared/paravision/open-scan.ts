import { createHash } from "node:crypto";
import { statSync } from "node:fs";
import { frameRemarks } from "./frame-values.ts";
import type { ParameterFile } from "./parameter-file.ts";
import { parseParameterFile } from "./parse-parameter-file.ts";
import type { ConversionChoices, Findings, RawScan } from "./raw-scan.ts";
import { readParameterBytes } from "./read-parameter-file.ts";
import { readVisu, requireImages } from "./read-visu.ts";
import { isSkip, type RawFile, type Reconstruction, type Skip } from "./reconstruction.ts";

/** A reconstruction whose parameter files are read. */
export interface OpenedScan {
  readonly scan: RawScan;
  /** SHA-256 of each parameter file that was read, by its role. */
  readonly digests: Readonly<Record<string, string>>;
}

const enriching = ["method", "acqp", "reco", "subject"] as const;

/**
 * Reads the parameter files of a reconstruction. Only `visu_pars` and the size of the 2dseq decide whether it can be converted.
 */
export function openScan(
  reconstruction: Reconstruction,
  choices: ConversionChoices,
  findings: Findings,
): OpenedScan | Skip {
  const read = readFile(reconstruction.visuPars);
  if (isSkip(read)) return read;
  const visu = readVisu(read.file);
  if (isSkip(visu)) return visu;
  const bytes = sizeOf(reconstruction.images);
  if (isSkip(bytes)) return bytes;
  const wrong = requireImages(visu, bytes);
  if (wrong !== undefined) return wrong;
  const digests: Record<string, string> = { visu_pars: read.digest };
  const others: Partial<Record<(typeof enriching)[number], ParameterFile>> = {};
  for (const role of enriching) {
    const place = reconstruction[role];
    if (place === undefined) continue;
    const other = readFile(place);
    if (isSkip(other)) findings.remark("file-unusable", other.text);
    else {
      others[role] = other.file;
      digests[role] = other.digest;
    }
  }
  return { scan: { reconstruction, visu, ...others, choices, findings }, digests };
}

/** Remarks on what was wrong with the parameters that were asked for so far. */
export function remarkOnFiles({ visu, method, acqp, reco, subject, findings }: RawScan): void {
  for (const file of [visu.file, method, acqp, reco, subject]) {
    if (file === undefined) continue;
    if (!file.complete) findings.remark("file-incomplete", `${file.path} ends before ##END=.`);
    for (const { line, name, text } of file.problems) {
      const what = name === "" ? text : `${name}: ${text}`;
      findings.remark("parameter-broken", `${file.path}, line ${line}: ${what}`);
    }
  }
  for (const { code, text } of frameRemarks(visu)) findings.remark(code, text);
}

interface ReadFile {
  readonly file: ParameterFile;
  readonly digest: string;
}

function readFile(place: RawFile): ReadFile | Skip {
  const bytes = readParameterBytes(place);
  if (isSkip(bytes)) return bytes;
  const file = parseParameterFile(bytes, place.path);
  if (isSkip(file)) return file;
  return { file, digest: createHash("sha256").update(bytes).digest("hex") };
}

function sizeOf({ path, absolutePath }: RawFile): number | Skip {
  try {
    return statSync(absolutePath).size;
  } catch (error) {
    return unreadable(path, error);
  }
}

/** The system does not let us read; anything else is a bug. */
function unreadable(path: string, error: unknown): Skip {
  const { code } = error as NodeJS.ErrnoException;
  if (code === undefined) throw error;
  return { skip: "unreadable", text: `${path} cannot be read (${code}).` };
}
