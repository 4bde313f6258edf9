import type { ModelSheet } from "#shared/models/signal-model.ts";
import type { FitSettings } from "./fit-settings.ts";
import type { LinearFormFit } from "./linear-form-fit.ts";
import { hasNoValue, statusCode } from "./status.ts";
import {
  clearFittedVoxel,
  type FittedVoxel,
  newFittedVoxel,
  type VoxelFitter,
} from "./voxel-fitter.ts";
import { buildVoxelJudge } from "./voxel-judge.ts";

/** How the parameters of a sheet follow from a fitted linear form. */
export interface LinearFormMeasures {
  /** Writes the values of the latest fit; returns ok, or the status of a value at a bound. */
  readonly writeValues: (result: FittedVoxel) => number;
  /** Writes their standard errors; `residualVariance` is the factor on the covariance (L L')^-1 of the fit. */
  readonly writeErrors: (result: FittedVoxel, residualVariance: number) => void;
}

/**
 * A fitter for signals that depend on more than the abscissa: the fit of a linear form, and measures of what it found. R² and
 * RMSE are those of the signals, over the samples that took part.
 */
export function linearFormFitter(
  settings: FitSettings,
  sheet: ModelSheet,
  form: LinearFormFit,
  measures: LinearFormMeasures,
): VoxelFitter {
  const { n, p } = form.design;
  const { kept, fitted } = form;
  const judge = buildVoxelJudge(settings, n, sheet.parameters[0]?.leastSize);
  const result = newFittedVoxel(sheet);
  const perSigma2 =
    settings.sigma === undefined ? Number.NaN : 1 / (settings.sigma * settings.sigma);

  function describe(y: Float64Array, offset: number): number {
    const { used } = form;
    let ssr = 0;
    for (let i = 0; i < n; i++) {
      const residual = y[offset + i]! - fitted[i]!;
      ssr += kept[i]! * residual * residual;
    }
    result.freedom = form.freedom;
    result.rmse = Math.sqrt(ssr / used);
    result.rSquared = used > p ? 1 - ssr / totalOf(y, offset) : Number.NaN;
    result.reducedChiSquare = used > p ? (ssr * perSigma2) / (used - p) : Number.NaN;
    const bound = measures.writeValues(result);
    measures.writeErrors(result, form.residualVariance);
    // A main parameter without meaning where others have a bound to report.
    if (bound !== statusCode.ok && Number.isNaN(result.values[0]!)) return bound;
    const status = judge.judge(result);
    return status !== statusCode["not-converged"] && bound !== statusCode.ok ? bound : status;
  }

  /** Sum of squares about the mean of the samples that took part. */
  function totalOf(y: Float64Array, offset: number): number {
    if (form.used === n && form.design.counts === undefined) return judge.total;
    let sum = 0;
    let count = 0;
    for (let i = 0; i < n; i++) {
      sum += kept[i]! * y[offset + i]!;
      count += kept[i]!;
    }
    const mean = sum / count;
    let total = 0;
    for (let i = 0; i < n; i++) total += kept[i]! * (y[offset + i]! - mean) ** 2;
    return total;
  }

  return {
    sheet,
    samples: n,
    result,
    fit: (y, offset) => {
      let status = judge.screen(y, offset);
      if (status === statusCode.ok) status = form.fit(y, offset);
      if (status === statusCode.ok) status = describe(y, offset);
      result.status = status;
      if (hasNoValue(status)) clearFittedVoxel(result);
    },
    predictSamples: (out) => {
      if (hasNoValue(result.status)) out.fill(Number.NaN);
      else out.set(fitted);
    },
    predict: undefined,
    drawnAbscissae: Float64Array.from(settings.abscissae),
  };
}
