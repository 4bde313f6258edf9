import { equalSpacing } from "#shared/models/equal-spacing.ts";
import { buildSignalModel, isSignalModelChoice } from "#shared/models/model-choice.ts";
import { parameterCount, type SignalModel } from "#shared/models/signal-model.ts";
import { equallySpacedDecay } from "./equally-spaced.ts";
import {
  type CurveSums,
  type Estimate,
  newCurveSums,
  newEstimate,
  type Solver,
  sumCurve,
} from "./estimate.ts";
import { expectedRician } from "./expected-rician.ts";
import { judgeFit, qualityRules } from "./fit-quality.ts";
import type { FitSettings } from "./fit-settings.ts";
import { predictCurve } from "./predict-curve.ts";
import { projectedSearch } from "./projected-search.ts";
import { buildRateProblem } from "./rate-problem.ts";
import { referenceSolver } from "./reference-solver.ts";
import { hasNoValue, statusCode } from "./status.ts";
import { variableProjection } from "./variable-projection.ts";
import {
  clearFittedVoxel,
  type FittedVoxel,
  newFittedVoxel,
  type VoxelFitter,
} from "./voxel-fitter.ts";

/** The result for the latest curve; overwritten by the next one. */
export interface FittedCurve extends FittedVoxel {
  /** The solver's own view. */
  readonly estimate: Estimate;
  /** Covariance of the solver's parameters, scaled by the residual variance; shape [p, p]. */
  readonly covariance: Float64Array;
}

/** Fits one curve after another by one signal equation. */
export interface CurveFitter extends VoxelFitter {
  readonly model: SignalModel;
  readonly result: FittedCurve;
  readonly fit: (y: Float64Array, offset: number) => void;
}

/**
 * A fitter for curves of these settings; `solve` replaces the solver that suits the model and the noise.
 *
 * @throws RangeError when the abscissae or limits do not suit the model
 */
export function buildCurveFitter(
  settings: FitSettings,
  model: SignalModel = signalModelOf(settings),
  solve: Solver = chooseSolver(model, settings),
): CurveFitter {
  const n = model.abscissae.length;
  const p = parameterCount(model);
  const sums = newCurveSums();
  const rules = qualityRules(settings, n, p);
  const enough = new Set(settings.abscissae).size >= p;
  const result = newFittedCurve(model);
  const { estimate, values, standardErrors } = result;

  /** ok, or why the curve is not fitted. */
  function screen(y: Float64Array, offset: number): number {
    sumCurve(y, offset, n, sums);
    if (!enough || !isUsable(sums)) return statusCode["invalid-input"];
    const signal = model.screened === "largest" ? largestOf(y, offset, n) : y[offset]!;
    return signal < rules.noiseFloor ? statusCode.noise : statusCode.ok;
  }

  /** The solver's estimate in the sheet's parameters, with standard errors and quality; its status. */
  function describe(): number {
    const { ssr, freeParameters, status } = estimate;
    if (status === statusCode["not-converged"]) return status;
    result.freedom = estimate.covarianceIsFinal ? Number.POSITIVE_INFINITY : n - freeParameters;
    scaleCovariance(result, ssr / (n - freeParameters));
    model.deriveParameters(estimate.parameters, result.covariance, values, standardErrors);
    const judge = status === statusCode["not-identifiable"] ? undefined : model.judge;
    const plausibility = judge === undefined ? "plausible" : judge(values, standardErrors);
    return judgeFit(rules, result, ssr, sums.total, status, plausibility);
  }

  function fit(y: Float64Array, offset: number): void {
    let status = screen(y, offset);
    if (status === statusCode.ok) {
      estimate.iterations = 0;
      solve(y, offset, sums, estimate);
      status = describe();
    }
    result.status = status;
    if (hasNoValue(status)) clearFittedVoxel(result);
  }

  const { noise } = settings.model;
  const floorSigma = noise.kind === "rician" ? noise.sigma : undefined;
  return {
    model,
    sheet: model.sheet,
    samples: n,
    result,
    fit,
    predictSamples: (out) => out.set(predictCurve(model, result, floorSigma).signal),
    predict: (abscissae) =>
      predictCurve(model.at(Float64Array.from(abscissae)), result, floorSigma),
    drawnAbscissae: model.drawnAbscissae(),
  };
}

function signalModelOf({ model, abscissae }: FitSettings): SignalModel {
  if (!isSignalModelChoice(model)) throw new Error(`${model.name} is not one signal equation`);
  return buildSignalModel(model, Float64Array.from(abscissae));
}

function chooseSolver(model: SignalModel, settings: FitSettings): Solver {
  if (settings.solver === "reference") return referenceSolver(model, settings.model.noise);
  const plain = model.variables.length === 1 ? solverOfRate(model) : projectedSearch(model);
  const { noise } = settings.model;
  return noise.kind === "rician" ? expectedRician(model, plain, noise.sigma) : plain;
}

function solverOfRate(model: SignalModel): Solver {
  const problem = buildRateProblem(model);
  const step = equalSpacing(model.abscissae);
  return model.exponential && !model.constant && step !== undefined
    ? equallySpacedDecay(problem, step)
    : variableProjection(problem);
}

function newFittedCurve(model: SignalModel): FittedCurve {
  const estimate = newEstimate(model);
  const covariance = new Float64Array(estimate.covariance.length);
  return { ...newFittedVoxel(model.sheet), estimate, covariance };
}

/** Finite samples that are not all equal. */
function isUsable(sums: CurveSums): boolean {
  return sums.squares < Number.POSITIVE_INFINITY && sums.total > 0;
}

/** With no degree of freedom left there is no residual variance, and no standard error. */
function scaleCovariance(result: FittedCurve, variance: number): void {
  const { estimate, covariance } = result;
  const factor = estimate.covarianceIsFinal
    ? 1
    : variance >= 0 && variance < Number.POSITIVE_INFINITY
      ? variance
      : Number.NaN;
  for (let k = 0; k < covariance.length; k++) covariance[k] = estimate.covariance[k]! * factor;
}

function largestOf(y: Float64Array, offset: number, n: number): number {
  let largest = y[offset]!;
  for (let i = 1; i < n; i++) largest = Math.max(largest, y[offset + i]!);
  return largest;
}
