import { expect, test } from "vitest";
import { tabulateKurtosisFloor, tabulateSegmented } from "../../scripts/diffusion-tables.ts";

test("the segmented fit errs where D* is slow: D up by 1 % in brain, by less than 0.1 % in kidney", () => {
  const rows = new Map(tabulateSegmented().map((row) => [row.tissue, row]));
  const brain = rows.get("brain")!;
  expect(brain.foundD / brain.d - 1).toBeCloseTo(0.01, 3);
  expect(brain.foundF).toBeCloseTo(0.0707, 4);
  const kidney = rows.get("kidney")!;
  expect(Math.abs(kidney.foundD / kidney.d - 1)).toBeLessThan(1e-3);
});

test("the noise floor raises K of the plain fit, more at less signal, and leaves the other alone", () => {
  const rows = tabulateKurtosisFloor();
  rows.forEach(({ plain, expectedRician }, n) => {
    expect(plain.k).toBeGreaterThan(n === 0 ? 0.6 : rows[n - 1]!.plain.k);
    expect(expectedRician.k).toBeCloseTo(0.6, 5);
    expect(expectedRician.d).toBeCloseTo(1e-3, 8);
  });
});
