import type { ModelParameter } from "#shared/models/signal-model.ts";
import type { FitSettings } from "./fit-settings.ts";
import { prepareFit } from "./prepare-fit.ts";
import { type StatusName, statusTable } from "./status.ts";
import { studentQuantile975 } from "./student-t.ts";
import type { PredictedCurve } from "./voxel-fitter.ts";

/** One parameter of a fitted curve. */
export interface CurveParameter extends ModelParameter {
  readonly value: number;
  readonly standardError: number;
  /** 95 % interval of the value. */
  readonly interval: readonly [number, number];
}

/** The fit of one curve, in double precision. */
export interface CurveFit {
  readonly status: StatusName;
  readonly statusCode: number;
  readonly parameters: readonly CurveParameter[];
  readonly rSquared: number;
  readonly rmse: number;
  readonly reducedChiSquare: number;
  /** Fitted signal at the samples, shape [N]; NaN when there is no fit. */
  readonly fitted: Float64Array;
  /** Data minus fitted signal, shape [N]; NaN when there is no fit. */
  readonly residuals: Float64Array;
  /** Abscissae that suit a drawing of this model. */
  readonly drawnAbscissae: Float64Array;
  /**
   * The fitted signal with its bands, NaN when there is no fit; undefined where the abscissa alone does not decide the
   * signal (diffusion directions).
   */
  readonly predict: ((abscissae: ArrayLike<number>) => PredictedCurve) | undefined;
}

/**
 * The fit of one curve by exactly the code that fits volumes.
 *
 * @param signals - shape [N], one per sample of the settings
 * @param scale - of the voxel, see VoxelFitter
 * @throws RangeError when the abscissae or limits do not suit the model
 */
export function fitCurve(settings: FitSettings, signals: ArrayLike<number>, scale = 1): CurveFit {
  const { samples: n, build } = prepareFit(settings);
  if (signals.length !== n) throw new Error(`${signals.length} signals for ${n} samples`);
  const fitter = build();
  const { sheet, result } = fitter;
  const y = Float64Array.from(signals);
  fitter.fit(y, 0, scale);
  const quantile = studentQuantile975(result.freedom);
  const row = statusTable[result.status];
  if (row === undefined) throw new Error(`no status ${result.status}`);
  const fitted = new Float64Array(n);
  fitter.predictSamples(fitted);
  return {
    status: row.name,
    statusCode: result.status,
    parameters: sheet.parameters.map((parameter, k) => {
      const value = result.values[k]!;
      const standardError = result.standardErrors[k]!;
      const half = quantile * standardError;
      return { ...parameter, value, standardError, interval: [value - half, value + half] };
    }),
    rSquared: result.rSquared,
    rmse: result.rmse,
    reducedChiSquare: result.reducedChiSquare,
    fitted,
    residuals: y.map((value, i) => value - fitted[i]!),
    drawnAbscissae: fitter.drawnAbscissae,
    predict: fitter.predict,
  };
}
