import { describe, expect, test } from "vitest";
import { scaledBessel } from "#shared/models/scaled-bessel.ts";

describe("scaled Bessel functions", () => {
  // scipy 1.10 special.i0e, i1e.
  test.each([
    [0.1, 0.907100925782301, 0.0452984468088093],
    [0.5, 0.64503527044915, 0.156420803184872],
    [1, 0.46575960759364, 0.207910415349708],
    [2, 0.308508322553671, 0.215269289248938],
    [3.75, 0.214457051230049, 0.182968420930891],
    [5, 0.183540812609328, 0.163972266944542],
    [10, 0.127833337163429, 0.121262681384456],
    [50, 0.0565616266474542, 0.0559931238928954],
    [100, 0.0399443792990967, 0.0397441530251302],
    [1000, 0.0126172404558913, 0.0126109302569286],
  ])("agree with scipy to 1e-12 at %d", (x, i0, i1) => {
    expect(Math.abs(scaledBessel(0, x) / i0 - 1)).toBeLessThan(1e-12);
    expect(Math.abs(scaledBessel(1, x) / i1 - 1)).toBeLessThan(1e-12);
  });

  test("are 1 and 0 at 0", () => {
    expect(scaledBessel(0, 0)).toBe(1);
    expect(scaledBessel(1, 0)).toBe(0);
  });

  test("have no step where one series takes over from the other", () => {
    for (const order of [0, 1] as const) {
      const below = scaledBessel(order, 25 * (1 - 1e-15));
      expect(Math.abs(scaledBessel(order, 25) / below - 1)).toBeLessThan(1e-13);
    }
  });
});
