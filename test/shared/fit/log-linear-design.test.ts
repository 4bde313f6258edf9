import { describe, expect, test } from "vitest";
import {
  buildLogLinearDesign,
  formsAtOnce,
  standardizeForms,
  toParameters,
} from "#shared/fit/log-linear-design.ts";
import { uniformNumbers } from "#shared/phantom/random.ts";

const uniform = uniformNumbers("design");
const rows = Array.from({ length: 12 }, () => [
  1,
  ...Array.from({ length: 4 }, () => -3000 * uniform()),
]);
const p = 5;

describe("a design", () => {
  const design = buildLogLinearDesign(rows)!;
  const { n, columns, products } = design;

  test("has orthonormal columns, and their products", () => {
    let at = 0;
    for (let a = 0; a < p; a++) {
      for (let b = 0; b <= a; b++) {
        let sum = 0;
        for (let i = 0; i < n; i++) {
          const product = columns[a * n + i]! * columns[b * n + i]!;
          expect(products[at++]).toBe(product);
          sum += product;
        }
        expect(Math.abs(sum - (a === b ? 1 : 0))).toBeLessThan(1e-14);
      }
    }
  });

  test("takes coefficients of its columns back to those of the rows", () => {
    const beta = Float64Array.of(6, 1e-3, 2e-3, -1e-3, 5e-4);
    const exponents = rows.map((row) => row.reduce((sum, x, k) => sum + x * beta[k]!, 0));
    const gamma = new Float64Array(p);
    for (let k = 0; k < p; k++) {
      for (let i = 0; i < n; i++) gamma[k] = gamma[k]! + columns[k * n + i]! * exponents[i]!;
    }
    const found = new Float64Array(p);
    toParameters(design, gamma, found);
    found.forEach((value, k) => {
      expect(Math.abs(value / beta[k]! - 1)).toBeLessThan(1e-12);
    });
  });

  test("gives the variances of the normal equations", () => {
    const identity = new Float64Array((p * (p + 1)) / 2);
    for (let k = 0; k < p; k++) identity[(k * (k + 1)) / 2 + k] = 1;
    // The first two forms are single parameters; their standardized forms are rows of R^-1, so that X'X inverts it.
    const forms = new Float64Array(p * formsAtOnce);
    for (let k = 0; k < formsAtOnce; k++) forms[formsAtOnce * (k + 1) + k] = 1;
    const out = new Float64Array(p * formsAtOnce);
    standardizeForms(design, identity, forms, out);
    const covariance = (a: number, b: number) => {
      let sum = 0;
      for (let k = 0; k < p; k++) sum += out[formsAtOnce * k + a]! * out[formsAtOnce * k + b]!;
      return sum;
    };
    // (X'X) C = 1 for the parameters that are forms, with the column of the constant projected out.
    const mean = [1, 2, 3, 4].map((k) => rows.reduce((sum, row) => sum + row[k]!, 0) / n);
    for (let a = 0; a < formsAtOnce; a++) {
      for (let b = 0; b < formsAtOnce; b++) {
        let sum = 0;
        for (let k = 0; k < formsAtOnce; k++) {
          const gram = rows.reduce(
            (total, row) => total + (row[a + 1]! - mean[a]!) * (row[k + 1]! - mean[k]!),
            0,
          );
          sum += gram * covariance(k, b);
        }
        expect(sum).toBeCloseTo(a === b ? 1 : 0, 10);
      }
    }
  });
});

test("columns that depend on one another, too few rows and none at all make no design", () => {
  expect(buildLogLinearDesign(rows.map((row) => [...row, row[1]! + row[2]!]))).toBeUndefined();
  expect(buildLogLinearDesign(rows.map((row) => [...row, 0]))).toBeUndefined();
  expect(buildLogLinearDesign(rows.slice(0, 4))).toBeUndefined();
  expect(buildLogLinearDesign([])).toBeUndefined();
  expect(buildLogLinearDesign(rows.map((row) => [...row, Number.NaN]))).toBeUndefined();
});
