import { InputError } from "#shared/errors.ts";
import type { GivenDiffusion } from "#shared/volume/given-diffusion.ts";
import { isContradiction, mostImages, readDiffusionExperiments } from "./diffusion-experiments.ts";
import { experimentsOfFrames, findDiffusionGroup, readFrameGroups } from "./frame-groups.ts";
import type { ParameterFile } from "./parameter-file.ts";

/** Most effective b of a b = 0 image that is nothing to speak of, s/mm². */
const negligible = 1;

/**
 * How the images of a ParaVision scan are weighted, one entry for each image of a slice, in the order of frames.
 *
 * @param method - the scan's `method`; @param visu - the reconstruction's `visu_pars`; one of them may be missing
 * @param place - of the files, for messages
 * @returns undefined when the files are not of a diffusion scan
 * @throws InputError E-PARAVISION when their numbers contradict each other
 */
export function readScanDiffusion(
  method: ParameterFile | undefined,
  visu: ParameterFile | undefined,
  place: string,
): GivenDiffusion | undefined {
  const refuse = (found: string) =>
    new InputError(
      "E-PARAVISION",
      `The ParaVision files in ${place} contradict each other: ${found}.`,
      "Use the method and visu_pars of one and the same scan, or give --bvals and --bvecs.",
    );
  const found = readDiffusionExperiments(method, visu);
  if (found === undefined) return undefined;
  if (isContradiction(found)) throw refuse(found.contradiction);
  const { bValues, nominalBValues, bMatrices, directions, source, directionSource } = found;
  const images = experimentsOf(visu, bValues.length, refuse);
  const pick = <T>(values: readonly T[]): readonly T[] => images.map((n) => values[n]!);
  const least = bValues.reduce((a, b) => Math.min(a, b), Number.POSITIVE_INFINITY);
  return {
    bValues: pick(bValues),
    ...(nominalBValues && { nominalBValues: pick(nominalBValues) }),
    directions: () => pick(directions),
    ...(bMatrices && { bMatrices: pick(bMatrices) }),
    source: `paravision:${source}`,
    directionSource: `paravision:${directionSource}`,
    override: false,
    warnings:
      least > negligible
        ? [
            {
              code: "W-ADC",
              text: `The b = 0 images have b = ${Number(least.toFixed(1))} s/mm²: effective values, imaging gradients included, are used.`,
            },
          ]
        : [],
  };
}

/** The diffusion experiment of each image of a slice, in the order of frames; one each when nothing says more. */
function experimentsOf(
  visu: ParameterFile | undefined,
  count: number,
  refuse: (found: string) => InputError,
): readonly number[] {
  const groups = visu && readFrameGroups(visu);
  const group = groups && findDiffusionGroup(groups);
  if (groups === undefined || group === undefined)
    return Array.from({ length: count }, (_, n) => n);
  if (group.count !== count) {
    throw refuse(`${count} b-values, but a frame group ${group.id} of ${group.count}`);
  }
  const images = groups.reduce(
    (all, { id, count: own }) => (id === "FG_SLICE" ? all : all * own),
    1,
  );
  if (images > mostImages)
    throw refuse(`frame groups of ${images} images are more than any scan has`);
  return experimentsOfFrames(groups, group);
}
