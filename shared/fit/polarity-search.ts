import type { SignalModel } from "#shared/models/signal-model.ts";
import type { Estimate, Solver } from "./estimate.ts";
import { isPeak, polarityGrid } from "./polarity-grid.ts";
import { buildRateProblem, type RateProblem } from "./rate-problem.ts";
import { refine } from "./rate-search.ts";
import { reachableScore } from "./reachable-score.ts";
import { statusCode } from "./status.ts";
import { writeEstimate } from "./variable-projection.ts";

/** A solver that also says which polarity it took. */
export interface PolaritySearch {
  readonly solve: Solver;
  /** Samples of the latest curve that were taken as negative. */
  readonly polarity: () => number;
}

/**
 * Solver of a recovery a + b exp(-t R) seen in magnitude: the global least-squares optimum over the rate and over the
 * number k of leading samples that are negative.
 *
 * For each polarity the best rate maximises |cos| of the angle between curve and basis function, both less their means. A
 * grid over rates and polarities (`polarityGrid`) gives the best pair, which is refined; then every other grid maximum that
 * could still reach a smaller sum is refined too, the angle from a grid vector to any rate nearby being at most one grid step.
 * Of equal sums the smaller k is kept (a sample of exactly 0 has no sign).
 *
 * Curves that fall under the chosen polarity are turned over: what falls towards a positive constant then has a negative
 * one, while magnitudes that fall towards their null have all samples negative.
 */
export function polaritySearch(model: SignalModel): PolaritySearch {
  const problem = buildRateProblem(model);
  const { n, grid } = problem;
  const count = grid.rates.length;
  const table = polarityGrid(grid, n);
  const { scores, totals } = table;
  const signed = new Float64Array(n);
  let polarity = 0;
  let bestRate = Number.NaN;
  let bestCell = 0;
  let leastSsr = Number.POSITIVE_INFINITY;

  /** Fills `signed` with the curve of a cell of the grid, turned so that it rises; returns its mean. */
  function turn(y: Float64Array, offset: number, cell: number): number {
    const k = Math.floor(cell / count);
    const sign = scores[cell]! < 0 ? -1 : 1;
    let sum = 0;
    for (let i = 0; i < n; i++) {
      const value = i < k ? -sign * y[offset + i]! : sign * y[offset + i]!;
      signed[i] = value;
      sum += value;
    }
    return sum / n;
  }

  /** Refines a cell and keeps it when its sum is the smallest yet. */
  function tryCell(y: Float64Array, offset: number, cell: number, estimate: Estimate): void {
    const mean = turn(y, offset, cell);
    const rate = refine(problem, signed, 0, mean, cell % count, estimate);
    const { a, b } = problem.sums;
    const ssr = totals[Math.floor(cell / count)]! - (a * a) / b;
    if (!(ssr < leastSsr)) return;
    leastSsr = ssr;
    bestRate = rate;
    bestCell = cell;
  }

  function solve(y: Float64Array, offset: number, _sums: unknown, estimate: Estimate): void {
    table.fill(y, offset);
    const start = bestOf(scores, totals, count);
    leastSsr = Number.POSITIVE_INFINITY;
    tryCell(y, offset, start, estimate);
    for (let k = 0; k < n; k++) {
      const total = totals[k]!;
      for (let g = 0; g < count; g++) {
        const cell = k * count + g;
        const score = Math.abs(scores[cell]!);
        if (cell === start || !isPeak(scores, k * count, count, g)) continue;
        const reach = reachableScore(score, total, grid.cosine, grid.sine);
        if (total - reach * reach < leastSsr) tryCell(y, offset, cell, estimate);
      }
    }
    write(y, offset, estimate);
  }

  function write(y: Float64Array, offset: number, estimate: Estimate): void {
    if (!(leastSsr < Number.POSITIVE_INFINITY)) {
      estimate.status = statusCode["not-converged"];
      return;
    }
    const k = Math.floor(bestCell / count);
    // k = 0 turned over means that all samples are negative.
    polarity = scores[bestCell]! < 0 ? n - k : k;
    writeSigned(problem, turn(y, offset, bestCell), bestRate, estimate);
  }

  function writeSigned(of: RateProblem, mean: number, rate: number, estimate: Estimate): void {
    of.fillSums(signed, 0, mean, rate, of.sums);
    writeEstimate(of, signed, 0, mean, rate, estimate);
  }

  return { solve, polarity: () => polarity };
}

/** The cell with the smallest sum of squares; of equal ones the first. */
function bestOf(scores: Float64Array, totals: Float64Array, count: number): number {
  let best = 0;
  let least = Number.POSITIVE_INFINITY;
  for (let k = 0; k < totals.length; k++) {
    for (let cell = k * count; cell < (k + 1) * count; cell++) {
      const ssr = totals[k]! - scores[cell]! * scores[cell]!;
      if (ssr < least) {
        least = ssr;
        best = cell;
      }
    }
  }
  return best;
}
