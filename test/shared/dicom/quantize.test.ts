import fc from "fast-check";
import { expect, test } from "vitest";
import { formatDecimalString } from "#shared/dicom/decimal-string.ts";
import { paddingValue, quantizeMap } from "#shared/dicom/quantize.ts";

const samples = fc.array(
  fc.oneof(
    fc.integer({ min: -1e9, max: 1e9 }).map((n) => n / 1e3),
    fc.integer({ min: 0, max: 1e9 }).map((n) => n / 1e12),
    fc.constantFrom(Number.NaN, 0, 40, Number.POSITIVE_INFINITY),
  ),
  { maxLength: 50 },
);

test("every value reads back within the stated error, which is at most half a step of the range", () => {
  fc.assert(
    fc.property(samples, (values) => {
      const { stored, slope, intercept, maximumError } = quantizeMap(values);
      const finite = values.filter(Number.isFinite);
      values.forEach((value, i) => {
        if (!Number.isFinite(value)) expect(stored[i]).toBe(paddingValue);
        else {
          expect(stored[i]).not.toBe(paddingValue);
          const error = Math.abs(stored[i]! * slope + intercept - value);
          expect(error).toBeLessThanOrEqual(maximumError);
        }
      });
      if (finite.length > 0) {
        const range = Math.max(...finite) - Math.min(0, ...finite);
        // Half a step, plus what rounding slope and intercept to ten digits may cost at the far end.
        expect(maximumError).toBeLessThanOrEqual((range / 65534) * 0.51 + range * 1e-9);
      }
    }),
  );
});

test("slope and intercept are what their decimal strings say", () => {
  fc.assert(
    fc.property(samples, (values) => {
      const { slope, intercept } = quantizeMap(values);
      expect(Number(formatDecimalString(slope))).toBe(slope);
      expect(Number(formatDecimalString(intercept))).toBe(intercept);
      expect(slope).toBeGreaterThan(0);
    }),
  );
});

test("a map of positive values starts at 0, so that padding shows as 0", () => {
  expect(quantizeMap([40, 120, Number.NaN]).intercept).toBe(0);
});

test("numbers too small for a decimal string are stored as next to nothing, not as an error", () => {
  const { stored, slope, maximumError } = quantizeMap([Number.MIN_VALUE, 2e-310]);
  expect(stored[0]).not.toBe(paddingValue);
  expect(slope).toBeGreaterThan(0);
  expect(maximumError).toBeLessThan(1e-29);
});

test("a constant below 0 keeps all its digits, however small", () => {
  for (const value of [-0.001, -1.25e-20, -123456.789]) {
    const { stored, slope, intercept, maximumError } = quantizeMap([value, value]);
    expect(stored[0]! * slope + intercept).toBe(value);
    expect(maximumError).toBe(0);
  }
});

test("zeros and constants keep their value", () => {
  for (const value of [0, 7.25, -3]) {
    const { stored, slope, intercept } = quantizeMap([value, value, Number.NaN]);
    expect(stored[0]! * slope + intercept).toBeCloseTo(value, 8);
  }
});
