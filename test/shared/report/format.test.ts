import { describe, expect, test } from "vitest";
import {
  formatBytes,
  formatCount,
  formatEstimate,
  formatFixed,
  formatNumber,
  formatQuantity,
  formatShare,
  formatSpread,
  labelWithUnit,
  typesetSymbols,
} from "#shared/report/format.ts";

describe("a value with its standard error", () => {
  // The three examples of the Particle Data Group (Review of Particle Physics 2022, section 5.3).
  test.each([
    [0.827, 0.119, "0.83 ± 0.12"],
    [0.827, 0.367, "0.8 ± 0.4"],
    [0.827, 0.967, "0.8 ± 1.0"],
    [45.2345, 0.84, "45.2 ± 0.8"],
    [45.2345, 0.0995, "45.23 ± 0.10"],
    [12345.6, 678, "12300 ± 700"],
    [-3.1723, 0.02, "−3.172 ± 0.020"],
    [99.96, 3.0, "100.0 ± 3.0"],
    [0, 0.5, "0.0 ± 0.5"],
  ])("%d with %d", (value, error, truth) => {
    expect(formatEstimate(value, error, "1")).toBe(truth);
  });

  test("times are shown in ms, rates in 1/s, diffusivities in µm²/ms, error and value alike", () => {
    expect(formatEstimate(0.0452, 0.0008, "s")).toBe("45.2 ± 0.8\u00a0ms");
    expect(formatEstimate(0.0221, 0.0004, "1/ms")).toBe("22.1 ± 0.4\u00a01/s");
    expect(formatEstimate(0.00072, 0.000015, "mm2/s")).toBe("0.720 ± 0.015\u00a0µm²/ms");
  });

  test("very large numbers share one power of ten", () => {
    expect(formatEstimate(2_100_000, 23_100, "arbitrary")).toBe("(2.100 ± 0.023) × 10⁶\u00a0a.u.");
  });

  test("an error that is none is left out", () => {
    expect(formatEstimate(45.2345, Number.NaN, "ms")).toBe("45.2\u00a0ms");
    expect(formatEstimate(45.2345, 0, "ms")).toBe("45.2\u00a0ms");
    expect(formatEstimate(Number.NaN, 1, "ms")).toBe("–\u00a0ms");
  });
});

describe("a number", () => {
  test.each([
    [0, "0"],
    [45.26, "45.3"],
    [0.0123456, "0.0123"],
    [9.996, "10.0"],
    [999_999, "1.00 × 10⁶"],
    [-0.00001234, "−1.23 × 10⁻⁵"],
    [Number.POSITIVE_INFINITY, "∞"],
    [Number.NaN, "–"],
  ])("%d", (value, truth) => {
    expect(formatNumber(value)).toBe(truth);
  });

  test("decimals may be negative", () => {
    expect(formatFixed(12345, -2)).toBe("12300");
    expect(formatFixed(-1.005, 1)).toBe("−1.0");
  });

  test("has its unit beside it, pure numbers none", () => {
    expect(formatQuantity(90, "deg")).toBe("90.0°");
    expect(formatQuantity(0.5, "1")).toBe("0.500");
    expect(labelWithUnit("T2", "ms")).toBe("T2 [ms]");
    expect(labelWithUnit("S0", "arbitrary", 3)).toBe("S0 [10³\u00a0a.u.]");
    expect(labelWithUnit("R²", "1")).toBe("R²");
  });
});

describe("counts, shares and sizes", () => {
  test("counts are grouped by three", () => {
    expect(formatCount(1234567)).toBe("1\u202f234\u202f567");
    expect(formatCount(999)).toBe("999");
  });

  test("a share that is not nothing never reads 0, one that is not all never reads 100", () => {
    expect(formatShare(0, 10)).toBe("0\u00a0%");
    expect(formatShare(1, 1e6)).toBe("< 0.01\u00a0%");
    expect(formatShare(999_999, 1e6)).toBe("> 99.99\u00a0%");
    expect(formatShare(9997, 10_000)).toBe("99.97\u00a0%");
    expect(formatShare(10, 10)).toBe("100.0\u00a0%");
    expect(formatShare(1, 0)).toBe("–");
  });

  test("sizes are in powers of 1000", () => {
    expect(formatBytes(999)).toBe("999\u00a0B");
    expect(formatBytes(183_222)).toBe("183\u00a0kB");
    expect(formatBytes(999_600)).toBe("1.00\u00a0MB");
    expect(formatBytes(-1)).toBe("–");
  });
});

test("symbols get their index, words and R² keep their shape", () => {
  expect(typesetSymbols("SE(Dstar), fDstar")).toBe("SE(D*), f\u00a0D*");
  expect(typesetSymbols("T2 and S0, R2* of T20, R², ST2")).toBe("T₂ and S₀, R₂* of T20, R², ST2");
});

test("a mean with its standard deviation ends at the second digit of the deviation", () => {
  expect(formatSpread(62.134, 4.34)).toBe("62.1 ± 4.3");
  expect(formatSpread(1.2, 0.996)).toBe("1.2 ± 1.0");
  expect(formatSpread(-12345.6, 123)).toBe("−12350 ± 120");
  expect(formatSpread(1e-3, 0.5)).toBe("0.00 ± 0.50");
  expect(formatSpread(2.5e-7, 1.2e-8)).toBe("(2.50 ± 0.12) × 10⁻⁷");
  expect(formatSpread(31, 0)).toBe("31.00");
  expect(formatSpread(Number.NaN, Number.NaN)).toBe("–");
  expect(formatSpread(31, Number.NaN)).toBe("31.00");
});
