import { expect, test } from "vitest";
import {
  coordinateOf,
  dStarByD,
  dStarByDX,
  dStarByX,
  dStarByXX,
  dStarOf,
} from "#shared/fit/ivim-coordinates.ts";

test("the coordinate reaches exactly from 3 D to 0.5 mm2/s, and comes back", () => {
  for (const d of [0, 1e-3, 5e-3]) {
    expect(dStarOf(d, 0)).toBe(3 * d);
    expect(dStarOf(d, 1)).toBe(0.5);
    for (const x of [0, 0.1, 0.5, 0.9, 1])
      expect(coordinateOf(d, dStarOf(d, x))).toBeCloseTo(x, 12);
  }
  expect(coordinateOf(1e-3, 1e-3)).toBe(0);
  expect(coordinateOf(1e-3, 2)).toBe(1);
});

test("its derivatives agree with finite differences", () => {
  const [d, x, h, k] = [1.3e-3, 0.37, 1e-6, 1e-4];
  const near = (found: number, wanted: number) => expect(found / wanted).toBeCloseTo(1, 5);
  near(dStarByD(x), (dStarOf(d + h, x) - dStarOf(d - h, x)) / (2 * h));
  near(dStarByX(d, x), (dStarOf(d, x + k) - dStarOf(d, x - k)) / (2 * k));
  near(dStarByDX(x), (dStarByD(x + k) - dStarByD(x - k)) / (2 * k));
  near(dStarByXX(d, x), (dStarByX(d, x + k) - dStarByX(d, x - k)) / (2 * k));
});
