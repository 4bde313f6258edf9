import { createHash } from "node:crypto";

/**
 * Evenly distributed numbers in (0, 1), the same ones for the same seed text on every machine.
 *
 * Generator sfc32 ("small fast counting", 32 bit) of PractRand, its state filled from the SHA-256 of the seed.
 *
 * @see Doty-Humphrey C, PractRand 0.95, https://pracrand.sourceforge.net (RNG engines)
 */
export function uniformNumbers(seed: string): () => number {
  const digest = createHash("sha256").update(seed).digest();
  let a = digest.readInt32LE(0);
  let b = digest.readInt32LE(4);
  let c = digest.readInt32LE(8);
  let counter = 1;
  const next = (): number => {
    const out = (((a + b) | 0) + counter) | 0;
    counter = (counter + 1) | 0;
    a = b ^ (b >>> 9);
    b = (c + (c << 3)) | 0;
    c = ((c << 21) | (c >>> 11)) + out;
    c |= 0;
    // Half a step away from 0, so that a logarithm can be taken.
    return ((out >>> 0) + 0.5) / 2 ** 32;
  };
  // The author's advice: the first dozen still show the seed.
  for (let i = 0; i < 12; i++) next();
  return next;
}

/**
 * Magnitude of a complex signal whose real and imaginary parts carry independent Gaussian noise.
 *
 * The pair of normal numbers comes from Box and Muller's transform in polar form, so one logarithm, one
 * cosine and two roots make one sample.
 *
 * @param sigma - standard deviation of the noise in each part, in signal units
 * @see Box GEP, Muller ME, Ann Math Stat 1958;29:610; Gudbjartsson H, Patz S, Magn Reson Med 1995;34:910
 */
export function addRicianNoise(signal: number, sigma: number, uniform: () => number): number {
  const radius = sigma * Math.sqrt(-2 * Math.log(uniform()));
  const along = radius * Math.cos(2 * Math.PI * uniform());
  return Math.sqrt(signal * signal + 2 * signal * along + radius * radius);
}
