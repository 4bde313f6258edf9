import type { OptionsOf } from "#command-json/define-command.ts";
import type { NoiseChoice } from "#shared/derivatives/fit-to-write.ts";
import { InputError, UsageError } from "#shared/errors.ts";
import { asExpectedRician } from "#shared/models/expected-rician-sheet.ts";
import { commonSpacing } from "#shared/models/extended-phase-graph.ts";
import { buildSignalModel, type SignalModelChoice } from "#shared/models/model-choice.ts";
import type { RelaxationQuantity } from "#shared/models/relaxation-quantity.ts";
import { type ModelSheet, parameterCount } from "#shared/models/signal-model.ts";
import type { SeriesVolume, Warning } from "#shared/volume/series-volume.ts";
import type { command } from "./command.ts";
import type { EchoChoice } from "./select-echoes.ts";

/** The model of a run, and why it is that one. */
export interface ChosenModel {
  readonly choice: SignalModelChoice;
  readonly sheet: ModelSheet;
  /** `T2` or `T2*`. */
  readonly title: string;
  /** `2-parameter, expected Rician`. */
  readonly variant: string;
  readonly reason: string;
  /** What the model takes as known, the unit in the name. */
  readonly fixed: Readonly<Record<string, number>>;
  readonly warnings: readonly Warning[];
}

type Options = OptionsOf<typeof command>;

/**
 * The model that the options and the scan ask for.
 *
 * @throws UsageError E-MODEL when options contradict each other or the noise is missing
 * @throws InputError E-FEW when there are fewer echo times than parameters
 */
export function chooseModel(
  options: Options,
  series: SeriesVolume,
  echoes: EchoChoice,
  noise: NoiseChoice,
): ChosenModel {
  const quantity = chooseQuantity(options.quantity, series);
  const { name, reason } = chooseName(options.model, noise);
  if (name === "epg" && quantity.name === "T2star") {
    throw new UsageError(
      "E-MODEL",
      `--model epg describes spin echoes, but this is a T2* scan (${quantity.reason}).`,
      "Use --model rician or 2par, or --quantity t2 if these are spin echoes.",
    );
  }
  const choice = buildChoice(
    name,
    options,
    quantity.name,
    noise,
    commonSpacing(series.axis.values),
  );
  const model = buildModel(choice, echoes);
  const distinct = new Set(echoes.echoTimesMs).size;
  const parameters = parameterCount(model);
  if (distinct < parameters) {
    throw new InputError(
      "E-FEW",
      `A ${parameters}-parameter fit needs at least ${parameters} echo times; ${distinct} found.`,
      "Use --model 2par, or more echoes.",
    );
  }
  return {
    choice,
    sheet: choice.noise.kind === "rician" ? asExpectedRician(model.sheet) : model.sheet,
    title: quantity.name === "T2star" ? "T2*" : "T2",
    variant:
      name === "epg" && choice.noise.kind === "rician"
        ? `${variants.epg}, expected Rician`
        : variants[name],
    reason: `${reason}; ${quantity.reason}`,
    fixed: {
      ...(choice.noise.kind === "rician" ? { noiseSigma: choice.noise.sigma } : {}),
      ...(name === "epg"
        ? { t1Ms: options.t1, echoSpacingMs: commonSpacing(series.axis.values) }
        : {}),
      ...(options["min-t2"] === undefined ? {} : { minT2Ms: options["min-t2"] }),
      ...(options["max-t2"] === undefined ? {} : { maxT2Ms: options["max-t2"] }),
    },
    warnings: distinct > parameters ? [] : [noErrors(parameters)],
  };
}

const variants = {
  "2par": "2-parameter",
  "3par": "3-parameter with offset",
  rician: "2-parameter, expected Rician",
  epg: "stimulated echoes (EPG)",
} as const;

type ModelName = keyof typeof variants;

function chooseName(
  option: Options["model"],
  noise: NoiseChoice,
): { readonly name: ModelName; readonly reason: string } {
  if (option === "rician" && noise.sigma === undefined) {
    throw new UsageError(
      "E-MODEL",
      `--model rician needs the noise, which is unknown (${noise.source}).`,
      "Give it with --noise NUMBER, or use --model 2par.",
    );
  }
  if (option !== "auto") return { name: option, reason: "model chosen by the user" };
  if (noise.sigma === undefined)
    return { name: "2par", reason: `plain fit, noise unknown: ${noise.source}` };
  return { name: "rician", reason: "expected-Rician fit, because the noise is known" };
}

function chooseQuantity(
  option: Options["quantity"],
  series: SeriesVolume,
): { readonly name: RelaxationQuantity; readonly reason: string } {
  if (option === "t2") return { name: "T2", reason: "T2 chosen by the user" };
  if (option === "t2star") return { name: "T2star", reason: "T2* chosen by the user" };
  const sequence = series.acquisition.find(
    ({ keyword }) => keyword === "ScanningSequence" || keyword === "EchoPulseSequence",
  );
  const words = String(sequence?.value ?? "")
    .toUpperCase()
    .split(/[\\,\s]+/);
  const gradient = words.includes("GR") || words.includes("GRADIENT");
  const spin = words.includes("SE") || words.includes("SPIN") || words.includes("BOTH");
  if (gradient && !spin)
    return { name: "T2star", reason: "T2*, because the images are gradient echoes" };
  return {
    name: "T2",
    reason: spin
      ? "T2, because the images are spin echoes"
      : "T2, because the images do not say otherwise",
  };
}

function buildChoice(
  name: ModelName,
  options: Options,
  quantity: RelaxationQuantity,
  noise: NoiseChoice,
  echoSpacingMs: number,
): SignalModelChoice {
  const limits = {
    ...(options["min-t2"] === undefined ? {} : { minTimeMs: options["min-t2"] }),
    ...(options["max-t2"] === undefined ? {} : { maxTimeMs: options["max-t2"] }),
  };
  const gaussian = { kind: "gaussian" } as const;
  const floor =
    noise.sigma === undefined ? gaussian : ({ kind: "rician", sigma: noise.sigma } as const);
  switch (name) {
    case "2par":
      return { name: "mono-exponential-decay", options: { ...limits, quantity }, noise: gaussian };
    case "3par":
      return { name: "mono-exponential-offset", options: { ...limits, quantity }, noise: gaussian };
    case "rician":
      return { name: "mono-exponential-decay", options: { ...limits, quantity }, noise: floor };
    case "epg": {
      // The spacing of the whole train, also when only some of its echoes are used.
      const train = { ...limits, t1Ms: options.t1, echoSpacingMs };
      return { name: "extended-phase-graph", options: train, noise: floor };
    }
  }
}

function buildModel(choice: SignalModelChoice, echoes: EchoChoice) {
  try {
    return buildSignalModel(choice, Float64Array.from(echoes.echoTimesMs));
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    throw new UsageError(
      "E-FIT-LIMITS",
      `The model does not suit these echoes: ${error.message}.`,
      "Choose other limits (--min-t2, --max-t2), other echoes or another model.",
      error,
    );
  }
}

function noErrors(parameters: number): Warning {
  return {
    code: "W-NO-ERRORS",
    text: `${parameters} echo times for ${parameters} parameters: the fit is exact, and there are no standard errors and no R².`,
  };
}
