import { expect, test } from "vitest";
import { coordinateOf, dStarByX, dStarByXX, dStarOf } from "#shared/fit/ivim-coordinates.ts";

test("the coordinate reaches exactly from 5e-3 to 0.5 mm2/s, and comes back", () => {
  expect(dStarOf(0)).toBe(5e-3);
  expect(dStarOf(1)).toBe(0.5);
  for (const x of [0, 0.1, 0.5, 0.9, 1]) expect(coordinateOf(dStarOf(x))).toBeCloseTo(x, 12);
  expect(coordinateOf(1e-3)).toBe(0);
  expect(coordinateOf(2)).toBe(1);
});

test("its derivatives agree with finite differences", () => {
  const [x, h] = [0.37, 1e-4];
  expect((dStarOf(x + h) - dStarOf(x - h)) / (2 * h) / dStarByX(x)).toBeCloseTo(1, 5);
  expect((dStarByX(x + h) - dStarByX(x - h)) / (2 * h) / dStarByXX(x)).toBeCloseTo(1, 5);
});
