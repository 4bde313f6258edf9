import { describe, expect, test } from "vitest";
import { encodingRank } from "#shared/volume/encoding-rank.ts";
import { bMatricesOf } from "#shared/volume/gradient-directions.ts";
import type { Vector3 } from "#shared/volume/grid.ts";
import { encodingOf, spreadDirections } from "./gradients.ts";

function rank(
  unknowns: 7 | 22,
  b0: number,
  bValues: readonly number[],
  directions: readonly Vector3[],
): number {
  const encoding = encodingOf(b0, bValues, directions);
  return encodingRank(
    bMatricesOf(
      encoding,
      encoding.bValues.map((_, index) => index),
    ),
    unknowns,
  );
}

describe("of the seven unknowns of a tensor", () => {
  test.each([6, 7, 12, 64])("b = 0 and %i spread directions determine all", (count) => {
    expect(rank(7, 1, [1000], spreadDirections(count))).toBe(7);
  });

  test("five directions determine six", () => {
    expect(rank(7, 1, [1000], spreadDirections(5))).toBe(6);
  });

  test("one shell without b = 0 leaves S0 and the trace mixed, also when its b-values scatter by a percent", () => {
    expect(rank(7, 0, [1000], spreadDirections(30))).toBe(6);
    const encoding = encodingOf(0, [1000], spreadDirections(30));
    const bValues = encoding.bValues.map((b, n) => b * (1 + 0.005 * Math.sin(n)));
    const matrices = bMatricesOf({ ...encoding, bValues }, [...bValues.keys()]);
    expect(encodingRank(matrices, 7)).toBe(6);
  });

  test("directions in one plane determine four, however many", () => {
    const plane = spreadDirections(20).map(([x, y]): Vector3 => {
      const length = Math.hypot(x, y);
      return [x / length, y / length, 0];
    });
    expect(rank(7, 1, [1000], plane)).toBe(4);
  });

  test("two shells without b = 0 determine all", () => {
    expect(rank(7, 0, [500, 1000], spreadDirections(6))).toBe(7);
  });

  test("nothing but b = 0 determines S0", () => {
    expect(rank(7, 3, [], [])).toBe(1);
  });
});

describe("of the 22 unknowns of a kurtosis tensor", () => {
  test("b = 0, two shells and fifteen directions determine all", () => {
    expect(rank(22, 1, [1000, 2000], spreadDirections(15))).toBe(22);
    expect(rank(22, 1, [700, 1000], spreadDirections(30))).toBe(22);
  });

  test("fourteen directions, or one shell, do not", () => {
    expect(rank(22, 1, [1000, 2000], spreadDirections(14))).toBeLessThan(22);
    expect(rank(22, 1, [1000], spreadDirections(60))).toBe(16);
  });
});
