import { describe, expect, test } from "vitest";
import { makeCanvas } from "#shared/report/canvas.ts";
import { strokeRings } from "#shared/report/stroke-rings.ts";

const white = { colour: [255, 255, 255], width: 1, opacity: 1 } as const;
const box = { left: 0, top: 0, width: 40, height: 30 };

/** Grey values of a drawing on black. */
function draw(
  ring: readonly number[],
  place = box,
  stroke: Parameters<typeof strokeRings>[3] = white,
) {
  const canvas = makeCanvas(40, 30, [0, 0, 0]);
  strokeRings(canvas, [Float64Array.from(ring)], place, stroke);
  return (x: number, y: number) => canvas.pixels[(y * 40 + x) * 3]!;
}

const square = (low: number, high: number) => [low, low, high, low, high, high, low, high];

describe("an outline", () => {
  test("through pixel centres fills those pixels and no other", () => {
    const at = draw(square(5.5, 15.5));
    expect([at(5, 10), at(15, 10), at(10, 5), at(10, 15)]).toEqual([255, 255, 255, 255]);
    expect([at(4, 10), at(6, 10), at(10, 10), at(10, 4), at(16, 16)]).toEqual([0, 0, 0, 0, 0]);
  });

  test("between two pixels is shared by both, as far as it covers each", () => {
    const at = draw(square(5.25, 15));
    expect([at(4, 10), at(5, 10)]).toEqual([64, 191]);
    expect([at(14, 10), at(15, 10)]).toEqual([128, 128]);
  });

  test("that is slanted weighs the same in every row: its place is right to a tenth of a pixel", () => {
    const at = draw([10.3, 0, 20.3, 30, 20.3, 30]);
    for (let y = 3; y < 27; y++) {
      let [weight, sum] = [0, 0];
      for (let x = 0; x < 40; x++) {
        weight += at(x, y);
        sum += at(x, y) * (x + 0.5);
      }
      expect(Math.abs(sum / weight - (10.3 + (y + 0.5) / 3))).toBeLessThan(0.1);
      expect(weight / 255).toBeCloseTo(Math.hypot(1, 1 / 3), 0);
    }
  });

  test("that crosses itself is not drawn twice", () => {
    const at = draw([5, 10.5, 25, 10.5, 15.5, 20, 15.5, 2], box, { ...white, opacity: 0.5 });
    expect(at(15, 10)).toBe(128);
  });

  test("ends at its box and at the canvas, and bears numbers that are none", () => {
    const at = draw(square(-10, 8.5), { left: 20, top: 10, width: 5, height: 5 });
    expect([at(19, 12), at(25, 12), at(30, 18)]).toEqual([0, 0, 0]);
    const wild = draw([Number.NaN, 3, 1e300, 5, 12.5, 12.5, 20.5, 12.5]);
    expect(wild(16, 12)).toBe(255);
    expect(draw([])(0, 0)).toBe(0);
  });
});
