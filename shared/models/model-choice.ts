import type { DiffusionDecayOptions } from "./diffusion-decay.ts";
import type { DiffusionDirectionsOptions } from "./diffusion-directions.ts";
import { diffusionKurtosis } from "./diffusion-kurtosis.ts";
import type { KurtosisTensorOptions } from "./diffusion-kurtosis-tensor.ts";
import type { DiffusionTensorOptions } from "./diffusion-tensor.ts";
import { extendedPhaseGraph } from "./extended-phase-graph.ts";
import type { InversionOptions } from "./inversion-recovery-sheet.ts";
import type { IvimOptions } from "./ivim.ts";
import { monoExponentialDecay } from "./mono-exponential-decay.ts";
import { monoExponentialOffset } from "./mono-exponential-offset.ts";
import { saturationRecovery } from "./saturation-recovery.ts";
import type { SignalModel } from "./signal-model.ts";
import type { FlipAngleOptions } from "./variable-flip-angle.ts";

/** Models of one signal equation. A new one is a file of its own and one line here. */
const signalModels = {
  "mono-exponential-decay": monoExponentialDecay,
  "mono-exponential-offset": monoExponentialOffset,
  "extended-phase-graph": extendedPhaseGraph,
  "saturation-recovery": saturationRecovery,
  "diffusion-kurtosis": diffusionKurtosis,
} as const;

type SignalModels = typeof signalModels;

/** How the noise enters: with mean zero, or as the magnitude of a complex signal with channel SD sigma. */
export type NoiseModel =
  | { readonly kind: "gaussian" }
  | { readonly kind: "rician"; readonly sigma: number };

/** The options a model's function takes: required where it cannot do without. */
type OptionsOf<Build extends (abscissae: Float64Array, options: never) => SignalModel> =
  undefined extends Parameters<Build>[1]
    ? { readonly options?: NonNullable<Parameters<Build>[1]> }
    : { readonly options: Parameters<Build>[1] };

/** A model of one signal equation by name with its options. */
export type SignalModelChoice = {
  readonly [Name in keyof SignalModels]: {
    readonly name: Name;
    readonly noise: NoiseModel;
  } & OptionsOf<SignalModels[Name]>;
}[keyof SignalModels];

/** Recovery after an inversion: with or without sign, or complex. */
export interface InversionChoice {
  readonly name: "inversion-recovery";
  readonly noise: NoiseModel;
  readonly options: InversionOptions;
}

/** The spoiled steady state at several flip angles. */
export interface FlipAngleChoice {
  readonly name: "variable-flip-angle";
  readonly noise: NoiseModel;
  readonly options: FlipAngleOptions;
}

/** Two compartments, perfusion and diffusion. */
export interface IvimChoice {
  readonly name: "ivim";
  readonly noise: NoiseModel;
  readonly options?: IvimOptions;
}

/** One apparent diffusion coefficient, fitted in one of several ways. */
export interface DiffusionDecayChoice {
  readonly name: "diffusion-decay";
  readonly noise: NoiseModel;
  readonly options: DiffusionDecayOptions;
}

/** An apparent diffusion coefficient for each direction, and their mean. */
export interface DiffusionDirectionsChoice {
  readonly name: "diffusion-directions";
  readonly noise: NoiseModel;
  readonly options: DiffusionDirectionsOptions;
}

/** The diffusion tensor, fitted in one of several ways. */
export interface DiffusionTensorChoice {
  readonly name: "diffusion-tensor";
  readonly noise: NoiseModel;
  readonly options: DiffusionTensorOptions;
}

/** The diffusion and kurtosis tensors, fitted in one of several ways. */
export interface KurtosisTensorChoice {
  readonly name: "diffusion-kurtosis-tensor";
  readonly noise: NoiseModel;
  readonly options: KurtosisTensorOptions;
}

/**
 * A model by name with its options: plain data that can cross threads and stand in a summary.
 *
 * Models that need more than one signal equation (polarities, tensors, two compartments) add their choice here and their fitter
 * to shared/fit/prepare-fit.ts.
 */
export type ModelChoice =
  | SignalModelChoice
  | InversionChoice
  | FlipAngleChoice
  | IvimChoice
  | DiffusionDecayChoice
  | DiffusionDirectionsChoice
  | DiffusionTensorChoice
  | KurtosisTensorChoice;

export type ModelName = ModelChoice["name"];

/** True when the model is one signal equation. */
export function isSignalModelChoice(choice: ModelChoice): choice is SignalModelChoice {
  return Object.hasOwn(signalModels, choice.name);
}

/**
 * The signal model of a choice at the given abscissae.
 *
 * @throws RangeError when the abscissae, limits or noise do not suit the model
 */
export function buildSignalModel(choice: SignalModelChoice, abscissae: Float64Array): SignalModel {
  requireFinite(abscissae);
  requireNoise(choice.noise);
  // The entry of this name takes the options of this name; the compiler does not follow that through a union.
  const build = signalModels[choice.name] as (
    abscissae: Float64Array,
    options?: unknown,
  ) => SignalModel;
  return build(abscissae, choice.options);
}

/**
 * Refuses abscissae that are no numbers.
 *
 * @throws RangeError naming the first one
 */
export function requireFinite(abscissae: ArrayLike<number>): void {
  for (let i = 0; i < abscissae.length; i++) {
    if (!Number.isFinite(abscissae[i]!)) {
      throw new RangeError(`${abscissae[i]} is no place on the contrast axis`);
    }
  }
}

/**
 * Refuses a noise that is none.
 *
 * @throws RangeError naming it
 */
export function requireNoise(noise: NoiseModel): void {
  if (noise.kind === "rician" && !(noise.sigma > 0 && noise.sigma < Number.POSITIVE_INFINITY)) {
    throw new RangeError(`${noise.sigma} is no noise for the expected-Rician form`);
  }
}
