import { expect, test } from "vitest";
import { compareNames } from "#shared/xnat/compare-names.ts";

test("numbers in names count as numbers, and no two different names are equal", () => {
  expect(["M10", "M2", "m2", "M02", ""].sort(compareNames)).toEqual(
    ["M10", "m2", "M02", "", "M2"].sort(compareNames),
  );
  expect(compareNames("M2", "M10")).toBeLessThan(0);
  expect(compareNames("M02", "M2")).not.toBe(0);
  expect(compareNames("a", "a")).toBe(0);
});
