import { expect, test } from "vitest";
import { defined, sumTerms } from "#shared/stats/compensated-sum.ts";

test("small terms survive between large ones", () => {
  const terms = [1, 1e100, 1, -1e100];
  expect(sumTerms(4, (i) => terms[i]!)).toBe(2);
});

test("a million tenths on top of a billion lose nothing", () => {
  expect(sumTerms(1_000_001, (i) => (i === 0 ? 1e9 : 0.1)) - 1e9).toBeCloseTo(1e5, 6);
});

test("no terms make 0", () => {
  expect(sumTerms(0, () => 1)).toBe(0);
});

test("what is not a number or infinite is not defined", () => {
  expect([Number.NaN, Infinity, -Infinity, 0, -2].map(defined)).toEqual([null, null, null, 0, -2]);
});
