import { percentile } from "#shared/volume/sort-samples.ts";

/** Most values looked at for the spread of a map: near enough, and quick on any map. */
const largestSample = 100_000;

/** A distribution without wild values is some four interquartile ranges wide: about 64 bins. */
const binsPerSpread = 16;

/** Bins over the range of a map half of whose values are equal. */
const binsPerRange = 64;

/**
 * The width of the bins of entropy, uniformity and histogram of all regions on a map, in the unit of the map.
 *
 * 1 for a map of whole numbers, as IBSI's reference values want it. Otherwise the interquartile range of the finite values of
 * the map other than 0, divided by 16, rounded to the nearest of 1, 2, 5 times a power of ten. The map decides and not the region,
 * so that regions can be compared; the rounding makes the width the same for most maps of a study. Where maps have different
 * widths, the user gives one (`--bin-width`).
 *
 * @param samples - values of the map, any shape
 */
export function chooseBinWidth(samples: ArrayLike<number>): number {
  let used = 0;
  let whole = true;
  for (let n = 0; n < samples.length; n++) {
    const value = samples[n]!;
    // Zero is what maps hold where there is nothing.
    if (!Number.isFinite(value) || value === 0) continue;
    used++;
    if (whole && !Number.isInteger(value)) whole = false;
  }
  if (whole) return 1;
  const stride = Math.ceil(used / largestSample);
  const taken = new Float64Array(Math.ceil(used / stride));
  let seen = 0;
  for (let n = 0; n < samples.length; n++) {
    const value = samples[n]!;
    if (!Number.isFinite(value) || value === 0) continue;
    if (seen % stride === 0) taken[seen / stride] = value;
    seen++;
  }
  taken.sort();
  const spread = percentile(taken, 75) - percentile(taken, 25);
  if (spread > 0) return roundToSeries(spread / binsPerSpread);
  const range = taken[taken.length - 1]! - taken[0]!;
  return range > 0 ? roundToSeries(range / binsPerRange) : 1;
}

/** The nearest, on a logarithmic scale, of 1, 2 and 5 times a power of ten. */
function roundToSeries(value: number): number {
  const exponent = Math.floor(Math.log10(value));
  const candidates = [1, 2, 5, 10].map((digit) => Number(`${digit}e${exponent}`));
  const distance = (candidate: number) => Math.abs(Math.log(candidate / value));
  const nearest = candidates.reduce((a, b) => (distance(b) < distance(a) ? b : a));
  // The spread of the smallest doubles.
  return nearest > 0 && Number.isFinite(nearest) ? nearest : 1;
}
