import { expect, test } from "vitest";
import { drawOutlines } from "#shared/phantom/draw-outlines.ts";
import { obliqueGrid } from "#shared/phantom/oblique-grid.ts";
import { voxelCentre } from "#shared/volume/grid.ts";

const grid = obliqueGrid({ shape: [128, 96, 8], spacing: [0.25, 0.3, 1.5] });
const ball = { centre: [2, -1, 0], radii: [3, 2, 4], reach: 3.5 } as const;

test("corners lie on the ellipse of their slice, but for the hand that strays by 2.5 percent", () => {
  const outlines = drawOutlines(grid, ball, 1);
  expect(outlines.map(({ slice }) => slice)).toEqual([2, 3, 4, 5]);
  for (const { slice, points } of outlines) {
    const radii = points.map(([column, row]) => {
      const [x, y] = voxelCentre(grid, [column, row, slice]);
      return Math.hypot((x - 2) / 3, (y + 1) / 2);
    });
    const girth = radii.reduce((sum, radius) => sum + radius, 0) / radii.length;
    expect(girth).toBeLessThan(1);
    for (const radius of radii) expect(Math.abs(radius / girth - 1)).toBeLessThan(0.03);
  }
});

test("a tube has an outline on every slice within reach, the same corners for the same style only", () => {
  const tube = { ...ball, radii: [1, 1, Number.POSITIVE_INFINITY], reach: 100 } as const;
  expect(drawOutlines(grid, tube, 1)).toHaveLength(8);
  expect(drawOutlines(grid, tube, 1)).toEqual(drawOutlines(grid, tube, 1));
  expect(drawOutlines(grid, tube, 2)).not.toEqual(drawOutlines(grid, tube, 1));
});
