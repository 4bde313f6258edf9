/** A split of values into a dark and a bright class. */
export interface OtsuSplit {
  readonly threshold: number;
  /** Means of the two classes. */
  readonly dark: number;
  readonly bright: number;
}

const bins = 256;

/**
 * The threshold that separates values into two classes of largest variance between them; undefined
 * when there are fewer than two different values. Values that are not finite are left out.
 *
 * @see Otsu N, IEEE Trans Syst Man Cybern 1979;9:62-66, doi:10.1109/TSMC.1979.4310076
 */
export function splitByOtsu(values: Float64Array): OtsuSplit | undefined {
  let low = Number.POSITIVE_INFINITY;
  let high = Number.NEGATIVE_INFINITY;
  for (const value of values) {
    if (!Number.isFinite(value)) continue;
    if (value < low) low = value;
    if (value > high) high = value;
  }
  if (!(high > low)) return undefined;
  const counts = new Float64Array(bins);
  const sums = new Float64Array(bins);
  const scale = (bins - 1e-6) / (high - low);
  let total = 0;
  let totalSum = 0;
  for (const value of values) {
    if (!Number.isFinite(value)) continue;
    const bin = Math.floor((value - low) * scale);
    counts[bin]! += 1;
    sums[bin]! += value;
    total++;
    totalSum += value;
  }
  let best: OtsuSplit | undefined;
  let bestVariance = -1;
  let count = 0;
  let sum = 0;
  for (let bin = 0; bin < bins - 1; bin++) {
    count += counts[bin]!;
    sum += sums[bin]!;
    if (count === 0 || count === total) continue;
    const dark = sum / count;
    const bright = (totalSum - sum) / (total - count);
    const variance = count * (total - count) * (bright - dark) ** 2;
    if (variance <= bestVariance) continue;
    bestVariance = variance;
    best = { threshold: low + (bin + 1) / scale, dark, bright };
  }
  return best;
}
