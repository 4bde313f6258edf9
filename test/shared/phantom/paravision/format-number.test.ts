import { expect, test } from "vitest";
import { formatNumber } from "#shared/phantom/paravision/format-number.ts";

// As Python 3.11 prints them: '%.17g' % value, '%.15g' % value.
test.each([
  [0.8, 17, "0.80000000000000004"],
  [0.8, 15, "0.8"],
  [1.6, 17, "1.6000000000000001"],
  [400.38072396468129, 15, "400.380723964681"],
  [8.380509974458529e-6, 17, "8.380509974458529e-06"],
  [1e-4, 17, "0.0001"],
  [1.5e-7, 15, "1.5e-07"],
  [2147483646.5, 17, "2147483646.5"],
  [1e17, 17, "1e+17"],
  [120000, 15, "120000"],
  [-19.2, 15, "-19.2"],
  [-0, 17, "-0"],
])("%d with %i digits is %s", (value, digits, expected) => {
  expect(formatNumber(value, digits)).toBe(expected);
});
