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

/** T1, T2, T2star or T2*, with or without XNAT-PIC's _SR, before "map", in the names of maps: `T2map`, `7_T1_SR_map`, `t2map_samegrid`. */
const timeMap = /(?<![A-Za-z0-9])(t)(?=(?:1rho|1|2star|2\*|2)(?:_SR)?_?map(?![A-Za-z0-9]))/i;

/** What the map of rates of a map of relaxation times is called: `R2map` for `T2map`; undefined for any other map. */
export function nameRateMap(name: string): string | undefined {
  if (!timeMap.test(name)) return undefined;
  return name.replace(timeMap, (letter) => (letter === "T" ? "R" : "r"));
}
