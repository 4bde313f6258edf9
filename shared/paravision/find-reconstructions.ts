import { lstat, open, realpath, stat } from "node:fs/promises";
import { basename, dirname, join, posix } from "node:path";
import { UsageError } from "#shared/errors.ts";
import { judgeFolders } from "./judge-folders.ts";
import { listRawFolder, type RawLimits, rawLimits } from "./list-raw-folder.ts";
import {
  addRawFile,
  isArchiveName,
  nameOf,
  newListing,
  pathIn,
  type RawListing,
  type RawName,
  visibleName,
} from "./raw-listing.ts";
import type { FoundReconstructions } from "./reconstruction.ts";
import {
  type ArchiveLimits,
  archiveLimits,
  type PixelWish,
  unpackArchive,
} from "./unpack-archive.ts";

/**
 * The reconstructions in a raw tree of ParaVision: a project, a study, an examination, one reconstruction, a folder that holds just
 * `2dseq` and `visu_pars`; a .zip or .PvDatasets file of such, or a folder of these files.
 *
 * Nothing of the tree is written. Of an examination or a reconstruction given by itself, the parameter files in the folders above
 * are taken too, as far as they belong to it (`../subject`). Links are never followed, but the input may be one.
 *
 * @param staging - folder for what is unpacked of archives; made when it is needed
 * @param pixels - whether each 2dseq of an archive is unpacked, or only has its length
 * @throws UsageError E-INPUT-FOLDER when the input is missing, not readable, or neither folder nor archive
 */
export async function findReconstructions(
  input: string,
  staging: string,
  limits: RawLimits & { readonly archive: ArchiveLimits } = {
    ...rawLimits,
    archive: archiveLimits,
  },
  pixels: PixelWish = "unpacked",
): Promise<FoundReconstructions> {
  const listing = newListing();
  let above = "";
  let baseName = "";
  try {
    const root = await realpath(input);
    const found = await stat(root);
    if (found.isDirectory()) {
      const segments = await segmentsAbove(root);
      above = segments.map(visibleName).join("/");
      const base = segments.reduce((folder) => dirname(folder), root);
      // A mount such as /input says nothing of the study.
      if (dirname(base) !== "/") baseName = visibleName(basename(base));
      await listRawFolder(listing, above, root, limits);
      await addAbove(listing, root, segments);
    } else if (found.isFile() && (isArchiveName(root) || (await beginsAsZip(root)))) {
      listing.archives.push({ path: visibleName(basename(root)), absolutePath: root });
    } else {
      throw new UsageError(
        "E-INPUT-FOLDER",
        `The input ${input} is neither a folder nor an archive.`,
        "Give a folder, a .zip or a .PvDatasets file; of a 2dseq, the folder it lies in.",
      );
    }
  } catch (error) {
    throw cannotRead(input, error);
  }
  const archives = listing.archives.toSorted((a, b) => (a.path < b.path ? -1 : 1));
  for (const [n, { path, absolutePath }] of archives.entries()) {
    const target = join(staging, String(n + 1));
    await unpackArchive(listing, path, absolutePath, target, limits.archive, pixels);
  }
  return judgeFolders(listing, {
    show: (path) => (above === "" ? path : posix.relative(`/${above}`, `/${path}`)),
    nameStudy: (study) =>
      study === "" ? baseName : nameOf(study).replace(/\.(zip|pvdatasets)!$/i, ""),
  });
}

/**
 * The last folders of the input's own path, below the study: of `.../study/5/pdata/1` these are 5, pdata and 1; none when the
 * input is no part of an examination.
 */
async function segmentsAbove(root: string): Promise<readonly string[]> {
  const segments = root.split("/");
  const pdata = segments.length - (segments.at(-1) === "pdata" ? 1 : 2);
  const isNumber = /^[1-9][0-9]{0,8}$/.test(segments.at(-1) ?? "");
  if (pdata >= 2 && segments[pdata] === "pdata" && (isNumber || pdata === segments.length - 1)) {
    return segments.slice(pdata - 1);
  }
  const isScan =
    (await exists(join(root, "pdata"))) && !(await exists(join(root, "subject"))) && root !== "/";
  return isScan ? segments.slice(-1) : [];
}

/** Whether a file is a zip under another name. */
async function beginsAsZip(path: string): Promise<boolean> {
  const file = await open(path);
  try {
    const { buffer, bytesRead } = await file.read(Buffer.alloc(4), 0, 4, 0);
    return bytesRead === 4 && buffer.toString("latin1") === "PK\x03\x04";
  } finally {
    await file.close();
  }
}

/** Enters the parameter files above the input: those of its examination, and the study's subject. */
async function addAbove(
  listing: RawListing,
  root: string,
  segments: readonly string[],
): Promise<void> {
  let absolute = root;
  for (let depth = segments.length - 1; depth >= 0; depth--) {
    absolute = dirname(absolute);
    const names: readonly RawName[] =
      depth === 0 ? ["subject"] : depth === 1 ? ["method", "acqp"] : [];
    const folder = segments.slice(0, depth).map(visibleName).reduce(pathIn, "");
    for (const name of names) {
      const absolutePath = join(absolute, name);
      if (await isRegular(absolutePath)) addRawFile(listing, folder, name, absolutePath);
    }
  }
}

async function exists(path: string): Promise<boolean> {
  return (await lstat(path).catch(() => undefined)) !== undefined;
}

async function isRegular(path: string): Promise<boolean> {
  return (await lstat(path).catch(() => undefined))?.isFile() === true;
}

function cannotRead(input: string, error: unknown): unknown {
  const { code } = error as NodeJS.ErrnoException;
  if (code === undefined || error instanceof UsageError) return error;
  return code === "ENOENT" || code === "ENOTDIR"
    ? new UsageError(
        "E-INPUT-FOLDER",
        `The input ${input} does not exist.`,
        "Give a folder, a .zip or a .PvDatasets file.",
        error,
      )
    : new UsageError(
        "E-INPUT-FOLDER",
        `The input ${input} cannot be read by this user (${code}).`,
        "Give the program's user the right to read it.",
        error,
      );
}
