import type { NoiseChoice } from "#shared/derivatives/fit-to-write.ts";
import { InputError, UsageError } from "#shared/errors.ts";
import type { ModelChoice, NoiseModel } from "#shared/models/model-choice.ts";
import { contrastTerms } from "#shared/volume/contrast-terms.ts";
import type { SeriesVolume, Warning } from "#shared/volume/series-volume.ts";
import type { Timing } from "./check-timing.ts";
import type { Options } from "./choose-method.ts";
import { chooseLookLocker } from "./look-locker.ts";
import type { PointChoice } from "./select-points.ts";

/** The model of a run, and why it is that one. */
export interface ChosenModel {
  readonly choice: ModelChoice;
  /** `inversion recovery, magnitude, expected Rician`. */
  readonly variant: string;
  readonly reason: string;
  /** What the model takes as known, the unit in the name. */
  readonly fixed: Readonly<Record<string, number | string>>;
  readonly warnings: readonly Warning[];
}

/** A model by the name of its option. */
export type T1Model = Exclude<Options["model"], "auto">;

/** From this number of repetition times on the saturation is fitted too (qmri-models 2.2). */
const enoughForSaturation = 5;

/** What each model is called, and how many different abscissae it needs. */
const models: Readonly<Record<T1Model, { readonly variant: string; readonly least: number }>> = {
  sr2par: { variant: "saturation recovery, 2-parameter", least: 2 },
  sr3par: { variant: "saturation recovery, 3-parameter", least: 3 },
  // With three samples every choice of signs is met exactly.
  "ir-magnitude": { variant: "inversion recovery, magnitude", least: 4 },
  "ir-complex": { variant: "inversion recovery, complex", least: 3 },
  "ir-real": { variant: "inversion recovery, signed", least: 3 },
  vfa: { variant: "variable flip angle", least: 2 },
};

/** Models that with this many abscissae have no degree of freedom left. */
const exactAt: Readonly<Partial<Record<T1Model, number>>> = {
  sr2par: 2,
  sr3par: 3,
  "ir-real": 3,
  vfa: 2,
};

/**
 * The model that the options and the series ask for.
 *
 * @throws UsageError E-MODEL when options contradict each other or the noise is missing
 * @throws InputError E-FEW when there are too few values of the contrast
 */
export function chooseModel(
  options: Options,
  series: SeriesVolume,
  points: PointChoice,
  timing: Timing,
  noise: NoiseChoice,
): ChosenModel {
  const { name, reason } = chooseName(options, series, points);
  const { variant, least } = models[name];
  const { noun } = contrastTerms(series.axis.keyword);
  if (points.distinct < least) {
    throw new InputError(
      "E-FEW",
      `${capital(variant)} needs at least ${least} ${noun}; ${points.distinct} found.`,
      name === "sr3par" ? "Use --model sr2par, or measure more." : `Measure more ${noun}.`,
    );
  }
  const noiseModel = chooseNoiseModel(options["noise-model"], name, noise);
  const lookLocker = chooseLookLocker(options["look-locker"], name, series);
  const choice = buildChoice(name, options, timing, noiseModel.noise, lookLocker.on);
  const isExact = exactAt[name] === points.distinct;
  return {
    choice,
    variant: [
      variant,
      ...(lookLocker.on ? ["Look-Locker"] : []),
      ...(name === "vfa" && options["vfa-fit"] === "linear" ? ["linear"] : []),
      ...(noiseModel.noise.kind === "rician" ? ["expected Rician"] : []),
    ].join(", "),
    reason: [reason, noiseModel.reason, lookLocker.reason].filter((text) => text !== "").join("; "),
    fixed: {
      ...(noiseModel.noise.kind === "rician" ? { noiseSigma: noiseModel.noise.sigma } : {}),
      ...(timing.repetitionTimeMs === undefined || lookLocker.on
        ? {}
        : { repetitionTimeMs: timing.repetitionTimeMs }),
      ...(options["min-t1"] === undefined ? {} : { minT1Ms: options["min-t1"] }),
      ...(options["max-t1"] === undefined ? {} : { maxT1Ms: options["max-t1"] }),
    },
    warnings: isExact
      ? [
          {
            code: "W-NO-ERRORS",
            text: `${points.distinct} ${noun} for as many parameters: the fit is exact, and there are no standard errors and no R².`,
          },
        ]
      : [],
  };
}

function chooseName(
  { model }: Options,
  { axis, parts }: SeriesVolume,
  { distinct }: PointChoice,
): { readonly name: T1Model; readonly reason: string } {
  if (model !== "auto") return { name: model, reason: "model chosen by the user" };
  const { noun } = contrastTerms(axis.keyword);
  switch (axis.keyword) {
    case "RepetitionTime":
      return distinct >= enoughForSaturation
        ? {
            name: "sr3par",
            reason: `saturation recovery, because ${distinct} ${noun} vary; with the saturation, because they are at least ${enoughForSaturation}`,
          }
        : {
            name: "sr2par",
            reason: `saturation recovery, because ${noun} vary; without the saturation, because they are only ${distinct}`,
          };
    case "InversionTime": {
      const because = `inversion recovery, because ${noun} vary`;
      if (parts?.includes("imaginary") === true) {
        return { name: "ir-complex", reason: `${because}; complex, because both parts are there` };
      }
      if (parts !== undefined) {
        return { name: "ir-real", reason: `${because}; signed, because the images are real parts` };
      }
      return { name: "ir-magnitude", reason: because };
    }
    case "FlipAngle":
      return { name: "vfa", reason: `variable flip angle, because ${noun} vary` };
    default:
      throw new Error(`no T1 along ${axis.keyword}`);
  }
}

/**
 * Magnitudes near the null of inversion recovery and at short TR lie on the noise floor; their mean is fitted when the noise
 * is known, which takes the bias away (qmri-models 3.8). Parts of a complex signal have plain noise; flip angles are
 * measured well above it.
 */
function chooseNoiseModel(
  option: Options["noise-model"],
  name: T1Model,
  { sigma, source }: NoiseChoice,
): { readonly noise: NoiseModel; readonly reason: string } {
  const gaussian = { kind: "gaussian" } as const;
  const isMagnitude = name === "sr2par" || name === "sr3par" || name === "ir-magnitude";
  if (option === "gaussian") return { noise: gaussian, reason: "plain fit chosen by the user" };
  if (option === "rician") {
    if (!isMagnitude) {
      throw new UsageError(
        "E-MODEL",
        `--noise-model rician is for magnitudes of saturation and inversion recovery, not for ${models[name].variant}.`,
        "Leave out --noise-model.",
      );
    }
    if (sigma === undefined) {
      throw new UsageError(
        "E-MODEL",
        `--noise-model rician needs the noise, which is unknown (${source}).`,
        "Give it with --noise NUMBER, or use --noise-model gaussian.",
      );
    }
    return { noise: { kind: "rician", sigma }, reason: "expected-Rician fit chosen by the user" };
  }
  if (!isMagnitude) return { noise: gaussian, reason: "" };
  if (sigma === undefined) {
    return { noise: gaussian, reason: `plain fit, noise unknown: ${source}` };
  }
  return {
    noise: { kind: "rician", sigma },
    reason: "expected-Rician fit, because the noise is known",
  };
}

function buildChoice(
  name: T1Model,
  options: Options,
  { repetitionTimeMs }: Timing,
  noise: NoiseModel,
  lookLocker: boolean,
): ModelChoice {
  const limits = {
    ...(options["min-t1"] === undefined ? {} : { minTimeMs: options["min-t1"] }),
    ...(options["max-t1"] === undefined ? {} : { maxTimeMs: options["max-t1"] }),
  };
  if (name === "sr2par" || name === "sr3par") {
    const saturationEfficiency = name === "sr3par";
    return { name: "saturation-recovery", options: { ...limits, saturationEfficiency }, noise };
  }
  if (name === "vfa") {
    if (repetitionTimeMs === undefined) throw new Error("flip angles without a repetition time");
    const method = options["vfa-fit"];
    const own = { ...limits, repetitionTimeMs, method };
    return { name: "variable-flip-angle", options: own, noise };
  }
  const signal = (
    { "ir-magnitude": "magnitude", "ir-complex": "complex", "ir-real": "signed" } as const
  )[name];
  const timing = repetitionTimeMs === undefined || lookLocker ? {} : { repetitionTimeMs };
  return {
    name: "inversion-recovery",
    options: { ...limits, signal, ...timing, lookLocker },
    noise,
  };
}

function capital(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}
