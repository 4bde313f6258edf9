import { defined, sumTerms } from "./compensated-sum.ts";

/** Statistics in which a voxel counts as much as the region covers of it. */
export interface Weighted {
  /** Voxels that the region touches and whose value counts. */
  readonly nTouched: number;
  /** Sum of their shares: the covered area in voxels. */
  readonly sumOfShares: number;
  /** In the unit of the values; null when nothing is covered. */
  readonly mean: number | null;
  /** Square root of the weighted mean of squared deviations, in the unit of the values. */
  readonly sd: number | null;
}

/**
 * Mean and standard deviation weighted by covered shares. The order of the voxels changes no more than the last digit: the sums
 * carry what they lose.
 *
 * @param values - finite
 * @param shares - same length, above 0 to 1
 */
export function measureWeighted(values: Float64Array, shares: Float64Array): Weighted {
  const n = values.length;
  const sumOfShares = sumTerms(n, (i) => shares[i]!);
  // Differences from one of the values stay exact far from 0.
  const pivot = n > 0 ? values[n >> 1]! : Number.NaN;
  const shift = sumTerms(n, (i) => shares[i]! * (values[i]! - pivot)) / sumOfShares;
  const squares = sumTerms(n, (i) => shares[i]! * (values[i]! - pivot - shift) ** 2);
  return {
    nTouched: n,
    sumOfShares,
    mean: defined(pivot + shift),
    sd: defined(Math.sqrt(squares / sumOfShares)),
  };
}
