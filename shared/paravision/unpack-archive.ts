import { createWriteStream } from "node:fs";
import { mkdir, rm, statfs, truncate, writeFile } from "node:fs/promises";
import { dirname } from "node:path";
import { pipeline } from "node:stream/promises";
import { placeBelow } from "#shared/files/safe-path.ts";
import { readZip, type ZipEntry, ZipError } from "#shared/files/zip-read.ts";
import {
  addRawFile,
  folderOf,
  isArchiveName,
  isRawName,
  nameOf,
  pathIn,
  type RawListing,
} from "./raw-listing.ts";
import type { SkipCode } from "./reconstruction.ts";

/** How much of an archive is unpacked. */
export interface ArchiveLimits {
  readonly entries: number;
  /** Of the files that matter, unpacked, together. */
  readonly bytes: number;
}

/** What becomes of a 2dseq: `sized` makes an empty file of its length, for those who do not look at pixels. */
export type PixelWish = "unpacked" | "sized";

export const archiveLimits: ArchiveLimits = { entries: 1_000_000, bytes: 256 * 2 ** 30 };

/** Left free on the disk that is unpacked to, bytes. */
const reserve = 64 * 2 ** 20;

/**
 * Unpacks the files that matter of a .zip or .PvDatasets file and enters them under `<path>!/<name in the archive>`.
 *
 * A damaged file inside leaves the others alone; an archive that tries something is not unpacked at all.
 *
 * @param path - of the archive in the listing
 * @param target - new folder for its files
 */
export async function unpackArchive(
  listing: RawListing,
  path: string,
  absolutePath: string,
  target: string,
  limits: ArchiveLimits = archiveLimits,
  pixels: PixelWish = "unpacked",
): Promise<void> {
  const skip = (inner: string, code: SkipCode, text: string) =>
    listing.skipped.push({ path: inner, skip: { skip: code, text: `${inner} ${text}` } });
  const wanted = (name: string) => isRawName(nameOf(name)) || isArchiveName(name);
  try {
    await readZip(absolutePath, { ...limits, wanted }, async (entry) => {
      const inner = `${path}!/${entry.name}`;
      const name = nameOf(entry.name);
      if (entry.name.split("/").some((segment) => segment.startsWith("."))) return;
      if (!isRawName(name)) {
        skip(inner, "unsafe-archive", "is an archive inside an archive: unpack the outer one");
        return;
      }
      const place = placeBelow(target, entry.name);
      if (place === undefined) return;
      const isSized = pixels === "sized" && name === "2dseq";
      const trouble = isSized ? await makeSized(entry, place) : await unpack(entry, place);
      if (trouble !== undefined) skip(inner, trouble.code, trouble.text);
      else addRawFile(listing, pathIn(`${path}!`, folderOf(entry.name) ?? ""), name, place);
    });
  } catch (error) {
    if (error instanceof ZipError) {
      if (error.reason === "refused")
        skip(path, "unsafe-archive", `is not unpacked: ${error.message}`);
      else skip(path, "unreadable", `is damaged: ${error.message}`);
      return;
    }
    const code = (error as NodeJS.ErrnoException).code;
    if (code === undefined) throw error;
    skip(path, "unreadable", `cannot be read (${code})`);
  }
}

/** A file without content that is as long as one of an archive; on usual disks it takes no room. */
async function makeSized(entry: ZipEntry, place: string): Promise<undefined> {
  await mkdir(dirname(place), { recursive: true });
  await writeFile(place, "", { flag: "wx", mode: 0o600 });
  await truncate(place, entry.size);
}

/** Writes a file of an archive; what hindered it. */
async function unpack(
  entry: ZipEntry,
  place: string,
): Promise<{ readonly code: SkipCode; readonly text: string } | undefined> {
  try {
    await mkdir(dirname(place), { recursive: true });
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === undefined) throw error;
    return {
      code: "unreadable",
      text: `cannot be unpacked: the folder for unpacked files cannot be written (${code})`,
    };
  }
  const { bavail, bsize } = await statfs(dirname(place));
  if (entry.size + reserve > bavail * bsize) {
    const text = `has ${entry.size} bytes, more than there is room for in the folder for unpacked files`;
    return { code: "too-large", text };
  }
  try {
    await pipeline(await entry.open(), createWriteStream(place, { flags: "wx", mode: 0o600 }));
    return undefined;
  } catch (error) {
    await rm(place, { force: true });
    if (error instanceof ZipError)
      return { code: "unreadable", text: `is damaged: ${error.message}` };
    const { code } = error as NodeJS.ErrnoException;
    if (code === "ENOSPC" || code === "EDQUOT") {
      return { code: "too-large", text: "does not fit into the folder for unpacked files" };
    }
    throw error;
  }
}
