import fc from "fast-check";
import { expect, test } from "vitest";
import { formatDecimalString, formatIntegerString } from "#shared/dicom/decimal-string.ts";

// PS3.5 6.2: fixed point or floating point, at most 16 characters.
const decimalString = /^-?\d+(\.\d+)?(e-?\d+)?$/;

test("any finite number becomes a decimal string of at most 16 characters", () => {
  fc.assert(
    fc.property(fc.double({ noNaN: true, noDefaultInfinity: true }), (value) => {
      const text = formatDecimalString(value);
      expect(text.length).toBeLessThanOrEqual(16);
      expect(text).toMatch(decimalString);
      // The sign, a digit, a point and e-308 leave nine digits in the worst case.
      expect(Math.abs(Number(text) - value)).toBeLessThanOrEqual(Math.abs(value) * 5.1e-9);
    }),
  );
});

test("what 16 characters can say exactly is said exactly", () => {
  fc.assert(
    fc.property(fc.integer({ min: -999_999_999, max: 999_999_999 }), (millionths) => {
      expect(Number(formatDecimalString(millionths / 1e6))).toBe(millionths / 1e6);
    }),
  );
  expect(formatDecimalString(-0)).toBe("0");
  expect(formatDecimalString(1e21)).toBe("1e21");
});

test.each([
  [Math.PI, "3.14159265358979"],
  [-Math.PI * 10, "-31.415926535898"],
  [Math.PI * 1e-9, "3.14159265359e-9"],
  [-1 / 3, "-0.3333333333333"],
  [999.99999999999989, "1000"],
  [1e17 * Math.PI, "3.14159265359e17"],
])("%d is %s", (value, text) => {
  expect(formatDecimalString(value)).toBe(text);
});

test("what is no number has no decimal string, what is no 32-bit integer no integer string", () => {
  expect(() => formatDecimalString(Number.NaN)).toThrow();
  expect(() => formatDecimalString(Number.POSITIVE_INFINITY)).toThrow();
  expect(() => formatIntegerString(1.5)).toThrow();
  expect(() => formatIntegerString(2 ** 31)).toThrow();
  expect(formatIntegerString(-(2 ** 31))).toBe("-2147483648");
});
