import { fillRicianMeans, ricianVariance } from "#shared/models/rician-mean.ts";
import {
  type ModelParameter,
  newBasis,
  parameterCount,
  type SignalModel,
} from "#shared/models/signal-model.ts";
import { buildCurveFitter, type FittedCurve } from "./curve-fitter.ts";
import type { FitSettings } from "./fit-settings.ts";
import { type StatusName, statusTable } from "./status.ts";
import { studentQuantile975 } from "./student-t.ts";

/** One parameter of a fitted curve. */
export interface CurveParameter extends ModelParameter {
  readonly value: number;
  readonly standardError: number;
  /** 95 % interval of the value. */
  readonly interval: readonly [number, number];
}

/** The fitted signal at some abscissae. */
export interface PredictedCurve {
  readonly abscissae: Float64Array;
  /** Expected signal: with its noise floor for the expected-Rician form. */
  readonly signal: Float64Array;
  /** Half-width of the 95 % band of the curve. */
  readonly confidence: Float64Array;
  /** Half-width of the 95 % band of a new sample. */
  readonly prediction: Float64Array;
}

/** The fit of one curve, in double precision. */
export interface CurveFit {
  readonly status: StatusName;
  readonly statusCode: number;
  readonly parameters: readonly CurveParameter[];
  readonly rSquared: number;
  readonly rmse: number;
  readonly reducedChiSquare: number;
  /** Data minus fitted signal, shape [N]; NaN when there is no fit. */
  readonly residuals: Float64Array;
  readonly iterations: number;
  /** Abscissae that suit a drawing of this model. */
  readonly drawnAbscissae: Float64Array;
  /** The fitted signal with its bands; NaN when there is no fit. */
  readonly predict: (abscissae: ArrayLike<number>) => PredictedCurve;
}

/**
 * The fit of one curve by exactly the code that fits volumes.
 *
 * @param signals - shape [N], one per abscissa of the settings
 * @throws RangeError when the abscissae or limits do not suit the model
 */
export function fitCurve(settings: FitSettings, signals: ArrayLike<number>): CurveFit {
  const fitter = buildCurveFitter(settings);
  const { model, result } = fitter;
  const n = model.abscissae.length;
  if (signals.length !== n) throw new Error(`${signals.length} signals for ${n} abscissae`);
  const y = Float64Array.from(signals);
  fitter.fit(y, 0);
  const sigma = settings.model.noise.kind === "rician" ? settings.model.noise.sigma : undefined;
  const freedom = n - result.estimate.freeParameters;
  const quantile = studentQuantile975(
    result.estimate.covarianceIsFinal ? Number.POSITIVE_INFINITY : freedom,
  );
  const row = statusTable[result.status];
  if (row === undefined) throw new Error(`no status ${result.status}`);
  const predict = (abscissae: ArrayLike<number>) =>
    predictCurve(model.at(Float64Array.from(abscissae)), result, freedom, quantile, sigma);
  const fitted = predict(model.abscissae).signal;
  return {
    status: row.name,
    statusCode: result.status,
    parameters: model.sheet.parameters.map((parameter, k) => {
      const value = result.values[k]!;
      const standardError = result.standardErrors[k]!;
      const half = quantile * standardError;
      return { ...parameter, value, standardError, interval: [value - half, value + half] };
    }),
    rSquared: result.rSquared,
    rmse: result.rmse,
    reducedChiSquare: result.reducedChiSquare,
    residuals: y.map((value, i) => value - fitted[i]!),
    iterations: result.estimate.iterations,
    drawnAbscissae: model.drawnAbscissae(),
    predict,
  };
}

/** Signal and bands: the variance of the curve is g' Cov g with g its gradient by the parameters. */
function predictCurve(
  model: SignalModel,
  result: FittedCurve,
  freedom: number,
  quantile: number,
  sigma: number | undefined,
): PredictedCurve {
  const { abscissae } = model;
  const n = abscissae.length;
  const p = parameterCount(model);
  const first = p - model.variables.length;
  const { estimate, covariance } = result;
  const { parameters } = estimate;
  const basis = newBasis(model);
  const hasFit = Number.isFinite(result.values[0]!);
  const nothing = () => new Float64Array(n).fill(Number.NaN);
  const curve = { abscissae, signal: nothing(), confidence: nothing(), prediction: nothing() };
  if (!hasFit) return curve;
  model.evaluate(parameters.subarray(first), basis);
  const constant = model.constant ? parameters[1]! : 0;
  const amplitudes = basis.value.map((value) => parameters[0]! * value + constant);
  const slopes = new Float64Array(n).fill(1);
  curve.signal.set(amplitudes);
  if (sigma !== undefined) fillRicianMeans(amplitudes, sigma, curve.signal, slopes);
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
        ? estimate.ssr / freedom
        : ricianVariance(amplitudes[i]!, sigma, curve.signal[i]!);
    curve.confidence[i] = quantile * Math.sqrt(variance);
    curve.prediction[i] = quantile * Math.sqrt(variance + ofSample);
  }
  return curve;
}
