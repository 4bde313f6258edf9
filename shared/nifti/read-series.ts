import { InputError } from "#shared/errors.ts";
import type { FoundFile } from "#shared/files/list-files.ts";
import type { Pool } from "#shared/parallel/pool.ts";
import { combineParts, remarkOnPhase, type SignalForm } from "#shared/volume/complex-signal.ts";
import { contrastKeywords } from "#shared/volume/contrast-terms.ts";
import { type Grid, voxelCount } from "#shared/volume/grid.ts";
import type {
  ContrastKeyword,
  SeriesVolume,
  SourceFile,
  StoredArray,
} from "#shared/volume/series-volume.ts";
import { type CandidateGroup, findCandidates, requireNoGap } from "./candidates.ts";
import { type ChosenGroup, chooseGroups, type NiftiRequest, wantsParts } from "./choose-group.ts";
import type { Datatype } from "./datatype.ts";
import { encodingOfFiles } from "./diffusion-encoding.ts";
import { valuedVolumes } from "./group-volumes.ts";
import { describeGrid, isSameGrid } from "./match-grid.ts";
import { niftiAcquisition, niftiIdentity } from "./nifti-identity.ts";
import { allocateStored, readVoxels } from "./read-voxels.ts";
import { type ResolvedAxis, statedValues } from "./resolve-axis.ts";

export { looksLikeNifti } from "./candidates.ts";

/**
 * The series a folder's NIfTI files hold: a 4D file, or 3D files of one grid, with the contrast of each
 * volume from a BIDS sidecar, a bval file, or the user. Volumes are sorted by the contrast; stored
 * values keep their type and lie on shared memory.
 *
 * @param progress - told after each file
 * @throws InputError E-GRID, E-RECTANGLE, E-MODALITY, and as findCandidates, chooseGroups, combineParts and readVoxels
 * do
 */
export async function readNiftiSeries(
  _folder: string,
  files: readonly FoundFile[],
  want: NiftiRequest,
  pool: Pool,
  progress?: (done: number, total: number) => void,
): Promise<SeriesVolume> {
  const { candidates, warnings } = await findCandidates(files, want.series, wantsParts(want));
  const { contrast, form, chosen } = chooseGroups(candidates, withGiven(want), files);
  const [first] = chosen;
  for (const { group } of chosen) {
    requireNoGap(group, contrast);
    requireModality(group);
  }
  const all = { name: first.group.name, members: chosen.flatMap(({ group }) => group.members) };
  const { grid } = requireSameGrid(all);
  const read: PartRead[] = [];
  for (const part of chosen) read.push(await readPart(part, grid.shape[2], pool, progress));
  const signals = joinParts(form, read, first, grid);
  const { sidecar } = first.group.members[first.resolved.volumes[0]!.member]!;
  return {
    grid,
    ...signals,
    ...covariatesOf(first, contrast),
    ...(contrast === "DiffusionBValue" && {
      diffusion: encodingOfFiles(first.group, first.resolved, grid, want.given),
    }),
    acquisition: niftiAcquisition(sidecar, contrast),
    identity: niftiIdentity(
      sidecar,
      read.flatMap(({ sources }) => sources),
      grid.shape[2],
    ),
    warnings: [
      ...warnings,
      ...signals.warnings,
      ...all.members.flatMap(({ header }) => header.warnings),
    ],
  };
}

/** Given b-values are values of the axis, in the order of the volumes. */
function withGiven(want: NiftiRequest): NiftiRequest {
  const { given } = want;
  if (given === undefined) return want;
  return { ...want, values: given.bValues, override: given.override };
}

type PartRead = Pick<SeriesVolume, "stored" | "slope" | "intercept"> & {
  readonly sources: readonly SourceFile[];
};

async function readPart(
  { group, resolved }: ChosenGroup,
  slices: number,
  pool: Pool,
  progress: ((done: number, total: number) => void) | undefined,
): Promise<PartRead> {
  const frames = resolved.volumes.flatMap(({ member }) =>
    Array.from({ length: slices }, () => group.members[member]!.header),
  );
  return {
    ...(await readMembers(group, resolved, pool.size, progress)),
    slope: Float64Array.from(frames, (header) => header.slope),
    intercept: Float64Array.from(frames, (header) => header.intercept),
  };
}

/** The signals of one part as they are stored, or of two as real and imaginary ones, and their axis. */
function joinParts(
  form: SignalForm,
  read: readonly PartRead[],
  { group, resolved: { axis } }: ChosenGroup,
  { shape }: Grid,
): Pick<
  SeriesVolume,
  "axis" | "parts" | "stored" | "slope" | "intercept" | "padding" | "warnings"
> {
  const [first, second] = read.map(({ sources: _, ...signals }) => ({
    ...signals,
    padding: undefined,
    shape,
  }));
  if (first === undefined) throw new Error("no images");
  if (second === undefined || form === "magnitude" || form === "real") {
    const { shape: _, ...signals } = first;
    const parts = form === "real" ? { parts: axis.values.map(() => "real" as const) } : {};
    return { axis, ...parts, ...signals, warnings: [] };
  }
  const n = axis.values.length;
  const { note, ...signals } = combineParts(form, [first, second], n, group.name);
  return {
    axis: { ...axis, values: [...axis.values, ...axis.values] },
    parts: [
      ...axis.values.map(() => "real" as const),
      ...axis.values.map(() => "imaginary" as const),
    ],
    ...signals,
    warnings: note === "" ? [] : [remarkOnPhase(note)],
  };
}

function covariatesOf(
  { group, resolved }: ChosenGroup,
  axis: ContrastKeyword,
): Pick<SeriesVolume, "covariates"> {
  const covariates: { [keyword in ContrastKeyword]?: readonly number[] } = {};
  for (const keyword of contrastKeywords) {
    if (keyword === axis || statedValues(group, keyword).length < 2) continue;
    const { volumes } = valuedVolumes(group, keyword, false);
    covariates[keyword] = resolved.volumes.map(
      ({ member, volume }) =>
        volumes.find((one) => one.member === member && one.volume === volume)!.found!,
    );
  }
  return Object.keys(covariates).length === 0 ? {} : { covariates };
}

function requireSameGrid({ members }: CandidateGroup): CandidateGroup["members"][number]["header"] {
  const first = members[0]!;
  const other = members.find(({ header }) => !isSameGrid(header.grid, first.header.grid));
  if (other === undefined) return first.header;
  throw new InputError(
    "E-GRID",
    `The images do not lie on the same voxels. ${first.file.path}: ${describeGrid(first.header.grid)}. ${other.file.path}: ${describeGrid(other.header.grid)}.`,
    "Choose the files of one scan with --series, or resample them to one grid.",
  );
}

function requireModality({ members }: CandidateGroup): void {
  for (const { sidecar } of members) {
    const modality = sidecar?.fields["Modality"];
    if (modality === undefined || modality === "MR") continue;
    throw new InputError(
      "E-MODALITY",
      `${sidecar?.path} says Modality ${modality}; MR images are needed.`,
      "Choose an MR scan.",
    );
  }
}

async function readMembers(
  { members }: CandidateGroup,
  { volumes }: ResolvedAxis,
  atOnce: number,
  progress: ((done: number, total: number) => void) | undefined,
): Promise<{ stored: StoredArray; sources: SourceFile[] }> {
  const types = new Set(members.map(({ header }) => header.datatype));
  const perVolume = voxelCount(members[0]!.header.grid);
  const stored = allocateStored(commonType(types), perVolume * volumes.length);
  const sources: SourceFile[] = [];
  let next = 0;
  let done = 0;
  const readNext = async (): Promise<void> => {
    for (let member = next++; member < members.length; member = next++) {
      const candidate = members[member]!;
      const slots: number[] = [];
      volumes.forEach((from, slot) => {
        if (from.member === member) slots[from.volume] = slot;
      });
      const sha256 =
        types.size === 1
          ? await readVoxels(candidate, stored, slots)
          : await readConverted(candidate, stored, slots, perVolume);
      sources[member] = { path: candidate.file.path, sha256, sopInstanceUID: "" };
      progress?.(++done, members.length);
    }
  };
  await Promise.all(Array.from({ length: Math.max(1, atOnce) }, readNext));
  return { stored, sources };
}

/** A type that holds the values of all files exactly; converters store echoes as int16 or uint16 as they need. */
function commonType(types: ReadonlySet<Datatype>): Datatype {
  const [only] = types;
  if (only !== undefined && types.size === 1) return only;
  return [...types].every((type) => /^u?int(?:8|16)$|^int32$/.test(type)) ? "int32" : "float64";
}

async function readConverted(
  candidate: CandidateGroup["members"][number],
  stored: StoredArray,
  slots: readonly number[],
  perVolume: number,
): Promise<string> {
  const own = allocateStored(candidate.header.datatype, perVolume * slots.length);
  const sha256 = await readVoxels(
    candidate,
    own,
    slots.map((_, volume) => volume),
  );
  slots.forEach((slot, volume) => {
    stored.set(own.subarray(volume * perVolume, (volume + 1) * perVolume), slot * perVolume);
  });
  return sha256;
}
