/**
 * The 0.975 quantile of Student's t with `freedom` degrees of freedom: half-width of a 95 % interval in standard
 * errors. Infinity degrees give the normal 1.959964.
 *
 * @returns NaN for less than one degree of freedom
 * @see Abramowitz & Stegun 26.7.1 (tail as incomplete beta function)
 */
export function studentQuantile975(freedom: number): number {
  if (!(freedom >= 1)) return Number.NaN;
  if (freedom > 1e6) return 1.959963984540054;
  let low = 1.9;
  let high = 13;
  for (let k = 0; k < 60; k++) {
    const t = 0.5 * (low + high);
    if (incompleteBeta(freedom / (freedom + t * t), 0.5 * freedom, 0.5) > 0.05) low = t;
    else high = t;
  }
  return 0.5 * (low + high);
}

/** Regularised incomplete beta function, by the continued fraction of Abramowitz & Stegun 26.5.8. */
function incompleteBeta(x: number, a: number, b: number): number {
  if (x > (a + 1) / (a + b + 2)) return 1 - incompleteBeta(1 - x, b, a);
  const front = Math.exp(
    logGamma(a + b) - logGamma(a) - logGamma(b) + a * Math.log(x) + b * Math.log1p(-x),
  );
  // Evaluated from the inside out; 200 levels are far more than the few dozen it takes to settle.
  let fraction = 1;
  for (let m = 200; m >= 1; m--) {
    const k = m >> 1;
    const numerator =
      m % 2 === 0
        ? (k * (b - k) * x) / ((a + 2 * k - 1) * (a + 2 * k))
        : (-(a + k) * (a + b + k) * x) / ((a + 2 * k) * (a + 2 * k + 1));
    fraction = 1 + numerator / fraction;
  }
  return front / (a * fraction);
}

/** ln of the gamma function for x > 0: Stirling's series (A&S 6.1.41) after raising x above 15. */
function logGamma(x: number): number {
  let shift = 0;
  let z = x;
  while (z < 15) {
    shift += Math.log(z);
    z += 1;
  }
  const u = 1 / (z * z);
  const series = (1 / 12 - u * (1 / 360 - u * (1 / 1260 - u / 1680))) / z;
  return (z - 0.5) * Math.log(z) - z + 0.5 * Math.log(2 * Math.PI) + series - shift;
}
