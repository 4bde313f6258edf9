import { factorCholesky, solveCholesky, solveLower } from "./cholesky.ts";
import { combineColumns, correlateColumns } from "./column-sums.ts";
import { exponential } from "./exponential.ts";
import type { LinearFormFit } from "./linear-form-fit.ts";
import { type LogLinearDesign, toParameters } from "./log-linear-design.ts";
import { fillLogarithms } from "./logarithm.ts";
import { statusCode } from "./status.ts";

/** Least squares of the logarithms: unweighted, weighted once, or weighted until it settles. */
export type LogLinearEstimator = "ols" | "wls" | "iwls";

/** Least squares of logarithms, one voxel after another; samples that are not positive are left out. */
export interface LogLinearFit extends LinearFormFit {
  /** Shape [n]; 0 where a sample has none. */
  readonly logs: Float64Array;
}

/** Iterated weighting stops when no fitted signal changes by more than this fraction, or after so many rounds. */
const smallestChange = 1e-6;
const mostRounds = 10;

/**
 * Least squares of ln S = X beta.
 *
 * With weights, those are the squared signal that the fit before predicts (never the measured one, which favours samples
 * that noise has raised): the variance of ln S is sigma²/S².
 *
 * @see Salvador R et al., Hum Brain Mapp 2005;24:144, doi:10.1002/hbm.20076; Veraart J et al., NeuroImage 2013;81:335,
 * doi:10.1016/j.neuroimage.2013.05.028
 */
export function logLinearFit(design: LogLinearDesign, estimator: LogLinearEstimator): LogLinearFit {
  const { n, p, columns, products, counts } = design;
  const packed = (p * (p + 1)) / 2;
  const rounds = estimator === "ols" ? 0 : estimator === "wls" ? 1 : mostRounds;
  const exponents = new Float64Array(n);
  const weights = new Float64Array(n);
  const weighted = new Float64Array(n);
  const step = new Float64Array(p);
  const identity = new Float64Array(packed);
  for (let a = 0; a < p; a++) identity[(a * (a + 1)) / 2 + a] = 1;
  const state: LogLinearFit = {
    design,
    fit,
    used: 0,
    kept: new Float64Array(n),
    logs: new Float64Array(n),
    fitted: new Float64Array(n),
    coefficients: new Float64Array(p),
    parameters: new Float64Array(p),
    factor: new Float64Array(packed),
    residualVariance: 0.5,
    freedom: 0.5,
  };
  const { kept, logs, fitted, coefficients, factor } = state;
  let complete = false;

  /** Adds the solution of weighted least squares for logs - exponents to the coefficients. */
  function solveWeighted(): boolean {
    for (let i = 0; i < n; i++) weighted[i] = weights[i]! * (logs[i]! - exponents[i]!);
    correlateColumns(products, packed, weights, n, factor);
    correlateColumns(columns, p, weighted, n, step);
    if (!factorCholesky(factor, p)) return false;
    solveCholesky(factor, p, step);
    for (let a = 0; a < p; a++) coefficients[a] = coefficients[a]! + step[a]!;
    return true;
  }

  function fitUnweighted(y: Float64Array, offset: number): boolean {
    if (state.used === n && counts === undefined) {
      // Nearly every voxel: these rows change only around one with samples left out.
      if (!complete) {
        kept.fill(1);
        weights.fill(1);
        factor.set(identity);
        complete = true;
      }
      correlateColumns(columns, p, logs, n, coefficients);
      return true;
    }
    complete = false;
    for (let i = 0; i < n; i++) kept[i] = y[offset + i]! > 0 ? (counts?.[i] ?? 1) : 0;
    if (state.used < p) return false;
    coefficients.fill(0);
    exponents.fill(0);
    weights.set(kept);
    return solveWeighted();
  }

  /** Exponents and signals of the coefficients. */
  function predict(): void {
    combineColumns(columns, p, coefficients, n, exponents);
    for (let i = 0; i < n; i++) fitted[i] = exponential(exponents[i]!);
  }

  /** The largest change of an exponent by the latest step. */
  function largestChange(): number {
    combineColumns(columns, p, step, n, weighted);
    let largest = 0;
    for (let i = 0; i < n; i++) largest = Math.max(largest, Math.abs(weighted[i]!));
    return largest;
  }

  function fit(y: Float64Array, offset: number): number {
    state.used = fillLogarithms(y, offset, n, logs);
    if (!fitUnweighted(y, offset)) return statusCode["invalid-input"];
    predict();
    for (let round = 0; round < rounds; round++) {
      // Relative to the first signal, so that squares neither overflow nor vanish.
      const scale = 1 / fitted[0]!;
      for (let i = 0; i < n; i++) {
        const relative = fitted[i]! * scale;
        weights[i] = kept[i]! * relative * relative;
      }
      if (!solveWeighted()) return statusCode["not-converged"];
      predict();
      if (rounds > 1 && largestChange() < smallestChange) break;
    }
    let sum = 0;
    for (let i = 0; i < n; i++) {
      const residual = logs[i]! - exponents[i]!;
      sum += weights[i]! * residual * residual;
    }
    state.freedom = state.used - p;
    state.residualVariance = state.used > p ? sum / (state.used - p) : Number.NaN;
    toParameters(design, coefficients, state.parameters);
    return statusCode.ok;
  }

  return state;
}

/**
 * Writes u = L^-1 R^-T c for one linear form c beta: its variance is the residual variance times the squared length of u.
 *
 * @param form - c, shape [p]
 * @param out - u, shape [p]
 */
export function standardizeForm(
  { design, factor }: Pick<LinearFormFit, "design" | "factor">,
  form: Float64Array,
  out: Float64Array,
): void {
  const { p, inverse } = design;
  for (let a = 0; a < p; a++) {
    const column = (a * (a + 1)) / 2;
    let sum = 0;
    for (let b = 0; b <= a; b++) sum += inverse[column + b]! * form[b]!;
    out[a] = sum;
  }
  solveLower(factor, p, out);
}
