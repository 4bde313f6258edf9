import { expect, test } from "vitest";
import { obliqueGrid } from "#shared/phantom/oblique-grid.ts";
import { voxelCentre, voxelSize } from "#shared/volume/grid.ts";

const grid = obliqueGrid({ shape: [128, 96, 8], spacing: [0.25, 0.3, 1.5] });

test("the steps have the given lengths and are at right angles", () => {
  voxelSize(grid).forEach((size, i) => {
    expect(size).toBeCloseTo([0.25, 0.3, 1.5][i]!, 14);
  });
  const column = (c: number) => [0, 1, 2].map((r) => grid.affineLps[4 * r + c]!);
  const dot = (a: number[], b: number[]) => a.reduce((sum, value, i) => sum + value * b[i]!, 0);
  for (const [a, b] of [
    [0, 1],
    [0, 2],
    [1, 2],
  ] as const) {
    expect(dot(column(a), column(b))).toBeCloseTo(0, 14);
  }
});

test("the middle of the stack is at the isocentre", () => {
  voxelCentre(grid, [63.5, 47.5, 3.5]).forEach((coordinate) => {
    expect(coordinate).toBeCloseTo(0, 12);
  });
});

test("the slices are oblique and right-handed", () => {
  const a = grid.affineLps;
  for (const c of [0, 1, 2]) {
    const zeros = [0, 1, 2].filter((r) => a[4 * r + c] === 0).length;
    expect(zeros).toBeLessThanOrEqual(1);
  }
  const [[ax, ay, az], [bx, by, bz], [cx, cy, cz]] = [0, 1, 2].map((c) =>
    [0, 4, 8].map((r) => a[r + c]!),
  ) as [[number, number, number], [number, number, number], [number, number, number]];
  const triple = ax * (by * cz - bz * cy) + ay * (bz * cx - bx * cz) + az * (bx * cy - by * cx);
  expect(triple).toBeCloseTo(0.25 * 0.3 * 1.5, 12);
});
