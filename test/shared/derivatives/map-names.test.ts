import { expect, test } from "vitest";
import { nameMap } from "#shared/derivatives/map-names.ts";

// BIDS 1.10, appendix "Quantitative MRI": suffixes and units.
test.each([
  ["T2", "ms", "T2", "T2map", "s"],
  ["R2", "1/s", "T2", "R2map", "1/s"],
  ["S0", "arbitrary", "T2", "M0map", "arbitrary"],
  ["T2star", "ms", "T2star", "T2starmap", "s"],
  ["R2star", "1/s", "T2star", "R2starmap", "1/s"],
  ["S0", "arbitrary", "T2star", "S0map", "arbitrary"],
] as const)("%s in %s of a %s fit is the %s in %s", (symbol, unit, main, suffix, fileUnit) => {
  expect(nameMap(symbol, unit, main)).toMatchObject({ suffix, fileUnit });
  expect(nameMap(symbol, unit, main).description).toBeUndefined();
});

test("what BIDS has no word for borrows the suffix of the main map, and keeps its unit", () => {
  expect(nameMap("refocusing", "deg", "T2")).toEqual({
    ...{ suffix: "T2map", description: "refocusing", fileUnit: "deg" },
  });
  expect(nameMap("offset", "arbitrary", "T2star")).toMatchObject({ suffix: "T2starmap" });
});

test("a main parameter without a name is a bug", () => {
  expect(() => nameMap("offset", "1", "T7")).toThrow(/no file name for maps of T7/);
});
