/** Logarithms of whole numbers, as images mostly store them. */
const wholeNumbers = 65536;
const ofWhole = Float64Array.from({ length: wholeNumbers }, (_, k) => Math.log(k));

/** Octaves from 2^-32 on that the other table covers, and its entries for each. */
const lowestExponent = -32;
const octaves = 64;
const perOctave = 512;

/** Bits of the upper word of a double below the nine that choose an entry. */
const shift = 11;
const firstEntry = (1023 + lowestExponent) * perOctave;
const entries = octaves * perOctave;

/** 1/c and ln c of each entry, one after the other. */
const table = new Float64Array(2 * entries);
for (let k = 0; k < entries; k++) {
  const exponent = lowestExponent + Math.floor(k / perOctave);
  const middle = 1 + ((k % perOctave) + 0.5) / perOctave;
  // A reciprocal of 16 bits: its product with a signal of up to 37 bits is exact.
  const inverse = Math.round(65536 / middle) / 65536;
  table[2 * k] = inverse * 2 ** -exponent;
  table[2 * k + 1] = exponent * Math.LN2 - Math.log(inverse);
}

let latest = new Float64Array(0);
let words = new Int32Array(0);

/** The 32-bit words of an array, the upper one of each number second (every processor this runs on). */
export function wordsOf(y: Float64Array): Int32Array {
  if (y !== latest) {
    latest = y as Float64Array<ArrayBuffer>;
    words = new Int32Array(latest.buffer, latest.byteOffset, 2 * latest.length);
  }
  return words;
}

/**
 * The natural logarithm of a positive number, from its value and the upper word of its bits: two to four times faster than
 * Math.log, and within 1e-15 of it (|ln x| < 23).
 *
 * A whole number has its own entry. Otherwise exponent and nine more bits choose c near x; with r = x/c - 1, |r| < 1/1000,
 * ln x = ln c + r - r²/2 + r³/3 - r⁴/4, and the next term is below rounding.
 */
export function logarithm(value: number, upperWord: number): number {
  const whole = value | 0;
  if (whole === value && whole < wholeNumbers) return ofWhole[whole]!;
  const k = (upperWord >> shift) - firstEntry;
  if (k < 0 || k >= entries) return Math.log(value);
  const r = value * table[2 * k]! - 1;
  const square = r * r;
  return table[2 * k + 1]! + r + square * (-1 / 2 + r * (1 / 3) - square * (1 / 4));
}

/**
 * Writes ln y[offset + i] into `logs`, shape [n]; 0 where a sample is not positive.
 *
 * @returns number of positive samples
 */
export function fillLogarithms(
  y: Float64Array,
  offset: number,
  n: number,
  logs: Float64Array,
): number {
  const bits = wordsOf(y);
  let count = 0;
  for (let i = 0; i < n; i++) {
    const value = y[offset + i]!;
    if (value > 0) {
      logs[i] = logarithm(value, bits[2 * (offset + i) + 1]!);
      count++;
    } else {
      logs[i] = 0;
    }
  }
  return count;
}
