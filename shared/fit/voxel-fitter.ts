import type { ModelSheet } from "#shared/models/signal-model.ts";

/** The result for the latest voxel; overwritten by the next one. */
export interface FittedVoxel {
  /** A code of status.ts. */
  status: number;
  /** Parameters of the model's sheet, in its order and units; NaN where the status says there is no value. */
  readonly values: Float64Array;
  /** Standard errors, same order and units; NaN where there is none. */
  readonly standardErrors: Float64Array;
  /** Coefficient of determination, 1 - SSR/SST; NaN with as many parameters as samples. */
  rSquared: number;
  /** sqrt(SSR/N), signal units. */
  rmse: number;
  /** SSR/(sigma^2 (N - p)); NaN when sigma is not known. */
  reducedChiSquare: number;
  /** Degrees of freedom behind the standard errors; Infinity when they come from a known noise. */
  freedom: number;
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

/** Fits one voxel after another with the same settings. */
export interface VoxelFitter {
  readonly sheet: ModelSheet;
  /** Samples of a voxel: one for each abscissa, or two (real, then imaginary parts) for complex signals. */
  readonly samples: number;
  readonly result: FittedVoxel;
  /**
   * Fits samples y[offset] ... y[offset + samples - 1] into `result`.
   *
   * @param scale - factor of this voxel on the abscissae (relative B1 for flip angles); 1 without a map
   */
  readonly fit: (y: Float64Array, offset: number, scale: number) => void;
  /** Writes the fitted signal of the latest voxel at its samples, shape [samples]; NaN when there is no fit. */
  readonly predictSamples: (out: Float64Array) => void;
  /**
   * The fitted signal of the latest voxel at other abscissae; undefined where the abscissa alone does not decide the
   * signal (diffusion directions).
   */
  readonly predict: ((abscissae: ArrayLike<number>) => PredictedCurve) | undefined;
  /** Abscissae at which the fitted curve can be drawn. */
  readonly drawnAbscissae: Float64Array;
}

/** A curve without values at some abscissae, to be filled where there is a fit. */
export function newPrediction(abscissae: Float64Array): PredictedCurve {
  const nothing = () => new Float64Array(abscissae.length).fill(Number.NaN);
  return { abscissae, signal: nothing(), confidence: nothing(), prediction: nothing() };
}

/** Empty results for a sheet. */
export function newFittedVoxel(sheet: ModelSheet): FittedVoxel {
  const count = sheet.parameters.length;
  return {
    status: 0,
    values: new Float64Array(count).fill(Number.NaN),
    standardErrors: new Float64Array(count).fill(Number.NaN),
    rSquared: Number.NaN,
    rmse: Number.NaN,
    reducedChiSquare: Number.NaN,
    freedom: 0.5,
  };
}

/** Makes a result one without values, as voxels that are noise, unusable or not converged have. */
export function clearFittedVoxel(result: FittedVoxel): void {
  result.values.fill(Number.NaN);
  result.standardErrors.fill(Number.NaN);
  result.rSquared = Number.NaN;
  result.rmse = Number.NaN;
  result.reducedChiSquare = Number.NaN;
}
