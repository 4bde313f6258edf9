import { expect, test } from "vitest";
import { outlineAreas, voxelsInside } from "#shared/phantom/inside-outlines.ts";
import { obliqueGrid } from "#shared/phantom/oblique-grid.ts";

const grid = obliqueGrid({ shape: [12, 10, 4], spacing: [0.5, 0.6, 3] });
const twice = obliqueGrid({ shape: [24, 20, 8], spacing: [0.25, 0.3, 1.5] });

function square(slice: number, from: number, to: number) {
  const points = [
    [from, from],
    [to, from],
    [to, to],
    [from, to],
  ] as const;
  return { slice, points };
}

const region = (...outlines: ReturnType<typeof square>[]) => ({
  number: 1,
  name: "",
  colour: [0, 0, 0] as const,
  outlines,
});

test("centres on the lower edges are inside, those on the upper edges are not", () => {
  const voxels = voxelsInside(region(square(1, 2, 4)), grid, grid);
  expect([...voxels]).toEqual([2, 3].flatMap((j) => [2, 3].map((i) => i + 12 * (j + 10))));
});

test("nested outlines make holes, disjoint ones islands; holes count in the area drawn and not in the one enclosed", () => {
  const both = region(
    square(1, 0.5, 6.5),
    square(1, 2.5, 4.5),
    square(1, 7.5, 8.5),
    square(2, 1.5, 2.5),
  );
  expect(voxelsInside(both, grid, grid)).toHaveLength(36 - 4 + 1 + 1);
  const { drawn, enclosed } = outlineAreas(both, 0.3);
  expect(drawn).toBeCloseTo(0.3 * 42, 12);
  expect(enclosed).toBeCloseTo(0.3 * 34, 12);
});

test("on finer slices an outline holds those nearer to its slice than to the next", () => {
  const voxels = voxelsInside(region(square(1, 1.5, 4.5)), grid, twice);
  expect(voxels).toHaveLength(2 * 6 * 6);
  expect(new Set([...voxels].map((voxel) => Math.floor(voxel / (24 * 20))))).toEqual(
    new Set([2, 3]),
  );
});

test("slices half-way between two drawn ones belong to neither", () => {
  expect(voxelsInside(region(square(2, 1.5, 8.5), square(3, 1.5, 8.5)), twice, grid)).toHaveLength(
    0,
  );
});
