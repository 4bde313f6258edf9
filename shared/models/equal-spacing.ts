/**
 * The common step of equally spaced abscissae, or undefined when they are not ascending by one step.
 *
 * Tolerance 1e-6 of the step: echo times come from decimal strings and rounded sidecars, and a deviation of
 * that size moves a time constant by far less than its standard error.
 */
export function equalSpacing(abscissae: ArrayLike<number>): number | undefined {
  const n = abscissae.length;
  if (n < 2) return undefined;
  const step = (abscissae[n - 1]! - abscissae[0]!) / (n - 1);
  if (!(step > 0)) return undefined;
  for (let i = 1; i < n; i++) {
    if (!(Math.abs(abscissae[i]! - abscissae[0]! - i * step) <= 1e-6 * step)) return undefined;
  }
  return step;
}
