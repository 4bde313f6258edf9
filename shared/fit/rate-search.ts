import type { Estimate } from "./estimate.ts";
import type { RateProblem } from "./rate-problem.ts";
import type { FillRateSums, RateSums } from "./rate-sums.ts";
import { reachableScore } from "./reachable-score.ts";

/** Newton steps before bisection takes over, and evaluations in all: 44 bisections shrink a bracket 1e13-fold. */
const newtonLimit = 20;
const iterationLimit = 80;

/** The error of ln R that the quick search leaves behind, at most. */
const quickTolerance = 1e-12;

/** A relative step of the rate below which the search has converged; the error left is about its square. */
const smallestStep = 1e-10;

/** Grid points from one to the next that the quick search looks at. */
const stride = 4;

/** Newton steps of the quick search. */
const quickLimit = 8;

/**
 * The best rate by free Newton steps from the best of a few grid points, when its small residual proves it to be
 * the global optimum (`buildRateGrid`); otherwise NaN. Leaves its sums, to within the last step, in `problem.sums`.
 */
export function searchCertified(
  problem: RateProblem,
  y: Float64Array,
  offset: number,
  mean: number,
  squares: number,
  estimate: Estimate,
): number {
  const { grid, lower, upper, sums, fillSums } = problem;
  const best = bestOfGrid(problem, y, offset, mean, stride);
  let rate = grid.rates[best]!;
  let before = Math.sqrt(quickTolerance);
  for (let k = 0; k < quickLimit; k++) {
    fillSums(y, offset, mean, rate, sums);
    estimate.iterations++;
    const a1 = sums.a1 / sums.a;
    const b1 = (0.5 * sums.b1) / sums.b;
    const slope = a1 - b1;
    const curvature = sums.a2 / sums.a - a1 * a1 - (0.5 * sums.b2) / sums.b + 2 * b1 * b1;
    const step = -slope / curvature;
    if (!(sums.a > 0 && curvature < 0 && Math.abs(step) < 1)) return Number.NaN;
    rate *= (1 + 0.5 * step) / (1 - 0.5 * step);
    if (!(rate > lower && rate < upper)) return Number.NaN;
    if (Math.abs(step * step * step) <= quickTolerance * before * before) {
      // The residual after the step is smaller than the one before it, which is compared here.
      const residual = squares - (sums.a * sums.a) / sums.b;
      return residual <= grid.certifiedResidual * squares ? rate : Number.NaN;
    }
    before = Math.abs(step);
  }
  return Number.NaN;
}

/**
 * The best rate between the bounds, or NaN when no rate has a positive amplitude. Leaves its sums in `problem.sums`.
 */
export function searchGlobally(
  problem: RateProblem,
  y: Float64Array,
  offset: number,
  mean: number,
  squares: number,
  estimate: Estimate,
): number {
  const { grid, scores } = problem;
  const best = bestOfGrid(problem, y, offset, mean, 1);
  if (!(scores[best]! > 0)) return Number.NaN;
  let rate = refine(problem, y, offset, mean, best, estimate);
  let score = problem.sums.a / Math.sqrt(problem.sums.b);
  // A grid maximum at angle alpha hides no rate closer to the curve than alpha less one grid step.
  for (let g = 0; g < scores.length; g++) {
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
  return rate;
}

/** Correlates the curve with every `every`-th grid vector; returns the index of the best. */
function bestOfGrid(
  problem: RateProblem,
  y: Float64Array,
  offset: number,
  mean: number,
  every: number,
): number {
  const { n, scores } = problem;
  const { units } = problem.grid;
  let best = 0;
  for (let g = 0; g < scores.length; g += every) {
    const row = g * n;
    let sum = 0;
    for (let i = 0; i < n; i++) sum += units[row + i]! * (y[offset + i]! - mean);
    scores[g] = sum;
    if (sum > scores[best]!) best = g;
  }
  return best;
}

/** True when no neighbour of grid point g scores higher. */
export function isLocalMaximum(scores: Float64Array, g: number): boolean {
  const s = scores[g]!;
  return (g === 0 || s >= scores[g - 1]!) && (g === scores.length - 1 || s >= scores[g + 1]!);
}

/** What `refine` needs of a problem with one rate. */
export interface RateBracket {
  readonly grid: { readonly rates: Float64Array };
  readonly lower: number;
  readonly upper: number;
  readonly fillSums: FillRateSums;
  readonly sums: RateSums;
}

/**
 * The rate of the local maximum around grid point g; leaves its sums in `problem.sums`.
 *
 * Newton's method on d/du ln(a/sqrt b), u = ln R, kept inside the bracket of the neighbouring grid points by
 * bisection. In u the noise-free problem is nearly symmetric about its optimum (for a continuous decay the cosine
 * is sech((u - u*)/2)), so that Newton's method converges almost cubically.
 */
export function refine(
  problem: RateBracket,
  y: Float64Array,
  offset: number,
  mean: number,
  g: number,
  estimate: Pick<Estimate, "iterations">,
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
function rateAt(problem: RateBracket, u: number): number {
  const { lower, upper } = problem;
  const rate = Math.exp(u);
  if (rate <= lower * (1 + 1e-14)) return lower;
  if (rate >= upper * (1 - 1e-14)) return upper;
  return rate;
}
