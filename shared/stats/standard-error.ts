import { defined, sumTerms } from "./compensated-sum.ts";

/** What the standard errors of the voxels say of a region, in the unit of the map; null without standard errors. */
export interface RegionErrors {
  /** Voxels whose value counts and that have a standard error. */
  readonly count: number;
  /** Mean of the standard errors of the voxels: how well a single voxel is known. */
  readonly meanOfVoxels: number | null;
  /** Standard error of the region's mean, from those of the voxels: how well the mean is known as far as noise goes. */
  readonly ofMean: number | null;
}

/**
 * Mean of the voxels' standard errors, and the standard error of the region's mean that follows from them.
 *
 * The errors of voxels are taken as independent: SE(mean) = sqrt(sum SE²) / n. Of n values of which only m have a standard error,
 * the others are taken to be as uncertain on average: sqrt(sum SE² / m) / sqrt(n).
 *
 * @param errors - one for each value that counts; not a number or negative where there is none
 */
export function measureErrors(errors: Float64Array): RegionErrors {
  const known = errors.filter((error) => error >= 0 && Number.isFinite(error)).sort();
  const count = known.length;
  const meanSquare = sumTerms(count, (i) => known[i]! ** 2) / count;
  return {
    count,
    meanOfVoxels: defined(sumTerms(count, (i) => known[i]!) / count),
    ofMean: defined(Math.sqrt(meanSquare) / Math.sqrt(errors.length)),
  };
}
