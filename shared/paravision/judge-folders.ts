import { lstat } from "node:fs/promises";
import { folderOf, pathIn, type RawListing, type RawName } from "./raw-listing.ts";
import { findBeside, placeOf, placeOfPath, type RawPlace } from "./raw-place.ts";
import type {
  FoundReconstructions,
  RawFile,
  Reconstruction,
  Skip,
  SkippedFind,
} from "./reconstruction.ts";

/** How things of a listing are told. */
export interface ListingWords {
  readonly show: (path: string) => string;
  readonly nameStudy: (study: string) => string;
}

/**
 * Which folders of a listing are reconstructions, and why others that look like one are none.
 *
 * The visu_pars of an examination is a part of that of its images and describes none.
 *
 * @param words.show - makes RawFile.path of a path of the listing
 * @param words.nameStudy - makes Reconstruction.studyName of the path of a study
 */
export async function judgeFolders(
  listing: RawListing,
  { show, nameStudy }: ListingWords,
): Promise<FoundReconstructions> {
  const reconstructions: Reconstruction[] = [];
  const skipped: SkippedFind[] = listing.skipped.map(({ path, skip }) => ({
    path: show(path),
    ...shownPlace(placeOfPath(listing, path), show),
    skip,
  }));
  const told = new Set(listing.skipped.map(({ path }) => path));
  /** Folders that hold something of which is told, at any depth. */
  const spoken = new Set<string>();
  const speakOf = (path: string) => {
    for (
      let at: string | undefined = path;
      at !== undefined && !spoken.has(at);
      at = folderOf(at)
    ) {
      spoken.add(at);
    }
  };
  for (const path of told) speakOf(path);
  const parents = new Set([...listing.folders.keys()].map(folderOf));
  for (const [folder, names] of listing.folders) {
    const place = placeOf(listing, folder);
    // That of an examination is no description of images.
    const isScan =
      place.scan === undefined &&
      (names.has("acqp") || names.has("method") || parents.has(pathIn(folder, "pdata")));
    const found =
      isScan && !names.has("2dseq")
        ? undefined
        : await judge(listing, folder, names, place, told, show);
    if (found === undefined) continue;
    speakOf(folder);
    if ("images" in found) {
      reconstructions.push({ ...found, studyName: nameStudy(place.study) });
    } else if (!told.has(pathIn(folder, "2dseq")) && !told.has(pathIn(folder, "visu_pars"))) {
      skipped.push({ path: show(folder), ...shownPlace(place, show), skip: found });
    }
  }
  for (const [folder, names] of listing.folders) {
    if (spoken.has(folder) || !(names.has("acqp") || names.has("method"))) continue;
    const text = `${show(folder)} was never reconstructed: there is no 2dseq in its pdata`;
    const place = placeOfPath(listing, folder);
    skipped.push({
      path: show(folder),
      ...shownPlace(place, show),
      skip: { skip: "no-pdata", text },
    });
  }
  reconstructions.sort(compareFinds);
  skipped.sort(compareFinds);
  const studies = new Set([...reconstructions, ...skipped].map(({ study }) => study));
  return { reconstructions, skipped, studies: [...studies].sort(compareTexts) };
}

/** A reconstruction, or why the folder is none; undefined when it does not look like one. */
async function judge(
  listing: RawListing,
  folder: string,
  names: ReadonlyMap<RawName, string>,
  place: RawPlace,
  told: ReadonlySet<string>,
  show: (path: string) => string,
): Promise<Reconstruction | Skip | undefined> {
  const path = show(folder) === "" ? "the folder" : show(folder);
  const images = names.get("2dseq");
  const visuPars = names.get("visu_pars");
  if (images === undefined) {
    if (visuPars !== undefined) {
      return { skip: "no-2dseq", text: `${path} holds a visu_pars, but no 2dseq` };
    }
    if (place.scan === undefined || !names.has("reco") || told.has(pathIn(folder, "visu_pars")))
      return undefined;
    return { skip: "no-pdata", text: `${path} was never reconstructed: it holds but a reco` };
  }
  const shown = (name: RawName, absolutePath: string, from = folder) =>
    rawFile(show(pathIn(from, name)), absolutePath);
  const file = await shown("2dseq", images);
  if ("skip" in file) return file;
  if (file.size === 0) {
    return { skip: "empty-2dseq", text: `${file.path} has 0 bytes: the scan was aborted` };
  }
  if (visuPars === undefined) {
    return { skip: "no-visu-pars", text: `${path} holds a 2dseq, but no visu_pars` };
  }
  const description = await shown("visu_pars", visuPars);
  if ("skip" in description) return description;
  const others: Partial<Record<"method" | "acqp" | "reco" | "subject", RawFile>> = {};
  for (const name of ["method", "acqp"] as const) {
    const beside = findBeside(listing, folder, place, name);
    if (beside === undefined) continue;
    const other = await shown(name, beside.absolutePath, beside.folder);
    if (!("skip" in other)) others[name] = other;
  }
  const own = { reco: folder, subject: place.study } as const;
  for (const name of ["reco", "subject"] as const) {
    const absolutePath = listing.folders.get(own[name])?.get(name);
    if (absolutePath === undefined) continue;
    const other = await shown(name, absolutePath, own[name]);
    if (!("skip" in other)) others[name] = other;
  }
  return {
    path: show(folder),
    ...shownPlace(place, show),
    images: file,
    visuPars: description,
    ...others,
  };
}

async function rawFile(path: string, absolutePath: string): Promise<RawFile | Skip> {
  try {
    const found = await lstat(absolutePath);
    if (found.isFile()) return { path, absolutePath, size: found.size };
    return { skip: "unreadable", text: `${path} is no regular file` };
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === undefined) throw error;
    return { skip: "unreadable", text: `${path} cannot be read (${code})` };
  }
}

function shownPlace(
  { study, examination, processing }: RawPlace,
  show: (path: string) => string,
): Pick<SkippedFind, "study" | "examination" | "processing"> {
  return {
    study: show(study),
    ...(examination !== undefined && { examination }),
    ...(processing !== undefined && { processing }),
  };
}

/** What has no number comes last. */
function compareFinds(
  a: Pick<SkippedFind, "path" | "study" | "examination" | "processing">,
  b: Pick<SkippedFind, "path" | "study" | "examination" | "processing">,
): number {
  return (
    compareTexts(a.study, b.study) ||
    compareNumbers(a.examination, b.examination) ||
    compareNumbers(a.processing, b.processing) ||
    compareTexts(a.path, b.path)
  );
}

function compareNumbers(a: number | undefined, b: number | undefined): number {
  if (a === b) return 0;
  return (a ?? Number.POSITIVE_INFINITY) - (b ?? Number.POSITIVE_INFINITY);
}

function compareTexts(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
