import { InputError } from "#shared/errors.ts";
import type { FoundFile } from "#shared/files/list-files.ts";
import type { ContrastKeyword, Warning } from "#shared/volume/series-volume.ts";
import { type DiffusionTable, parseBvalBvec } from "./bval-bvec.ts";
import { pairOfFiles } from "./read.ts";
import { type NiftiFile, openNifti } from "./read-voxels.ts";
import { readSidecar, readText, type Sidecar, textField } from "./sidecar.ts";
import { type FilePart, partOfFile, withoutPart } from "./signal-part.ts";

/** A NIfTI file with what lies beside it. */
export interface Candidate extends NiftiFile {
  /** Path without .nii or .nii.gz. */
  readonly stem: string;
  readonly sidecar: Sidecar | undefined;
  readonly part: FilePart;
  readonly diffusion: DiffusionTable | undefined;
}

/** Files that may form one series: a 4D file, or the 3D files of one acquisition. */
export interface CandidateGroup {
  /** Stem of the file, or what the stems of the files share. */
  readonly name: string;
  readonly members: readonly Candidate[];
}

const niftiName = /\.nii(?:\.gz)?$/i;

/** BIDS suffixes of results: never input of a fit. */
const resultSuffix = /_(?:mask|dseg|probseg|[A-Za-z0-9]*map|ADC|FA|MD)$/;

/** True when a folder holds NIfTI files (.nii, .nii.gz, .hdr with .img). */
export function looksLikeNifti(files: readonly FoundFile[]): boolean {
  return files.some(({ path }) => niftiName.test(path)) || findPair(files) !== undefined;
}

function findPair(files: readonly FoundFile[]): FoundFile | undefined {
  const paths = new Set(files.map(({ path }) => path.toLowerCase()));
  return files.find(({ path }) => {
    const stem = /^(.*)\.hdr$/i.exec(path.toLowerCase())?.[1];
    return stem !== undefined && (paths.has(`${stem}.img`) || paths.has(`${stem}.img.gz`));
  });
}

/**
 * The NIfTI files of a folder that can be input of a fit, with remarks on those left out.
 *
 * @param anyPart - phase, real and imaginary images are wanted too
 */
export async function findCandidates(
  files: readonly FoundFile[],
  series: string | undefined,
  anyPart: boolean,
): Promise<{ candidates: readonly Candidate[]; warnings: readonly Warning[] }> {
  const images = files.filter(({ path }) => niftiName.test(path));
  if (images.length === 0) {
    const pair = findPair(files);
    if (pair !== undefined) throw pairOfFiles(pair.path);
  }
  const byPath = new Map(files.map((file) => [file.path, file]));
  const candidates: Candidate[] = [];
  const left: string[] = [];
  for (const file of images) {
    const stem = file.path.replace(niftiName, "");
    if (series === undefined && resultSuffix.test(stem)) {
      left.push(file.path);
      continue;
    }
    const sidecarFile = byPath.get(`${stem}.json`);
    const sidecar = sidecarFile === undefined ? undefined : await readSidecar(sidecarFile);
    if (series !== undefined && !namesSeries(series, stem, sidecar)) continue;
    const part = partOfFile(stem, sidecar);
    // A magnitude image the user names is one, whatever it is called.
    const isUsable = anyPart || part === "magnitude" || series !== undefined;
    if (!isUsable || (series === undefined && isMap(sidecar, part))) {
      left.push(file.path);
      continue;
    }
    const diffusion = await readDiffusion(stem, byPath);
    candidates.push({ ...(await openNifti(file)), stem, sidecar, part, diffusion });
  }
  const warnings = left.map((path) => ({
    code: "W-NIFTI-IGNORED",
    text: `${path} is a map, a mask, or a phase, real or imaginary image and was not taken as input.`,
  }));
  return { candidates, warnings };
}

/** A quantitative map by its unit; phases have a unit and are none. */
function isMap(sidecar: Sidecar | undefined, part: FilePart): boolean {
  const units = textField(sidecar, "Units");
  return (
    /^(?:s|ms|1\/s|1\/ms|mm2\/s|um2\/ms)$/.test(units) || (units === "rad" && part !== "phase")
  );
}

async function readDiffusion(
  stem: string,
  byPath: ReadonlyMap<string, FoundFile>,
): Promise<DiffusionTable | undefined> {
  const bval = byPath.get(`${stem}.bval`);
  if (bval === undefined) return undefined;
  const bvec = byPath.get(`${stem}.bvec`);
  const paths = { bval: bval.path, bvec: `${stem}.bvec` };
  const vectors = bvec === undefined ? undefined : await readText(bvec);
  return parseBvalBvec(await readText(bval), vectors, paths);
}

/** Number of the image within its acquisition, by contrast: `_echo-2`, `_inv-3` (BIDS), `_e2` (dcm2niix). */
const ordinals: Partial<Record<ContrastKeyword, RegExp>> = {
  EchoTime: /_echo-(\d+)|_e(\d+)$/,
  InversionTime: /_inv-(\d+)/,
  FlipAngle: /_flip-(\d+)/,
};
const anyOrdinal = /_(?:echo|inv|flip)-\d+|_e\d+$/g;

/** The number a file name gives an image along the contrast; undefined when there is none. */
export function ordinalOf(stem: string, contrast: ContrastKeyword): number | undefined {
  const match = ordinals[contrast]?.exec(stem);
  const digits = match?.[1] ?? match?.[2];
  return digits === undefined ? undefined : Number(digits);
}

/**
 * True when the user's word for a series names this file: its path or name without ending, alone or
 * without the number of the image, or the series of its sidecar; of several, separated by commas, one.
 */
function namesSeries(series: string, stem: string, sidecar: Sidecar | undefined): boolean {
  const plain = [stem, stem.replaceAll(anyOrdinal, "")];
  const names = [...plain, ...plain.map(withoutPart)].flatMap((name) => [
    name,
    name.slice(name.lastIndexOf("/") + 1),
  ]);
  names.push(textField(sidecar, "SeriesInstanceUID"), textField(sidecar, "SeriesNumber"));
  return series
    .split(",")
    .map((wanted) => wanted.trim().replace(niftiName, ""))
    .some((wanted) => wanted !== "" && names.includes(wanted));
}

/**
 * Sorts candidates into groups that may be a series: each 4D file alone, 3D files by what their names
 * share; when that leaves only single images, all 3D files together (one scan per value).
 *
 * @param join - the user named the files: all of them are one group
 */
export function groupCandidates(
  candidates: readonly Candidate[],
  contrast: ContrastKeyword,
  join: boolean,
): readonly CandidateGroup[] {
  if (join && candidates.length > 0) return [{ name: "the chosen files", members: candidates }];
  const groups = new Map<string, Candidate[]>();
  for (const candidate of candidates) {
    const pattern = ordinals[contrast];
    const name =
      candidate.header.volumes > 1 || pattern === undefined
        ? candidate.stem
        : candidate.stem.replace(pattern, "");
    const key = candidate.header.volumes > 1 ? `4D ${name}` : name;
    groups.set(key, [...(groups.get(key) ?? []), candidate]);
  }
  const sorted = [...groups].map(([key, members]) => ({ name: key.replace(/^4D /, ""), members }));
  const single = sorted.every(
    ({ members }) => members.length === 1 && members[0]!.header.volumes === 1,
  );
  return single && sorted.length > 1 ? [{ name: "all 3D files", members: candidates }] : sorted;
}

/**
 * Refuses a group whose numbered images have a gap: an image was lost on the way.
 *
 * @throws InputError E-RECTANGLE
 */
export function requireNoGap({ name, members }: CandidateGroup, contrast: ContrastKeyword): void {
  const numbers = members.map(({ stem }) => ordinalOf(stem, contrast));
  if (numbers.length < 2 || numbers.some((number) => number === undefined)) return;
  const present = new Set(numbers);
  const last = Math.max(...(numbers as number[]));
  // A series may start anywhere, but what lies between its images must be there.
  const first = Math.min(...(numbers as number[]));
  for (let number = first; number <= Math.min(last, first + members.length); number++) {
    if (present.has(number)) continue;
    throw new InputError(
      "E-RECTANGLE",
      `Image ${number} of ${name} is missing, while images up to ${last} are there.`,
      "Is the transfer complete? Copy the images again.",
    );
  }
}
