import { InputError, isProgramError, type ProgramError, UsageError } from "#shared/errors.ts";
import type { FoundFile } from "#shared/files/list-files.ts";
import type { Pool } from "#shared/parallel/pool.ts";
import { contrastTerms } from "#shared/volume/contrast-terms.ts";
import { voxelCount } from "#shared/volume/grid.ts";
import type {
  AcquisitionValue,
  SeriesVolume,
  SourceFile,
  StoredArray,
} from "#shared/volume/series-volume.ts";
import {
  type CandidateGroup,
  findCandidates,
  groupCandidates,
  requireNoGap,
} from "./candidates.ts";
import type { Datatype } from "./datatype.ts";
import { describeGrid, isSameGrid } from "./match-grid.ts";
import { niftiAcquisition, niftiIdentity } from "./nifti-identity.ts";
import { allocateStored, readVoxels } from "./read-voxels.ts";
import { type NiftiRequest, type ResolvedAxis, resolveAxis } from "./resolve-axis.ts";

export { looksLikeNifti } from "./candidates.ts";

/**
 * The series a folder's NIfTI files hold: a 4D file, or 3D files of one grid, with the contrast of each
 * volume from a BIDS sidecar, a bval file, or the user. Volumes are sorted by the contrast; stored
 * values keep their type and lie on shared memory.
 *
 * @param progress - told after each file
 * @throws InputError E-NO-NIFTI, E-MIXED-SERIES, E-GRID, E-RECTANGLE, E-MODALITY, and as findCandidates, resolveAxis
 * and readVoxels do
 */
export async function readNiftiSeries(
  _folder: string,
  files: readonly FoundFile[],
  want: NiftiRequest,
  pool: Pool,
  progress?: (done: number, total: number) => void,
): Promise<SeriesVolume> {
  const { candidates, warnings } = await findCandidates(files, want.series);
  const groups = groupCandidates(candidates, want.contrast, (want.series ?? "").includes(","));
  const { group, resolved } = chooseGroup(groups, want, files);
  requireNoGap(group, want.contrast);
  const { grid } = requireSameGrid(group);
  requireModality(group);
  const { stored, sources } = await readMembers(group, resolved, pool.size, progress);
  const slices = grid.shape[2];
  const frames = resolved.volumes.flatMap(({ member }) =>
    Array.from({ length: slices }, () => group.members[member]!.header),
  );
  const { sidecar } = group.members[resolved.volumes[0]!.member]!;
  return {
    grid,
    axis: resolved.axis,
    stored,
    slope: Float64Array.from(frames, (header) => header.slope),
    intercept: Float64Array.from(frames, (header) => header.intercept),
    padding: undefined,
    acquisition: [...niftiAcquisition(sidecar, want.contrast), ...gradients(group, resolved)],
    identity: niftiIdentity(sidecar, sources, slices),
    warnings: [...warnings, ...group.members.flatMap(({ header }) => header.warnings)],
  };
}

function chooseGroup(
  groups: readonly CandidateGroup[],
  want: NiftiRequest,
  files: readonly FoundFile[],
): { group: CandidateGroup; resolved: ResolvedAxis } {
  if (groups.length === 0) {
    throw want.series === undefined
      ? new InputError(
          "E-NO-NIFTI",
          "The folder holds no NIfTI images that can be fitted.",
          "Give the folder of a multi-image scan.",
        )
      : new UsageError(
          "E-SERIES",
          `--series ${want.series}: no such series in the input folder, which holds ${listNames(files)}.`,
          "Give the name of a file without its ending.",
        );
  }
  const tried = groups.map((group) => ({ group, ...attempt(group, want) }));
  const usable = tried.flatMap(({ group, resolved }) => (resolved ? [{ group, resolved }] : []));
  const [only] = usable;
  if (only !== undefined && usable.length === 1) return only;
  if (usable.length > 1)
    throw mixed(
      usable.map(({ group }) => group),
      want,
    );
  // Nothing fits: the group with the most images is the one that was meant.
  const [meant] = tried.toSorted((a, b) => imageCount(b.group) - imageCount(a.group));
  throw meant?.error ?? new Error("no group and no error");
}

function listNames(files: readonly FoundFile[]): string {
  const names = files.map(({ path }) => path).filter((path) => /\.nii(?:\.gz)?$/i.test(path));
  return names.slice(0, 12).join(", ") + (names.length > 12 ? ", ..." : "");
}

function attempt(
  group: CandidateGroup,
  want: NiftiRequest,
): { resolved?: ResolvedAxis; error?: ProgramError } {
  try {
    return { resolved: resolveAxis(group, want) };
  } catch (error) {
    if (isProgramError(error)) return { error };
    throw error;
  }
}

function imageCount({ members }: CandidateGroup): number {
  return members.reduce((sum, { header }) => sum + header.volumes, 0);
}

function mixed(groups: readonly CandidateGroup[], want: NiftiRequest): InputError {
  const { noun } = contrastTerms(want.contrast);
  const list = groups.slice(0, 5).map((group) => `${group.name} (${imageCount(group)} ${noun})`);
  const more = groups.length > 5 ? ", ..." : "";
  return new InputError(
    "E-MIXED-SERIES",
    `The folder holds ${groups.length} series that could be meant: ${list.join(", ")}${more}.`,
    `Choose one with --series ${groups[0]!.name}.`,
  );
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

/** Gradient directions of the images in the order of the axis, three numbers each (see DiffusionTable). */
function gradients(
  { members }: CandidateGroup,
  { axis, volumes }: ResolvedAxis,
): AcquisitionValue[] {
  if (axis.keyword !== "DiffusionBValue") return [];
  const vectors = volumes.map(
    ({ member, volume }) => members[member]!.diffusion?.directions?.[volume],
  );
  if (vectors.some((vector) => vector === undefined)) return [];
  const value = vectors.flatMap((vector) => [...vector!]);
  return [{ keyword: "DiffusionGradientOrientation", value, unit: "1", source: "bvec" }];
}
