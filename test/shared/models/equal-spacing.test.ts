import { describe, expect, test } from "vitest";
import { equalSpacing } from "#shared/models/equal-spacing.ts";

describe("equal spacing", () => {
  test("is found whatever the first abscissa", () => {
    expect(equalSpacing([26.4, 39.6, 52.8, 66])).toBeCloseTo(13.2, 12);
    expect(equalSpacing([0, 5])).toBe(5);
  });

  test("allows for rounded echo times, up to a millionth of the step", () => {
    expect(equalSpacing([10, 20 + 5e-6, 30])).toBeCloseTo(10, 6);
    expect(equalSpacing([10, 20 + 5e-5, 30])).toBeUndefined();
  });

  test.each([[[10]], [[10, 10, 10]], [[30, 20, 10]], [[10, 20, 40]], [[10, Number.NaN, 30]]])(
    "%j has none",
    (abscissae) => {
      expect(equalSpacing(abscissae)).toBeUndefined();
    },
  );
});
