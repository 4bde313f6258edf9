import type { OptionsOf } from "#command-json/define-command.ts";
import { findShells, isB0 } from "#shared/volume/diffusion-shells.ts";
import { encodingRank, kurtosisUnknowns, tensorUnknowns } from "#shared/volume/encoding-rank.ts";
import { bMatricesOf, groupDirections } from "#shared/volume/gradient-directions.ts";
import type { DiffusionEncoding } from "#shared/volume/series-volume.ts";
import type { command } from "./command.ts";

type Option = OptionsOf<typeof command>["model"];

/** A model as `--model` names it. */
export type ModelName = Exclude<Option, "auto">;

/** The model of a run, and why it is that one. */
export interface NamedModel {
  readonly name: ModelName;
  readonly reason: string;
}

/** Fewest directions of a tensor. */
const fewestDirections = 6;
/** Largest b-value, s/mm², below which kurtosis hardly shows. */
const kurtosisB = 1500;

/**
 * The model that `--model` asks for; `auto` is the tensor when the directions determine one, else the ADC. What takes more
 * than one looks for (kurtosis, IVIM) is never chosen silently.
 */
export function chooseName(option: Option, diffusion: DiffusionEncoding): NamedModel {
  if (option !== "auto") return { name: option, reason: "model chosen by the user" };
  const { found, directed } = countDirections(diffusion);
  const plural = `${found} gradient direction${found === 1 ? "" : "s"}`;
  if (found === 0) return { name: "adc", reason: "ADC, because the images have no directions" };
  if (found < fewestDirections) {
    return {
      name: "adc",
      reason: `ADC, because a tensor needs 6 directions and there are ${found}`,
    };
  }
  const matrices = bMatricesOf(diffusion, directed);
  if (encodingRank(matrices, tensorUnknowns) < tensorUnknowns) {
    const reason = `ADC, because the ${plural} and b-values do not determine a tensor`;
    return { name: "adc", reason };
  }
  const kurtosis =
    Math.max(...diffusion.bValues) >= kurtosisB &&
    findShells(diffusion, directed).length >= 3 &&
    encodingRank(matrices, kurtosisUnknowns) === kurtosisUnknowns;
  const more = kurtosis ? " (they allow --model dki, too)" : "";
  return { name: "dti", reason: `tensor, because the images have ${plural}${more}` };
}

/** Number of distinct directions, and the images a tensor can use: those with a direction and those of b = 0. */
export function countDirections(
  diffusion: DiffusionEncoding,
  contrasts: readonly number[] = diffusion.bValues.map((_, index) => index),
): { readonly found: number; readonly directed: readonly number[] } {
  const groups = groupDirections(diffusion, contrasts);
  const withDirection = new Set(groups.flatMap((group) => group.contrasts));
  const directed = contrasts.filter((index) => withDirection.has(index) || isB0(diffusion, index));
  return { found: groups.length, directed };
}
