/** Unit vectors of exp(-b D) over a range of rates D. */
export interface ExponentialGrid {
  /** Ascending, first and last at the limits; shape [G]. */
  readonly rates: Float64Array;
  /** exp(-b D) over its length, shape [G, N]. */
  readonly units: Float64Array;
  /** Length of each exp(-b D), shape [G]. */
  readonly lengths: Float64Array;
  /** Largest angle from one to the next. */
  readonly step: number;
}

/** Points on which the arc is measured before it is divided. */
const finePoints = 2001;

/**
 * The curve of exp(-b D), D from `lowest` to `highest`, in steps of about `step` radians, so that the grid is as fine as
 * these b-values need it, and no finer.
 */
export function buildExponentialGrid(
  bValues: Float64Array,
  lowest: number,
  highest: number,
  step: number,
): ExponentialGrid {
  // Even steps in D would waste points where all that could decay has decayed.
  const bend = 8;
  const rateAt = (share: number) =>
    lowest + ((highest - lowest) * Math.expm1(bend * share)) / Math.expm1(bend);
  const arc = new Float64Array(finePoints);
  let before = unitVector(bValues, lowest).unit;
  for (let k = 1; k < finePoints; k++) {
    const next = unitVector(bValues, rateAt(k / (finePoints - 1))).unit;
    arc[k] = arc[k - 1]! + angleBetween(before, next);
    before = next;
  }
  const total = arc[finePoints - 1]!;
  const count = Math.max(4, Math.ceil(total / step) + 1);
  const n = bValues.length;
  const rates = new Float64Array(count);
  const units = new Float64Array(count * n);
  const lengths = new Float64Array(count);
  let fine = 0;
  let widest = 0;
  for (let g = 0; g < count; g++) {
    const wanted = (total * g) / (count - 1);
    while (fine < finePoints - 2 && arc[fine + 1]! < wanted) fine++;
    const part = (wanted - arc[fine]!) / (arc[fine + 1]! - arc[fine]! || 1);
    rates[g] = g === count - 1 ? highest : rateAt((fine + part) / (finePoints - 1));
    const { unit, length } = unitVector(bValues, rates[g]!);
    units.set(unit, g * n);
    lengths[g] = length;
    if (g > 0) widest = Math.max(widest, angleBetween(units.subarray((g - 1) * n, g * n), unit));
  }
  return { rates, units, lengths, step: widest };
}

function unitVector(bValues: Float64Array, rate: number) {
  // Counted from the smallest b, so that fast rates do not vanish altogether.
  const first = bValues.reduce((a, b) => Math.min(a, b));
  const values = bValues.map((b) => Math.exp((first - b) * rate));
  const length = Math.sqrt(values.reduce((sum, value) => sum + value * value, 0));
  return {
    unit: values.map((value) => value / length),
    length: length * Math.exp(-first * rate),
  };
}

function angleBetween(a: Float64Array, b: Float64Array): number {
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += (a[i]! - b[i]!) ** 2;
  return 2 * Math.asin(Math.min(1, 0.5 * Math.sqrt(sum)));
}
