import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { coverArea } from "#shared/roi/cover-area.ts";
import { fillArea } from "#shared/roi/fill-area.ts";
import { measureArea } from "#shared/roi/sweep-border.ts";
import { anyOutline, gridOutline, starOutline } from "./arbitraries.ts";
import { areaInPixel, areaOf, circle, isWithin, rectangle, sum } from "./shapes.ts";

const plane = [16, 16] as const;
const cover = (...components: Float64Array[][]) => coverArea(areaOf(...components), plane)!;

describe("covered shares", () => {
  test("a rectangle between pixel centres covers halves at its sides and quarters at its corners", () => {
    const { pixels, shares } = cover([rectangle(3, 2, 5, 4)]);
    expect([...pixels]).toEqual([35, 36, 37, 51, 52, 53, 67, 68, 69]);
    expect([...shares]).toEqual([0.25, 0.5, 0.25, 0.5, 1, 0.5, 0.25, 0.5, 0.25]);
  });

  test("a triangle's shares are those of geometry", () => {
    const { pixels, shares } = cover([Float64Array.of(0.5, 0.5, 2.5, 0.5, 0.5, 2.5)]);
    expect([...pixels]).toEqual([17, 18, 33]);
    for (const [n, share] of [1, 0.5, 0.5].entries()) expect(shares[n]).toBeCloseTo(share, 12);
  });

  test("the shares of a circle sum to its area", () => {
    const points = 5000;
    const { shares } = cover([circle(7.4, 8.3, 5.9, points)]);
    const area = (points / 2) * 5.9 ** 2 * Math.sin((2 * Math.PI) / points);
    expect(sum(shares)).toBeCloseTo(area, 9);
  });

  test("holes, unions, exclusive or and exclusions count as in the mask", () => {
    const [a, b] = [rectangle(0.25, 0.25, 6.25, 6.25), rectangle(4.25, 0.25, 8.25, 6.25)];
    expect(sum(cover([a, b]).shares)).toBeCloseTo(48, 12);
    expect(sum(cover([a], [b]).shares)).toBeCloseTo(36, 12);
    const without = coverArea({ components: [[a]], exclusions: [b] }, plane)!;
    expect(sum(without.shares)).toBeCloseTo(24, 12);
    const bow = Float64Array.of(1, 1, 9, 9, 9, 1, 1, 9);
    expect(sum(cover([bow]).shares)).toBeCloseTo(32, 12);
  });

  test("what lies outside the plane is cut off at the outer edge of its pixels", () => {
    expect(sum(cover([rectangle(-50, -60, 3.25, 2.25)]).shares)).toBeCloseTo(3.75 * 2.75, 12);
    expect(sum(cover([rectangle(13.25, 12.25, 80, 90)]).shares)).toBeCloseTo(2.25 * 3.25, 12);
    expect(sum(cover([rectangle(-1e8, -1e8, 1e8, 1e8)]).shares)).toBe(256);
    expect(cover([rectangle(-9, -9, -1, 40)]).pixels).toHaveLength(0);
    // A slope that enters on the left and leaves on the right.
    const slope = Float64Array.of(-20.5, -0.5, 35.5, 15.5, -20.5, 15.5);
    const at = (x: number) => ((x + 20.5) * 16) / 56 - 0.5;
    expect(sum(cover([slope]).shares)).toBeCloseTo(16 * (15.5 - at(7.5)), 9);
  });

  test("a pixel that is only touched is not covered", () => {
    expect(cover([rectangle(0.5, 0.5, 2.5, 2.5)]).pixels).toHaveLength(4);
  });

  test("outlines that are none are passed over", () => {
    expect(cover([Float64Array.of(0, 0, 1e308, 3, 3, 3)]).pixels).toHaveLength(0);
    expect(cover([]).pixels).toHaveLength(0);
  });

  test("outlines too entangled to be followed give no shares, in time", () => {
    const tangle = Float64Array.from({ length: 40_000 }, (_, n) => (n * 7919 * (n + 3)) % 509);
    const begin = performance.now();
    expect(coverArea(areaOf([tangle]), [512, 512])).toBeUndefined();
    expect(performance.now() - begin).toBeLessThan(5000);
  });
});

describe("for any outline", () => {
  const size = 20;
  const coverAll = (...components: Float64Array[][]) => {
    const { pixels, shares } = coverArea(areaOf(...components), [size, size])!;
    const all = new Float64Array(size * size);
    for (const [n, pixel] of pixels.entries()) all[pixel] = shares[n]!;
    return all;
  };

  test("each share is what remains of the outline between the sides of the pixel", () => {
    fc.assert(
      fc.property(starOutline, (outline) => {
        for (const [n, share] of coverAll([outline]).entries()) {
          const area = areaInPixel(outline, n % size, Math.floor(n / size));
          expect(Math.abs(share - area)).toBeLessThan(1e-8);
        }
      }),
    );
  });

  test("shares of outlines that cross themselves are those of finely divided pixels", () => {
    const fine = 16;
    fc.assert(
      fc.property(anyOutline, anyOutline, (a, b) => {
        for (const [n, share] of coverAll([a], [b]).entries()) {
          let count = 0;
          for (let s = 0; s < fine * fine; s++) {
            const x = (n % size) + ((s % fine) + 0.5) / fine - 0.5;
            const y = Math.floor(n / size) + (Math.floor(s / fine) + 0.5) / fine - 0.5;
            if (isWithin(a, x, y) !== isWithin(b, x, y)) count++;
          }
          expect(Math.abs(share - count / fine ** 2)).toBeLessThan(0.2);
        }
      }),
      { numRuns: 20 },
    );
  });

  test("the shares on a large plane sum up to the area, and none exceeds a pixel", () => {
    fc.assert(
      fc.property(fc.oneof(anyOutline, gridOutline), anyOutline, (a, b) => {
        const inner = [a, b].map((points) => points.map((value) => value + 6));
        for (const area of [areaOf([inner[0]!], [inner[1]!]), areaOf(inner)]) {
          const { shares } = coverArea(area, [40, 40])!;
          const whole = measureArea(area, { left: 1e6 })!;
          expect(Math.abs(sum(shares) - whole)).toBeLessThan(1e-6);
          for (const share of shares) expect(share > 0 && share <= 1).toBe(true);
        }
      }),
    );
  });

  test("a pixel that is covered wholly is inside, one that is not touched is outside", () => {
    fc.assert(
      fc.property(anyOutline, (outline) => {
        const shares = coverAll([outline]);
        const inside = new Set(fillArea(areaOf([outline]), [size, size]));
        for (const [n, share] of shares.entries()) {
          if (share === 1) expect(inside.has(n)).toBe(true);
          if (share === 0) expect(inside.has(n)).toBe(false);
        }
      }),
    );
  });
});
