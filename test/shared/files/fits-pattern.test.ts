import { expect, test } from "vitest";
import { fitsPattern } from "#shared/files/fits-pattern.ts";

test.each([
  ["20240131_M01_1", "20240131_*", true],
  ["20240131_M01_1", "*_M0?_*", true],
  ["20240131_M01_1", "*_M0?", false],
  ["M01", "M01", true],
  ["M01", "m01", false],
  ["", "*", true],
  ["", "?", false],
  ["a.b", "a?b", true],
  ["aXb", "a.b", false],
])("%j and pattern %j: %s", (name, pattern, fits) => {
  expect(fitsPattern(name, pattern)).toBe(fits);
});

test("a pattern of many stars takes no longer than a plain one", () => {
  const started = performance.now();
  expect(fitsPattern("a".repeat(5000), `${"*a".repeat(200)}b`)).toBe(false);
  expect(performance.now() - started).toBeLessThan(2000);
});
