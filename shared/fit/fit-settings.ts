import type { ModelChoice } from "#shared/models/model-choice.ts";

/** How curves are fitted and judged: plain data, the same in every thread. */
export interface FitSettings {
  readonly model: ModelChoice;
  /** Echo times, repetition times, b-values ... of the used samples, in the unit of the model's abscissa. */
  readonly abscissae: readonly number[];
  /** Noise SD of one real channel, signal units; undefined when it is not known. */
  readonly sigma: number | undefined;
  /** A curve whose first sample - of recoveries: whose largest - is below this many sigma is noise. */
  readonly noiseThreshold: number;
  /** Coefficient of determination below which a fit is flagged; no limit by default. */
  readonly poorFitRSquared?: number | undefined;
  /** Standard error of the main parameter, as a fraction of its value, above which a fit is flagged; default 1. */
  readonly largeErrorFraction?: number | undefined;
  /** `reference` fits with the independent Levenberg-Marquardt package instead: slow, for comparison. */
  readonly solver: "own" | "reference";
}
