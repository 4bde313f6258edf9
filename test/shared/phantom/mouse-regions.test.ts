import { describe, expect, test } from "vitest";
import { drawLabels } from "#shared/phantom/anatomy.ts";
import { voxelsInside } from "#shared/phantom/inside-outlines.ts";
import {
  diffusionPlans,
  drawRegions,
  organPlans,
  outsidePlans,
} from "#shared/phantom/mouse-regions.ts";
import { sessionPlan } from "#shared/phantom/scan-plan.ts";
import { tissues } from "#shared/phantom/tissue-table.ts";

const gridOf = (scan: number) => sessionPlan().find(({ number }) => number === scan)!.grid;

describe.each([
  { what: "organs", plans: organPlans, scan: 3, targets: [3, 2] },
  { what: "other software", plans: outsidePlans, scan: 2, targets: [2, 3] },
  { what: "diffusion", plans: diffusionPlans, scan: 10, targets: [10, 3] },
])("regions of $what, drawn on scan $scan", ({ plans, scan, targets }) => {
  const regions = drawRegions(plans, gridOf(scan));

  test.each(targets)("hold only the tissue they claim, on the voxels of scan %d", (target) => {
    const labels = drawLabels(gridOf(target));
    regions.forEach((region, n) => {
      const voxels = voxelsInside(region, gridOf(scan), gridOf(target));
      const found = new Set([...voxels].map((voxel) => labels[voxel]!));
      const names = [...found].map((label) => tissues.find((one) => one.label === label)?.name);
      const { tissue } = plans[n]!;
      if (tissue === undefined) expect(names.length).toBeGreaterThan(1);
      else expect([region.name, ...names]).toEqual([region.name, tissue]);
    });
  });

  test("have different numbers, and outlines of 20 to 60 corners, slice by slice", () => {
    expect(new Set(regions.map(({ number }) => number)).size).toBe(regions.length);
    for (const { outlines } of regions) {
      const slices = outlines.map(({ slice }) => slice);
      expect(slices).toEqual(slices.toSorted((a, b) => a - b));
      for (const { points } of outlines) {
        expect(points.length).toBeGreaterThanOrEqual(20);
        expect(points.length).toBeLessThanOrEqual(60);
      }
    }
  });
});

test("there are names with spaces and letters beyond ASCII, holes, islands, and a region below ten voxels", () => {
  const regions = drawRegions(organPlans, gridOf(3));
  const names = regions.map(({ name }) => name);
  expect(names.some((name) => /^[a-z]+ [a-z]+ [a-z]+$/.test(name))).toBe(true);
  expect(names.some((name) => /[^ -~]/.test(name))).toBe(true);
  const outlinesOf = (name: string) => regions.find((one) => one.name === name)!.outlines;
  for (const name of ["tumour rim", "back muscles"]) {
    const slices = outlinesOf(name).map(({ slice }) => slice);
    expect(slices.length).toBe(2 * new Set(slices).size);
  }
  const tiny = voxelsInside(regions.at(-1)!, gridOf(3), gridOf(3));
  expect(tiny.length).toBeGreaterThan(0);
  expect(tiny.length).toBeLessThan(10);
});
