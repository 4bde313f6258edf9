import { expect, test } from "vitest";
import { type Grid, lpsToRas, voxelCentre, voxelCount, voxelSize } from "#shared/volume/grid.ts";

const grid: Grid = {
  shape: [4, 3, 2],
  affineLps: [2, 0, 0, -10, 0, 0, 5, -20, 0, -3, 0, 30, 0, 0, 0, 1],
  origin: "dicom",
};

test("a voxel's size is the length of each step, whatever the orientation", () => {
  expect(voxelSize(grid)).toEqual([2, 3, 5]);
  expect(voxelCount(grid)).toBe(24);
});

test("the affine places voxel centres in patient coordinates", () => {
  expect(voxelCentre(grid, [1, 2, 1])).toEqual([-8, -15, 24]);
});

test("left and posterior change sign between DICOM and NIfTI, superior does not", () => {
  expect(lpsToRas(grid.affineLps)).toEqual([-2, 0, 0, 10, 0, 0, -5, 20, 0, -3, 0, 30, 0, 0, 0, 1]);
});
