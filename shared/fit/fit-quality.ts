import type { Plausibility } from "#shared/models/signal-model.ts";
import type { FitSettings } from "./fit-settings.ts";
import { statusCode } from "./status.ts";
import type { FittedVoxel } from "./voxel-fitter.ts";

/** What the fits of one series are judged by. */
export interface QualityRules {
  readonly samples: number;
  /** Free parameters of the model. */
  readonly parameters: number;
  readonly sigma: number | undefined;
  /** Signal below which a curve is noise; -Infinity when the noise is not known. */
  readonly noiseFloor: number;
  readonly largeErrorFraction: number;
  readonly poorFitRSquared: number;
}

/** The rules that settings ask for. */
export function qualityRules(
  settings: FitSettings,
  samples: number,
  parameters: number,
): QualityRules {
  const { sigma, noiseThreshold } = settings;
  return {
    samples,
    parameters,
    sigma,
    noiseFloor: sigma === undefined ? Number.NEGATIVE_INFINITY : noiseThreshold * sigma,
    largeErrorFraction: settings.largeErrorFraction ?? 1,
    poorFitRSquared: settings.poorFitRSquared ?? Number.NEGATIVE_INFINITY,
  };
}

/**
 * Fills RMSE, R² and reduced chi-square of a result that holds values and standard errors.
 *
 * @param ssr - sum of squared residuals
 * @param total - sum of squares of the samples about their mean
 * @param status - what the solver says
 * @returns the status with what quality and plausibility add to it, in the precedence of status.ts
 */
export function judgeFit(
  rules: QualityRules,
  result: FittedVoxel,
  ssr: number,
  total: number,
  status: number,
  plausibility: Plausibility,
): number {
  const { samples: n, parameters: p, sigma } = rules;
  const { values, standardErrors } = result;
  result.rmse = Math.sqrt(ssr / n);
  result.rSquared = n > p && total > 0 ? 1 - ssr / total : Number.NaN;
  result.reducedChiSquare =
    n > p && sigma !== undefined ? ssr / ((n - p) * sigma * sigma) : Number.NaN;
  if (plausibility === "impossible") return statusCode["not-converged"];
  if (status !== statusCode["not-identifiable"] && !isStorable(values)) {
    return statusCode["not-converged"];
  }
  if (status !== statusCode.ok) return status;
  if (plausibility === "unidentified") {
    values.fill(Number.NaN);
    standardErrors.fill(Number.NaN);
    return statusCode["not-identifiable"];
  }
  if (n > p && isErrorLarge(result, rules.largeErrorFraction)) return statusCode["large-error"];
  const poor = result.rSquared < rules.poorFitRSquared || plausibility === "implausible";
  return poor ? statusCode["poor-fit"] : status;
}

/**
 * True when the standard error of the main parameter is a larger part of its value than accepted.
 *
 * @param leastSize - the value is taken to be no smaller than this: a quantity that may be 0 has no sound relative error
 */
export function isErrorLarge(
  { values, standardErrors }: FittedVoxel,
  fraction: number,
  leastSize = 0,
): boolean {
  return !(standardErrors[0]! <= fraction * Math.max(Math.abs(values[0]!), leastSize));
}

/** True when every value is a finite 32-bit number. */
function isStorable(values: Float64Array): boolean {
  for (let k = 0; k < values.length; k++) {
    if (!(Math.abs(values[k]!) <= 3.4e38)) return false;
  }
  return true;
}
