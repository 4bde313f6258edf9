import { expect, test } from "vitest";
import { planesOnSameField } from "#shared/volume/assumed-planes.ts";
import type { Grid } from "#shared/volume/grid.ts";
import { planesOfGrid } from "#shared/volume/plane-stack.ts";
import { centreDistance } from "#shared/volume/planes-distance.ts";

const grid: Grid = {
  shape: [8, 6, 3],
  // Oblique: rows along (0.6, 0.8, 0), columns along (-0.8, 0.6, 0), slices along z.
  affineLps: [0.3, -0.8, 0, 10, 0.4, 0.6, 0, 20, 0, 0, 2, 30, 0, 0, 0, 1],
  origin: "dicom",
};

test("half as many pixels on the same field of view begin half a pixel inwards, and have the same outer edges", () => {
  const other = planesOfGrid(grid, 1.5);
  const planes = planesOnSameField([4, 3, 3], other);
  expect(planes.rowStep).toEqual([0.6, 0.8, 0]);
  expect(planes.columnStep).toEqual([-1.6, 1.2, 0]);
  planes.origins.forEach((origin, k) => {
    // Half of a row step and half of a column step of the other image.
    const expected = [10 + 0.15 - 0.4, 20 + 0.2 + 0.3, 30 + 2 * k];
    origin.forEach((value, axis) => {
      expect(value).toBeCloseTo(expected[axis]!, 12);
    });
  });
  expect([planes.spacing, planes.thickness]).toEqual([2, 1.5]);
  const again = planesOfGrid(planes.grid!);
  expect(again.rowStep).toEqual(planes.rowStep);
  expect(again.columnStep).toEqual(planes.columnStep);
  again.origins.forEach((origin, k) => {
    origin.forEach((value, axis) => {
      expect(value).toBeCloseTo(planes.origins[k]![axis]!, 12);
    });
  });
  expect(centreDistance(planes, other)).toBeCloseTo(0, 12);
});

test("the distance of two stacks is that of their centres", () => {
  const a = planesOfGrid(grid);
  const moved = planesOfGrid({
    ...grid,
    affineLps: grid.affineLps.map((value, at) => value + ({ 3: 180, 7: -220, 11: 300 }[at] ?? 0)),
  });
  expect(centreDistance(a, moved)).toBeCloseTo(Math.hypot(180, 220, 300), 9);
});
