import { InputError, UsageError } from "#shared/errors.ts";
import { unitEntry } from "#shared/units.ts";
import { suggestProgram } from "#shared/volume/contrast-refusals.ts";
import { contrastKeywords, contrastTerms } from "#shared/volume/contrast-terms.ts";
import type { ContrastAxis, ContrastKeyword } from "#shared/volume/series-volume.ts";
import { type CandidateGroup, ordinalOf } from "./candidates.ts";
import { type GroupVolume, type ValuedVolume, valuedVolumes } from "./group-volumes.ts";

/** What a program wants of the axis. */
export interface AxisRequest {
  readonly contrast: ContrastKeyword;
  /** Values given by the user, in the unit of the axis (ms, degrees, s/mm²), in the order of the volumes. */
  readonly values?: readonly number[];
  /** The user's values win over those of the files. */
  readonly override?: boolean;
  /** Fewest distinct values that make sense. */
  readonly atLeast: number;
}

/** The contrast axis of a group, and its images in the order of the axis. */
export interface ResolvedAxis {
  readonly axis: ContrastAxis;
  readonly volumes: readonly GroupVolume[];
  /** Place of each image in the order of the files, 0 first. */
  readonly order: readonly number[];
}

/** Values that differ by more are two values (qmri-conventions 7.5.3). */
const agreement = 0.01;
/** Values that differ by less are one. */
const equality = 1e-6;

/**
 * The values of the wanted contrast for each image of a group, ascending.
 *
 * @throws InputError E-MISSING-TE, E-TE-CONSTANT, E-TE-MISMATCH, E-TE-COUNT, E-DUPLICATE, E-FEW (TR, TI, FA and
 * B alike; E-NO-BVALUE), E-SIDECAR-UNIT
 * @throws UsageError E-TE-COUNT when the user gives another number of values than there are images
 */
export function resolveAxis(group: CandidateGroup, request: AxisRequest): ResolvedAxis {
  const terms = contrastTerms(request.contrast);
  const forced = request.values !== undefined && request.override === true;
  const { volumes: found, source } = valuedVolumes(group, request.contrast, forced);
  if (found.length < request.atLeast) throw tooFew(group, found.length, "images", request);
  const volumes = request.values === undefined ? found : knownOrder(found, group, request.contrast);
  const values =
    request.values === undefined
      ? requireFound(volumes, group, request)
      : requireAgreement(volumes, request.values, group, request);
  const order = values.map((_, index) => index).sort((a, b) => values[a]! - values[b]!);
  const sorted = order.map((index) => values[index]!);
  requireDistinct(sorted, order, volumes, group, request);
  return {
    axis: {
      keyword: request.contrast,
      values: sorted,
      unit: terms.unit,
      source: request.values === undefined ? source : "user",
    },
    volumes: order.map((index) => ({
      member: volumes[index]!.member,
      volume: volumes[index]!.volume,
    })),
    order,
  };
}

function requireFound(
  volumes: readonly ValuedVolume[],
  group: CandidateGroup,
  { contrast }: AxisRequest,
): number[] {
  const without = volumes.filter((volume) => volume.found === undefined);
  if (without.length === 0) return volumes.map((volume) => volume.found!);
  const { code, noun, option } = contrastTerms(contrast);
  const path = without[0]!.path;
  const stem = path.replace(/\.nii(?:\.gz)?$/i, "");
  const isB = contrast === "DiffusionBValue";
  const many = without.length < volumes.length ? `${without.length} of ` : "";
  throw new InputError(
    isB ? "E-NO-BVALUE" : `E-MISSING-${code}`,
    `No ${noun} for ${many}${volumes.length} images of ${group.name} (first: ${path}).`,
    isB
      ? `Put ${stem}.bval beside it, or give ${option}.`
      : `Put ${contrast}, in ${contrast === "FlipAngle" ? "degrees" : "seconds"}, one value for each volume, into ${stem}.json, or give ${option}.`,
  );
}

function requireAgreement(
  volumes: readonly ValuedVolume[],
  given: readonly number[],
  group: CandidateGroup,
  { contrast, override }: AxisRequest,
): number[] {
  const { code, noun, option, symbol, unit } = contrastTerms(contrast);
  if (given.length !== volumes.length) {
    throw new UsageError(
      `E-${code}-COUNT`,
      `${option} gives ${given.length} ${noun}, but ${group.name} holds ${volumes.length} images.`,
      "Give one value for each image.",
    );
  }
  if (override === true) return [...given];
  // A single value beside a 4D file is that of its first volume, not of all.
  const single = group.members.length === 1 && isConstant(volumes);
  const wrong = volumes.findIndex((volume, index) => {
    if (volume.found === undefined || (single && index > 0)) return false;
    return Math.abs(volume.found - given[index]!) > agreement * Math.abs(volume.found);
  });
  if (wrong < 0) return [...given];
  const label = unitEntry(unit).label;
  throw new InputError(
    `E-${code}-MISMATCH`,
    `${volumes[wrong]!.path} says ${symbol} ${volumes[wrong]!.found} ${label}, ${option} says ${given[wrong]} ${label} (image ${wrong + 1}): they disagree.`,
    `Leave out ${option}, or force it with --override ${option.slice(2)}.`,
  );
}

/** The user's values are dealt out in order, which several files have only through their numbers or values. */
function knownOrder(
  volumes: readonly ValuedVolume[],
  { members }: CandidateGroup,
  contrast: ContrastKeyword,
): readonly ValuedVolume[] {
  const numbered = members.every(({ stem }) => ordinalOf(stem, contrast) !== undefined);
  if (members.length === 1 || numbered) return volumes;
  if (volumes.every((volume) => volume.found !== undefined)) {
    return volumes.toSorted((a, b) => a.found! - b.found!);
  }
  const { code, noun, option } = contrastTerms(contrast);
  throw new InputError(
    `E-MISSING-${code}`,
    `The order of ${members.length} files (${members[0]!.file.path}, ...) is not known, so ${option} cannot be dealt out.`,
    `Put the ${noun} into sidecars, or join the files into one 4D file.`,
  );
}

function isConstant(volumes: readonly ValuedVolume[]): boolean {
  return volumes.every((volume) => volume.found === volumes[0]!.found);
}

function requireDistinct(
  sorted: readonly number[],
  order: readonly number[],
  volumes: readonly ValuedVolume[],
  group: CandidateGroup,
  request: AxisRequest,
): void {
  const { contrast, atLeast } = request;
  const { code, noun, symbol, unit } = contrastTerms(contrast);
  const label = unitEntry(unit).label;
  const same = (index: number): boolean =>
    sorted[index]! - sorted[index - 1]! <= equality * Math.abs(sorted[index]!);
  const repeated = sorted.map((_, index) => index).filter((index) => index > 0 && same(index));
  const distinct = sorted.length - repeated.length;
  if (sorted.length > 1 && distinct === 1) {
    throw new InputError(
      `E-${code}-CONSTANT`,
      `All ${sorted.length} images of ${group.name} have ${symbol} ${sorted[0]} ${label}.${whatVaries(group, contrast)}`,
      `Choose a scan with several ${noun}.`,
    );
  }
  const [second] = repeated;
  if (second !== undefined && contrast !== "DiffusionBValue") {
    const [a, b] = [volumes[order[second - 1]!]!, volumes[order[second]!]!];
    const place = ({ path, volume }: ValuedVolume): string => `${path} volume ${volume + 1}`;
    throw new InputError(
      "E-DUPLICATE",
      `${symbol} ${sorted[second]} ${label} occurs twice (${place(a)}, ${place(b)}).`,
      "Remove one of the images, or average them first.",
    );
  }
  if (distinct < atLeast) throw tooFew(group, distinct, noun, request);
}

function tooFew(
  group: CandidateGroup,
  count: number,
  what: string,
  { atLeast }: AxisRequest,
): InputError {
  return new InputError(
    "E-FEW",
    `${group.name} holds ${count} ${count === 1 ? what.replace(/s$/, "") : what}; at least ${atLeast} are needed.`,
    "Choose a scan with more images, or a model with fewer parameters.",
  );
}

function whatVaries(group: CandidateGroup, wanted: ContrastKeyword): string {
  const varying = describeVarying(group, wanted);
  return varying === "" ? "" : ` What varies is ${varying}. ${suggestProgram(varying)}`;
}

/** `RepetitionTime (8 values)`: the contrasts that vary over the images of a group, except one. */
export function describeVarying(group: CandidateGroup, except?: ContrastKeyword): string {
  return contrastKeywords
    .filter((keyword) => keyword !== except)
    .map((keyword) => ({ keyword, values: statedValues(group, keyword) }))
    .filter(({ values }) => values.length > 1)
    .map(({ keyword, values }) => `${keyword} (${values.length} values)`)
    .join(", ");
}

/** Distinct values of a contrast, ascending; none where an image lacks its own. */
export function statedValues(group: CandidateGroup, keyword: ContrastKeyword): readonly number[] {
  const values = valuedVolumes(group, keyword, false).volumes.map(({ found }) => found);
  const stated = values.filter((value) => value !== undefined);
  if (stated.length < values.length) return [];
  return [...new Set(stated)].sort((a, b) => a - b);
}
