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
 * Mean and standard deviation weighted by covered shares; the order of the voxels does not matter.
 *
 * @param values - finite
 * @param shares - same length, above 0 to 1
 */
export function measureWeighted(values: Float64Array, shares: Float64Array): Weighted {
  const n = values.length;
  const order = Uint32Array.from(values, (_, i) => i).sort(
    (a, b) => values[a]! - values[b]! || shares[a]! - shares[b]!,
  );
  const value = (i: number) => values[order[i]!]!;
  const share = (i: number) => shares[order[i]!]!;
  const sumOfShares = sumTerms(n, share);
  // Differences from one of the values stay exact far from 0.
  const pivot = n > 0 ? value(n >> 1) : Number.NaN;
  const shift = sumTerms(n, (i) => share(i) * (value(i) - pivot)) / sumOfShares;
  const squares = sumTerms(n, (i) => share(i) * (value(i) - pivot - shift) ** 2);
  return {
    nTouched: n,
    sumOfShares,
    mean: defined(pivot + shift),
    sd: defined(Math.sqrt(squares / sumOfShares)),
  };
}
