import { expect, test } from "vitest";
import { isPeak, polarityGrid } from "#shared/fit/polarity-grid.ts";
import { buildRateGrid } from "#shared/fit/rate-grid.ts";
import { inversionRecovery } from "#shared/models/inversion-recovery.ts";
import { normalNumbers } from "./curves.ts";

const times = Float64Array.of(30, 100, 200, 400, 600, 1000, 2500);
const grid = buildRateGrid(inversionRecovery(times, { signal: "magnitude" }));

test("all polarities at once equal each computed on its own", () => {
  const n = times.length;
  const table = polarityGrid(grid, n);
  const normal = normalNumbers("polarity grid");
  for (let run = 0; run < 20; run++) {
    const y = Float64Array.from({ length: n + 2 }, () => Math.abs(1000 * normal()));
    table.fill(y, 2);
    for (let k = 0; k < n; k++) {
      const signed = Array.from(y.subarray(2), (value, i) => (i < k ? -value : value));
      const mean = signed.reduce((a, b) => a + b, 0) / n;
      const total = signed.reduce((sum, value) => sum + (value - mean) ** 2, 0);
      expect(table.totals[k]! / total).toBeCloseTo(1, 12);
      grid.rates.forEach((_, g) => {
        const score = signed.reduce((sum, value, i) => sum + value * grid.units[g * n + i]!, 0);
        expect(Math.abs(table.scores[k * grid.rates.length + g]! - score)).toBeLessThan(
          1e-12 * Math.sqrt(total),
        );
      });
    }
  }
});

test("a peak is judged by its size, not its sign, and within its polarity", () => {
  const scores = Float64Array.of(9, 1, -3, 2, 2.5, 8);
  expect([0, 1, 2, 3].map((g) => isPeak(scores, 1, 4, g))).toEqual([false, true, false, true]);
});
