import type { ModelParameter, SearchVariable } from "./signal-model.ts";

/** Which transverse relaxation a decay measures: spin echoes give T2, gradient echoes T2*. */
export type RelaxationQuantity = "T2" | "T2star";

/** Options that the decay models share. */
export interface DecayOptions {
  readonly quantity?: RelaxationQuantity;
  /** Limits of the time constant, ms; default 0.1 x first and 10 x last echo time. */
  readonly minTimeMs?: number;
  readonly maxTimeMs?: number;
}

const texts = {
  T2: {
    rate: "R2",
    label: "Transverse relaxation time T2",
    rateLabel: "Transverse rate R2 = 1/T2",
  },
  T2star: {
    rate: "R2star",
    label: "Effective transverse relaxation time T2*",
    rateLabel: "Effective transverse rate R2* = 1/T2*",
  },
} as const;

/** Rows of the data sheet for the time constant (ms) and its rate (1/s). */
export function relaxationRows(
  quantity: RelaxationQuantity,
  bounds = "0.1 x first echo time to 10 x last echo time",
): readonly [ModelParameter, ModelParameter] {
  const text = texts[quantity];
  const boundsSource =
    "project rule: a decay is not measurable far below the first or far above the last echo time; an estimate at a bound is flagged, not hidden";
  return [
    { symbol: quantity, label: text.label, unit: "ms", role: "non-linear", bounds, boundsSource },
    {
      symbol: text.rate,
      label: text.rateLabel,
      unit: "1/s",
      role: "derived",
      bounds,
      boundsSource,
    },
  ];
}

/** Row of the data sheet for the signal at echo time zero. */
export const amplitudeRow: ModelParameter = {
  symbol: "S0",
  label: "Signal at echo time 0",
  unit: "arbitrary",
  role: "linear",
  bounds: "above 0",
  boundsSource: "a magnitude is not negative",
};

/**
 * The search variable R = 1/T (1/ms) between the inverse limits of the time constant.
 *
 * @throws RangeError when the limits are not positive, ascending numbers
 */
export function rateVariable(
  abscissae: Float64Array,
  options: DecayOptions,
  lowestMs = 0.1 * smallestPositive(abscissae),
): SearchVariable {
  const last = abscissae.reduce((a, b) => Math.max(a, b), 0);
  const shortest = options.minTimeMs ?? lowestMs;
  const longest = options.maxTimeMs ?? 10 * last;
  if (!(shortest > 0 && longest > shortest && longest < Number.POSITIVE_INFINITY)) {
    throw new RangeError(`no time constant lies between ${shortest} ms and ${longest} ms`);
  }
  return {
    symbol: "R",
    lower: 1 / longest,
    upper: 1 / shortest,
    spacing: "logarithmic",
    gridSize: 40,
    inverse: true,
  };
}

/** The first abscissa above zero; a gradient-echo train may be counted from 0. */
function smallestPositive(abscissae: Float64Array): number {
  return abscissae.reduce((least, t) => (t > 0 && t < least ? t : least), Number.POSITIVE_INFINITY);
}

/** Writes T = 1/R (ms), 1000 R (1/s) and their standard errors: SE(T) = T^2 SE(R). */
export function deriveRelaxation(
  rate: number,
  variance: number,
  values: Float64Array,
  standardErrors: Float64Array,
): void {
  const time = 1 / rate;
  const error = Math.sqrt(variance);
  values[0] = time;
  values[1] = 1000 * rate;
  standardErrors[0] = time * time * error;
  standardErrors[1] = 1000 * error;
}
