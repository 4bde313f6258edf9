import type { OptionsOf } from "#command-json/define-command.ts";
import type { NoiseChoice } from "#shared/derivatives/fit-to-write.ts";
import { UsageError } from "#shared/errors.ts";
import { prepareFit } from "#shared/fit/prepare-fit.ts";
import type { ModelChoice } from "#shared/models/model-choice.ts";
import type { ModelSheet } from "#shared/models/signal-model.ts";
import { isB0 } from "#shared/volume/diffusion-shells.ts";
import { bMatricesOf } from "#shared/volume/gradient-directions.ts";
import type { DiffusionEncoding, Warning } from "#shared/volume/series-volume.ts";
import { chooseFit, type FitName, fitWords } from "./choose-fit.ts";
import type { ModelName, NamedModel } from "./choose-name.ts";
import { chooseSamples, type SampleChoice } from "./choose-samples.ts";
import type { command } from "./command.ts";
import { requireImages } from "./require-images.ts";
import type { ImageChoice } from "./select-images.ts";

/** The model of a run, what it is fitted to, and why it is that one. */
export interface ChosenModel {
  readonly choice: ModelChoice;
  readonly sheet: ModelSheet;
  /** `ADC map`. */
  readonly title: string;
  /** `weighted least squares of logarithms`. */
  readonly variant: string;
  readonly reason: string;
  /** What the model takes as known, the unit in the name. */
  readonly fixed: Readonly<Record<string, number | string>>;
  readonly samples: SampleChoice;
  readonly warnings: readonly Warning[];
}

type Options = OptionsOf<typeof command>;

const titles: Readonly<Record<ModelName, string>> = {
  adc: "ADC map",
  dti: "Diffusion tensor maps",
  dki: "Kurtosis tensor maps",
  kurtosis: "Kurtosis maps",
  ivim: "IVIM maps",
};

/**
 * The model that the options and the scan ask for.
 *
 * @throws UsageError E-MODEL when options contradict each other or the noise is missing, E-FIT-LIMITS
 * @throws InputError E-FEW, E-NO-DIRECTIONS, E-FEW-DIRECTIONS when the images do not determine the model
 */
export function chooseModel(
  options: Options,
  model: NamedModel,
  chosen: ImageChoice,
  noise: NoiseChoice,
): ChosenModel {
  const { name } = model;
  const { diffusion } = chosen;
  const samples = chooseSamples(name, options.directions, chosen);
  requireImages(name, diffusion, samples.images, options["ivim-threshold"]);
  const fit = chooseFit(options.fit, name, noise, samples.averaged !== undefined);
  const choice = buildChoice(name, fit.name, samples, diffusion, noise, options["ivim-threshold"]);
  const sheet = findSheet(choice, samples.bValues, options);
  return {
    choice,
    sheet,
    title: titles[name],
    variant: [fitWords[fit.name], samples.handling].filter((words) => words !== "").join(", "),
    reason: [model.reason, fit.reason, samples.handling].filter((words) => words !== "").join("; "),
    fixed: {
      ...(choice.noise.kind === "rician" ? { noiseSigma: choice.noise.sigma } : {}),
      ...(name === "ivim" ? { thresholdB: options["ivim-threshold"] } : {}),
    },
    samples,
    warnings: [...samples.warnings, ...warnAboutB0(chosen), ...warnAboutErrors(name, samples)],
  };
}

function buildChoice(
  name: ModelName,
  fit: FitName,
  samples: SampleChoice,
  diffusion: DiffusionEncoding,
  { sigma }: NoiseChoice,
  thresholdB: number,
): ModelChoice {
  const noise =
    fit === "rician" && sigma !== undefined
      ? ({ kind: "rician", sigma } as const)
      : ({ kind: "gaussian" } as const);
  const estimator = fit === "rician" || fit === "segmented" ? "nlls" : fit;
  switch (name) {
    case "adc": {
      const { directionOf, averaged } = samples;
      if (directionOf !== undefined) {
        return { name: "diffusion-directions", options: { estimator, directionOf }, noise };
      }
      const counts = averaged && { averaged: averaged.map(({ contrasts }) => contrasts.length) };
      return { name: "diffusion-decay", options: { estimator, ...counts }, noise };
    }
    case "dti": {
      const bMatrices = bMatricesOf(diffusion, samples.images);
      return { name: "diffusion-tensor", options: { estimator, bMatrices }, noise };
    }
    case "dki": {
      const bMatrices = bMatricesOf(diffusion, samples.images);
      return { name: "diffusion-kurtosis-tensor", options: { estimator, bMatrices }, noise };
    }
    case "kurtosis":
      return { name: "diffusion-kurtosis", noise };
    case "ivim": {
      const method = fit === "segmented" ? "segmented" : "nlls";
      return { name: "ivim", options: { method, thresholdB }, noise };
    }
  }
}

function findSheet(
  model: ModelChoice,
  abscissae: readonly number[],
  { solver }: Options,
): ModelSheet {
  try {
    return prepareFit({ model, abscissae, sigma: undefined, noiseThreshold: 0, solver }).sheet;
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    throw new UsageError(
      "E-FIT-LIMITS",
      `The model does not suit these images: ${error.message}.`,
      "Choose other images (--bmin, --bmax), another --fit, --solver or --model.",
      error,
    );
  }
}

/** Nothing is said when the options left b = 0 out: whoever asks for that knows. */
function warnAboutB0({ diffusion, contrasts, droppedB0 }: ImageChoice): readonly Warning[] {
  if (droppedB0 || contrasts.some((index) => isB0(diffusion, index))) return [];
  const lowest = Math.min(...contrasts.map((index) => diffusion.bValues[index]!));
  const text = `No image of b = 0; the lowest is ${Number(lowest.toPrecision(6))} s/mm². S0 is extrapolated from there, and is uncertain.`;
  return [{ code: "W-NO-B0", text }];
}

const parameters: Readonly<Record<ModelName, number>> = {
  adc: 2,
  dti: 7,
  dki: 22,
  kurtosis: 3,
  ivim: 4,
};

function warnAboutErrors(
  name: ModelName,
  { bValues, directionOf }: SampleChoice,
): readonly Warning[] {
  const unknowns = directionOf === undefined ? parameters[name] : 2 + Math.max(...directionOf);
  if (bValues.length > unknowns) return [];
  const text = `${bValues.length} samples for ${unknowns} parameters: the fit is exact, and there are no standard errors and no R².`;
  return [{ code: "W-NO-ERRORS", text }];
}
