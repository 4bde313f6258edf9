/** Longest decimal string, PS3.5 6.2. */
const longest = 16;

/**
 * The decimal string (VR DS) nearest to `value` among those of at most 16 characters.
 *
 * @throws Error when `value` is not finite: no decimal string says that
 */
export function formatDecimalString(value: number): string {
  if (!Number.isFinite(value)) throw new Error(`${value} has no decimal string`);
  const shortest = compact(String(value));
  if (shortest.length <= longest) return shortest;
  const fixed = longestThatFits((digits) => compact(value.toFixed(digits)));
  const exponential = longestThatFits((digits) => compact(value.toExponential(digits)));
  const error = (text: string | undefined) =>
    text === undefined ? Number.POSITIVE_INFINITY : Math.abs(Number(text) - value);
  const best = error(fixed) <= error(exponential) ? fixed : exponential;
  if (best === undefined) throw new Error(`${value} has no decimal string`);
  return best;
}

/** `value` as it reads back from its decimal string. */
export function roundToDecimalString(value: number): number {
  return Number(formatDecimalString(value));
}

/**
 * The integer string (VR IS) of `value`.
 *
 * @throws Error when `value` is not an integer of 32 bits, the range of PS3.5 6.2
 */
export function formatIntegerString(value: number): string {
  if (!Number.isInteger(value) || value < -(2 ** 31) || value >= 2 ** 31) {
    throw new Error(`${value} has no integer string`);
  }
  return String(value === 0 ? 0 : value);
}

/** More digits never make the error larger, so the first text that fits is the best of its form. */
function longestThatFits(format: (digits: number) => string): string | undefined {
  for (let digits = longest; digits >= 0; digits--) {
    const text = format(digits);
    // Rounded up, the largest doubles read back as infinite.
    if (text.length <= longest && Number.isFinite(Number(text))) return text;
  }
  return undefined;
}

/** Without what carries no information: trailing zeros of the fraction and the plus of the exponent. */
function compact(text: string): string {
  const [mantissa = "", exponent] = text.split("e");
  const short = mantissa.includes(".") ? mantissa.replace(/\.?0+$/, "") : mantissa;
  return exponent === undefined ? short : `${short}e${exponent.replace("+", "")}`;
}
