import { logarithm, wordsOf } from "./logarithm.ts";

/**
 * Samples of one voxel gathered by b-value: repeated b-values (averages, directions) share all that a decay asks of them.
 * Everything is counted from the first sample of a group, so that sums of squares keep their digits.
 */
export interface DecayGroups {
  /** Distinct b-values, ascending, shape [G]. */
  readonly bValues: Float64Array;
  /** Positive samples of each, shape [G]. */
  readonly counts: Float64Array;
  /** Mean of their logarithms, and sum of squares about it. */
  readonly logMeans: Float64Array;
  readonly logSquares: Float64Array;
  /** Mean of their signals, and sum of squares about it. */
  readonly means: Float64Array;
  readonly squares: Float64Array;
  /** Groups with a positive sample. */
  distinct: number;
  /** Positive samples. */
  used: number;
  /** Gathers samples y[offset] ... y[offset + n - 1]; false when one is not finite. */
  readonly gather: (y: Float64Array, offset: number) => boolean;
}

/** Groups for these b-values (s/mm²), in any order. */
export function decayGroups(abscissae: ArrayLike<number>): DecayGroups {
  const n = abscissae.length;
  const order = Int32Array.from({ length: n }, (_, i) => i).sort(
    (i, j) => abscissae[i]! - abscissae[j]! || i - j,
  );
  const starts = [0];
  for (let k = 1; k < n; k++) {
    if (abscissae[order[k]!]! !== abscissae[order[k - 1]!]!) starts.push(k);
  }
  const groups = starts.length;
  // As series come: no detour over the order then.
  const sorted = order.every((i, k) => i === k);
  const ends = Int32Array.from(starts, (_, g) => starts[g + 1] ?? n);
  const begins = Int32Array.from(starts);
  const row = () => new Float64Array(groups);
  const state: DecayGroups = {
    bValues: Float64Array.from(starts, (k) => abscissae[order[k]!]!),
    counts: row(),
    logMeans: row(),
    logSquares: row(),
    means: row(),
    squares: row(),
    distinct: 0,
    used: 0,
    gather,
  };
  const { counts, logMeans, logSquares, means, squares } = state;

  function gather(y: Float64Array, offset: number): boolean {
    const bits = wordsOf(y);
    let finite = true;
    state.distinct = 0;
    state.used = 0;
    for (let g = 0; g < groups; g++) {
      const end = ends[g]!;
      let firstSignal = 0;
      let firstLog = 0;
      let count = 0;
      let sum = 0;
      let sumOfSquares = 0;
      let logSum = 0;
      let logSumOfSquares = 0;
      for (let k = begins[g]!; k < end; k++) {
        const i = offset + (sorted ? k : order[k]!);
        const value = y[i]!;
        if (value > 0) {
          const log = logarithm(value, bits[2 * i + 1]!);
          if (count === 0) {
            firstSignal = value;
            firstLog = log;
          }
          const d = value - firstSignal;
          const dLog = log - firstLog;
          count++;
          sum += d;
          sumOfSquares += d * d;
          logSum += dLog;
          logSumOfSquares += dLog * dLog;
        } else if (!(value <= 0 && value > Number.NEGATIVE_INFINITY)) {
          finite = false;
        }
      }
      counts[g] = count;
      if (count === 0) {
        logMeans[g] = 0;
        logSquares[g] = 0;
        means[g] = 0;
        squares[g] = 0;
        continue;
      }
      state.distinct++;
      state.used += count;
      const meanOffset = sum / count;
      const logOffset = logSum / count;
      means[g] = firstSignal + meanOffset;
      squares[g] = sumOfSquares - sum * meanOffset;
      logMeans[g] = firstLog + logOffset;
      logSquares[g] = logSumOfSquares - logSum * logOffset;
      finite = finite && squares[g]! < Number.POSITIVE_INFINITY;
    }
    return finite;
  }

  return state;
}
