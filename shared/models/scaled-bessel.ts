/**
 * Where the ascending series gives way to the asymptotic one. There the smallest asymptotic term is about
 * exp(-2 x 25) = 2e-22, and the ascending series, all of whose terms are positive, has lost nothing.
 */
const switchover = 25;

/**
 * Exponentially scaled modified Bessel function exp(-x) I(order, x) for x >= 0, to a few units in the last place.
 *
 * @see Abramowitz & Stegun 9.6.10 (ascending series) and 9.7.1 (asymptotic series)
 */
export function scaledBessel(order: 0 | 1, x: number): number {
  if (x < switchover) return Math.exp(-x) * ascendingSeries(order, x);
  return asymptoticSeries(order, x) / Math.sqrt(2 * Math.PI * x);
}

function ascendingSeries(order: 0 | 1, x: number): number {
  const quarter = 0.25 * x * x;
  let term = order === 0 ? 1 : 0.5 * x;
  let sum = term;
  for (let k = 1; term > 1e-17 * sum; k++) {
    term *= quarter / (k * (k + order));
    sum += term;
  }
  return sum;
}

function asymptoticSeries(order: 0 | 1, x: number): number {
  const mu = 4 * order * order;
  let term = 1;
  let sum = 1;
  for (let k = 1; Math.abs(term) > 1e-17 && k < 50; k++) {
    const odd = 2 * k - 1;
    term *= -(mu - odd * odd) / (k * 8 * x);
    sum += term;
  }
  return sum;
}
