import { structsOf } from "./jcamp.ts";
import type { ParameterFile } from "./parameter-file.ts";

/** A group of frames in a visu_pars file. */
export interface FrameGroup {
  readonly count: number;
  /** FG_SLICE, FG_DIFFUSION, ... */
  readonly id: string;
  readonly comment: string;
}

/** The groups of a reconstruction, the first one fastest (bruker.md 4); undefined when they are not described. */
export function readFrameGroups(visu: ParameterFile): readonly FrameGroup[] | undefined {
  const values = structsOf(visu, "VisuFGOrderDesc");
  if (values === undefined) return undefined;
  const groups = values.map((value) => {
    const [count, id, comment] = value;
    if (typeof count !== "number" || !Number.isInteger(count) || count < 1) return undefined;
    return { count, id: String(id), comment: String(comment) };
  });
  return groups.includes(undefined) ? undefined : (groups as FrameGroup[]);
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
  const at = others.indexOf(diffusion);
  const faster = others.slice(0, at).reduce((product, { count }) => product * count, 1);
  const all = others.reduce((product, { count }) => product * count, 1);
  return Array.from({ length: all }, (_, image) => Math.floor(image / faster) % diffusion.count);
}
