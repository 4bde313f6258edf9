import {
  existsSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { dirname, join } from "node:path";
import {
  type ConversionRecord,
  findDamage,
  readRecord,
  recordFolder,
  recordId,
  writeRecord,
} from "./conversion-record.ts";
import type { Skip } from "./reconstruction.ts";

/** How a conversion deals with what is there already. */
export interface RerunChoices {
  /** Replaces results that were made from other raw data, with other choices, or by another version. */
  readonly overwrite: boolean;
  /** Compares the digests of files, not only their sizes. */
  readonly recheck: boolean;
}

/** What lies under the name of a conversion: nothing, what it would make, or something that must stay. */
export type Present =
  | { readonly state: "absent" | "replaceable" }
  /** Of other choices, another version or changed raw data, and --overwrite was not given. */
  | { readonly state: "outdated"; readonly record: ConversionRecord }
  | { readonly state: "foreign"; readonly skip: Skip };

/**
 * The record of an earlier run that made the same of the same, when its files are all there; what a killed run did not end is put
 * right first.
 *
 * @param folder - of the reconstruction, below `dicom`
 * @param recheck - compares the digests of files, not only their sizes
 */
export function findCurrent(
  output: string,
  folder: string,
  fingerprint: string,
  recheck: boolean,
): ConversionRecord | undefined {
  const id = recordId(folder);
  putRight(output, id);
  const record = readRecord(output, id);
  if (record?.fingerprint !== fingerprint) return undefined;
  return findDamage(output, record, recheck).length === 0 ? record : undefined;
}

/**
 * Looks at what lies where a conversion wants to write, when that is not what it would write.
 *
 * @param folder - of the reconstruction, below `dicom`
 * @param wanted - fingerprint of the conversion; its study, since a folder of another study is never replaced; and all folders
 * of its series, below `dicom`
 */
export function inspectPresent(
  output: string,
  folder: string,
  wanted: {
    readonly fingerprint: string;
    readonly studyInstanceUID: string;
    readonly folders: readonly string[];
  },
  overwrite: boolean,
): Present {
  const record = readRecord(output, recordId(folder));
  const owned = new Set(record?.conversion.series.map((series) => series.folder));
  for (const path of new Set([...wanted.folders, ...owned])) {
    const strange = findStranger(output, path, owned.has(path) ? record : undefined);
    if (strange !== undefined) return foreign(strange);
  }
  if (record === undefined) return { state: "absent" };
  if (!hasFiles(output, record)) return { state: "replaceable" };
  if (record.conversion.studyInstanceUID !== wanted.studyInstanceUID) {
    return foreign(`The folder dicom/${folder} holds another study.`);
  }
  const same = record.fingerprint === wanted.fingerprint;
  return same || overwrite ? { state: "replaceable" } : { state: "outdated", record };
}

function foreign(text: string): Present {
  return { state: "foreign", skip: { skip: "foreign-folder", text } };
}

function hasFiles(output: string, { conversion }: ConversionRecord): boolean {
  return conversion.files.some(({ path }) => existsSync(join(output, "dicom", path)));
}

/** Something in a folder of ours that is not ours, in words. */
function findStranger(
  output: string,
  folder: string,
  record: ConversionRecord | undefined,
): string | undefined {
  const absolute = join(output, "dicom", folder);
  const found = lstatSync(absolute, { throwIfNoEntry: false });
  if (found === undefined) return undefined;
  if (!found.isDirectory()) return `dicom/${folder} is there and is no folder.`;
  const ours = new Set(record?.conversion.files.map(({ path }) => path));
  const stranger = readdirSync(absolute).find((name) => !ours.has(`${folder}/${name}`));
  if (stranger === undefined) return undefined;
  return `The folder dicom/${folder} holds ${JSON.stringify(stranger)}, which no conversion wrote.`;
}

/** Makes an empty hidden folder to write into; what an unfinished run left there is removed. */
export function stageFolder(output: string, folder: string): string {
  const staging = stagingOf(output, folder);
  rmSync(staging, { recursive: true, force: true });
  mkdirSync(staging, { recursive: true });
  return staging;
}

export function stagingOf(output: string, folder: string): string {
  return join(output, recordFolder, `${recordId(folder)}.part`);
}

/** Removes what a conversion that failed had written. */
export function discardStaged(output: string, folder: string): void {
  rmSync(stagingOf(output, folder), { recursive: true, force: true });
}

/**
 * Gives complete results their names. What they replace is put aside before the record changes, so that no moment has the
 * record of one conversion beside the files of another.
 *
 * The folders of the series lie in the staging folder under their own last names.
 *
 * @throws the errors of the file system; `putRight` of the next run then puts back what was there
 */
export function publishStaged(output: string, folder: string, record: ConversionRecord): void {
  const id = recordId(folder);
  const staging = stagingOf(output, folder);
  const aside = join(output, recordFolder, `${id}.old`);
  const before = readRecord(output, id);
  rmSync(aside, { recursive: true, force: true });
  if (before !== undefined) {
    mkdirSync(aside);
    writeFileSync(join(aside, "fingerprint"), before.fingerprint);
    for (const { folder: old } of before.conversion.series) {
      const name = nameOf(old);
      if (existsSync(join(output, "dicom", old))) {
        renameSync(join(output, "dicom", old), join(aside, name));
      }
    }
  }
  writeRecord(output, id, record);
  for (const { folder: target } of record.conversion.series) {
    const absolute = join(output, "dicom", target);
    mkdirSync(dirname(absolute), { recursive: true });
    renameSync(join(staging, nameOf(target)), absolute);
  }
  rmSync(staging, { recursive: true, force: true });
  rmSync(aside, { recursive: true, force: true });
}

/** Last part of the path of a series: its name in the staging folder. */
export function nameOf(folder: string): string {
  return folder.split("/").at(-1) ?? "";
}

/** A run that was killed while it put the old results aside: they go back. One that had the new record: they go away. */
function putRight(output: string, id: string): void {
  const aside = join(output, recordFolder, `${id}.old`);
  if (!existsSync(aside)) return;
  const record = readRecord(output, id);
  const marker = join(aside, "fingerprint");
  if (record !== undefined && existsSync(marker)) {
    if (readFileSync(marker, "utf8") === record.fingerprint) {
      for (const { folder } of record.conversion.series) {
        const old = join(aside, nameOf(folder));
        const target = join(output, "dicom", folder);
        if (existsSync(old) && !existsSync(target)) renameSync(old, target);
      }
    }
  }
  rmSync(aside, { recursive: true, force: true });
}

/** Removes what unfinished runs left, of any conversion; called by the one run that holds the lock. */
export function tidyOutput(output: string): void {
  const hidden = join(output, recordFolder);
  for (const name of existsSync(hidden) ? readdirSync(hidden) : []) {
    if (/\.(part|json\.new)$/.test(name)) {
      rmSync(join(hidden, name), { recursive: true, force: true });
    }
    if (name.endsWith(".old")) putRight(output, name.slice(0, -4));
  }
}
