import { diffusionDecaySheet, highestTissueDiffusivity } from "#shared/models/diffusion-decay.ts";
import { smoothAbscissae } from "#shared/models/exponential-basis.ts";
import { decayGroups } from "./decay-groups.ts";
import { exponential } from "./exponential.ts";
import type { FitSettings } from "./fit-settings.ts";
import type { LogLinearEstimator } from "./log-linear-fit.ts";
import { hasNoValue, statusCode } from "./status.ts";
import { studentQuantile975 } from "./student-t.ts";
import {
  clearFittedVoxel,
  newFittedVoxel,
  newPrediction,
  type PredictedCurve,
  type VoxelFitter,
} from "./voxel-fitter.ts";
import { buildVoxelJudge } from "./voxel-judge.ts";

/** Iterated weighting stops when ADC and ln S0 move no fitted signal by more than this fraction, or after so many rounds. */
const smallestChange = 1e-6;
const mostRounds = 10;

/**
 * Fits S = S0 exp(-b D) by least squares of the logarithms: a straight line through the mean logarithm of each b-value.
 *
 * Weights are the squared signal that the fit before predicts, S0² exp(-2 b D), so that they depend on b alone. Samples that
 * are not positive are left out. Standard errors: Var(D) = s² / sum w (b - b mean)² with s² the weighted sum of squared
 * residuals of the logarithms over N - 2, and SE(S0) = S0 SE(ln S0).
 */
export function logLinearDecay(settings: FitSettings, estimator: LogLinearEstimator): VoxelFitter {
  const sheet = diffusionDecaySheet(estimator);
  const n = settings.abscissae.length;
  const groups = decayGroups(settings.abscissae);
  const { bValues, counts, logMeans, logSquares, means, squares } = groups;
  const g = bValues.length;
  const judge = buildVoxelJudge(settings, n);
  const result = newFittedVoxel(sheet);
  const { values, standardErrors } = result;
  const rounds = estimator === "ols" ? 0 : estimator === "wls" ? 1 : mostRounds;
  const reach = g > 0 ? bValues[g - 1]! - bValues[0]! : 0;
  const firstB = bValues[0] ?? 0;
  const perSigma2 =
    settings.sigma === undefined ? Number.NaN : 1 / (settings.sigma * settings.sigma);
  const weights = new Float64Array(g);
  // ln S = middle - diffusivity (b - bMean), the weights' sum and spread about bMean, and the residual variance.
  const line = {
    bMean: 0.5,
    middle: 0.5,
    diffusivity: 0.5,
    weightSum: 0.5,
    spread: 0.5,
    variance: 0.5,
  };

  /** The weighted line; false when the weights leave less than two b-values. */
  function fitLine(): boolean {
    let sum = 0;
    let sumB = 0;
    let sumLog = 0;
    for (let k = 0; k < g; k++) {
      const w = weights[k]!;
      sum += w;
      sumB += w * bValues[k]!;
      sumLog += w * logMeans[k]!;
    }
    const bMean = sumB / sum;
    const middle = sumLog / sum;
    let across = 0;
    let spread = 0;
    for (let k = 0; k < g; k++) {
      const d = bValues[k]! - bMean;
      const weighted = weights[k]! * d;
      spread += weighted * d;
      across += weighted * (logMeans[k]! - middle);
    }
    line.bMean = bMean;
    line.middle = middle;
    line.diffusivity = -across / spread;
    line.weightSum = sum;
    line.spread = spread;
    return spread > 0 && Number.isFinite(line.diffusivity);
  }

  function fitLogarithms(): boolean {
    for (let k = 0; k < g; k++) weights[k] = counts[k]!;
    if (!fitLine()) return false;
    for (let round = 0; round < rounds; round++) {
      const before = line.diffusivity;
      const atFirst = line.middle + before * (line.bMean - firstB);
      for (let k = 0; k < g; k++) {
        weights[k] = counts[k]! * exponential(-2 * before * (bValues[k]! - firstB));
      }
      if (!fitLine()) return false;
      const change = Math.abs(line.middle + line.diffusivity * (line.bMean - firstB) - atFirst);
      if (change + reach * Math.abs(line.diffusivity - before) < smallestChange) break;
    }
    return true;
  }

  /** Sums over the residuals of logarithms and signals, and all that follows from them. */
  function describe(): number {
    const { used } = groups;
    const { bMean, middle, diffusivity, weightSum, spread } = line;
    let logSum = 0;
    let ssr = 0;
    let total = 0;
    let sum = 0;
    for (let k = 0; k < g; k++) sum += counts[k]! * means[k]!;
    const mean = sum / used;
    for (let k = 0; k < g; k++) {
      const count = counts[k]!;
      if (count === 0) continue;
      const exponent = middle - diffusivity * (bValues[k]! - bMean);
      const logResidual = logMeans[k]! - exponent;
      const residual = means[k]! - exponential(exponent);
      const deviation = means[k]! - mean;
      // Weights of a group are those of its samples times their number.
      logSum += weights[k]! * (logResidual * logResidual + logSquares[k]! / count);
      ssr += count * residual * residual + squares[k]!;
      total += count * deviation * deviation + squares[k]!;
    }
    if (!(total > 0 && total < Number.POSITIVE_INFINITY)) return statusCode["invalid-input"];
    const variance = used > 2 ? logSum / (used - 2) : Number.NaN;
    line.variance = variance;
    result.freedom = used - 2;
    result.rmse = Math.sqrt(ssr / used);
    result.rSquared = used > 2 ? 1 - ssr / total : Number.NaN;
    result.reducedChiSquare = used > 2 ? (ssr * perSigma2) / (used - 2) : Number.NaN;
    values[0] = diffusivity;
    values[1] = exponential(middle + diffusivity * bMean);
    standardErrors[0] = Math.sqrt(variance / spread);
    standardErrors[1] =
      values[1]! * Math.sqrt(variance * (1 / weightSum + (bMean * bMean) / spread));
    const status = judge.judge(result);
    if (status === statusCode["not-converged"]) return status;
    return tissueStatus(diffusivity, status);
  }

  function fitVoxel(y: Float64Array, offset: number): number {
    const finite = groups.gather(y, offset);
    if (!finite || groups.distinct < 2) return statusCode["invalid-input"];
    if (judge.isNoise(y[offset]!)) return statusCode.noise;
    return fitLogarithms() ? describe() : statusCode["not-converged"];
  }

  return {
    sheet,
    samples: n,
    result,
    fit: (y, offset) => {
      result.status = fitVoxel(y, offset);
      if (hasNoValue(result.status)) clearFittedVoxel(result);
    },
    predictSamples: (out) => {
      const none = hasNoValue(result.status);
      const { middle, diffusivity, bMean } = line;
      for (let i = 0; i < n; i++) {
        const exponent = middle - diffusivity * (settings.abscissae[i]! - bMean);
        out[i] = none ? Number.NaN : Math.exp(exponent);
      }
    },
    predict,
    drawnAbscissae: smoothAbscissae(Float64Array.from(settings.abscissae)),
  };

  function predict(abscissae: ArrayLike<number>): PredictedCurve {
    const at = Float64Array.from(abscissae);
    const curve = newPrediction(at);
    if (hasNoValue(result.status)) return curve;
    const { middle, diffusivity, bMean, weightSum, spread, variance } = line;
    const quantile = studentQuantile975(result.freedom);
    for (let i = 0; i < at.length; i++) {
      const d = at[i]! - bMean;
      const signal = Math.exp(middle - diffusivity * d);
      const ofCurve = signal * signal * variance * (1 / weightSum + (d * d) / spread);
      // Unweighted fits take the logarithms to scatter alike, weighted ones the signals.
      const weight = estimator === "ols" ? 1 : exponential(-2 * diffusivity * (at[i]! - firstB));
      curve.signal[i] = signal;
      curve.confidence[i] = quantile * Math.sqrt(ofCurve);
      curve.prediction[i] = quantile * Math.sqrt(ofCurve + (signal * signal * variance) / weight);
    }
    return curve;
  }
}

/** The status of a diffusivity (mm²/s) outside the range of tissue; that of the fit inside. */
export function tissueStatus(diffusivity: number, status: number): number {
  if (diffusivity < 0) return statusCode["lower-bound"];
  return diffusivity > highestTissueDiffusivity ? statusCode["upper-bound"] : status;
}
