import { rateOf, steadyStateOf } from "#shared/models/spoiled-steady-state.ts";
import {
  type FlipAngleFit,
  type FlipAngleSeries,
  type FlipAngleSolver,
  sumOfResiduals,
} from "./flip-angle-fit.ts";
import { isLocalMaximum, type RateBracket, refine } from "./rate-search.ts";
import { newRateSums, type RateSums } from "./rate-sums.ts";
import { reachableScore } from "./reachable-score.ts";

/** Values of w that every curve is compared with; neighbours differ by a third. */
const gridSize = 24;

/**
 * T1 by nonlinear least squares on the signal M0 g(a; w): the global optimum, without a start value.
 *
 * M0 is eliminated (variable projection). Since g by ln w is -q g with q = w s/(1 + w s), the sums and their derivatives cost
 * one division a flip angle, so that the grid can follow the B1 of each voxel. Its best value is refined by Newton's
 * method, and every other grid maximum that could still be better as well.
 */
export function flipAngleSearch(series: FlipAngleSeries): FlipAngleSolver {
  const { n, repetitionTimeMs, lower, upper } = series;
  const { sine, lift } = series.angles;
  const least = steadyStateOf(upper, repetitionTimeMs);
  const most = steadyStateOf(lower, repetitionTimeMs);
  const grid = Float64Array.from(
    { length: gridSize },
    (_, g) => least * (most / least) ** (g / (gridSize - 1)),
  );
  grid[gridSize - 1] = most;
  const scores = new Float64Array(gridSize);
  const units = new Float64Array(gridSize * n);
  const effort = { iterations: 0 };
  let gridScale = Number.NaN;
  let cosine = 1;
  const bracket: RateBracket = {
    grid: { rates: grid },
    lower: least,
    upper: most,
    sums: newRateSums(),
    fillSums: (y, offset, _mean, w, sums) => fillSums(y, offset, w, sums),
  };

  /** Unit basis vectors at the B1 of the voxel, and the largest angle between neighbours. */
  function fillUnits(): void {
    if (series.scale === gridScale) return;
    gridScale = series.scale;
    cosine = 1;
    for (let g = 0; g < gridSize; g++) {
      const row = g * n;
      let squares = 0;
      for (let i = 0; i < n; i++) {
        const value = sine[i]! / (1 + grid[g]! * lift[i]!);
        units[row + i] = value;
        squares += value * value;
      }
      const perLength = 1 / Math.sqrt(squares);
      let along = 0;
      for (let i = 0; i < n; i++) {
        units[row + i] = units[row + i]! * perLength;
        if (g > 0) along += units[row + i]! * units[row - n + i]!;
      }
      if (g > 0 && along < cosine) cosine = Math.max(0, along);
    }
  }

  /** Sums of the curve with g and their derivatives by ln w. */
  function fillSums(y: Float64Array, offset: number, w: number, sums: RateSums): void {
    let a = 0;
    let a1 = 0;
    let a2 = 0;
    let b = 0;
    let b1 = 0;
    let b2 = 0;
    for (let i = 0; i < n; i++) {
      const lifted = w * lift[i]!;
      const q = lifted / (1 + lifted);
      const g = sine[i]! / (1 + lifted);
      const across = y[offset + i]! * g;
      const square = g * g;
      a += across;
      a1 -= across * q;
      a2 += across * q * (2 * q - 1);
      b += square;
      b1 -= 2 * square * q;
      b2 += 2 * square * q * (3 * q - 1);
    }
    sums.a = a;
    sums.a1 = a1;
    sums.a2 = a2;
    sums.b = b;
    sums.b1 = b1;
    sums.b2 = b2;
  }

  /** The best w, or NaN when none has a positive amplitude. Leaves its sums in the bracket. */
  function search(y: Float64Array, offset: number): number {
    let squares = 0;
    for (let i = 0; i < n; i++) squares += y[offset + i]! * y[offset + i]!;
    let best = 0;
    for (let g = 0; g < gridSize; g++) {
      let score = 0;
      for (let i = 0; i < n; i++) score += units[g * n + i]! * y[offset + i]!;
      scores[g] = score;
      if (score > scores[best]!) best = g;
    }
    if (!(scores[best]! > 0)) return Number.NaN;
    const { sums } = bracket;
    const sine1 = Math.sqrt(1 - cosine * cosine);
    let w = refine(bracket, y, offset, 0, best, effort);
    let top = sums.a / Math.sqrt(sums.b);
    for (let g = 0; g < gridSize; g++) {
      if (g === best || !isLocalMaximum(scores, g)) continue;
      if (reachableScore(scores[g]!, squares, cosine, sine1) <= top) continue;
      const other = refine(bracket, y, offset, 0, g, effort);
      const score = sums.a / Math.sqrt(sums.b);
      if (score > top) {
        top = score;
        w = other;
      }
    }
    fillSums(y, offset, w, sums);
    return w;
  }

  return (y, offset, fit) => {
    fillUnits();
    const w = search(y, offset);
    fit.end = undefined;
    if (Number.isNaN(w)) {
      fit.outcome = "unidentified";
      fit.m0 = 0;
      fit.rate = lower;
      fit.covariance.fill(Number.NaN);
      fit.ssr = sumOfResiduals(series, y, offset, fit);
      return;
    }
    const { a, a1, b, b1 } = bracket.sums;
    const slope = a1 / a - (0.5 * b1) / b;
    // T1 rises with w: its rate falls.
    if (w === most && slope >= 0) fit.end = "lower";
    if (w === least && slope <= 0) fit.end = "upper";
    fit.m0 = a / b;
    fit.rate =
      fit.end === "lower" ? lower : fit.end === "upper" ? upper : rateOf(w, repetitionTimeMs);
    fit.ssr = sumOfResiduals(series, y, offset, fit);
    fit.outcome = writeCovariance(w, fit) ? "found" : "failed";
  };

  /** s^2 (J'J)^-1 of M0 and rate; false when they cannot be told apart. */
  function writeCovariance(w: number, fit: FlipAngleFit): boolean {
    const { covariance, m0, ssr } = fit;
    const held = fit.end !== undefined;
    // dg/dR = q g TR (1 + w).
    const perRate = m0 * repetitionTimeMs * (1 + w);
    let s00 = 0;
    let s01 = 0;
    let s11 = 0;
    for (let i = 0; i < n; i++) {
      const lifted = w * lift[i]!;
      const g = sine[i]! / (1 + lifted);
      const byRate = (perRate * g * lifted) / (1 + lifted);
      s00 += g * g;
      s01 += g * byRate;
      s11 += byRate * byRate;
    }
    const freedom = n - (held ? 1 : 2);
    const variance = freedom > 0 ? ssr / freedom : Number.NaN;
    covariance[1] = covariance[2] = 0;
    covariance[3] = Number.NaN;
    covariance[0] = variance / s00;
    if (held) return true;
    const determinant = s00 * s11 - s01 * s01;
    if (!(determinant > 1e-14 * s00 * s11)) return false;
    covariance[0] = (variance * s11) / determinant;
    covariance[1] = covariance[2] = (-variance * s01) / determinant;
    covariance[3] = (variance * s00) / determinant;
    return true;
  }
}
