import { describe, expect, test } from "vitest";
import { decomposeSymmetric } from "#shared/fit/symmetric-eigen.ts";
import { normalNumbers } from "./curves.ts";

type Matrix = readonly (readonly number[])[];

/** xx, yy, zz, xy, xz, yz of a matrix. */
function packed(m: Matrix): number[] {
  return [m[0]![0]!, m[1]![1]!, m[2]![2]!, m[0]![1]!, m[0]![2]!, m[1]![2]!];
}

const random = normalNumbers("eigen");

/** Three orthonormal rows, evenly distributed. */
function randomFrame(): number[][] {
  const frame: number[][] = [];
  while (frame.length < 3) {
    let v = [random(), random(), random()];
    for (let pass = 0; pass < 2; pass++) {
      for (const u of frame) {
        const part = u.reduce((sum, value, k) => sum + value * v[k]!, 0);
        v = v.map((value, k) => value - part * u[k]!);
      }
      const length = Math.hypot(...v);
      v = v.map((value) => value / length);
    }
    frame.push(v);
  }
  return frame;
}

function compose(
  eigenvalues: readonly number[],
  frame: readonly (readonly number[])[],
): number[][] {
  return [0, 1, 2].map((i) =>
    [0, 1, 2].map((j) =>
      eigenvalues.reduce((sum, value, k) => sum + value * frame[k]![i]! * frame[k]![j]!, 0),
    ),
  );
}

function decompose(m: Matrix) {
  const values = new Float64Array(3);
  const flat = new Float64Array(9);
  decomposeSymmetric(packed(m), values, flat);
  const vectors = [0, 1, 2].map((k) => Array.from(flat.subarray(3 * k, 3 * k + 3)));
  return { values: Array.from(values), vectors };
}

const cases = [
  [1.7e-3, 0.3e-3, 0.2e-3],
  [1.4e-3, 1.3e-3, 0.1e-3],
  [1e-3, 1e-3, 0.2e-3],
  [1e-3, 0.2e-3, 0.2e-3],
  [0.8e-3, 0.8e-3, 0.8e-3],
  [2e-3, 1e-3, 0],
  [1e-3, 0, 0],
  [1e-3, 1e-3 * (1 + 1e-12), 1e-9],
  [1, -1, 1e-13],
  [-1, -2, -3],
  [1e120, 1, 1e-120],
];

describe.each(cases)("a matrix of eigenvalues %s, %s, %s", (...eigenvalues) => {
  test("is taken apart to rounding, in any orientation", () => {
    const size = Math.max(...eigenvalues.map(Math.abs));
    const sorted = eigenvalues.toSorted((a, b) => b - a);
    for (let run = 0; run < 200; run++) {
      const m = compose(eigenvalues, randomFrame());
      const { values, vectors } = decompose(m);
      for (let k = 0; k < 3; k++) {
        expect(Math.abs(values[k]! - sorted[k]!)).toBeLessThanOrEqual(3e-15 * size);
        for (let j = 0; j < 3; j++) {
          const product = vectors[k]!.reduce((sum, value, i) => sum + value * vectors[j]![i]!, 0);
          expect(Math.abs(product - (j === k ? 1 : 0))).toBeLessThan(3e-15);
        }
        for (let i = 0; i < 3; i++) {
          const image = vectors[k]!.reduce((sum, value, j) => sum + m[i]![j]! * value, 0);
          expect(Math.abs(image - values[k]! * vectors[k]![i]!)).toBeLessThanOrEqual(3e-15 * size);
        }
      }
    }
  });
});

test("a diagonal matrix keeps its elements exactly, largest first, with the axes as vectors", () => {
  for (const [x, y, z] of [
    [1, 2, 3],
    [3, 1, 2],
    [2, 3, 1],
    [2, 2, 1],
    [1, 2, 2],
    [0, 0, 0],
  ] as const) {
    const { values, vectors } = decompose([
      [x, 0, 0],
      [0, y, 0],
      [0, 0, z],
    ]);
    expect(values).toEqual([x, y, z].toSorted((a, b) => b - a));
    for (const [k, vector] of vectors.entries()) {
      const axis = vector.indexOf(1);
      expect(vector.filter((value) => value === 0)).toHaveLength(2);
      expect([x, y, z][axis]).toBe(values[k]);
    }
    expect(new Set(vectors.map((vector) => vector.indexOf(1))).size).toBe(3);
  }
});

test("a matrix that holds no numbers ends, with no numbers", () => {
  const { values } = decompose([
    [Number.NaN, 1, 0],
    [1, 2, 0],
    [0, 0, 3],
  ]);
  expect(values.some(Number.isNaN)).toBe(true);
});
