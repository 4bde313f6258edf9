import { expect, test } from "vitest";
import { buildExponentialGrid } from "#shared/fit/exponential-grid.ts";

test("neighbours are at most the wanted step apart, and the ends are the limits", () => {
  for (const bValues of [
    Float64Array.of(0, 50, 400, 800),
    Float64Array.of(0, 1, 2, 5, 10, 20, 50, 100, 1000),
    Float64Array.of(2000, 3000, 5000),
  ]) {
    const { rates, units, step } = buildExponentialGrid(bValues, 0, 0.5, 0.05);
    const n = bValues.length;
    expect(rates[0]).toBe(0);
    expect(rates.at(-1)).toBe(0.5);
    expect(step).toBeLessThan(0.06);
    for (let g = 0; g < rates.length; g++) {
      const unit = units.subarray(g * n, (g + 1) * n);
      expect(Math.hypot(...unit)).toBeCloseTo(1, 12);
      if (g > 0) expect(rates[g]).toBeGreaterThan(rates[g - 1]!);
      const direct = bValues.map((b) => Math.exp(-(b - bValues[0]!) * rates[g]!));
      const length = Math.hypot(...direct);
      for (let i = 0; i < n; i++) expect(unit[i]).toBeCloseTo(direct[i]! / length, 12);
    }
  }
});
