import type { CurveSums, Estimate, Solver } from "./estimate.ts";
import type { RateProblem } from "./rate-problem.ts";
import { searchCertified, searchGlobally } from "./rate-search.ts";
import { fillCovariance } from "./standard-errors.ts";
import { statusCode } from "./status.ts";

/**
 * Solver of models with one rate: the global least-squares optimum, without a start value.
 *
 * The amplitudes are eliminated (variable projection): the best rate maximises the cosine of the angle
 * between the curve and the basis function, a/sqrt(b), over rates where the amplitude a/b is positive. A few
 * Newton steps from a coarse grid settle it when the residual is small enough to prove the optimum global; else
 * forty log-spaced rates show where maxima can be, and each that could still be the greatest is refined. With
 * the constant eliminated too (curve and basis less their means) the same holds for amplitude + constant.
 *
 * @see Golub GH, Pereyra V, SIAM J Numer Anal 1973;10:413, doi:10.1137/0710036
 */
export function variableProjection(problem: RateProblem): Solver {
  return (y, offset, sums, estimate) => searchRate(problem, y, offset, sums, estimate);
}

/** Finds the best rate of one curve and writes the estimate. */
export function searchRate(
  problem: RateProblem,
  y: Float64Array,
  offset: number,
  sums: CurveSums,
  estimate: Estimate,
): void {
  const mean = problem.constant ? sums.sum / problem.n : 0;
  const squares = problem.constant ? sums.total : sums.squares;
  // Bases that crowd together at one end of the search (recoveries) have no certificate.
  const certified = problem.grid.certifiedResidual > 0;
  let rate = certified ? searchCertified(problem, y, offset, mean, squares, estimate) : Number.NaN;
  if (Number.isNaN(rate)) rate = searchGlobally(problem, y, offset, mean, squares, estimate);
  if (Number.isNaN(rate)) writeWithoutDecay(problem, mean, squares, estimate);
  else writeEstimate(problem, y, offset, mean, rate, estimate);
}

/** Status codes of an optimum at the lower or upper end of the search variable. */
export function boundStatus(inverse: boolean, end: "lower" | "upper"): number {
  return (end === "upper") === inverse ? statusCode["lower-bound"] : statusCode["upper-bound"];
}

/** No rate gives a positive amplitude: the best admissible curve is the constant alone, or nothing. */
function writeWithoutDecay(
  problem: RateProblem,
  mean: number,
  squares: number,
  estimate: Estimate,
): void {
  const { parameters } = estimate;
  parameters.fill(Number.NaN);
  parameters[0] = 0;
  if (problem.constant) parameters[1] = mean;
  estimate.covariance.fill(Number.NaN);
  estimate.ssr = squares;
  estimate.status = statusCode["not-identifiable"];
}

/** Amplitudes, residual sum of squares and covariance at the rate whose sums are in `problem.sums`. */
export function writeEstimate(
  problem: RateProblem,
  y: Float64Array,
  offset: number,
  mean: number,
  rate: number,
  estimate: Estimate,
): void {
  const { constant, n, lower, upper, model, basis, work } = problem;
  const { a, a1, b, b1 } = problem.sums;
  const { parameters } = estimate;
  const { value, first } = basis;
  const slope = a1 / a - (0.5 * b1) / b;
  const inverse = model.variables[0]?.inverse ?? false;
  estimate.status = statusCode.ok;
  if (rate === lower && slope <= 0) estimate.status = boundStatus(inverse, "lower");
  if (rate === upper && slope >= 0) estimate.status = boundStatus(inverse, "upper");

  const last = parameters.length - 1;
  problem.theta[0] = rate;
  model.evaluate(problem.theta, basis);
  let middle = 0;
  if (constant) {
    for (let i = 0; i < n; i++) middle += value[i]!;
    middle /= n;
  }
  let across = 0;
  let length = 0;
  for (let i = 0; i < n; i++) {
    const phi = value[i]! - middle;
    across += phi * (y[offset + i]! - mean);
    length += phi * phi;
  }
  const amplitude = across / length;
  const offsetTerm = constant ? mean - amplitude * middle : 0;
  parameters[0] = amplitude;
  if (constant) parameters[1] = offsetTerm;
  parameters[last] = rate;
  let ssr = 0;
  for (let i = 0; i < n; i++) {
    const r = y[offset + i]! - amplitude * value[i]! - offsetTerm;
    ssr += r * r;
    work.jacobian[i] = value[i]!;
    work.jacobian[last * n + i] = amplitude * first[i]!;
  }
  estimate.ssr = ssr;
  const atBound = estimate.status !== statusCode.ok;
  work.free[last] = atBound ? 0 : 1;
  estimate.freeParameters = atBound ? last : last + 1;
  estimate.covarianceIsFinal = false;
  if (!fillCovariance(work, estimate.covariance) || !Number.isFinite(ssr)) {
    estimate.status = statusCode["not-converged"];
  }
}
