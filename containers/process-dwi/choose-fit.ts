import type { OptionsOf } from "#command-json/define-command.ts";
import type { NoiseChoice } from "#shared/derivatives/fit-to-write.ts";
import { UsageError } from "#shared/errors.ts";
import type { ModelName } from "./choose-name.ts";
import type { command } from "./command.ts";

type Option = OptionsOf<typeof command>["fit"];

/** A way of fitting as `--fit` names it. */
export type FitName = Exclude<Option, "auto">;

/** In words, for titles of series and the report. */
export const fitWords: Readonly<Record<FitName, string>> = {
  ols: "least squares of logarithms",
  wls: "weighted least squares of logarithms",
  iwls: "iterated weighted least squares of logarithms",
  nlls: "nonlinear least squares",
  rician: "expected Rician",
  segmented: "segmented",
};

const logarithmic = ["ols", "wls", "iwls"] as const;

/** What each model can be fitted by; the first is that of `auto`, unless the noise is known and `rician` can follow it. */
const offered: Readonly<Record<ModelName, readonly FitName[]>> = {
  adc: ["nlls", "rician", ...logarithmic],
  dti: ["wls", "ols", "iwls", "nlls", "rician"],
  dki: ["wls", "ols", "iwls", "nlls", "rician"],
  kurtosis: ["nlls", "rician"],
  ivim: ["nlls", "rician", "segmented"],
};

/** How a run fits, and why so. */
export interface ChosenFit {
  readonly name: FitName;
  readonly reason: string;
}

/**
 * The fit that `--fit` asks for.
 *
 * @param averaged - the samples are geometric means of several images, whose noise is no longer Rician
 * @throws UsageError E-MODEL when the model has no such fit, or the noise it needs is unknown
 */
export function chooseFit(
  option: Option,
  model: ModelName,
  noise: NoiseChoice,
  averaged: boolean,
): ChosenFit {
  if (option === "auto") return chooseByItself(model, noise, averaged);
  if (!offered[model].includes(option)) {
    throw new UsageError(
      "E-MODEL",
      `--fit ${option} does not go with the model ${model}, which is fitted by ${offered[model].join(", ")}.`,
      "Choose one of these, or another --model.",
    );
  }
  if (option === "rician" && noise.sigma === undefined) {
    throw new UsageError(
      "E-MODEL",
      `--fit rician needs the noise, which is unknown (${noise.source}).`,
      "Give it with --noise NUMBER, or use --fit nlls.",
    );
  }
  if (option === "rician" && averaged) {
    throw new UsageError(
      "E-MODEL",
      "--fit rician describes the noise of single images, but the images of each b-value are averaged.",
      "Use --directions joint, or --fit nlls: the mean logarithm has hardly any noise floor.",
    );
  }
  return { name: option, reason: "fit chosen by the user" };
}

function chooseByItself(model: ModelName, noise: NoiseChoice, averaged: boolean): ChosenFit {
  const [usual] = offered[model];
  const name = usual!;
  if (model !== "adc") return { name, reason: `${fitWords[name]}, the usual fit of this model` };
  if (averaged) {
    const reason = `${fitWords[name]}, because the mean logarithm of several images has hardly any noise floor`;
    return { name, reason };
  }
  if (noise.sigma === undefined) {
    return { name, reason: `${fitWords[name]}, noise unknown: ${noise.source}` };
  }
  return { name: "rician", reason: "expected-Rician fit, because the noise is known" };
}
