import { describe, expect, test } from "vitest";
import { splitByOtsu } from "#shared/volume/otsu.ts";

describe("splitByOtsu", () => {
  test("cuts between two classes, whatever their sizes", () => {
    for (const bright of [50, 500]) {
      const values = Float64Array.from(
        { length: 1000 },
        (_, n) => (n < bright ? 90 : 10) + (n % 10),
      );
      const split = splitByOtsu(values)!;
      expect(split.threshold).toBeGreaterThan(19);
      expect(split.threshold).toBeLessThan(90.5);
      expect(split.dark).toBeCloseTo(14.5, 6);
      expect(split.bright).toBeCloseTo(94.5, 6);
    }
  });

  test("one value, no value and NaN have no split", () => {
    expect(splitByOtsu(new Float64Array(0))).toBeUndefined();
    expect(splitByOtsu(new Float64Array(9).fill(3))).toBeUndefined();
    expect(splitByOtsu(new Float64Array(9).fill(Number.NaN))).toBeUndefined();
    expect(splitByOtsu(Float64Array.of(1, Number.NaN, 2))?.bright).toBe(2);
  });
});
