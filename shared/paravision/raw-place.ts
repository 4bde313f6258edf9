import { folderOf, isRawName, nameOf, type RawListing, type RawName } from "./raw-listing.ts";

/** Where in a study a folder of images lies. Folders are those of the listing. */
export interface RawPlace {
  /** The folder with `subject` above it; else that above the examination; else the folder itself. */
  readonly study: string;
  /** Folder of the examination, where the folders are `<examination>/pdata/<processing>`. */
  readonly scan?: string;
  readonly examination?: number;
  readonly processing?: number;
}

/** Place of a folder of images, as far as the names of the folders above say it. */
export function placeOf(listing: RawListing, folder: string): RawPlace {
  const processing = numberIn(folder);
  const pdata = folderOf(folder);
  if (processing === undefined || pdata === undefined || nameOf(pdata) !== "pdata") {
    return { study: studyAbove(listing, folder) ?? folder };
  }
  const scan = folderOf(pdata) ?? "";
  const examination = numberIn(scan);
  return { ...placeOfScan(listing, scan), scan, ...(examination && { examination }), processing };
}

/** Place of any file or folder, of what of the tree it is a part. */
export function placeOfPath(listing: RawListing, path: string): RawPlace {
  for (let at: string | undefined = path; at !== undefined; at = folderOf(at)) {
    const above = folderOf(at);
    if (above === undefined) break;
    if (nameOf(above) === "pdata" && numberIn(at) !== undefined) return placeOf(listing, at);
  }
  const isPart = isRawName(nameOf(path)) || nameOf(path) === "pdata";
  return placeOfScan(listing, isPart ? (folderOf(path) ?? "") : path);
}

/** Place of the folder of an examination. */
function placeOfScan(listing: RawListing, scan: string): Pick<RawPlace, "study" | "examination"> {
  const examination = numberIn(scan);
  const study = studyAbove(listing, scan) ?? folderOf(scan) ?? "";
  return { study, ...(examination && { examination }) };
}

/** A file that belongs to images in `folder`: beside them, in the examination, or at most two folders above. */
export function findBeside(
  listing: RawListing,
  folder: string,
  place: RawPlace,
  name: RawName,
): { readonly folder: string; readonly absolutePath: string } | undefined {
  const above = folderOf(folder);
  const others = above === undefined ? [] : [above, folderOf(above)];
  const candidates = place.scan === undefined ? [folder, ...others] : [place.scan, folder];
  for (const candidate of candidates) {
    if (candidate === undefined) continue;
    const absolutePath = listing.folders.get(candidate)?.get(name);
    if (absolutePath !== undefined) return { folder: candidate, absolutePath };
    // Above the study are other people's scans.
    if (place.scan === undefined && candidate === place.study) break;
  }
  return undefined;
}

/** The nearest folder with a `subject` file, the folder itself or above it; archives end the search. */
function studyAbove(listing: RawListing, folder: string): string | undefined {
  for (let at: string | undefined = folder; at !== undefined; at = folderOf(at)) {
    if (listing.folders.get(at)?.has("subject")) return at;
    if (nameOf(at).endsWith("!")) return undefined;
  }
  return undefined;
}

/** Numbers of ParaVision are positive. */
function numberIn(folder: string): number | undefined {
  const name = nameOf(folder);
  return /^[1-9][0-9]{0,8}$/.test(name) ? Number(name) : undefined;
}
