import { fillRicianMeans, ricianVariance } from "#shared/models/rician-mean.ts";
import { newBasis, parameterCount, type SignalModel } from "#shared/models/signal-model.ts";
import type { FittedCurve } from "./curve-fitter.ts";
import { studentQuantile975 } from "./student-t.ts";
import { newPrediction, type PredictedCurve } from "./voxel-fitter.ts";

/**
 * The fitted signal at the abscissae of `model`, with its bands: the variance of the curve is g' Cov g with g its
 * gradient by the parameters.
 */
export function predictCurve(
  model: SignalModel,
  result: FittedCurve,
  sigma: number | undefined,
): PredictedCurve {
  const { abscissae } = model;
  const quantile = studentQuantile975(result.freedom);
  const n = abscissae.length;
  const p = parameterCount(model);
  const first = p - model.variables.length;
  const { estimate, covariance } = result;
  const { parameters } = estimate;
  const basis = newBasis(model);
  const hasFit = Number.isFinite(result.values[0]!);
  const curve = newPrediction(abscissae);
  if (!hasFit) return curve;
  model.evaluate(parameters.subarray(first), basis);
  const constant = model.constant ? parameters[1]! : 0;
  const amplitudes = basis.value.map((value) => parameters[0]! * value + constant);
  const slopes = new Float64Array(n).fill(1);
  curve.signal.set(amplitudes);
  if (sigma !== undefined) fillRicianMeans(amplitudes, sigma, curve.signal, slopes);
  else if (model.magnitude === true) {
    curve.signal.forEach((value, i) => {
      curve.signal[i] = Math.abs(value);
      slopes[i] = value < 0 ? -1 : 1;
    });
  }
  const gradient = new Float64Array(p);
  for (let i = 0; i < n; i++) {
    gradient[0] = slopes[i]! * basis.value[i]!;
    if (model.constant) gradient[1] = slopes[i]!;
    for (let k = first; k < p; k++) {
      gradient[k] = slopes[i]! * parameters[0]! * basis.first[(k - first) * n + i]!;
    }
    let variance = 0;
    for (let a = 0; a < p; a++) {
      for (let b = 0; b < p; b++) {
        // A parameter held at a bound counts as known.
        const c = covariance[a * p + b]!;
        if (!Number.isNaN(c)) variance += gradient[a]! * gradient[b]! * c;
      }
    }
    const ofSample =
      sigma === undefined
        ? estimate.ssr / (estimate.samples - estimate.freeParameters)
        : ricianVariance(amplitudes[i]!, sigma, curve.signal[i]!);
    curve.confidence[i] = quantile * Math.sqrt(variance);
    curve.prediction[i] = quantile * Math.sqrt(variance + ofSample);
  }
  return curve;
}
