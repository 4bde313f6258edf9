import { roundToDecimalString } from "./decimal-string.ts";

/** Stored value of a voxel without a value. */
export const paddingValue = 0;

/** Stored values that carry a value are 1 ... 65535. */
const largestStored = 65535;

/** A map as 16-bit numbers: `value = stored x slope + intercept`, except where `stored` is paddingValue. */
export interface QuantizedMap {
  /** Same length and order as the samples. */
  readonly stored: Uint16Array;
  /** Both are exactly what their decimal strings say. */
  readonly slope: number;
  readonly intercept: number;
  /** Largest |stored x slope + intercept - value|, in the unit of the map. */
  readonly maximumError: number;
}

/**
 * The samples on an even scale of 65,535 steps from the smallest to the largest one.
 *
 * The scale starts at 0 when that costs no voxel its value: software that ignores the padding value then
 * shows 0 where there is none. Samples that are not finite become padding.
 */
export function quantizeMap(samples: ArrayLike<number>): QuantizedMap {
  const { low, high } = finiteRange(samples);
  const { slope, intercept } = chooseScale(low, high);
  const stored = new Uint16Array(samples.length);
  let maximumError = 0;
  for (let i = 0; i < samples.length; i++) {
    const value = samples[i]!;
    if (!Number.isFinite(value)) continue;
    const step = Math.min(largestStored, Math.max(1, Math.round((value - intercept) / slope)));
    stored[i] = step;
    maximumError = Math.max(maximumError, Math.abs(step * slope + intercept - value));
  }
  return { stored, slope, intercept, maximumError };
}

/** Smallest and largest finite sample; 0 and 0 when there is none. */
export function finiteRange(samples: ArrayLike<number>): { low: number; high: number } {
  let low = Number.POSITIVE_INFINITY;
  let high = Number.NEGATIVE_INFINITY;
  for (let i = 0; i < samples.length; i++) {
    const value = samples[i]!;
    if (!Number.isFinite(value)) continue;
    if (value < low) low = value;
    if (value > high) high = value;
  }
  return low <= high ? { low, high } : { low: 0, high: 0 };
}

function chooseScale(low: number, high: number): { slope: number; intercept: number } {
  const fromZero = roundUpToDecimalString(high / largestStored);
  if (low > 0 && low >= fromZero / 2) return { slope: fromZero, intercept: 0 };
  const steps = largestStored - 1;
  // A step of the size of a constant keeps all its digits: value = step - 2 steps.
  const slope = roundUpToDecimalString(high > low ? (high - low) / steps : Math.abs(low) || 1);
  return { slope, intercept: roundToDecimalString(low - slope) };
}

/** Below this a slope would drown in the rounding of its decimal string; no quantity comes near it. */
const smallestSlope = 1e-30;

/** Ten digits are plenty for a slope, and rounding up keeps the largest value on the scale. */
function roundUpToDecimalString(value: number): number {
  if (value < smallestSlope) return smallestSlope;
  const rounded = roundToDecimalString(Number(value.toPrecision(10)));
  return rounded >= value
    ? rounded
    : roundToDecimalString(Number((value * (1 + 1e-9)).toPrecision(10)));
}
