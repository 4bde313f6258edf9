/** Powers of ten that a double holds exactly. */
const powers = Array.from({ length: 23 }, (_, i) => 10 ** i);

/** Below it, every digit of a whole number counts. */
const exact = 2 ** 53;

/**
 * The number written in decimal in bytes `start` to `end`, padding (blanks, NUL, line ends) around it ignored; undefined for
 * anything else, also for nothing.
 *
 * A number of at most 15 digits or so is digits x 10^n with both exact, hence correctly rounded (W. D. Clinger, How to read
 * floating point numbers accurately, PLDI 1990); the others are left to Number.
 */
export function readDecimal(bytes: Uint8Array, start: number, end: number): number | undefined {
  let from = start;
  let to = end;
  while (from < to && isPadding(bytes[from]!)) from++;
  while (to > from && isPadding(bytes[to - 1]!)) to--;
  let at = from;
  const negative = bytes[at] === 0x2d;
  if (at < to && (negative || bytes[at] === 0x2b)) at++;
  let digits = 0;
  let count = 0;
  let decimals = 0;
  let point = false;
  for (; at < to; at++) {
    const code = bytes[at]!;
    if (code >= 0x30 && code <= 0x39) {
      digits = digits * 10 + (code - 0x30);
      count++;
      if (point) decimals++;
    } else if (code === 0x2e && !point) point = true;
    else break;
  }
  if (count === 0) return undefined;
  if (at === to && digits < exact && decimals < powers.length) {
    const value = decimals === 0 ? digits : digits / powers[decimals]!;
    return negative ? -value : value;
  }
  return readSlowly(bytes, from, to);
}

/** The number a text is, as `readDecimal` reads it. */
export function parseDecimal(text: string): number | undefined {
  const bytes = Buffer.from(text);
  return readDecimal(bytes, 0, bytes.length);
}

/** Longest text that is taken for a number, characters. */
const longest = 400;

function readSlowly(bytes: Uint8Array, from: number, to: number): number | undefined {
  if (to - from > longest) return undefined;
  const text = String.fromCharCode(...bytes.subarray(from, to));
  return /^[-+]?(\d+\.?\d*|\.\d+)([eE][-+]?\d+)?$/.test(text) ? Number(text) : undefined;
}

function isPadding(code: number): boolean {
  return code === 0x20 || code === 0 || (code >= 0x09 && code <= 0x0d);
}
