/**
 * Sum of `term(0)` to `term(count - 1)`, whose error does not grow with the number of terms.
 *
 * @see Neumaier A., ZAMM 1974;54:39-51, algorithm IV (Kahan's, which also keeps what a small sum loses to a large term)
 */
export function sumTerms(count: number, term: (index: number) => number): number {
  let sum = 0;
  let lost = 0;
  for (let index = 0; index < count; index++) {
    const value = term(index);
    const next = sum + value;
    lost += Math.abs(sum) >= Math.abs(value) ? sum - next + value : value - next + sum;
    sum = next;
  }
  return sum + lost;
}

/** A number as a table can hold it: null for what is not defined (not a number) or cannot be held (infinite). */
export function defined(value: number): number | null {
  return Number.isFinite(value) ? value : null;
}
