import type { RateGrid } from "./rate-grid.ts";

/** Correlations of a curve with the basis functions of all grid rates, for every polarity. */
export interface PolarityGrid {
  /** Correlation of the curve whose first k samples are negative with grid vector g, shape [N, G]. */
  readonly scores: Float64Array;
  /** Sum of squares of that curve about its mean, shape [N]. */
  readonly totals: Float64Array;
  /** Fills both for magnitudes y[offset] ... y[offset + N - 1]. */
  readonly fill: (y: Float64Array, offset: number) => void;
}

/**
 * All polarities of a curve against all rates of a grid whose vectors have mean zero.
 *
 * Negating one more sample changes each correlation by -2 y(k) E(g, k) and the sum of the samples by -2 y(k): the N
 * polarities together cost no more than two passes over the grid.
 *
 * @see Barral JK et al., Magn Reson Med 2010;64:1057, doi:10.1002/mrm.22497 (search over rate and polarity)
 */
export function polarityGrid({ units, rates }: RateGrid, n: number): PolarityGrid {
  const count = rates.length;
  // Sample by sample, so that both passes run along memory.
  const bySample = new Float64Array(n * count);
  for (let g = 0; g < count; g++) {
    for (let i = 0; i < n; i++) bySample[i * count + g] = units[g * n + i]!;
  }
  const scores = new Float64Array(n * count);
  const totals = new Float64Array(n);

  function fill(y: Float64Array, offset: number): void {
    scores.fill(0, 0, count);
    let sum = 0;
    let squares = 0;
    for (let i = 0; i < n; i++) {
      const value = y[offset + i]!;
      sum += value;
      squares += value * value;
      for (let g = 0; g < count; g++) scores[g] = scores[g]! + value * bySample[i * count + g]!;
    }
    totals[0] = Math.max(0, squares - (sum * sum) / n);
    for (let k = 1; k < n; k++) {
      const flipped = 2 * y[offset + k - 1]!;
      sum -= flipped;
      totals[k] = Math.max(0, squares - (sum * sum) / n);
      const row = k * count;
      const column = row - count;
      for (let g = 0; g < count; g++) {
        scores[row + g] = scores[column + g]! - flipped * bySample[column + g]!;
      }
    }
  }

  return { scores, totals, fill };
}

/** True when |score| at g is no smaller than at its neighbours. */
export function isPeak(scores: Float64Array, row: number, count: number, g: number): boolean {
  const s = Math.abs(scores[row + g]!);
  return (
    (g === 0 || s >= Math.abs(scores[row + g - 1]!)) &&
    (g === count - 1 || s >= Math.abs(scores[row + g + 1]!))
  );
}
