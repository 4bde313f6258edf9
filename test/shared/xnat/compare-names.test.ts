import { expect, test } from "vitest";
import { compareNames } from "#shared/xnat/compare-names.ts";

test("numbers in names count as numbers", () => {
  expect(["M10", "M2", "3-MR1", "11", "3", "M1"].sort(compareNames)).toEqual([
    "3",
    "3-MR1",
    "11",
    "M1",
    "M2",
    "M10",
  ]);
});

test("no two different names are equal, so that their order never depends on the server's", () => {
  expect(compareNames("M02", "M2")).toBe(-compareNames("M2", "M02"));
  expect(compareNames("M02", "M2")).not.toBe(0);
  expect(compareNames("a", "a")).toBe(0);
});
