/**
 * Distribution function of a gamma variable of whole-numbered shape and scale 1: the sum of `shape`
 * squared Rayleigh variables of sigma 1, halved, is one.
 *
 * P(k, x) = 1 - exp(-x) (1 + x + x²/2 + ... + x^(k-1)/(k-1)!), Abramowitz and Stegun 6.5.13.
 */
export function gammaDistribution(shape: number, x: number): number {
  if (x <= 0) return 0;
  let term = Math.exp(-x);
  let sum = 0;
  for (let i = 0; i < shape; i++) {
    sum += term;
    term *= x / (i + 1);
  }
  return Math.max(0, 1 - sum);
}

/** The x below which such a variable lies with the given probability, to 12 digits. */
export function gammaQuantile(shape: number, probability: number): number {
  let low = 0;
  let high = shape + 10 * Math.sqrt(shape) + 10;
  for (let step = 0; step < 60; step++) {
    const middle = (low + high) / 2;
    if (gammaDistribution(shape, middle) < probability) low = middle;
    else high = middle;
  }
  return (low + high) / 2;
}
