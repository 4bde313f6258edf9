import { expect, test } from "vitest";
import { factorCholesky, packedIndex, solveCholesky, solveLower } from "#shared/fit/cholesky.ts";
import { normalNumbers } from "./curves.ts";

const random = normalNumbers("cholesky");

function randomPositive(p: number): Float64Array {
  const rows = Array.from({ length: p + 3 }, () => Array.from({ length: p }, random));
  const m = new Float64Array((p * (p + 1)) / 2);
  for (let a = 0; a < p; a++) {
    for (let b = 0; b <= a; b++) {
      m[packedIndex(a, b)] = rows.reduce((sum, row) => sum + row[a]! * row[b]!, 0);
    }
  }
  return m;
}

test.each([1, 2, 7, 22])("%s equations are solved", (p) => {
  const m = randomPositive(p);
  const truth = Array.from({ length: p }, random);
  const right = Float64Array.from(truth, (_, a) =>
    truth.reduce(
      (sum, value, b) => sum + m[packedIndex(Math.max(a, b), Math.min(a, b))]! * value,
      0,
    ),
  );
  const factor = m.slice();
  expect(factorCholesky(factor, p)).toBe(true);
  const half = right.slice();
  solveLower(factor, p, half);
  const energy = right.reduce((sum, value, a) => sum + value * truth[a]!, 0);
  expect(half.reduce((sum, value) => sum + value * value, 0) / energy).toBeCloseTo(1, 9);
  solveCholesky(factor, p, right);
  right.forEach((value, a) => {
    expect(value).toBeCloseTo(truth[a]!, 7);
  });
});

test("what is not positive definite is refused", () => {
  expect(factorCholesky(Float64Array.of(1, 1, 1), 2)).toBe(false);
  expect(factorCholesky(Float64Array.of(1, 2, 1), 2)).toBe(false);
  expect(factorCholesky(Float64Array.of(-1), 1)).toBe(false);
  expect(factorCholesky(Float64Array.of(Number.NaN), 1)).toBe(false);
  expect(factorCholesky(Float64Array.of(Number.POSITIVE_INFINITY), 1)).toBe(false);
});
