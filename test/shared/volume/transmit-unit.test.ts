import { expect, test } from "vitest";
import { makeRelative } from "#shared/volume/transmit-unit.ts";

const about = (median: number) => Float64Array.of(0.8 * median, median, 1.2 * median);

test.each([
  ["", 1, "relative"],
  ["1", 0.7, "relative"],
  ["a.u.", 1.3, "relative"],
  ["", 95, "percent"],
  ["%", 110, "percent"],
] as const)("unit %o with a median of %s is %s", (stated, median, unit) => {
  const values = about(median);
  expect(makeRelative(values, stated, "b1")).toBe(unit);
  expect(values[1]).toBeCloseTo(unit === "percent" ? median / 100 : median, 12);
});

test("what is no number above 0 has no value", () => {
  const values = Float64Array.of(1, 0, -1, Number.NaN, Number.POSITIVE_INFINITY, 1.1);
  makeRelative(values, "", "b1");
  expect([...values].map(Number.isNaN)).toEqual([false, true, true, true, true, false]);
});

test.each([
  ["percent", 1],
  ["1", 100],
  ["deg", 1],
  ["Hz", 1],
  ["", 10],
  ["", 900],
  ["", 0],
])("unit %o with a median of %s is refused", (stated, median) => {
  expect(() => makeRelative(about(median), stated, "b1")).toThrow(
    expect.objectContaining({ code: "E-B1-UNIT", exitCode: 3 }),
  );
});
