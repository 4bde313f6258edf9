import type { OptionsOf } from "#command-json/define-command.ts";
import { InputError, UsageError } from "#shared/errors.ts";
import { findShells, isB0, type Shell } from "#shared/volume/diffusion-shells.ts";
import { groupDirections } from "#shared/volume/gradient-directions.ts";
import type { DiffusionEncoding, Warning } from "#shared/volume/series-volume.ts";
import { countDirections, type ModelName } from "./choose-name.ts";
import type { command } from "./command.ts";
import type { ImageChoice } from "./select-images.ts";

type Option = OptionsOf<typeof command>["directions"];

/** What a model is fitted to. */
export interface SampleChoice {
  /** Indices along the contrast axis of the images that go in, ascending. */
  readonly images: readonly number[];
  /** The shells whose images are averaged before the fit; undefined when every image is a sample of its own. */
  readonly averaged: readonly Shell[] | undefined;
  /** b-value of each sample, s/mm². */
  readonly bValues: readonly number[];
  /** Number of the direction of each image, -1 for b = 0; undefined when directions are not told apart. */
  readonly directionOf: readonly number[] | undefined;
  /** In words, for the report; empty when there is nothing to say. */
  readonly handling: string;
  readonly warnings: readonly Warning[];
}

/**
 * The samples of a model: single images, or averages over the images of one b-value.
 *
 * @throws InputError E-NO-DIRECTIONS; UsageError E-MODEL when directions are to be told apart by a model that cannot
 */
export function chooseSamples(
  model: ModelName,
  option: Option,
  { diffusion, contrasts }: ImageChoice,
): SampleChoice {
  const bValuesOf = (images: readonly number[]) => images.map((index) => diffusion.bValues[index]!);
  const single = { averaged: undefined, directionOf: undefined, handling: "", warnings: [] };
  if (model === "dti" || model === "dki") {
    const { images, warnings } = directedImages(`The model ${model}`, diffusion, contrasts);
    return { ...single, images, bValues: bValuesOf(images), warnings };
  }
  if (option === "per-direction") {
    if (model !== "adc") {
      throw new UsageError(
        "E-MODEL",
        `--directions per-direction is for the model adc, not ${model}.`,
        "Use --directions geometric-mean or joint.",
      );
    }
    const { images, warnings } = directedImages("--directions per-direction", diffusion, contrasts);
    const groups = groupDirections(diffusion, images);
    const directionOf = images.map((index) =>
      groups.findIndex((group) => group.contrasts.includes(index)),
    );
    const handling = `each of ${groups.length} directions for itself`;
    return { ...single, images, bValues: bValuesOf(images), directionOf, handling, warnings };
  }
  const plain = { ...single, images: contrasts, bValues: bValuesOf(contrasts) };
  const shells = findShells(diffusion, contrasts);
  if (shells.length === contrasts.length) return plain;
  if (option === "joint") return { ...plain, handling: "all images in one fit" };
  return {
    ...plain,
    averaged: shells,
    bValues: shells.map(({ bValue }) => bValue),
    handling: "geometric mean of the images of each b-value",
  };
}

/** The images of b = 0 and those with a direction. */
function directedImages(
  what: string,
  diffusion: DiffusionEncoding,
  contrasts: readonly number[],
): { readonly images: readonly number[]; readonly warnings: readonly Warning[] } {
  const { found, directed } = countDirections(diffusion, contrasts);
  if (found === 0) {
    const weighted = contrasts.filter((index) => !isB0(diffusion, index)).length;
    throw new InputError(
      "E-NO-DIRECTIONS",
      `${what} needs gradient directions, but none of the ${weighted} diffusion-weighted images has one (looked at: ${diffusion.directionSource}).`,
      "Give them with --bvecs FILE, or use --model adc without --directions per-direction.",
    );
  }
  const left = contrasts.length - directed.length;
  if (left === 0) return { images: directed, warnings: [] };
  const text = `${left} diffusion-weighted images have no direction (averages over directions) and were left out.`;
  return { images: directed, warnings: [{ code: "W-ISOTROPIC", text }] };
}
