import type { LinearFormFit } from "./linear-form-fit.ts";
import type { LinearFormMeasures } from "./linear-form-fitter.ts";
import { tissueStatus } from "./log-linear-decay.ts";
import { standardizeForm } from "./log-linear-fit.ts";
import { statusCode } from "./status.ts";
import { studentQuantile975 } from "./student-t.ts";
import type { FittedVoxel, PredictedCurve } from "./voxel-fitter.ts";

/**
 * Mean diffusivity, S0, and with several directions the diffusivity of each, of fits of ln S0 and one diffusivity (mm²/s) for
 * each direction.
 *
 * The mean and its standard error take all covariances into account: the diffusivities share the error of S0.
 */
export function diffusivityMeasures(fit: LinearFormFit): LinearFormMeasures {
  const { parameters } = fit;
  const p = parameters.length;
  const directions = p - 1;
  const meanForm = new Float64Array(p).fill(1 / directions);
  meanForm[0] = 0;
  const baselineForm = new Float64Array(p);
  baselineForm[0] = 1;
  const standardized = new Float64Array(p);

  function errorOf(form: Float64Array, residualVariance: number): number {
    standardizeForm(fit, form, standardized);
    let squares = 0;
    for (let a = 0; a < p; a++) squares += standardized[a]! * standardized[a]!;
    return Math.sqrt(residualVariance * squares);
  }

  function writeValues({ values }: FittedVoxel): number {
    let sum = 0;
    for (let k = 1; k < p; k++) sum += parameters[k]!;
    values[0] = sum / directions;
    values[1] = Math.exp(parameters[0]!);
    for (let k = 2; k < values.length; k++) values[k] = parameters[k - 1]!;
    return tissueStatus(values[0]!, statusCode.ok);
  }

  function writeErrors({ values, standardErrors }: FittedVoxel, residualVariance: number): void {
    standardErrors[0] = errorOf(meanForm, residualVariance);
    standardErrors[1] = values[1]! * errorOf(baselineForm, residualVariance);
  }

  return { writeValues, writeErrors };
}

/**
 * The fitted decay of a voxel at some b-values (s/mm²), with its bands; for fits of one diffusivity. The prediction band is
 * that of a single image where the samples are means of several.
 *
 * @param result - of the voxel that was fitted last, with values
 */
export function predictDecay(
  fit: LinearFormFit,
  result: FittedVoxel,
  abscissae: ArrayLike<number>,
): PredictedCurve {
  const bValues = Float64Array.from(abscissae);
  const row = () => new Float64Array(bValues.length);
  const curve = { abscissae: bValues, signal: row(), confidence: row(), prediction: row() };
  const quantile = studentQuantile975(result.freedom);
  const ofImage = (result.rmse * result.rmse * fit.used) / result.freedom;
  const [logS0, diffusivity] = [fit.parameters[0]!, fit.parameters[1]!];
  const standardized = new Float64Array(2);
  for (let i = 0; i < bValues.length; i++) {
    const signal = Math.exp(logS0 - bValues[i]! * diffusivity);
    standardizeForm(fit, Float64Array.of(1, -bValues[i]!), standardized);
    const squares = standardized[0]! ** 2 + standardized[1]! ** 2;
    const variance = signal * signal * fit.residualVariance * squares;
    curve.signal[i] = signal;
    curve.confidence[i] = quantile * Math.sqrt(variance);
    curve.prediction[i] = quantile * Math.sqrt(variance + ofImage);
  }
  return curve;
}
