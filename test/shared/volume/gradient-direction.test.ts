import { describe, expect, test } from "vitest";
import { isMatrixOf, mainDirection, unitDirection } from "#shared/volume/gradient-direction.ts";
import type { Vector3 } from "#shared/volume/grid.ts";

describe("a gradient direction", () => {
  test("within 5 % of unit length is one with few digits", () => {
    const [x, y, z] = unitDirection([0.6, 0, 0.81], 1000, "x")!;
    expect(Math.hypot(x, y, z)).toBeCloseTo(1, 15);
    expect(x / z).toBeCloseTo(0.6 / 0.81, 15);
  });

  test.each<[string, Vector3 | undefined, number]>([
    ["b is 0", [0.577, 0.577, 0.577], 0],
    ["the vector has no length", [0, 0, 0], 1000],
    ["the vector holds NaN", [Number.NaN, 0, 1], 1000],
    ["there is none", undefined, 1000],
  ])("means nothing when %s", (_, vector, b) => {
    expect(unitDirection(vector, b, "x")).toBeUndefined();
  });

  test("of a nearly unweighted image is kept, whatever its length", () => {
    expect(unitDirection([0, 0, 0.5], 15, "x")).toEqual([0, 0, 1]);
  });

  test("of another length in a weighted image is refused with the b-value it may stand for", () => {
    expect(() => unitDirection([0, 0, 0.5], 2000, "IM1")).toThrow(
      expect.objectContaining({
        code: "E-GRADIENT-LENGTH",
        message: expect.stringMatching(
          /IM1 has the length 0\.5000 at b 2000.*500\.0 s\/mm².*--bvals/,
        ),
      }),
    );
  });
});

describe("the main direction of a b-matrix", () => {
  test("is that of its gradient, up to sign, imaging gradients beside it", () => {
    const g: Vector3 = [0.36, -0.48, 0.8];
    const b = [
      ...[0, 1, 2].map((i) => 1000 * g[i]! * g[i]!),
      ...[
        [0, 1],
        [0, 2],
        [1, 2],
      ].map(([i, j]) => 1000 * g[i!]! * g[j!]!),
    ];
    const found = mainDirection(b)!;
    expect(Math.abs(found[0] * g[0] + found[1] * g[1] + found[2] * g[2])).toBeCloseTo(1, 12);
    // 7, 7 and 10 s/mm² of imaging gradients: below 2 degrees.
    const mixed = mainDirection([
      b[0]! + 7,
      b[1]! + 7,
      b[2]! + 10,
      b[3]! + 7,
      b[4]! + 8,
      b[5]! + 8,
    ])!;
    expect(Math.abs(mixed[0] * g[0] + mixed[1] * g[1] + mixed[2] * g[2])).toBeGreaterThan(0.9994);
  });

  test.each([
    ["of no gradient", [0, 0, 0, 0, 0, 0]],
    ["of all directions at once", [333, 333, 333, 0, 0, 0]],
    ["of a plane", [500, 500, 0, 0, 0, 0]],
    ["with NaN", [Number.NaN, 0, 0, 0, 0, 0]],
  ])("%s is none", (_, matrix) => {
    expect(mainDirection(matrix)).toBeUndefined();
  });
});

describe("a b-matrix", () => {
  // Of a measured image of b 1000 (Siemens), and the same with its elements in the order of another standard.
  const matrix = [740, 131, 125, -311, 303, -127];
  const direction: Vector3 = [0.86243188, -0.36244097, 0.35333803];

  test("belongs to the b-value and direction it contains", () => {
    expect(isMatrixOf(matrix, 1000, direction)).toBe(true);
    expect(isMatrixOf(matrix, 1000, undefined)).toBe(true);
    // Imaging gradients of 12 s/mm² along z, and their products with the gradient.
    const [x, z] = [Math.sqrt(50), Math.sqrt(50) + Math.sqrt(12)];
    const oblique: Vector3 = [Math.SQRT1_2, 0, Math.SQRT1_2];
    expect(isMatrixOf([x * x, 0, z * z, 0, x * z, 0], 100, oblique)).toBe(true);
  });

  test.each<[string, number[], number]>([
    ["another b-value", matrix, 400],
    ["its elements in another order", [740, -311, 303, 131, -127, 125], 1000],
    ["signs lost", matrix.map(Math.abs), 1000],
    ["NaN", [Number.NaN, ...matrix.slice(1)], 1000],
  ])("with %s does not", (_, elements, b) => {
    expect(isMatrixOf(elements, b, direction)).toBe(false);
  });
});
