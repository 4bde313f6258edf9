/**
 * The greatest correlation with a curve that a unit vector within one grid step of a grid vector can have.
 *
 * With alpha the angle between curve and grid vector and delta that of the step: |y| cos(max(0, alpha - delta)).
 *
 * @param score - correlation of the grid vector with the curve, |y| cos(alpha)
 * @param squares - squared length of the curve
 */
export function reachableScore(
  score: number,
  squares: number,
  cosine: number,
  sine: number,
): number {
  const length = Math.sqrt(squares);
  // Rounding can make the score of a perfect match exceed the length.
  if (score >= length * cosine) return Math.max(length, score);
  return score * cosine + Math.sqrt(Math.max(0, squares - score * score)) * sine;
}
