import { type Unit, unitFactor } from "#shared/units.ts";
import type { Samples } from "#shared/volume/volume.ts";

/**
 * The number k of R = k / T, in 1/s: 1 for T in s, 1000 for T in ms.
 *
 * @throws Error for a unit that is no time: callers ask for rates of relaxation times only
 */
export function rateNumerator(unit: Unit): number {
  return unitFactor("s", unit);
}

/** Rates R = 1/T in 1/s, voxel by voxel; not a number where T has none: not finite, 0 or negative. Same shape as T. */
export function convertToRates(times: Samples, unit: Unit): Float64Array {
  const numerator = rateNumerator(unit);
  return Float64Array.from(times, (time) =>
    time > 0 && Number.isFinite(time) ? numerator / time : Number.NaN,
  );
}
