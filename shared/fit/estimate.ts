import { parameterCount, type SignalModel } from "#shared/models/signal-model.ts";

/** Sums over one curve that every solver starts from. */
export interface CurveSums {
  /** Sum of the samples. */
  sum: number;
  /** Sum of their squares. */
  squares: number;
  /** Sum of squares about the mean; exactly 0 when all samples are equal. */
  total: number;
  /** Sums over i of y(i) y(i+1) and y(i) y(i+2), i = 0...N-3, for the start of equally spaced decays. */
  lagOne: number;
  lagTwo: number;
}

/** What a solver says about one curve. Made once and overwritten for each curve. */
export interface Estimate {
  /** ok, not-converged, lower-bound, upper-bound or not-identifiable, as codes of status.ts. */
  status: number;
  /** p = [c0, (c1), theta...]. */
  readonly parameters: Float64Array;
  /** Sum of squared residuals. */
  ssr: number;
  /** Covariance of p for residual variance 1, or the final one when `covarianceIsFinal`; shape [p, p]. */
  readonly covariance: Float64Array;
  covarianceIsFinal: boolean;
  /** Samples of a curve. */
  readonly samples: number;
  /** Parameters that were not held at a bound. */
  freeParameters: number;
  iterations: number;
}

/** Fits one curve: samples y[offset] ... y[offset + N - 1]. */
export type Solver = (y: Float64Array, offset: number, sums: CurveSums, estimate: Estimate) => void;

/** An empty estimate for a model. */
export function newEstimate(model: SignalModel): Estimate {
  const p = parameterCount(model);
  return {
    status: 0,
    parameters: new Float64Array(p),
    ssr: Number.NaN,
    covariance: new Float64Array(p * p),
    covarianceIsFinal: false,
    samples: model.abscissae.length,
    freeParameters: p,
    iterations: 0,
  };
}

/** Empty sums. */
export function newCurveSums(): CurveSums {
  return { sum: 0.5, squares: 0.5, total: 0.5, lagOne: 0.5, lagTwo: 0.5 };
}

/** Fills the sums of samples y[offset] ... y[offset + n - 1]. A sample that is no number makes `squares` NaN. */
export function sumCurve(y: Float64Array, offset: number, n: number, sums: CurveSums): void {
  const first = y[offset]!;
  let sum = 0;
  let squares = 0;
  let shifted = 0;
  let shiftedSquares = 0;
  let lagOne = 0;
  let lagTwo = 0;
  let before = 0;
  let beforeThat = 0;
  // Differences from the first sample keep the sum of squares about the mean exact for constant curves.
  for (let i = 0; i < n; i++) {
    const value = y[offset + i]!;
    const d = value - first;
    sum += value;
    squares += value * value;
    shifted += d;
    shiftedSquares += d * d;
    lagOne += beforeThat * before;
    lagTwo += beforeThat * value;
    beforeThat = before;
    before = value;
  }
  sums.sum = sum;
  sums.squares = squares;
  sums.total = Math.max(0, shiftedSquares - (shifted * shifted) / n);
  sums.lagOne = lagOne;
  sums.lagTwo = lagTwo;
}
