import { type EchoTrainOptions, extendedPhaseGraph } from "./extended-phase-graph.ts";
import { monoExponentialDecay } from "./mono-exponential-decay.ts";
import { monoExponentialOffset } from "./mono-exponential-offset.ts";
import type { DecayOptions } from "./relaxation-quantity.ts";
import type { SignalModel } from "./signal-model.ts";

/** How the noise enters: with mean zero, or as the magnitude of a complex signal with channel SD sigma. */
export type NoiseModel =
  | { readonly kind: "gaussian" }
  | { readonly kind: "rician"; readonly sigma: number };

/** A model of one signal equation by name with its options. */
export type SignalModelChoice = { readonly noise: NoiseModel } & (
  | {
      readonly name: "mono-exponential-decay" | "mono-exponential-offset";
      readonly options?: DecayOptions;
    }
  | { readonly name: "extended-phase-graph"; readonly options?: EchoTrainOptions }
);

/**
 * A model by name with its options: plain data that can cross threads and stand in a summary.
 *
 * Models that need more than one signal equation (polarities, tensors, two compartments) add their choice here and their fitter
 * to shared/fit/prepare-fit.ts.
 */
export type ModelChoice = SignalModelChoice;

export type ModelName = ModelChoice["name"];

/**
 * The signal model of a choice at the given abscissae. A new model is a file of its own and one line here.
 *
 * @throws RangeError when the abscissae, limits or noise do not suit the model
 */
export function buildSignalModel(choice: SignalModelChoice, abscissae: Float64Array): SignalModel {
  const stray = abscissae.find((value) => !Number.isFinite(value));
  if (stray !== undefined) throw new RangeError(`${stray} is no place on the contrast axis`);
  const { noise } = choice;
  if (noise.kind === "rician" && !(noise.sigma > 0 && noise.sigma < Number.POSITIVE_INFINITY)) {
    throw new RangeError(`${noise.sigma} is no noise for the expected-Rician form`);
  }
  switch (choice.name) {
    case "mono-exponential-decay":
      return monoExponentialDecay(abscissae, choice.options);
    case "mono-exponential-offset":
      return monoExponentialOffset(abscissae, choice.options);
    case "extended-phase-graph":
      return extendedPhaseGraph(abscissae, choice.options);
  }
}
