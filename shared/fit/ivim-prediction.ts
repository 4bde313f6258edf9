import { fillRicianMeans, ricianVariance } from "#shared/models/rician-mean.ts";
import { fillIvimJacobian, type IvimEstimate, place } from "./ivim-estimate.ts";
import { studentQuantile975 } from "./student-t.ts";
import { newPrediction, type PredictedCurve } from "./voxel-fitter.ts";

/** What the bands of a predicted curve rest on. */
export interface PredictionBasis {
  /** Degrees of freedom; Infinity for noise of known size. */
  readonly freedom: number;
  readonly residualVariance: number;
  /** Channel noise of the expected-Rician form. */
  readonly sigma: number | undefined;
}

/**
 * The fitted IVIM signal at other b-values with its bands; NaN everywhere without an estimate.
 *
 * @param estimate - with its covariance in final form
 */
export function predictIvim(
  bValues: Float64Array,
  estimate: IvimEstimate | undefined,
  { freedom, residualVariance, sigma }: PredictionBasis,
): PredictedCurve {
  const n = bValues.length;
  const curve = newPrediction(bValues);
  if (estimate === undefined) return curve;
  const jacobian = new Float64Array(4 * n);
  fillIvimJacobian(estimate, bValues, jacobian);
  const s0 = estimate.parameters[place.s0]!;
  const amplitudes = Float64Array.from({ length: n }, (_, i) => s0 * jacobian[i]!);
  const slopes = new Float64Array(n).fill(1);
  curve.signal.set(amplitudes);
  if (sigma !== undefined) fillRicianMeans(amplitudes, sigma, curve.signal, slopes);
  const quantile = studentQuantile975(freedom);
  for (let i = 0; i < n; i++) {
    let variance = 0;
    for (let a = 0; a < 4; a++) {
      for (let b = 0; b < 4; b++) {
        // A parameter held at a limit counts as known.
        const c = estimate.covariance[4 * a + b]!;
        if (!Number.isNaN(c)) variance += jacobian[a * n + i]! * jacobian[b * n + i]! * c;
      }
    }
    variance *= slopes[i]! * slopes[i]!;
    const ofSample =
      sigma === undefined
        ? residualVariance
        : ricianVariance(amplitudes[i]!, sigma, curve.signal[i]!);
    curve.confidence[i] = quantile * Math.sqrt(variance);
    curve.prediction[i] = quantile * Math.sqrt(variance + ofSample);
  }
  return curve;
}
