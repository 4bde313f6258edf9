import { indexInGroup } from "./group-index.ts";
import { type JcampValue, structsOf } from "./jcamp.ts";
import type { ParameterFile } from "./parameter-file.ts";

/** A parameter that has one value for each element of a group. */
export interface Dependent {
  readonly name: string;
  /** Index of the value of the group's first element. */
  readonly start: number;
}

/** A group of frames in a visu_pars file. */
export interface FrameGroup {
  readonly count: number;
  /** FG_SLICE, FG_DIFFUSION, ...; unknown ones are as good as any. */
  readonly id: string;
  readonly comment: string;
  readonly dependents: readonly Dependent[];
}

/**
 * The groups of a reconstruction, the first one fastest: VisuFGOrderDesc lists (count, id, comment, first dependent, number
 * of dependents), and its dependents are entries of VisuGroupDepVals. An empty name there means none.
 *
 * @returns undefined when they are not described, or not as groups
 */
export function readFrameGroups(visu: ParameterFile): readonly FrameGroup[] | undefined {
  const dependents = (structsOf(visu, "VisuGroupDepVals") ?? []).map(readDependent);
  const groups = structsOf(visu, "VisuFGOrderDesc")?.map((values): FrameGroup | undefined => {
    const [count, id, comment, first = 0, several = 0] = values;
    if (typeof count !== "number" || !Number.isSafeInteger(count) || count < 1) return undefined;
    const own = dependents.slice(Number(first), Number(first) + Number(several));
    return {
      ...{ count, id: String(id), comment: String(comment) },
      dependents: own.filter((dependent) => dependent !== undefined),
    };
  });
  return groups?.includes(undefined) ? undefined : (groups as readonly FrameGroup[] | undefined);
}

function readDependent([name, start]: readonly JcampValue[]): Dependent | undefined {
  if (typeof name !== "string" || name === "") return undefined;
  return Number.isInteger(start) && Number(start) >= 0 ? { name, start: Number(start) } : undefined;
}

/** Frames that the groups make; 1 without any. */
export function countFrames(groups: readonly FrameGroup[]): number {
  return groups.reduce((product, { count }) => product * count, 1);
}

/**
 * The group of the diffusion experiments. ParaVision 5 calls it FG_MOVIE; FG_DTI is that of the maps computed of them,
 * though its comment speaks of diffusion.
 */
export function findDiffusionGroup(groups: readonly FrameGroup[]): FrameGroup | undefined {
  return (
    groups.find(({ id }) => id === "FG_DIFFUSION") ?? groups.find(({ id }) => id === "FG_MOVIE")
  );
}

/**
 * For each image of a slice, in the order of the frames, which diffusion experiment it shows.
 *
 * @param diffusion - the one of the groups that runs over them
 */
export function experimentsOfFrames(
  groups: readonly FrameGroup[],
  diffusion: FrameGroup,
): readonly number[] {
  const others = groups.filter(({ id }) => id !== "FG_SLICE");
  const images = countFrames(others);
  return Array.from({ length: images }, (_, image) => indexInGroup(others, diffusion, image));
}
