import { smoothAbscissae } from "#shared/models/exponential-basis.ts";
import { type FlipAngleChoice, requireFinite } from "#shared/models/model-choice.ts";
import { deriveRelaxation } from "#shared/models/relaxation-quantity.ts";
import {
  fillFlipAngles,
  newFlipAngles,
  steadyStateOf,
} from "#shared/models/spoiled-steady-state.ts";
import {
  type FlipAngleOptions,
  plausibleTransmit,
  requireFlipAngles,
  variableFlipAngleSheet,
} from "#shared/models/variable-flip-angle.ts";
import { judgeFit, qualityRules } from "./fit-quality.ts";
import type { FitSettings } from "./fit-settings.ts";
import { newFlipAngleFit, newFlipAngleSeries } from "./flip-angle-fit.ts";
import { flipAngleLine } from "./flip-angle-line.ts";
import { flipAngleSearch } from "./flip-angle-search.ts";
import type { PreparedFit } from "./prepare-fit.ts";
import { hasNoValue, statusCode } from "./status.ts";
import { studentQuantile975 } from "./student-t.ts";
import { boundStatus } from "./variable-projection.ts";
import {
  clearFittedVoxel,
  newFittedVoxel,
  newPrediction,
  type PredictedCurve,
  type VoxelFitter,
} from "./voxel-fitter.ts";

/** Free parameters: M0 and T1. */
const parameters = 2;

/**
 * The variable-flip-angle fit of these settings.
 *
 * @throws RangeError when flip angles, options, noise or solver do not suit
 */
export function prepareFlipAngles(
  settings: FitSettings,
  { noise, options }: FlipAngleChoice,
): PreparedFit {
  const { abscissae, solver } = settings;
  requireFinite(abscissae);
  requireFlipAngles(abscissae, options);
  if (noise.kind === "rician") {
    throw new RangeError(
      "variable flip angle has no expected-Rician form: its signals lie above the floor",
    );
  }
  if (solver === "reference") {
    throw new RangeError("the reference solver has no variable flip angle");
  }
  return {
    sheet: variableFlipAngleSheet(options.method),
    samples: abscissae.length,
    slabVoxels: 4096,
    build: () => buildFlipAngleFitter(settings, options),
  };
}

/**
 * Fits T1 by variable flip angle. The `scale` of a voxel is its relative B1: the factor from nominal to actual flip
 * angle; a voxel whose scale is no plausible B1 is invalid input.
 *
 * Equal samples are no reason to refuse a curve: two flip angles on either side of the Ernst angle can give them.
 */
function buildFlipAngleFitter(settings: FitSettings, options: FlipAngleOptions): VoxelFitter {
  const nominal = Float64Array.from(settings.abscissae);
  const n = nominal.length;
  const sheet = variableFlipAngleSheet(options.method);
  const series = newFlipAngleSeries(
    nominal,
    options.repetitionTimeMs,
    requireFlipAngles(nominal, options),
  );
  const solve = options.method === "linear" ? flipAngleLine(series) : flipAngleSearch(series);
  const rules = qualityRules(settings, n, parameters);
  const enough = new Set(settings.abscissae).size >= parameters;
  const result = newFittedVoxel(sheet);
  const { values, standardErrors } = result;
  const found = newFlipAngleFit();

  function setScale(scale: number): boolean {
    if (!(scale >= plausibleTransmit.low && scale <= plausibleTransmit.high)) return false;
    if (scale !== series.scale) {
      series.scale = scale;
      fillFlipAngles(nominal, scale, series.angles);
    }
    return true;
  }

  function describe(total: number): number {
    if (found.outcome === "failed") return statusCode["not-converged"];
    const { covariance, end, m0, rate, ssr } = found;
    result.freedom = n - (end === undefined ? parameters : 1);
    deriveRelaxation(rate, covariance[3]!, values, standardErrors);
    values[2] = m0;
    standardErrors[2] = Math.sqrt(covariance[0]!);
    const status = end === undefined ? statusCode.ok : boundStatus(true, end);
    const plausibility = found.outcome === "unidentified" ? "unidentified" : "plausible";
    return judgeFit(rules, result, ssr, total, status, plausibility);
  }

  function fit(y: Float64Array, offset: number, scale: number): void {
    let sum = 0;
    let squares = 0;
    let largest = Number.NEGATIVE_INFINITY;
    for (let i = 0; i < n; i++) {
      const value = y[offset + i]!;
      sum += value;
      squares += value * value;
      if (value > largest) largest = value;
    }
    let status: number = statusCode["invalid-input"];
    if (enough && squares > 0 && squares < Number.POSITIVE_INFINITY && setScale(scale)) {
      if (largest < rules.noiseFloor) status = statusCode.noise;
      else {
        solve(y, offset, found);
        status = describe(totalOf(y, offset, n, sum / n));
      }
    }
    result.status = status;
    if (hasNoValue(status)) clearFittedVoxel(result);
  }

  /** The fitted signal at nominal flip angles, with its bands. */
  function predict(abscissae: ArrayLike<number>): PredictedCurve {
    const at = Float64Array.from(abscissae);
    const curve = newPrediction(at);
    if (!Number.isFinite(values[0]!)) return curve;
    const angles = newFlipAngles(at.length);
    fillFlipAngles(at, series.scale, angles);
    const { m0, rate, end, ssr, covariance } = found;
    const w = steadyStateOf(rate, options.repetitionTimeMs);
    const quantile = studentQuantile975(result.freedom);
    const ofSample = ssr / result.freedom;
    for (let i = 0; i < at.length; i++) {
      const lifted = w * angles.lift[i]!;
      const g = angles.sine[i]! / (1 + lifted);
      const byRate = (m0 * options.repetitionTimeMs * (1 + w) * g * lifted) / (1 + lifted);
      const ofRate =
        end === undefined ? 2 * g * byRate * covariance[1]! + byRate * byRate * covariance[3]! : 0;
      const variance = g * g * covariance[0]! + ofRate;
      curve.signal[i] = m0 * g;
      curve.confidence[i] = quantile * Math.sqrt(variance);
      curve.prediction[i] = quantile * Math.sqrt(variance + ofSample);
    }
    return curve;
  }

  return {
    sheet,
    samples: n,
    result,
    fit,
    predictSamples: (out) => out.set(predict(nominal).signal),
    predict,
    drawnAbscissae: smoothAbscissae(nominal),
  };
}

/** Sum of squares about the mean. */
function totalOf(y: Float64Array, offset: number, n: number, mean: number): number {
  let total = 0;
  for (let i = 0; i < n; i++) total += (y[offset + i]! - mean) ** 2;
  return total;
}
