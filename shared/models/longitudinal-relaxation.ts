import { rateVariable } from "./relaxation-quantity.ts";
import type { ModelParameter, SearchVariable } from "./signal-model.ts";

/** Limits that every model of T1 has. */
export interface LongitudinalOptions {
  /** Limits of T1, ms. */
  readonly minTimeMs?: number;
  readonly maxTimeMs?: number;
}

/** Default limits of T1 from recovery curves, ms: wider than any tissue, so that a value at one is no tissue. */
export const recoveryLimitsMs = { shortest: 1, longest: 20_000 } as const;

/** Rows of the data sheet for T1 (ms) and R1 (1/s). */
export function longitudinalRows(bounds: string): readonly [ModelParameter, ModelParameter] {
  const boundsSource =
    "project rule: far wider than tissue (50 to 5000 ms); an estimate at a bound is flagged, not hidden";
  return [
    {
      symbol: "T1",
      label: "Longitudinal relaxation time T1",
      unit: "ms",
      role: "non-linear",
      bounds,
      boundsSource,
    },
    {
      symbol: "R1",
      label: "Longitudinal rate R1 = 1/T1",
      unit: "1/s",
      role: "derived",
      bounds,
      boundsSource,
    },
  ];
}

/** Row of the data sheet for the signal of the fully relaxed magnetisation. */
export const equilibriumRow: ModelParameter = {
  symbol: "M0",
  label: "Signal at full recovery",
  unit: "arbitrary",
  role: "linear",
  bounds: "above 0",
  boundsSource: "a fully relaxed magnetisation is positive; a fit without one has no T1",
};

/** Default limits in words, for the data sheets of recovery curves. */
export const recoveryBounds = `${recoveryLimitsMs.shortest} ms to ${recoveryLimitsMs.longest / 1000} s`;

/**
 * The search variable R = 1/T1 (1/ms) of recovery curves.
 *
 * @throws RangeError when the limits are not positive, ascending numbers
 */
export function recoveryRate(times: Float64Array, options: LongitudinalOptions): SearchVariable {
  const { shortest, longest } = recoveryLimitsMs;
  const { minTimeMs = shortest, maxTimeMs = longest } = options;
  return { ...rateVariable(times, { minTimeMs, maxTimeMs }), gridSize: 48 };
}
