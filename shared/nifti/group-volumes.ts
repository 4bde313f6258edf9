import { InputError } from "#shared/errors.ts";
import { contrastTerms } from "#shared/volume/contrast-terms.ts";
import type { ContrastKeyword } from "#shared/volume/series-volume.ts";
import { type CandidateGroup, ordinalOf } from "./candidates.ts";
import { sidecarContrast } from "./sidecar-contrast.ts";

/** One image of a group: volume `volume` of its member `member`. */
export interface GroupVolume {
  readonly member: number;
  readonly volume: number;
}

/** An image of a group and its value of a contrast. */
export interface ValuedVolume extends GroupVolume {
  /** From the files; undefined when they say nothing. */
  readonly found: number | undefined;
  readonly path: string;
}

/**
 * The images of a group with what sidecars and bval files say of a contrast.
 *
 * @param ignoreFiles - leave the values of the files unread
 * @throws InputError E-TE-COUNT (TR, TI, FA, B alike) when a file has another number of values than volumes
 */
export function valuedVolumes(
  { members }: CandidateGroup,
  keyword: ContrastKeyword,
  ignoreFiles: boolean,
): { volumes: ValuedVolume[]; source: string } {
  let source = "";
  const volumes = members.flatMap((candidate, member): ValuedVolume[] => {
    const count = candidate.header.volumes;
    const path = candidate.file.path;
    const contrast = ignoreFiles ? undefined : contrastOf(candidate, keyword);
    if (contrast !== undefined && ![1, count].includes(contrast.values.length)) {
      throw new InputError(
        `E-${contrastTerms(keyword).code}-COUNT`,
        `${path} has ${count} volumes, but ${contrast.values.length} ${contrastTerms(keyword).noun} stand beside it (${contrast.source}).`,
        "Correct the sidecar.",
      );
    }
    source ||= contrast?.source ?? "";
    return Array.from({ length: count }, (_, volume) => ({
      member,
      volume,
      path,
      found: contrast?.values[contrast.values.length === 1 ? 0 : volume],
    }));
  });
  // Images without values are in the order of their numbers; never of their names.
  const ordinal = (volume: ValuedVolume): number =>
    ordinalOf(members[volume.member]!.stem, keyword) ?? 0;
  return {
    volumes: volumes.sort(
      (a, b) => ordinal(a) - ordinal(b) || a.member - b.member || a.volume - b.volume,
    ),
    source,
  };
}

function contrastOf(
  candidate: CandidateGroup["members"][number],
  keyword: ContrastKeyword,
): { values: readonly number[]; source: string } | undefined {
  if (keyword === "DiffusionBValue" && candidate.diffusion !== undefined) {
    return { values: candidate.diffusion.bValues, source: "bval" };
  }
  return sidecarContrast(candidate.sidecar, keyword);
}
