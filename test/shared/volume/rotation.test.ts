import { describe, expect, test } from "vitest";
import type { Matrix3, Vector3 } from "#shared/volume/grid.ts";
import { axisDirections, rotateTensor, rotateVector, transpose } from "#shared/volume/rotation.ts";

const angle = 0.7;
const aboutZ: Matrix3 = [
  ...[Math.cos(angle), -Math.sin(angle), 0],
  ...[Math.sin(angle), Math.cos(angle), 0],
  ...[0, 0, 1],
];

const largestDifference = (found: readonly number[], expected: readonly number[]): number =>
  Math.max(...found.map((value, at) => Math.abs(value - expected[at]!)));

describe("rotations", () => {
  test("a vector along x turns by the angle; the transpose turns it back", () => {
    const turned = rotateVector(aboutZ, [1, 0, 0]);
    expect(turned).toEqual([Math.cos(angle), Math.sin(angle), 0]);
    const back = rotateVector(transpose(aboutZ), turned);
    expect(largestDifference(back, [1, 0, 0])).toBeLessThan(1e-15);
  });

  test("the tensor v vᵀ turns as its vector does", () => {
    const outer = ([x, y, z]: Vector3) => [x * x, y * y, z * z, x * y, x * z, y * z];
    const v: Vector3 = [0.3, -0.5, 2];
    const expected = outer(rotateVector(aboutZ, v));
    expect(largestDifference(rotateTensor(aboutZ, outer(v)), expected)).toBeLessThan(1e-14);
  });

  test("the axes of an affine are unit vectors, whatever the voxel size", () => {
    const affine = [0, -3, 0, 9, 2, 0, 0, 9, 0, 0, 5, 9, 0, 0, 0, 1];
    expect(axisDirections(affine)).toEqual([0, 1, 0, -1, 0, 0, 0, 0, 1]);
  });

  test("oblique axes become the nearest right angles, the error shared between them", () => {
    const shear = 0.02;
    const affine = [1, shear, 0, 0, shear, 1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1];
    const expected = [1, 0, 0, 0, 1, 0, 0, 0, 1];
    expect(largestDifference(axisDirections(affine), expected)).toBeLessThan(1e-14);
  });

  test("a reflection stays one", () => {
    const affine = [1, 0.01, 0, 0, 0, 1, 0, 0, 0, 0, -1, 0, 0, 0, 0, 1];
    expect(axisDirections(affine)[8]).toBe(-1);
  });
});
