import { expect, test } from "vitest";
import { convertToRates, nameRateMap, rateNumerator } from "#shared/stats/rates.ts";

test("50 ms and 0.05 s are 20 1/s", () => {
  expect([...convertToRates(Float64Array.of(50), "ms")]).toEqual([20]);
  expect([...convertToRates(Float64Array.of(0.05), "s")]).toEqual([20]);
  expect(rateNumerator("ms")).toBe(1000);
});

test("times of 0, below, and those that are none have no rate", () => {
  const times = Float32Array.of(0, -0, -5, Number.NaN, Infinity, 1);
  expect([...convertToRates(times, "s")]).toEqual([...Array(5).fill(Number.NaN), 1]);
});

test("a diffusivity has no rate: a bug of the caller", () => {
  expect(() => convertToRates(Float32Array.of(1), "mm2/s")).toThrow("no conversion");
});

test.each([
  ["T2map", "R2map"],
  ["sub-01_desc-sr_T1map", "sub-01_desc-sr_R1map"],
  ["T2starmap", "R2starmap"],
  ["7_T1_SR_map", "7_R1_SR_map"],
  ["t2map_128x96", "r2map_128x96"],
  ["ADCmap", undefined],
  ["S0map", undefined],
  ["pretT2map", undefined],
])("the rates of %s are called %s", (name, rates) => {
  expect(nameRateMap(name)).toBe(rates);
});
