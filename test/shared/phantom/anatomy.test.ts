import { expect, test } from "vitest";
import { drawLabels, drawRefocusingAngles } from "#shared/phantom/anatomy.ts";
import { sessionPlan } from "#shared/phantom/scan-plan.ts";
import { tissues } from "#shared/phantom/tissue-table.ts";

const { grid } = sessionPlan().find((plan) => plan.number === 3)!;
const labels = drawLabels(grid);
const [nx, ny, nz] = grid.shape;

test("every tissue of the table has enough voxels for a mean, and there is air around", () => {
  for (const { label, name } of tissues) {
    const count = labels.filter((value) => value === label).length;
    expect(count, name).toBeGreaterThan(50);
  }
  const air = labels.filter((value) => value === 0).length;
  expect(air / labels.length).toBeGreaterThan(0.4);
  expect(new Set(labels).size).toBe(tissues.length + 1);
});

test("on the coarse slices of the T1 and tensor scans every tissue still has a region", () => {
  const coarse = drawLabels(sessionPlan().find((plan) => plan.number === 10)!.grid);
  for (const { label, name } of tissues) {
    expect(coarse.filter((value) => value === label).length, name).toBeGreaterThan(10);
  }
});

test("nothing is cut off by the edge of the image", () => {
  for (let k = 0; k < nz; k++) {
    for (let j = 0; j < ny; j++) {
      for (const i of [0, nx - 1]) expect(labels[i + nx * (j + ny * k)]).toBe(0);
    }
    for (let i = 0; i < nx; i++) {
      for (const j of [0, ny - 1]) expect(labels[i + nx * (j + ny * k)]).toBe(0);
    }
  }
});

test("no slice is like another, and no image like its mirror", () => {
  const slices = Array.from({ length: nz }, (_, k) =>
    labels.slice(k * nx * ny, (k + 1) * nx * ny).join(),
  );
  expect(new Set(slices).size).toBe(nz);
  const mirrored = labels.map((_, v) => labels[v - (v % nx) + (nx - 1 - (v % nx))]!);
  expect(mirrored.filter((label, v) => label !== labels[v]).length).toBeGreaterThan(10_000);
});

test("refocusing angles are those of a coil: best in the middle, all within 100 to 180 degrees", () => {
  const angles = drawRefocusingAngles(grid);
  const middle = angles[nx / 2 + nx * (ny / 2 + ny * (nz / 2))]!;
  expect(middle).toBeGreaterThan(171);
  expect(Math.max(...angles)).toBeLessThanOrEqual(172);
  expect(Math.min(...angles)).toBeGreaterThanOrEqual(100);
  expect(angles[0]!).toBeLessThan(110);
});
