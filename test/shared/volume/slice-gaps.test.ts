import { expect, test } from "vitest";
import { describeGaps, findSliceGaps } from "#shared/volume/slice-gaps.ts";

test("even planes have no gap, and a single one no distance", () => {
  expect(findSliceGaps([10, 11, 12.001, 13])).toEqual({ usual: 1, even: true, gaps: [] });
  expect(findSliceGaps([4])).toEqual({ usual: undefined, even: true, gaps: [] });
  expect(describeGaps(findSliceGaps([4, 7]), 2)).toBe("");
});

test("missing planes are counted, and named in the numbering of the complete stack", () => {
  const steps = findSliceGaps([10, 11, 14, 15, 17]);
  expect(steps.usual).toBe(1);
  expect(steps.gaps).toEqual([
    { after: 1, distance: 3, missing: 2 },
    { after: 3, distance: 2, missing: 1 },
  ]);
  expect(describeGaps(steps, 5)).toBe(
    "Slices 3 and 4, 7 of 8 are missing: 3 mm lie between neighbours where 1 mm is usual.",
  );
});

test("the usual distance is the smallest one where most slices are missing", () => {
  const steps = findSliceGaps([0, 2, 4, 5, 8]);
  expect(steps.usual).toBe(1);
  expect(steps.gaps.map(({ missing }) => missing)).toEqual([1, 1, 2]);
  // The four CT slices of the highdicom tests.
  const few = findSliceGaps([-99.48, 103.02, 104.27, 105.52]);
  expect(describeGaps(few, 4)).toMatch(/^Slices 2 to 162 of 165 are missing: 202.5 mm .* 1.25 mm/);
});

test("uneven distances are told from missing slices", () => {
  const steps = findSliceGaps([0, 1, 2.4, 3.4]);
  expect(steps.even).toBe(false);
  expect(steps.gaps).toHaveLength(1);
  expect(steps.gaps[0]!.missing).toBe(0);
  expect(describeGaps(steps, 4)).toBe(
    "The slices 2 and 3 of 4 are 1.4 mm apart, where 1 mm is usual.",
  );
});
