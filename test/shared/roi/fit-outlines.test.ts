import { describe, expect, test } from "vitest";
import { fitOutlines } from "#shared/roi/fit-outlines.ts";
import type { IndexOutline } from "#shared/roi/index-outline.ts";
import { randomNumbers } from "#test/fuzz/damage.ts";

function star(plane: number, x: number, y: number, radius: number, points: number): IndexOutline {
  const random = randomNumbers(points);
  const values = Array.from({ length: points }, (_, i) => {
    const angle = (2 * Math.PI * i) / points;
    const r = radius * (0.7 + 0.3 * random());
    return [x + r * Math.cos(angle), y + r * Math.sin(angle)];
  });
  return { plane, points: Float64Array.from(values.flat()) };
}

const move = (outline: IndexOutline, scale: readonly number[], offset: readonly number[]) => ({
  plane: outline.plane,
  points: outline.points.map((value, i) => scale[i % 2]! * value + offset[i % 2]!),
});
// Two rings around one middle, two alike side by side, and one on another plane.
const drawn = [
  star(0, 20, 20, 10, 16),
  star(0, 20, 20, 4, 16),
  star(0, 50, 12, 4, 16),
  star(0, 8, 40, 4, 16),
  star(1, 30, 30, 6, 9),
];

describe("fit of outlines", () => {
  test.each([
    [
      [1, 1],
      [0, 0],
    ],
    [
      [1, 1],
      [1, 1],
    ],
    [
      [1, 1],
      [-0.4, 3],
    ],
    [
      [1.5, 2 / 3],
      [1.5, 2 / 3],
    ],
  ])("scale %j, offset %j are found, whatever the order", (scale, offset) => {
    const other = drawn.map((outline) => move(outline, scale, offset)).reverse();
    const { axes, residual } = fitOutlines(drawn, other)!;
    expect(residual).toBeLessThan(1e-9);
    for (const axis of [0, 1] as const) {
      expect(axes[axis].scale).toBeCloseTo(scale[axis]!, 9);
      expect(axes[axis].offset).toBeCloseTo(offset[axis]!, 9);
    }
  });

  test("points that begin elsewhere are compared by their bounds", () => {
    const turned = {
      plane: 1,
      points: Float64Array.from([...drawn[4]!.points.slice(4), ...drawn[4]!.points.slice(0, 4)]),
    };
    const { axes, residual } = fitOutlines([drawn[4]!], [move(turned, [1, 1], [1, 2])])!;
    expect(residual).toBeLessThan(1e-9);
    expect([axes[0].meanOffset, axes[1].meanOffset]).toEqual([
      expect.closeTo(1),
      expect.closeTo(2),
    ]);
  });

  test("another number of points is compared by the bounds", () => {
    const square = { plane: 0, points: Float64Array.of(0, 0, 4, 0, 4, 4, 0, 4) };
    const finer = { plane: 0, points: Float64Array.of(0, 0, 2, 0, 4, 0, 4, 4, 0, 4) };
    expect(fitOutlines([square], [finer])!.largest).toBe(0);
  });

  test("a single point has no scale", () => {
    const point = (x: number): IndexOutline => ({ plane: 0, points: Float64Array.of(x, 5) });
    expect(fitOutlines([point(1)], [point(3)])!.axes[0]).toEqual({
      scale: 1,
      offset: 2,
      meanOffset: 2,
    });
  });

  test("outlines on different planes cannot be compared", () => {
    expect(fitOutlines([star(0, 1, 1, 1, 5)], [star(1, 1, 1, 1, 5)])).toBeUndefined();
    expect(fitOutlines([], [])).toBeUndefined();
  });

  test("thousands of outlines in a plane are compared in time", () => {
    const many = Array.from({ length: 20_000 }, (_, i) => star(0, i, i, 1 + i / 1e4, 4));
    const start = performance.now();
    fitOutlines(many, many);
    expect(performance.now() - start).toBeLessThan(3000);
  });
});
