import {
  type FlipAngleFit,
  type FlipAngleSeries,
  type FlipAngleSolver,
  sumOfResiduals,
} from "./flip-angle-fit.ts";

/**
 * T1 from the straight line S/sin(a) = E S/tan(a) + M0 (1 - E) by ordinary least squares (DESPOT1).
 *
 * What is regressed on x = S/tan(a) is z = S/sin(a) - S/tan(a) = S tan(a/2): the same line with slope E - 1, so that the
 * small number 1 - E that T1 = -TR/ln(E) depends on keeps all its digits. The standard errors are those of the
 * regression, carried over to T1 and M0; they take x for known.
 *
 * @see Deoni SCL, Rutt BK, Peters TM, Magn Reson Med 2003;49:515, doi:10.1002/mrm.10407
 */
export function flipAngleLine(series: FlipAngleSeries): FlipAngleSolver {
  const { n, repetitionTimeMs, lower, upper } = series;
  const { sine, lift, halfTangent } = series.angles;
  const x = new Float64Array(n);
  const z = new Float64Array(n);

  /** Sum of squared distances from the line z = intercept - drop x. */
  function sumOfDistances(intercept: number, drop: number): number {
    let sum = 0;
    for (let i = 0; i < n; i++) sum += (z[i]! - intercept + drop * x[i]!) ** 2;
    return sum;
  }

  return (y, offset, fit) => {
    fit.outcome = "failed";
    let meanX = 0;
    let meanZ = 0;
    for (let i = 0; i < n; i++) {
      const signal = y[offset + i]!;
      // cos(a)/sin(a), with 1 - cos(a) at hand.
      x[i] = (signal * (1 - lift[i]!)) / sine[i]!;
      z[i] = signal * halfTangent[i]!;
      meanX += x[i]! / n;
      meanZ += z[i]! / n;
    }
    let across = 0;
    let length = 0;
    for (let i = 0; i < n; i++) {
      const d = x[i]! - meanX;
      across += d * (z[i]! - meanZ);
      length += d * d;
    }
    let drop = -across / length;
    if (!(drop > 0 && drop < 1)) return;
    fit.rate = -Math.log1p(-drop) / repetitionTimeMs;
    fit.end = fit.rate <= lower ? "lower" : fit.rate >= upper ? "upper" : undefined;
    if (fit.end !== undefined) {
      fit.rate = fit.end === "lower" ? lower : upper;
      drop = -Math.expm1(-repetitionTimeMs * fit.rate);
    }
    const intercept = meanZ + drop * meanX;
    fit.m0 = intercept / drop;
    fit.ssr = sumOfResiduals(series, y, offset, fit);
    fit.outcome = fit.m0 > 0 ? "found" : "unidentified";
    writeCovariance(fit, intercept, drop, meanX, length);
  };

  /** Of M0 = intercept/drop and R = -ln(1 - drop)/TR, from that of the line. */
  function writeCovariance(
    { covariance, end, m0 }: FlipAngleFit,
    intercept: number,
    drop: number,
    meanX: number,
    length: number,
  ): void {
    const held = end !== undefined;
    const freedom = n - (held ? 1 : 2);
    const variance = freedom > 0 ? sumOfDistances(intercept, drop) / freedom : Number.NaN;
    covariance[0] = variance / (n * drop * drop);
    covariance[1] = covariance[2] = 0;
    covariance[3] = Number.NaN;
    if (held) return;
    const ofDrop = variance / length;
    const ofBoth = meanX * ofDrop;
    const ofIntercept = variance / n + meanX * ofBoth;
    const perRate = 1 / (repetitionTimeMs * (1 - drop));
    covariance[0] = (ofIntercept - 2 * m0 * ofBoth + m0 * m0 * ofDrop) / (drop * drop);
    covariance[1] = covariance[2] = (perRate * (ofBoth - m0 * ofDrop)) / drop;
    covariance[3] = perRate * perRate * ofDrop;
  }
}
