import type { RealRange } from "./choose-scales.ts";
import { binCount } from "./measure-images.ts";
import type { PixelScale } from "./pixel-scale.ts";
import type { StoredFrame } from "./series-plan.ts";

/** Window of a series, in the unit of its values. */
export type PixelWindow = Pick<StoredFrame, "windowCenter" | "windowWidth">;

/** Part of the pixels that are below the window, and not above it: bright vessels and noise do not dim the rest. */
const lowest = 0.005;
const highest = 0.995;

/**
 * From the 0.5th to the 99.5th percentile of stored values.
 *
 * @param histogram - of stored values of 16 bits, -32768 first
 */
export function windowOfStored(
  histogram: Float64Array,
  { slope, intercept }: PixelScale,
): PixelWindow {
  const [low, high] = percentiles(histogram).map((bin) => (bin - 32_768) * slope + intercept);
  return span(low!, high!, slope);
}

/** The same of real values in even bins from the lowest to the highest; `slope` is one step of what is written. */
export function windowOfReal(bins: Float64Array, range: RealRange, slope: number): PixelWindow {
  const width = (range.high - range.low) / (binCount - 1);
  const [low, high] = percentiles(bins).map((bin) => range.low + bin * width);
  return span(low!, high!, slope);
}

function span(low: number, high: number, slope: number): PixelWindow {
  const windowWidth = Math.max(Math.abs(high - low), Math.abs(slope));
  return { windowCenter: (low + high) / 2, windowWidth };
}

/** Bins of the values that so many are not above. */
function percentiles(histogram: Float64Array): readonly number[] {
  const count = histogram.reduce((sum, one) => sum + one, 0);
  return [lowest, highest].map((part) => {
    let below = 0;
    for (let bin = 0; bin < histogram.length; bin++) {
      below += histogram[bin]!;
      if (below > 0 && below >= part * count) return bin;
    }
    return 0;
  });
}
