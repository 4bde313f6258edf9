import type { Basis, SignalModel } from "#shared/models/signal-model.ts";
import { type Estimate, newEstimate } from "./estimate.ts";
import { buildRateProblem, type RateProblem } from "./rate-problem.ts";
import { isLocalMaximum, refine } from "./rate-search.ts";
import { type FillRateSums, newRateSums } from "./rate-sums.ts";
import { reachableScore } from "./reachable-score.ts";

/** The best fit of one complex curve; overwritten by the next. */
export interface ComplexFit {
  rate: number;
  /** Coefficient of the basis function. */
  amplitudeReal: number;
  amplitudeImaginary: number;
  constantReal: number;
  constantImaginary: number;
  /** Where the rate hit an end of the search. */
  end: "lower" | "upper" | undefined;
  /** Sum of squares of the samples about their complex mean. */
  total: number;
  /** Shape [2N]. */
  readonly residuals: Float64Array;
}

/** Finds the best rate of one complex curve after another. */
export interface ComplexRateSearch {
  readonly best: ComplexFit;
  /** Basis functions at the best rate. */
  readonly basis: Basis;
  /** Fits y[offset] ... y[offset + 2N - 1]: real, then imaginary parts; false for a curve that is constant. */
  readonly find: (y: Float64Array, offset: number) => boolean;
}

/**
 * The rate of a model with one search variable and a constant whose coefficients are complex.
 *
 * With u the unit basis function less its mean and Y the complex curve likewise, the best rate maximises |u.Y|, the cosine of
 * the angle between complex lines. That angle is a distance too, so that a grid and its step bound what other rates can
 * reach just as they do for real curves. |u.Y| = sqrt((u.re Y)^2 + (u.im Y)^2) and its derivatives take the place of a in
 * the refinement.
 */
export function complexRateSearch(model: SignalModel): ComplexRateSearch {
  const real = buildRateProblem(model);
  const problem: RateProblem = { ...real, fillSums: sumsOfBoth(real) };
  const { n, grid, scores, basis } = problem;
  const estimate: Estimate = newEstimate(model);
  const centred = new Float64Array(2 * n);
  const best: ComplexFit = {
    rate: 0.5,
    amplitudeReal: 0.5,
    amplitudeImaginary: 0.5,
    constantReal: 0.5,
    constantImaginary: 0.5,
    end: undefined,
    total: 0.5,
    residuals: new Float64Array(2 * n),
  };

  /** Removes the mean of n samples from `at` on; returns it. */
  function centre(y: Float64Array, offset: number, at: number): number {
    let sum = 0;
    for (let i = 0; i < n; i++) sum += y[offset + at + i]!;
    const mean = sum / n;
    for (let i = 0; i < n; i++) centred[at + i] = y[offset + at + i]! - mean;
    return mean;
  }

  function searchRate(): number {
    let top = 0;
    for (let g = 0; g < scores.length; g++) {
      let re = 0;
      let im = 0;
      for (let i = 0; i < n; i++) {
        re += grid.units[g * n + i]! * centred[i]!;
        im += grid.units[g * n + i]! * centred[n + i]!;
      }
      scores[g] = Math.sqrt(re * re + im * im);
      if (scores[g]! > scores[top]!) top = g;
    }
    let rate = refine(problem, centred, 0, 0, top, estimate);
    let score = problem.sums.a / Math.sqrt(problem.sums.b);
    for (let g = 0; g < scores.length; g++) {
      if (g === top || !isLocalMaximum(scores, g)) continue;
      if (reachableScore(scores[g]!, best.total, grid.cosine, grid.sine) <= score) continue;
      const other = refine(problem, centred, 0, 0, g, estimate);
      const otherScore = problem.sums.a / Math.sqrt(problem.sums.b);
      if (otherScore > score) {
        score = otherScore;
        rate = other;
      }
    }
    problem.fillSums(centred, 0, 0, rate, problem.sums);
    return rate;
  }

  function describe(rate: number, meanReal: number, meanImaginary: number): void {
    const { a, a1, b, b1 } = problem.sums;
    const slope = a1 / a - (0.5 * b1) / b;
    best.rate = rate;
    best.end = undefined;
    if (rate === problem.lower && slope <= 0) best.end = "lower";
    if (rate === problem.upper && slope >= 0) best.end = "upper";
    problem.theta[0] = rate;
    model.evaluate(problem.theta, basis);
    const { value } = basis;
    let middle = 0;
    for (let i = 0; i < n; i++) middle += value[i]!;
    middle /= n;
    let re = 0;
    let im = 0;
    let length = 0;
    for (let i = 0; i < n; i++) {
      const phi = value[i]! - middle;
      re += phi * centred[i]!;
      im += phi * centred[n + i]!;
      length += phi * phi;
    }
    best.amplitudeReal = re / length;
    best.amplitudeImaginary = im / length;
    best.constantReal = meanReal - best.amplitudeReal * middle;
    best.constantImaginary = meanImaginary - best.amplitudeImaginary * middle;
    for (let i = 0; i < n; i++) {
      const phi = value[i]! - middle;
      best.residuals[i] = centred[i]! - best.amplitudeReal * phi;
      best.residuals[n + i] = centred[n + i]! - best.amplitudeImaginary * phi;
    }
  }

  function find(y: Float64Array, offset: number): boolean {
    const meanReal = centre(y, offset, 0);
    const meanImaginary = centre(y, offset, n);
    let total = 0;
    for (let i = 0; i < 2 * n; i++) total += centred[i]! * centred[i]!;
    best.total = total;
    if (!(total > 0 && total < Number.POSITIVE_INFINITY)) return false;
    describe(searchRate(), meanReal, meanImaginary);
    return true;
  }

  return { best, basis, find };
}

/** Sums of both channels as those of one curve: a = sqrt(re^2 + im^2) with its derivatives. */
function sumsOfBoth({ n, fillSums }: RateProblem): FillRateSums {
  const re = newRateSums();
  const im = newRateSums();
  return (y, offset, mean, rate, sums) => {
    fillSums(y, offset, mean, rate, re);
    fillSums(y, offset + n, mean, rate, im);
    const a = Math.sqrt(re.a * re.a + im.a * im.a);
    const a1 = (re.a * re.a1 + im.a * im.a1) / a;
    sums.a = a;
    sums.a1 = a1;
    sums.a2 = (re.a1 * re.a1 + im.a1 * im.a1 + re.a * re.a2 + im.a * im.a2 - a1 * a1) / a;
    sums.b = re.b;
    sums.b1 = re.b1;
    sums.b2 = re.b2;
  };
}
