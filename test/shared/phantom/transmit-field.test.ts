import { expect, test } from "vitest";
import { drawLabels } from "#shared/phantom/anatomy.ts";
import { sessionPlan } from "#shared/phantom/scan-plan.ts";
import { drawTransmitField } from "#shared/phantom/transmit-field.ts";

const { grid } = sessionPlan().find((plan) => plan.number === 8)!;
const field = drawTransmitField(grid);
const [nx, ny, nz] = grid.shape;

test("relative B1 is above nominal in the middle and a quarter below it at the rim of the animal", () => {
  const labels = drawLabels(grid);
  const inside = field.filter((_, v) => labels[v] !== 0);
  expect(Math.max(...inside)).toBeGreaterThan(105);
  expect(Math.max(...inside)).toBeLessThan(110);
  expect(Math.min(...inside)).toBeGreaterThan(70);
  expect(Math.min(...inside)).toBeLessThan(78);
});

test("it is smooth, has no gaps, and is not its own mirror image", () => {
  for (let v = 0; v < nx * ny * nz - 1; v++) {
    expect(field[v]).toBeGreaterThan(40);
    if (v % nx < nx - 1) expect(Math.abs(field[v + 1]! - field[v]!)).toBeLessThan(3);
  }
  const middle = nx * (ny / 2 + ny * (nz / 2));
  expect(Math.abs(field[middle + 4]! - field[middle + nx - 5]!)).toBeGreaterThan(3);
});
