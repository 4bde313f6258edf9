import { expect, test } from "vitest";
import { unitFactor } from "#shared/units.ts";

test.each([
  ["s", "ms", 1000],
  ["ms", "s", 0.001],
  ["1/ms", "1/s", 1000],
  ["um2/ms", "mm2/s", 0.001],
  ["%", "1", 0.01],
] as const)("1 %s is %s times %d", (from, to, factor) => {
  expect(unitFactor(from, to)).toBe(factor);
});

test("a time is no rate", () => {
  expect(() => unitFactor("ms", "1/s")).toThrow("no conversion from ms to 1/s");
});
