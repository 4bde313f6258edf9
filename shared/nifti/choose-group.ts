import { InputError, isProgramError, type ProgramError, UsageError } from "#shared/errors.ts";
import type { FoundFile } from "#shared/files/list-files.ts";
import {
  type PartsWish,
  partsHints,
  type SignalForm,
  servingForms,
} from "#shared/volume/complex-signal.ts";
import { nothingVaries, severalVary } from "#shared/volume/contrast-refusals.ts";
import { contrastList, contrastTerms } from "#shared/volume/contrast-terms.ts";
import type { GivenDiffusion } from "#shared/volume/given-diffusion.ts";
import type { ContrastKeyword } from "#shared/volume/series-volume.ts";
import { type Candidate, type CandidateGroup, groupCandidates } from "./candidates.ts";
import {
  type AxisRequest,
  describeVarying,
  type ResolvedAxis,
  resolveAxis,
  statedValues,
} from "./resolve-axis.ts";
import { partsOfForm, withoutPart } from "./signal-part.ts";

/** What a program wants to read. */
export interface NiftiRequest extends Omit<AxisRequest, "contrast"> {
  /** What varies from image to image, or what may. */
  readonly contrast: ContrastKeyword | readonly ContrastKeyword[];
  /** Stem of a NIfTI file, SeriesInstanceUID or number; several separated by commas are joined. */
  readonly series?: string;
  /** Which parts of the complex signal are wanted along each contrast; magnitudes where nothing is said. */
  readonly parts?: { readonly [keyword in ContrastKeyword]?: PartsWish };
  /** b-values and directions that do not stand beside the images. */
  readonly given?: GivenDiffusion;
}

/** Files that are one list of images, and the axis they lie on. */
export interface ChosenGroup {
  readonly group: CandidateGroup;
  readonly resolved: ResolvedAxis;
}

/** The files of a series: one group, or two for the parts of a complex signal. */
export interface GroupChoice {
  readonly contrast: ContrastKeyword;
  readonly form: SignalForm;
  readonly chosen: readonly [ChosenGroup, ...ChosenGroup[]];
}

/** True when somebody wants more than magnitudes. */
export function wantsParts({ parts = {} }: Pick<NiftiRequest, "parts">): boolean {
  return Object.values(parts).some((part) => part !== "magnitude");
}

/**
 * The one group of files in which a wanted contrast varies.
 *
 * @throws InputError E-NO-NIFTI, E-MIXED-SERIES, E-NO-CONTRAST, E-SEVERAL-CONTRASTS, E-COMPLEX, or what keeps the
 *   likeliest group from being used (resolveAxis); UsageError E-SERIES
 */
export function chooseGroups(
  candidates: readonly Candidate[],
  want: NiftiRequest,
  files: readonly FoundFile[],
): GroupChoice {
  if (candidates.length === 0) throw noImages(want, files);
  const tried = contrastList(want.contrast).map((contrast) =>
    tryContrast(candidates, contrast, want),
  );
  const usable = tried.flatMap((attempt) => attempt.usable);
  const [only] = usable;
  if (only !== undefined && usable.length === 1) return only;
  if (only !== undefined) {
    const contrasts = [...new Set(usable.map(({ contrast }) => contrast))];
    const name = only.chosen[0].group.name;
    const oneGroup = usable.every(({ chosen }) => chosen[0].group.name === name);
    if (!oneGroup || contrasts.length === 1) throw mixed(usable);
    const { group } = only.chosen[0];
    throw severalVary(
      group.name,
      contrasts.map((keyword) => ({ keyword, values: statedValues(group, keyword) })),
    );
  }
  throw explain(
    tried.flatMap((attempt) => attempt.refused),
    want,
  );
}

interface Refused {
  readonly group: CandidateGroup;
  readonly error: ProgramError;
}

interface Attempt {
  readonly usable: readonly GroupChoice[];
  readonly refused: readonly Refused[];
}

/** Tries the forms of the signal that serve the wish, the best first, until one has a group that can be used. */
function tryContrast(
  candidates: readonly Candidate[],
  contrast: ContrastKeyword,
  want: NiftiRequest,
): Attempt {
  const wish = want.parts?.[contrast] ?? "magnitude";
  const axis: AxisRequest = { ...want, contrast };
  const joined = (want.series ?? "").includes(",");
  const refused: Refused[] = [];
  for (const form of servingForms[wish]) {
    const lists = partsOfForm(form).map((part) => {
      // Somebody who names a file wants it, whatever its name says of its part.
      const named = want.series !== undefined && wish === "magnitude";
      const own = candidates.filter((candidate) => named || candidate.part === part);
      return groupCandidates(own, contrast, joined);
    });
    const [first = [], second] = lists;
    const usable: GroupChoice[] = [];
    for (const group of first) {
      const found = attempt(group, axis);
      if ("error" in found) refused.push(found);
      else if (second === undefined) usable.push({ contrast, form, chosen: [found] });
      else {
        const companion = findCompanion(found, second, axis);
        if (companion !== undefined) usable.push({ contrast, form, chosen: [found, companion] });
      }
    }
    if (usable.length > 0) return { usable, refused };
  }
  if (refused.length > 0) return { usable: [], refused };
  const counts = new Map<string, number>();
  for (const { part, header } of candidates) {
    counts.set(part, (counts.get(part) ?? 0) + header.volumes);
  }
  const list = [...counts].map(([part, count]) => `${count} ${part}`).join(", ");
  const error = new InputError("E-COMPLEX", `The folder holds ${list} images.`, partsHints[wish]);
  return { usable: [], refused: [{ group: { name: "", members: candidates }, error }] };
}

function attempt(group: CandidateGroup, axis: AxisRequest): ChosenGroup | Refused {
  try {
    return { group, resolved: resolveAxis(group, axis) };
  } catch (error) {
    if (isProgramError(error)) return { group, error };
    throw error;
  }
}

/** The other part of the same measurement: the same name but for the part, and the same values. */
function findCompanion(
  { group, resolved }: ChosenGroup,
  others: readonly CandidateGroup[],
  axis: AxisRequest,
): ChosenGroup | undefined {
  const alike =
    others.length === 1
      ? others
      : others.filter(({ name }) => withoutPart(name) === withoutPart(group.name));
  const [only] = alike;
  if (only === undefined || alike.length > 1) return undefined;
  const found = attempt(only, axis);
  if ("error" in found) return undefined;
  const { values } = found.resolved.axis;
  const same =
    values.length === resolved.axis.values.length &&
    values.every((value, i) => Math.abs(value - resolved.axis.values[i]!) <= 1e-6 * value);
  return same ? found : undefined;
}

/** Why nothing can be used: of the group with the most images, which is the one that was meant. */
function explain(refused: readonly Refused[], want: NiftiRequest): Error {
  const [meant] = refused.toSorted((a, b) => imageCount(b.group) - imageCount(a.group));
  if (meant === undefined) throw new Error("no group and no error");
  const contrasts = contrastList(want.contrast);
  if (contrasts.length === 1) return meant.error;
  const own = refused.filter(({ group }) => group.name === meant.group.name);
  const other = own.find(({ error }) => !/^E-(?:MISSING-|[A-Z]+-CONSTANT)/.test(error.code));
  if (other !== undefined) return other.error;
  const found = contrasts.map((keyword) => ({
    keyword,
    values: statedValues(meant.group, keyword),
  }));
  return nothingVaries(meant.group.name, found, describeVarying(meant.group));
}

function noImages(want: NiftiRequest, files: readonly FoundFile[]): ProgramError {
  return want.series === undefined
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

function listNames(files: readonly FoundFile[]): string {
  const names = files.map(({ path }) => path).filter((path) => /\.nii(?:\.gz)?$/i.test(path));
  return names.slice(0, 12).join(", ") + (names.length > 12 ? ", ..." : "");
}

function imageCount({ members }: CandidateGroup): number {
  return members.reduce((sum, { header }) => sum + header.volumes, 0);
}

function mixed(usable: readonly GroupChoice[]): InputError {
  const list = usable.slice(0, 5).map(({ contrast, chosen: [{ group }] }) => {
    return `${group.name} (${imageCount(group)} ${contrastTerms(contrast).noun})`;
  });
  const more = usable.length > 5 ? ", ..." : "";
  return new InputError(
    "E-MIXED-SERIES",
    `The folder holds ${usable.length} series that could be meant: ${list.join(", ")}${more}.`,
    `Choose one with --series ${usable[0]!.chosen[0].group.name}.`,
  );
}
