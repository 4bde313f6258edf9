import { ivimLimits } from "#shared/models/ivim.ts";

const { highestD, lowestDstar, highestDstar } = ivimLimits;

/** Bends the coordinate so that it is about even in ln D*: half of 0...1 covers D* below 0.03 mm2/s. */
const bend = 6;
const range = (highestDstar - lowestDstar) / Math.expm1(bend);

/**
 * D* (mm2/s) of the search coordinate x = 0...1, from one limit to the other: the decay changes more evenly with x than
 * with D*.
 */
export function dStarOf(x: number): number {
  return x >= 1 ? highestDstar : lowestDstar + range * Math.expm1(bend * x);
}

/** Derivative of D* by x. */
export function dStarByX(x: number): number {
  return range * bend * Math.exp(bend * x);
}

/** Second derivative of D* by x. */
export function dStarByXX(x: number): number {
  return bend * dStarByX(x);
}

/** The coordinate x of a D*, within 0...1. */
export function coordinateOf(dStar: number): number {
  return Math.min(1, Math.log1p(Math.max(0, dStar - lowestDstar) / range) / bend);
}

/** Limits of D, mm2/s, and of x. */
export const coordinateLimits = {
  lower: [0, 0],
  upper: [highestD, 1],
} as const;
