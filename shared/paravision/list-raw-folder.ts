import type { Dirent } from "node:fs";
import { readdir, stat } from "node:fs/promises";
import { join } from "node:path";
import {
  addRawFile,
  isArchiveName,
  isRawName,
  pathIn,
  type RawListing,
  visibleName,
} from "./raw-listing.ts";
import type { SkipCode } from "./reconstruction.ts";

/** How much of a raw tree is looked at. */
export interface RawLimits {
  /** Folders inside folders. */
  readonly depth: number;
  /** Files and folders, whatever they are called. */
  readonly entries: number;
}

export const rawLimits: RawLimits = { depth: 64, entries: 10_000_000 };

/** Folders read at once: a share over the network answers slowly. */
const atOnce = 16;

/** ParaVision's adjustments are examinations of their own that nobody wants. */
const passedOver: ReadonlySet<string> = new Set(["AdjResult"]);

interface Folder {
  readonly path: string;
  readonly absolutePath: string;
  readonly depth: number;
}

/**
 * Enters the files that matter of a folder and those below it. Links are not followed: what is read must lie in the folder that
 * was given, and a loop must not hang us; a link that hides raw data is named. Hidden files and folders are passed over.
 *
 * @param path - of the folder in the listing
 * @throws what the file system says about the folder itself
 */
export async function listRawFolder(
  listing: RawListing,
  path: string,
  absolutePath: string,
  limits: RawLimits = rawLimits,
): Promise<void> {
  let left = limits.entries;
  const folders: Folder[] = [{ path, absolutePath, depth: 0 }];
  const root = folders[0];
  while (folders.length > 0) {
    const batch = folders.splice(-atOnce);
    const read = await Promise.all(
      batch.map(async (folder) => ({ folder, entries: await readFolder(folder) })),
    );
    for (const { folder, entries } of read) {
      if (entries instanceof Error) {
        if (folder === root) throw entries;
        skip(listing, folder.path, "unreadable", whyUnreadable(folder, codeOf(entries)));
        continue;
      }
      left -= entries.length;
      if (left < 0) {
        const rest = `is not read to its end: there are more than ${limits.entries} files`;
        skip(listing, path, "too-large", rest);
        return;
      }
      for (const entry of entries) {
        const below = await enter(listing, folder, entry, limits);
        if (below !== undefined) folders.push(below);
      }
    }
  }
}

async function readFolder(folder: Folder): Promise<Dirent[] | Error> {
  try {
    const entries = await readdir(folder.absolutePath, { withFileTypes: true });
    return entries.sort((a, b) => (a.name < b.name ? -1 : 1));
  } catch (error) {
    if (error instanceof Error && "code" in error) return error;
    throw error;
  }
}

/** Enters one file; the folder to go on with when it is one. */
async function enter(
  listing: RawListing,
  folder: Folder,
  entry: Dirent,
  limits: RawLimits,
): Promise<Folder | undefined> {
  const { name } = entry;
  if (name.startsWith(".") || passedOver.has(name)) return undefined;
  const isWanted = isRawName(name);
  if (entry.isFile() && !isWanted && !isArchiveName(name)) return undefined;
  const path = pathIn(folder.path, visibleName(name));
  const absolutePath = join(folder.absolutePath, name);
  if (entry.isDirectory()) {
    if (folder.depth < limits.depth) return { path, absolutePath, depth: folder.depth + 1 };
    skip(listing, path, "too-large", `lies deeper than ${limits.depth} folders`);
  } else if (entry.isFile()) {
    if (isWanted) addRawFile(listing, folder.path, name, absolutePath);
    else listing.archives.push({ path, absolutePath });
  } else if (entry.isSymbolicLink()) {
    if (isWanted || isArchiveName(name)) {
      skip(listing, path, "unreadable", "is a link, and links are not followed");
    } else if (await leadsToFolder(absolutePath)) {
      const advice = "is a link to a folder, and links are not followed: give that folder itself";
      skip(listing, path, "unreadable", advice);
    }
  } else if (isWanted || isArchiveName(name)) {
    skip(listing, path, "unreadable", "is no regular file");
  }
  return undefined;
}

async function leadsToFolder(path: string): Promise<boolean> {
  try {
    return (await stat(path)).isDirectory();
  } catch {
    return false;
  }
}

function skip(listing: RawListing, path: string, code: SkipCode, found: string): void {
  listing.skipped.push({
    path,
    skip: { skip: code, text: `${path === "" ? "the input" : path} ${found}` },
  });
}

/** A folder was just listed; it cannot be found when the bytes of its name are no UTF-8, which no text can hold. */
function whyUnreadable({ absolutePath }: Folder, code: string): string {
  const misread = code === "ENOENT" && absolutePath.includes("\ufffd");
  return misread ? "has a name that is not UTF-8: rename it" : `cannot be read (${code})`;
}

function codeOf(error: Error): string {
  return (error as NodeJS.ErrnoException).code ?? error.message;
}
