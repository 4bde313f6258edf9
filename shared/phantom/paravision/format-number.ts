/**
 * A number as C's `%.<digits>g` prints it, which is what ParaVision does: 0.80000000000000004 with 17 digits,
 * 1.5e-07, 1200 without a point.
 *
 * @throws Error for what is no finite number: ParaVision has no text for it
 */
export function formatNumber(value: number, digits: number): string {
  if (!Number.isFinite(value)) throw new Error(`${value} is no number of a parameter file`);
  if (value === 0) return Object.is(value, -0) ? "-0" : "0";
  const [mantissa, exponent] = value.toExponential(digits - 1).split("e") as [string, string];
  const power = Number(exponent);
  if (power < -4 || power >= digits) {
    const size = String(Math.abs(power)).padStart(2, "0");
    return `${withoutZeros(mantissa)}e${power < 0 ? "-" : "+"}${size}`;
  }
  return withoutZeros(value.toFixed(Math.max(0, digits - 1 - power)));
}

/** Zeros at the end of a fraction say nothing. */
function withoutZeros(decimal: string): string {
  return decimal.includes(".") ? decimal.replace(/\.?0+$/, "") : decimal;
}
