import { realpathSync, type Stats, statSync } from "node:fs";
import { readFile, stat } from "node:fs/promises";
import { basename } from "node:path";
import { InputError, isProgramError, type ProgramError, UsageError } from "#shared/errors.ts";
import { type FoundFile, listFiles } from "#shared/files/list-files.ts";
import {
  type Alternative,
  type ContourChoice,
  chooseSources,
  type PlacedCollection,
} from "./choose-sources.ts";
import type { Diagnostic } from "./diagnostic.ts";
import { stemOf } from "./label-names.ts";
import { readAim } from "./read-aim.ts";
import { readLabelMap } from "./read-label-map.ts";
import { readRtstruct } from "./read-rtstruct.ts";
import { readSegmentation } from "./read-segmentation.ts";
import { recogniseFile } from "./recognise-file.ts";
import type { RoiCollection, SourceKind } from "./roi.ts";

/** Reads a file of one kind. */
export type CollectionReader = (file: FoundFile) => Promise<RoiCollection>;

export interface FindOptions {
  readonly contours: ContourChoice;
  /** In place of the readers of this project. */
  readonly readers?: Readonly<Partial<Record<SourceKind, CollectionReader>>>;
}

/** What files and folders hold. */
export interface FoundCollections {
  /** Those to measure, in the order in which they were given, in folders by path. */
  readonly collections: readonly RoiCollection[];
  /** AIM and RTSTRUCT of one drawing, for `compareCollections`. */
  readonly alternatives: readonly Alternative[];
  /** SKIPPED_FILE: `error` for collections that could not be read, `info` for files of another kind. */
  readonly skipped: readonly Diagnostic[];
}

/** Longest file that is read into memory, bytes; the readers have their own, lower limits. */
const longestFile = 128 * 2 ** 20;

/** Paths a message lists. */
const mostListed = 3;

/**
 * The collections of regions in files and folders: an assessor of XNAT (AIM/, RTSTRUCT/, SEG/), the ASSESSORS folder of a
 * session, the content of one resource, or files side by side. Files are recognised by content; catalogs of XNAT
 * (`*_catalog.xml`) and hidden files are passed over.
 *
 * A file that is named itself must be readable; in a folder, one that is not is skipped with a diagnostic as long as
 * something else is there.
 *
 * @throws UsageError E-ROI-PATH; InputError E-NO-ROI, E-ROI-FILE, and what the readers throw
 */
export async function findCollections(
  paths: readonly string[],
  options: FindOptions,
): Promise<FoundCollections> {
  const readers: Record<SourceKind, CollectionReader> = {
    AIM: async (file) => readAim(file.path, await readWhole(file)),
    RTSTRUCT: async (file) => readRtstruct(file.path, await readWhole(file)),
    SEG: readSegmentation,
    NIFTI: readLabelMap,
    ...options.readers,
  };
  const found: PlacedCollection[] = [];
  const others = new Map<string, string[]>();
  const failures: { readonly file: FoundFile; readonly error: ProgramError }[] = [];
  const copies = new Map<string, string>();
  for (const { file, named } of await listGiven(paths)) {
    const recognised = recogniseFile(file);
    if (recognised.kind === "other") {
      if (named) throw notRegions(file, recognised.what);
      others.set(recognised.what, [...(others.get(recognised.what) ?? []), file.path]);
      continue;
    }
    try {
      if (recognised.kind === "damaged") throw recognised.error;
      const collection = await readers[recognised.kind](file);
      const copy = copies.get(collection.sha256);
      if (copy === undefined) {
        copies.set(collection.sha256, file.path);
        found.push({ collection, absolutePath: file.absolutePath });
      } else {
        const what = `a copy of ${copy}`;
        others.set(what, [...(others.get(what) ?? []), file.path]);
      }
    } catch (error) {
      if (named || !isProgramError(error)) throw error;
      failures.push({ file, error });
    }
  }
  if (found.length === 0) throw nothingFound(paths, others, failures);
  const skipped = [
    ...failures.map(({ file, error }): Diagnostic => {
      // Other XML files lie beside the collections of a session.
      const severity = error.code === "E-NOT-AIM" ? "info" : "error";
      return { code: "SKIPPED_FILE", severity, text: error.message, collection: file.path };
    }),
    ...[...others].map(([what, list]): Diagnostic => {
      const text = `Skipped ${describe(list)}: ${what}.`;
      return { code: "SKIPPED_FILE", severity: "info", text, value: list.length };
    }),
  ];
  return { ...chooseSources(found, options.contours), skipped };
}

interface GivenFile {
  readonly file: FoundFile;
  /** Given itself, not found in a folder. */
  readonly named: boolean;
}

async function listGiven(paths: readonly string[]): Promise<readonly GivenFile[]> {
  const given: GivenFile[] = [];
  const seen = new Set<string>();
  for (const path of paths) {
    const isFolder = look(path).isDirectory();
    const files = isFolder
      ? withoutCompanions(await listFiles(path))
      : [{ path: basename(path), absolutePath: path }];
    for (const file of files) {
      const real = realpathSync(file.absolutePath);
      if (seen.has(real)) continue;
      seen.add(real);
      // With several folders, the path inside alone could mean two files.
      const shown = isFolder && paths.length > 1 ? `${basename(path)}/${file.path}` : file.path;
      given.push({ file: { path: shown, absolutePath: real }, named: !isFolder });
    }
  }
  return given;
}

/** Without catalogs, and without the names of labels beside a label map, which its reader reads. */
function withoutCompanions(files: readonly FoundFile[]): readonly FoundFile[] {
  const labelMaps = new Set(
    files.filter(({ path }) => /\.nii(?:\.gz)?$/i.test(path)).map(({ path }) => stemOf(path)),
  );
  return files.filter(({ path }) => {
    const stem = /^(.*)\.(?:tsv|json|txt|label)$/i.exec(path)?.[1];
    return !/_catalog\.xml$/i.test(path) && (stem === undefined || !labelMaps.has(stem));
  });
}

function look(path: string): Stats {
  try {
    return statSync(path);
  } catch (error) {
    throw new UsageError(
      "E-ROI-PATH",
      `${path} does not exist or cannot be read (${(error as NodeJS.ErrnoException).code}).`,
      "Correct --roi.",
      error,
    );
  }
}

async function readWhole({ path, absolutePath }: FoundFile): Promise<Uint8Array> {
  const { size } = await stat(absolutePath);
  if (size <= longestFile) return readFile(absolutePath);
  throw new InputError(
    "E-ROI-SIZE",
    `${path} has ${size} bytes, which no collection of regions needs.`,
    "Divide the collection, or remove the file.",
  );
}

function notRegions({ path, absolutePath }: FoundFile, what: string): InputError {
  const { size } = statSync(absolutePath);
  const hint = "Give a file of AIM, RTSTRUCT, SEG or NIfTI.";
  return new InputError(
    "E-ROI-FILE",
    `${path} (${size} bytes) is no collection of regions: ${what}.`,
    hint,
  );
}

function nothingFound(
  paths: readonly string[],
  others: ReadonlyMap<string, readonly string[]>,
  failures: readonly { readonly file: FoundFile; readonly error: ProgramError }[],
): ProgramError {
  const [failure] = failures;
  if (failure !== undefined && failures.length === 1) return failure.error;
  const found = [
    ...failures.slice(0, mostListed).map(({ error }) => error.message.replace(/\.$/, "")),
    ...[...others].slice(0, mostListed).map(([what, list]) => `${describe(list)} (${what})`),
  ];
  return new InputError(
    "E-NO-ROI",
    `No ROI collection found in ${paths.join(", ")}. Looked for AIM (XML), RTSTRUCT and SEG (DICOM) and label maps (NIfTI); found: ${found.join("; ") || "no files"}.`,
    "Give the folder of a collection, an assessor of XNAT, or a file with --roi.",
  );
}

function describe(paths: readonly string[]): string {
  const more = paths.length > mostListed ? ` and ${paths.length - mostListed} more` : "";
  return `${paths.slice(0, mostListed).join(", ")}${more}`;
}
