import { createHash } from "node:crypto";
import {
  closeSync,
  fsyncSync,
  openSync,
  readFileSync,
  renameSync,
  statSync,
  writeSync,
} from "node:fs";
import { join } from "node:path";
import type { FoundThings } from "./findings.ts";
import type { SeriesError } from "./pixel-survey.ts";

/** A file that was written. */
export interface ConvertedFile {
  /** Relative to the folder `dicom` of the output, with forward slashes. */
  readonly path: string;
  readonly size: number;
  readonly sha256: string;
}

/** One DICOM series of a reconstruction. */
export interface ConvertedSeries extends SeriesError {
  readonly seriesInstanceUID: string;
  readonly seriesNumber: number;
  readonly seriesDescription: string;
  /** Relative to the folder `dicom` of the output. */
  readonly folder: string;
  readonly images: number;
  readonly element?: number;
  readonly inversionMode?: number;
  readonly frameType?: string;
}

/** What a conversion made, for the report and for the next run. Plain data. */
export interface Conversion {
  readonly studyInstanceUID: string;
  readonly series: readonly ConvertedSeries[];
  /** Frames of the 2dseq. */
  readonly frames: number;
  readonly groups: readonly { readonly id: string; readonly count: number }[];
  readonly findings: FoundThings;
  readonly files: readonly ConvertedFile[];
}

/** Kept beside the results: which raw data and choices they were made from. */
export interface ConversionRecord {
  readonly format: 1;
  /** Reconstruction.path. */
  readonly reconstruction: string;
  /** SHA-256 of parameter files, 2dseq, choices and version. */
  readonly fingerprint: string;
  readonly conversion: Conversion;
}

/** The hidden folder of an output that holds records, unfinished folders and the lock. */
export const recordFolder = ".mri2dicom";

/** Name of the record of a folder below `dicom`: `<digest>.json`; upper and lower case of the folder make no difference. */
export function recordId(folder: string): string {
  const digest = createHash("sha256").update(folder.toLowerCase()).digest("hex").slice(0, 24);
  return `${folder.split("/").at(-1) ?? ""}-${digest}`;
}

/** The record of a folder; undefined when there is none, or one that this version cannot read. */
export function readRecord(output: string, id: string): ConversionRecord | undefined {
  let record: ConversionRecord;
  try {
    record = JSON.parse(readFileSync(join(output, recordFolder, `${id}.json`), "utf8"));
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === "ENOENT" || code === "ENOTDIR" || error instanceof SyntaxError) return undefined;
    throw error;
  }
  const { files, series } = record?.conversion ?? {};
  return record?.format === 1 && Array.isArray(files) && Array.isArray(series) ? record : undefined;
}

/** Writes a record whole or not at all, and makes sure that it is on the disk. */
export function writeRecord(output: string, id: string, record: ConversionRecord): void {
  const path = join(output, recordFolder, `${id}.json`);
  const descriptor = openSync(`${path}.new`, "w");
  try {
    writeSync(descriptor, `${JSON.stringify(record, undefined, 1)}\n`);
    fsyncSync(descriptor);
  } finally {
    closeSync(descriptor);
  }
  renameSync(`${path}.new`, path);
}

/** Why the files of a record are not what it says, in words; empty when they are. */
export function findDamage(
  output: string,
  { conversion }: ConversionRecord,
  withDigests: boolean,
): readonly string[] {
  return conversion.files.flatMap(({ path, size, sha256 }) => {
    const absolute = join(output, "dicom", path);
    const found = statSync(absolute, { throwIfNoEntry: false });
    if (found === undefined) return [`${path} is missing`];
    if (!found.isFile()) return [`${path} is no file`];
    if (found.size !== size) return [`${path} has ${found.size} bytes instead of ${size}`];
    if (withDigests && digestOf(absolute) !== sha256) return [`${path} has other bytes`];
    return [];
  });
}

function digestOf(path: string): string {
  return createHash("sha256").update(readFileSync(path)).digest("hex");
}
