import {
  type Basis,
  newBasis,
  parameterCount,
  type SignalModel,
} from "#shared/models/signal-model.ts";
import type { CurveSums, Estimate, Solver } from "./estimate.ts";
import { buildRateGrid, countFromFirst, type RateGrid } from "./rate-grid.ts";
import { type FillRateSums, newRateSums, type RateSums, rateSumsOf } from "./rate-sums.ts";
import { reachableScore } from "./reachable-score.ts";
import { type CovarianceWork, fillCovariance, newCovarianceWork } from "./standard-errors.ts";
import { statusCode } from "./status.ts";

/** Newton steps before bisection takes over, and evaluations in all: 44 bisections shrink a bracket 1e13-fold. */
const newtonLimit = 20;
const iterationLimit = 80;

/** A relative step of the rate below which the search has converged; the error left is about its square. */
const smallestStep = 1e-10;

/** A one-rate model made ready for many curves. */
export interface RateProblem {
  readonly model: SignalModel;
  readonly n: number;
  readonly first: number;
  readonly lower: number;
  readonly upper: number;
  readonly constant: boolean;
  readonly grid: RateGrid;
  readonly fillSums: FillRateSums;
  readonly sums: RateSums;
  /** Correlation of the curve with each grid vector. */
  readonly scores: Float64Array;
  readonly basis: Basis;
  readonly theta: Float64Array;
  readonly work: CovarianceWork;
}

/** Prepares a model with one search variable. */
export function buildRateProblem(model: SignalModel): RateProblem {
  const variable = model.variables[0];
  if (variable === undefined) throw new Error("variable projection needs a search variable");
  const shifted = countFromFirst(model);
  const grid = buildRateGrid(shifted);
  const n = model.abscissae.length;
  const work = newCovarianceWork(parameterCount(model), n);
  if (model.constant) work.jacobian.fill(1, n, 2 * n);
  return {
    model,
    n,
    first: model.exponential ? (model.abscissae[0] ?? 0) : 0,
    lower: variable.lower,
    upper: variable.upper,
    constant: model.constant,
    grid,
    fillSums: rateSumsOf(shifted),
    sums: newRateSums(),
    scores: new Float64Array(grid.rates.length),
    basis: newBasis(model),
    theta: new Float64Array(1),
    work,
  };
}

/**
 * Solver of models with one rate: the global least-squares optimum, without a start value.
 *
 * The amplitudes are eliminated (variable projection): the best rate maximises the cosine of the angle
 * between the curve and the basis function, a/sqrt(b), over rates where the amplitude a/b is positive. Forty
 * log-spaced rates show where its maxima can be; each local one that could still be the greatest is refined. With
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
  const { grid, scores, n } = problem;
  const mean = problem.constant ? sums.sum / n : 0;
  const squares = problem.constant ? sums.total : sums.squares;
  scoreGrid(grid, y, offset, mean, n, scores);
  const size = scores.length;
  let best = 0;
  for (let g = 1; g < size; g++) if (scores[g]! > scores[best]!) best = g;
  if (!(scores[best]! > 0)) {
    writeWithoutDecay(problem, mean, squares, estimate);
    return;
  }
  let rate = refine(problem, y, offset, mean, best, estimate);
  let score = problem.sums.a / Math.sqrt(problem.sums.b);
  // A grid maximum at angle alpha hides no rate closer to the curve than alpha less one grid step.
  for (let g = 0; g < size; g++) {
    const s = scores[g]!;
    if (g === best || s <= 0 || !isLocalMaximum(scores, g)) continue;
    if (reachableScore(s, squares, grid.cosine, grid.sine) <= score) continue;
    const other = refine(problem, y, offset, mean, g, estimate);
    const otherScore = problem.sums.a / Math.sqrt(problem.sums.b);
    if (otherScore > score) {
      score = otherScore;
      rate = other;
    }
  }
  problem.fillSums(y, offset, mean, rate, problem.sums);
  writeEstimate(problem, y, offset, mean, rate, estimate);
}

function scoreGrid(
  grid: RateGrid,
  y: Float64Array,
  offset: number,
  mean: number,
  n: number,
  scores: Float64Array,
): void {
  const { units } = grid;
  for (let g = 0, row = 0; g < scores.length; g++, row += n) {
    let sum = 0;
    for (let i = 0; i < n; i++) sum += units[row + i]! * (y[offset + i]! - mean);
    scores[g] = sum;
  }
}

function isLocalMaximum(scores: Float64Array, g: number): boolean {
  const s = scores[g]!;
  return (g === 0 || s >= scores[g - 1]!) && (g === scores.length - 1 || s >= scores[g + 1]!);
}

/**
 * The rate of the local maximum around grid point g; leaves its sums in `problem.sums`.
 *
 * Newton's method on d/du ln(a/sqrt b), u = ln R, kept inside the bracket of the neighbouring grid points by
 * bisection. In u the noise-free problem is nearly symmetric about its optimum (for a continuous decay the cosine
 * is sech((u - u*)/2)), so that Newton's method converges almost cubically.
 */
function refine(
  problem: RateProblem,
  y: Float64Array,
  offset: number,
  mean: number,
  g: number,
  estimate: Estimate,
): number {
  const { grid, sums, fillSums } = problem;
  const { rates } = grid;
  let low = Math.log(rates[Math.max(0, g - 1)]!);
  let high = Math.log(rates[Math.min(rates.length - 1, g + 1)]!);
  const bottom = g <= 1 ? low : Number.NEGATIVE_INFINITY;
  const top = g >= rates.length - 2 ? high : Number.POSITIVE_INFINITY;
  let u = Math.log(rates[g]!);
  for (let k = 0; k < iterationLimit; k++) {
    fillSums(y, offset, mean, rateAt(problem, u), sums);
    const { a, a1, a2, b, b1, b2 } = sums;
    estimate.iterations++;
    // slope has the sign of the derivative of the cosine, also where the amplitude is not positive.
    const slope = a1 - (0.5 * a * b1) / b;
    if (slope > 0) low = u;
    else if (slope < 0) high = u;
    else return rateAt(problem, u);
    const curvature =
      a2 - (0.5 * (a1 * b1 + a * b2) - (0.5 * a * b1 * b1) / b) / b - (slope * a1) / a;
    const trusted = a > 0 && curvature < 0 && k < newtonLimit;
    const newton = trusted ? u - slope / curvature : Number.NaN;
    // Rounding can put the last step a hair outside a bracket that has closed from one side.
    if (Math.abs(newton - u) < smallestStep) {
      u = newton;
      break;
    }
    let next = newton > low && newton < high ? newton : 0.5 * (low + high);
    // At an end of the search the optimum can be the end itself.
    if (low === bottom && u !== bottom && slope < 0 && !(newton > low)) next = bottom;
    if (high === top && u !== top && slope > 0 && !(newton < high)) next = top;
    const step = Math.abs(next - u);
    u = next;
    if (step < smallestStep || high - low < smallestStep) break;
  }
  const rate = rateAt(problem, u);
  fillSums(y, offset, mean, rate, sums);
  return rate;
}

/** exp(u), exactly the bound at a bound. */
function rateAt(problem: RateProblem, u: number): number {
  const { lower, upper } = problem;
  const rate = Math.exp(u);
  if (rate <= lower * (1 + 1e-14)) return lower;
  if (rate >= upper * (1 - 1e-14)) return upper;
  return rate;
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
function writeEstimate(
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

  const amplitude = (a / b) * Math.exp(problem.first * rate);
  const last = parameters.length - 1;
  parameters[0] = amplitude;
  parameters[last] = rate;
  problem.theta[0] = rate;
  model.evaluate(problem.theta, basis);
  let offsetTerm = 0;
  if (constant) {
    let sum = 0;
    for (let i = 0; i < n; i++) sum += value[i]!;
    offsetTerm = mean - (amplitude * sum) / n;
    parameters[1] = offsetTerm;
  }
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
