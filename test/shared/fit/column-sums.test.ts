import { expect, test } from "vitest";
import { combineColumns, correlateColumns } from "#shared/fit/column-sums.ts";
import { normalNumbers } from "./curves.ts";

const random = normalNumbers("columns");

test.each([0, 1, 2, 3, 4, 5, 6, 7, 8, 22])("sums over and of %s columns", (count) => {
  const n = 13;
  const columns = Float64Array.from({ length: count * n }, random);
  const vector = Float64Array.from({ length: n }, random);
  const coefficients = Float64Array.from({ length: count }, random);
  const across = new Float64Array(count).fill(99);
  const along = new Float64Array(n).fill(99);
  correlateColumns(columns, count, vector, n, across);
  combineColumns(columns, count, coefficients, n, along);
  for (let k = 0; k < count; k++) {
    const sum = vector.reduce((total, value, i) => total + value * columns[k * n + i]!, 0);
    expect(across[k]).toBeCloseTo(sum, 13);
  }
  for (let i = 0; i < n; i++) {
    const sum = coefficients.reduce((total, value, k) => total + value * columns[k * n + i]!, 0);
    expect(along[i]).toBeCloseTo(sum, 13);
  }
});
