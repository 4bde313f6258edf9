import fc from "fast-check";
import { describe, expect, test } from "vitest";
import {
  affineFromAxes,
  determinant,
  invertAffine,
  isRegularAffine,
  multiplyAffines,
} from "#shared/volume/affine.ts";
import type { Vector3 } from "#shared/volume/grid.ts";

const number = fc.integer({ min: -300, max: 300 }).map((hundredths) => hundredths / 100);
const vector = fc.tuple(number, number, number) as fc.Arbitrary<Vector3>;

describe("affine", () => {
  test("an inverse undoes its matrix from both sides", () => {
    fc.assert(
      fc.property(vector, vector, vector, vector, (a, b, c, origin) => {
        const affine = affineFromAxes(a, b, c, origin);
        fc.pre(Math.abs(determinant(affine)) > 1e-2);
        for (const product of [
          multiplyAffines(affine, invertAffine(affine)),
          multiplyAffines(invertAffine(affine), affine),
        ]) {
          product.forEach((value, n) => {
            expect(value).toBeCloseTo(n % 5 === 0 ? 1 : 0, 8);
          });
        }
      }),
    );
  });

  test("the determinant is the volume of the voxel, negative for left-handed axes", () => {
    expect(determinant(affineFromAxes([0, 2, 0], [3, 0, 0], [0, 0, 4], [9, 9, 9]))).toBe(-24);
  });

  test("singular and non-finite matrices are found, small voxels are not taken for them", () => {
    const at: Vector3 = [0, 0, 0];
    expect(isRegularAffine(affineFromAxes([1e-3, 0, 0], [0, 1e-3, 0], [0, 0, 1e-3], at))).toBe(
      true,
    );
    expect(isRegularAffine(affineFromAxes([1, 2, 3], [2, 4, 6], [0, 0, 1], at))).toBe(false);
    expect(isRegularAffine(affineFromAxes([1, 0, 0], [0, 1, 0], [0, 0, 0], at))).toBe(false);
    expect(
      isRegularAffine(affineFromAxes([1, 0, 0], [0, 1, 0], [0, 0, 1], [Number.NaN, 0, 0])),
    ).toBe(false);
    expect(isRegularAffine([])).toBe(false);
    expect(() => invertAffine(affineFromAxes([1, 0, 0], [0, 1, 0], [0, 0, 0], at))).toThrow(
      "no inverse",
    );
  });
});
