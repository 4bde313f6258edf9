import type { Skip } from "./reconstruction.ts";

/** Names of the files of a raw tree that are looked at; k-space and all else is passed over by its name. */
export type RawName = "2dseq" | "visu_pars" | "method" | "acqp" | "reco" | "subject";

const rawNames: ReadonlySet<string> = new Set<RawName>([
  "2dseq",
  "visu_pars",
  "method",
  "acqp",
  "reco",
  "subject",
]);

export function isRawName(name: string): name is RawName {
  return rawNames.has(name);
}

/** ParaVision's own archives are zip files under another name. */
export function isArchiveName(name: string): boolean {
  return /\.(zip|pvdatasets)$/i.test(name);
}

/** Something of a raw tree that is not read, and why. */
export interface SkippedPath {
  /** As RawFile.path. */
  readonly path: string;
  readonly skip: Skip;
}

/** What of a raw tree matters. Paths are those of RawFile.path; the tree itself is the empty one. */
export interface RawListing {
  /** By folder and name: the absolute path of the file. Folders without such files are left out. */
  readonly folders: Map<string, Map<RawName, string>>;
  readonly archives: { readonly path: string; readonly absolutePath: string }[];
  readonly skipped: SkippedPath[];
}

export function newListing(): RawListing {
  return { folders: new Map(), archives: [], skipped: [] };
}

/** Enters a file; `absolutePath` is where it can be read. */
export function addRawFile(
  listing: RawListing,
  folder: string,
  name: RawName,
  absolutePath: string,
): void {
  const names = listing.folders.get(folder) ?? new Map<RawName, string>();
  names.set(name, absolutePath);
  listing.folders.set(folder, names);
}

/** Path of something in a folder. */
export function pathIn(folder: string, name: string): string {
  return folder === "" ? name : `${folder}/${name}`;
}

/** Folder that a path lies in; undefined for the tree itself. */
export function folderOf(path: string): string | undefined {
  if (path === "") return undefined;
  const slash = path.lastIndexOf("/");
  return slash < 0 ? "" : path.slice(0, slash);
}

/** Last segment of a path. */
export function nameOf(path: string): string {
  return path.slice(path.lastIndexOf("/") + 1);
}

/**
 * The name of a file in letters that may be shown: what moves a terminal's cursor, begins a line, or turns the direction of
 * writing is spelled out, and backslashes are doubled, so that two names never look the same.
 */
export function visibleName(name: string): string {
  return name.replace(
    // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
    /[\u0000-\u001f\u007f-\u009f\u2028-\u202e\u2066-\u2069\ufeff\\]/g,
    (sign) => {
      if (sign === "\\") return "\\\\";
      const code = sign.charCodeAt(0);
      return code < 256
        ? `\\x${code.toString(16).padStart(2, "0")}`
        : `\\u${code.toString(16).padStart(4, "0")}`;
    },
  );
}
