import { ivimLimits } from "#shared/models/ivim.ts";

const { highestD, highestDstar, leastRatio } = ivimLimits;

/** Bends the coordinate so that it is about even in ln D*: half of 0...1 covers D* below 0.025 mm2/s. */
const bend = 6;
const perBend = 1 / Math.expm1(bend);

/**
 * D* (mm2/s) of the search coordinate x = 0...1 at a given D: 3 D + (0.5 - 3 D) (e^(6x) - 1) / (e^6 - 1).
 *
 * The limits of D* move with D; those of x do not, so that a search between fixed bounds keeps them exactly.
 */
export function dStarOf(d: number, x: number): number {
  const lowest = leastRatio * d;
  return x >= 1 ? highestDstar : lowest + (highestDstar - lowest) * Math.expm1(bend * x) * perBend;
}

/** Derivative of D* by D at fixed x. */
export function dStarByD(x: number): number {
  return x >= 1 ? 0 : leastRatio * (1 - Math.expm1(bend * x) * perBend);
}

/** Derivative of D* by x at fixed D. */
export function dStarByX(d: number, x: number): number {
  return (highestDstar - leastRatio * d) * bend * Math.exp(bend * x) * perBend;
}

/** Second derivative of D* by x at fixed D. */
export function dStarByXX(d: number, x: number): number {
  return bend * dStarByX(d, x);
}

/** Derivative of D* by D and x. */
export function dStarByDX(x: number): number {
  return -leastRatio * bend * Math.exp(bend * x) * perBend;
}

/** The coordinate x of D* at a given D, within 0...1. */
export function coordinateOf(d: number, dStar: number): number {
  const share = Math.max(0, (dStar - leastRatio * d) / (highestDstar - leastRatio * d));
  return Math.min(1, Math.log1p(share / perBend) / bend);
}

/** Limits of D, mm2/s, and of x. */
export const coordinateLimits = {
  lower: [0, 0],
  upper: [highestD, 1],
} as const;
