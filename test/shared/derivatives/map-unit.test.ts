import { expect, test } from "vitest";
import { guessUnit, isPlausible, readMapUnit } from "#shared/derivatives/map-unit.ts";

test.each([
  ["s", "s"],
  [" ms ", "ms"],
  ["msec", "ms"],
  ["1/s", "1/s"],
  ["s^-1", "1/s"],
  ["/s", "1/s"],
  ["mm²/s", "mm2/s"],
  ["mm^2/s", "mm2/s"],
  ["µm²/ms", "um2/ms"],
  ["percent", "%"],
  ["%", "%"],
  ["[arb'U]", "arbitrary"],
  ["a.u.", "arbitrary"],
  ["HU", "HU"],
  ["[hnsf'U]", "HU"],
  ["1", "1"],
  ["furlong", undefined],
  ["unknown", undefined],
  ["", undefined],
])("%j is %s", (text, unit) => {
  expect(readMapUnit(text)).toBe(unit);
});

test("the size of the values tells milliseconds from seconds", () => {
  expect([guessUnit("T2", 65), guessUnit("T2", 0.065)]).toEqual(["ms", "s"]);
  expect([guessUnit("T1", 1500), guessUnit("T1", 1.5)]).toEqual(["ms", "s"]);
  expect([guessUnit("ADC", 7e-4), guessUnit("ADC", 0.7)]).toEqual(["mm2/s", "um2/ms"]);
  expect([guessUnit("FA", 0.3), guessUnit("T2", Number.NaN), guessUnit("fDstar", 1)]).toEqual([
    "1",
    undefined,
    undefined,
  ]);
});

test("times that tissue cannot have in the stated unit are found", () => {
  expect(isPlausible("T2", "ms", 0.05)).toBe(false);
  expect(isPlausible("T1", "ms", 1.5)).toBe(false);
  expect(isPlausible("T1", "s", 1500)).toBe(false);
  expect(isPlausible("ADC", "um2/ms", 7e-4)).toBe(false);
  expect(isPlausible("T2", "ms", 65)).toBe(true);
  expect(isPlausible("T2", "s", 0.065)).toBe(true);
  expect(isPlausible("T2", "ms", Number.NaN)).toBe(true);
  expect(isPlausible("FA", "1", 0.2)).toBe(true);
});
