import {
  type FlipAngles,
  fillFlipAngles,
  newFlipAngles,
  steadyStateOf,
} from "#shared/models/spoiled-steady-state.ts";

/** M0 and rate of one curve of flip angles; overwritten by the next. */
export interface FlipAngleFit {
  /** Whether there is a result, one without information (M0 <= 0), or none. */
  outcome: "found" | "unidentified" | "failed";
  m0: number;
  /** R1, 1/ms. */
  rate: number;
  /** The bound of the rate that was hit. */
  end: "lower" | "upper" | undefined;
  /** Sum of squared residuals of the signal. */
  ssr: number;
  /** Of M0 and rate, shape [2, 2]; NaN variance of a rate at a bound. */
  readonly covariance: Float64Array;
}

/** An empty fit. */
export function newFlipAngleFit(): FlipAngleFit {
  return {
    outcome: "failed",
    m0: 0.5,
    rate: 0.5,
    end: undefined,
    ssr: 0.5,
    covariance: new Float64Array(4),
  };
}

/** Flip angles with the B1 of the latest voxel, and the limits of the rate. */
export interface FlipAngleSeries {
  readonly n: number;
  readonly nominalDeg: Float64Array;
  readonly repetitionTimeMs: number;
  /** Limits of R1, 1/ms. */
  readonly lower: number;
  readonly upper: number;
  readonly angles: FlipAngles;
  scale: number;
}

/** A series at relative B1 of 1. */
export function newFlipAngleSeries(
  nominalDeg: Float64Array,
  repetitionTimeMs: number,
  limits: { readonly shortestMs: number; readonly longestMs: number },
): FlipAngleSeries {
  const n = nominalDeg.length;
  const angles = newFlipAngles(n);
  fillFlipAngles(nominalDeg, 1, angles);
  return {
    n,
    nominalDeg,
    repetitionTimeMs,
    lower: 1 / limits.longestMs,
    upper: 1 / limits.shortestMs,
    angles,
    scale: 1,
  };
}

/** Fits samples y[offset] ... y[offset + N - 1] at the angles of the series. */
export type FlipAngleSolver = (y: Float64Array, offset: number, fit: FlipAngleFit) => void;

/** Sum of squared differences between samples and the signal of a fit. */
export function sumOfResiduals(
  series: FlipAngleSeries,
  y: Float64Array,
  offset: number,
  fit: FlipAngleFit,
): number {
  const { sine, lift } = series.angles;
  const w = steadyStateOf(fit.rate, series.repetitionTimeMs);
  let ssr = 0;
  for (let i = 0; i < series.n; i++) {
    const r = y[offset + i]! - (fit.m0 * sine[i]!) / (1 + w * lift[i]!);
    ssr += r * r;
  }
  return ssr;
}
