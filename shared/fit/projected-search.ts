import { newBasis, parameterCount, type SignalModel } from "#shared/models/signal-model.ts";
import {
  type BoundedProblem,
  type Minimum,
  minimizeBounded,
  newRoom,
} from "./bounded-least-squares.ts";
import { buildDictionary, type Dictionary, pickStarts } from "./dictionary.ts";
import type { Solver } from "./estimate.ts";
import { fillCovariance, newCovarianceWork } from "./standard-errors.ts";
import { statusCode } from "./status.ts";
import { boundStatus } from "./variable-projection.ts";

/** Starts refined for each curve. */
const starts = 3;

/**
 * Solver of models with two or more search variables and one amplitude (EPG: rate and refocusing angle).
 *
 * A dictionary of unit basis vectors over a grid of the variables gives the starts; Levenberg-Marquardt then works on the
 * residual with the amplitude projected out, r = y - phi (phi.y)/(phi.phi), with Kaufman's derivative: the part of
 * -c dphi/dtheta across phi.
 *
 * @see Kaufman L, BIT 1975;15:49, doi:10.1007/BF01932995
 */
export function projectedSearch(model: SignalModel): Solver {
  if (model.constant) throw new Error("the projected search has no constant");
  const n = model.abscissae.length;
  const m = model.variables.length;
  const p = parameterCount(model);
  const basis = newBasis(model);
  const dictionary: Dictionary = buildDictionary(model);
  const work = newCovarianceWork(p, n);
  const theta = new Float64Array(m);
  const bestTheta = new Float64Array(m);
  const minimum: Minimum = { ssr: 0.5, converged: false, iterations: 0 };
  let curve = new Float64Array(0);
  let at = 0;

  const problem: BoundedProblem = {
    n,
    p: m,
    lower: Float64Array.from(model.variables, (variable) => variable.lower),
    upper: Float64Array.from(model.variables, (variable) => variable.upper),
    room: newRoom(m, n),
    evaluate: (parameters, residuals, jacobian) => {
      model.evaluate(parameters, basis);
      const { value, first } = basis;
      let a = 0;
      let b = 0;
      for (let i = 0; i < n; i++) {
        a += value[i]! * curve[at + i]!;
        b += value[i]! * value[i]!;
      }
      const amplitude = a / b;
      for (let i = 0; i < n; i++) residuals[i] = curve[at + i]! - amplitude * value[i]!;
      for (let k = 0; k < m; k++) {
        let along = 0;
        for (let i = 0; i < n; i++) along += first[k * n + i]! * value[i]!;
        along /= b;
        for (let i = 0; i < n; i++) {
          jacobian[k * n + i] = amplitude * (first[k * n + i]! - along * value[i]!);
        }
      }
    },
  };

  return (y, offset, sums, estimate) => {
    curve = y as Float64Array<ArrayBuffer>;
    at = offset;
    const count = pickStarts(dictionary, y, offset, sums.squares, starts);
    const { parameters } = estimate;
    estimate.iterations = 0;
    if (count === 0) {
      parameters.fill(Number.NaN);
      parameters[0] = 0;
      estimate.covariance.fill(Number.NaN);
      estimate.ssr = sums.squares;
      estimate.status = statusCode["not-identifiable"];
      return;
    }
    let best = Number.POSITIVE_INFINITY;
    let converged = false;
    for (let s = 0; s < count; s++) {
      // A start whose cell cannot reach the best sum found so far need not be refined.
      if (dictionary.startFloor[s]! >= best) continue;
      for (let k = 0; k < m; k++) theta[k] = dictionary.startTheta[s * m + k]!;
      minimizeBounded(problem, theta, minimum);
      estimate.iterations += minimum.iterations;
      if (minimum.ssr < best) {
        best = minimum.ssr;
        converged = minimum.converged;
        bestTheta.set(theta);
      }
    }
    model.evaluate(bestTheta, basis);
    const { value, first } = basis;
    let a = 0;
    let b = 0;
    for (let i = 0; i < n; i++) {
      a += value[i]! * y[offset + i]!;
      b += value[i]! * value[i]!;
    }
    const amplitude = a / b;
    parameters[0] = amplitude;
    for (let k = 0; k < m; k++) parameters[1 + k] = bestTheta[k]!;
    for (let i = 0; i < n; i++) work.jacobian[i] = value[i]!;
    for (let i = 0; i < m * n; i++) work.jacobian[n + i] = amplitude * first[i]!;
    estimate.ssr = best;
    estimate.covarianceIsFinal = false;
    estimate.status = statusAtBounds(model, bestTheta, work.free);
    if (!(amplitude > 0)) estimate.status = statusCode["not-identifiable"];
    estimate.freeParameters = work.free.reduce((sum, free) => sum + free, 0);
    if (!converged || !fillWithMirror(model, work, estimate.covariance)) {
      estimate.status = statusCode["not-converged"];
    }
  };
}

/** ok, lower-bound or upper-bound; marks in `free` which parameters are not held at a bound. */
export function statusAtBounds(
  model: SignalModel,
  theta: ArrayLike<number>,
  free: Uint8Array,
): number {
  const first = free.length - model.variables.length;
  free.fill(1);
  let status: number = statusCode.ok;
  for (let k = model.variables.length - 1; k >= 0; k--) {
    const variable = model.variables[k]!;
    const end =
      theta[k]! <= variable.lower ? "lower" : theta[k]! >= variable.upper ? "upper" : undefined;
    if (end === undefined) continue;
    free[first + k] = 0;
    if (end !== variable.mirror) status = boundStatus(variable.inverse, end);
  }
  return status;
}

/**
 * The covariance with the parameters at bounds held; for one at a mirror (refocusing by 180 degrees) its variance
 * is that of the model in which it is free, while the other parameters keep the errors of the simpler model.
 */
export function fillWithMirror(
  model: SignalModel,
  work: ReturnType<typeof newCovarianceWork>,
  covariance: Float64Array,
  variances?: Float64Array,
): boolean {
  const { p, free } = work;
  const first = p - model.variables.length;
  for (let k = 0; k < model.variables.length; k++) {
    const variable = model.variables[k]!;
    if (variable.mirror === undefined || free[first + k] === 1) continue;
    const at = (first + k) * p + first + k;
    free[first + k] = 1;
    const known = fillCovariance(work, covariance, variances);
    const variance = known ? covariance[at]! : Number.NaN;
    free[first + k] = 0;
    if (!fillCovariance(work, covariance, variances)) return false;
    covariance[at] = variance;
    return true;
  }
  return fillCovariance(work, covariance, variances);
}
