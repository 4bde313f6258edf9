import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { fillArea } from "#shared/roi/fill-area.ts";
import { pointTest } from "#shared/roi/point-in-area.ts";
import { anyOutline, gridOutline } from "./arbitraries.ts";
import { areaOf, circle, isWithin, moved, rectangle, runBackwards } from "./shapes.ts";

const plane = [16, 16] as const;
const count = (...components: Float64Array[][]) => fillArea(areaOf(...components), plane).length;

describe("pixels inside an area", () => {
  test("a rectangle of 20 px has 20 pixels, its corners on pixel centres or between them", () => {
    expect(count([rectangle(3, 2, 8, 6)])).toBe(20);
    expect(count([rectangle(2.5, 1.5, 7.5, 5.5)])).toBe(20);
  });

  test("centres on the lower column and row are in, those on the higher ones are out", () => {
    const pixels = fillArea(areaOf([rectangle(3, 2, 5, 4)]), plane);
    expect([...pixels]).toEqual([3 + 32, 4 + 32, 3 + 48, 4 + 48]);
  });

  test("with inclusive edges all centres on the border are in, those of a hole too", () => {
    const filled = (...components: Float64Array[][]) =>
      fillArea(areaOf(...components), plane, "inclusive").length;
    expect(filled([rectangle(3, 2, 8, 6)])).toBe(30);
    expect(filled([rectangle(2.5, 1.5, 7.5, 5.5)])).toBe(20);
    expect(filled([rectangle(1, 1, 9, 9)], [rectangle(3, 3, 6, 6)])).toBe(81 - 4);
    expect(filled([rectangle(1, 1, 6, 6), rectangle(4, 1, 9, 6)])).toBe(54);
    const exclusion = {
      components: [[rectangle(1, 1, 9, 9)]],
      exclusions: [rectangle(3, 3, 6, 6)],
    };
    expect(fillArea(exclusion, plane, "inclusive")).toHaveLength(81 - 4);
  });

  test("a ring is the same as keyhole, nested and exclusive or: 63 of 72 pixels", () => {
    const [outer, inner] = [rectangle(1.5, 2.5, 10.5, 10.5), rectangle(4.5, 4.5, 7.5, 7.5)];
    const channel = (row: number) =>
      Float64Array.of(
        ...[1.5, 2.5, 10.5, 2.5, 10.5, 10.5, 1.5, 10.5, 1.5, row],
        ...[4.5, row, 4.5, 7.5, 7.5, 7.5, 7.5, 4.5, 4.5, 4.5, 4.5, row, 1.5, row],
      );
    expect(count([outer])).toBe(72);
    expect(count([outer], [inner])).toBe(63);
    expect(count([channel(6)])).toBe(63);
    expect(count([channel(5.5)])).toBe(63);
  });

  test("outlines of one component are joined, components combine by exclusive or", () => {
    const [a, b] = [rectangle(0.5, 0.5, 6.5, 6.5), rectangle(4.5, 0.5, 8.5, 6.5)];
    expect(count([a, b])).toBe(48);
    expect(count([a], [b])).toBe(36);
    expect(fillArea({ components: [[a]], exclusions: [b] }, plane)).toHaveLength(24);
  });

  test("noise of rounding on a pixel centre decides nothing", () => {
    const noise = [1e-7, -1e-7, 9e-7, -9e-7];
    for (const e of noise) {
      for (const f of noise) {
        expect(count([rectangle(3 + e, 2 + f, 8 + f, 6 - e)])).toBe(20);
        const slanted = Float64Array.of(e, f, 8 - e, 8 + f, e, 8 - f);
        expect(count([slanted])).toBe(count([Float64Array.of(0, 0, 8, 8, 0, 8)]));
      }
    }
  });

  test("a contour smaller than a pixel can hold one centre or none", () => {
    expect(count([rectangle(3.2, 3.2, 3.6, 3.6)])).toBe(0);
    expect(count([rectangle(2.8, 2.8, 3.2, 3.2)])).toBe(1);
  });

  test("the direction and the first point of an outline do not matter", () => {
    const outline = circle(8.1, 7.3, 5.7, 17, 0.6);
    for (const shift of [0, 5, 16]) {
      const turned = fillArea(areaOf([runBackwards(outline, shift)]), plane);
      expect(turned).toEqual(fillArea(areaOf([outline]), plane));
    }
  });

  test("what lies outside the plane is cut off", () => {
    expect(count([rectangle(-100, -100, 3.5, 2.5)])).toBe(12);
    expect(count([rectangle(-1e8, -1e8, 1e8, 1e8)])).toBe(256);
    expect(count([rectangle(20, 20, 30, 30)])).toBe(0);
    expect(count([rectangle(14.5, -5, 99, 5.5)])).toBe(6);
  });

  test("outlines that are none are passed over", () => {
    const broken = [
      Float64Array.of(0, 0, Number.NaN, 3, 3, 3),
      Float64Array.of(0, 0, 1e308, 0, 1e308, 1e308),
      Float64Array.of(0, 0, Number.POSITIVE_INFINITY, 0, 5, 5),
      Float64Array.of(0, 0, 4, 4),
      new Float64Array(0),
    ];
    for (const outline of broken) expect(count([outline])).toBe(0);
    expect(count([broken[1]!, rectangle(3, 2, 8, 6)])).toBe(20);
  });

  test("a window that no image has is refused, not allocated", () => {
    const huge = areaOf([rectangle(0, 0, 1e6, 1e6)]);
    expect(() => fillArea(huge, [65_535, 65_535])).toThrow(/65535 x 65535 pixels/);
  });
});

describe("areas wider than a word of the mask", () => {
  const large = (points: Float64Array) => points.map((value) => 7 * value);

  test("unions, exclusive or and exclusions hold the points that a test of each point finds", () => {
    fc.assert(
      fc.property(
        fc.array(gridOutline, { minLength: 4, maxLength: 4 }),
        fc.array(anyOutline, { minLength: 2, maxLength: 2 }),
        (whole, any) => {
          const [a, b, c, d] = whole.map(large);
          const [e, f] = any.map(large);
          const area = { components: [[a!, b!, e!], [c!]], exclusions: [d!, f!] };
          const isInside = pointTest(area);
          const expected: number[] = [];
          for (let n = 0; n < 170 * 170; n++) {
            if (isInside(n % 170, Math.floor(n / 170))) expected.push(n);
          }
          expect([...fillArea(area, [170, 170])]).toEqual(expected);
        },
      ),
      { numRuns: 60 },
    );
  });

  test("with inclusive edges an area holds the same pixels wherever it lies in a word", () => {
    const moveAll = (outlines: readonly Float64Array[], by: number) =>
      outlines.map((points) => moved(points, by, 6));
    fc.assert(
      fc.property(
        fc.array(gridOutline, { minLength: 5, maxLength: 5 }),
        fc.integer({ min: 6, max: 70 }),
        (outlines, by) => {
          const fill = (shift: number, left: Float64Array[][]) => {
            const [a, b, c, d, e] = moveAll(outlines, shift);
            const components = [...left, [a!, b!, c!], [d!]];
            return fillArea({ components, exclusions: [e!] }, [128, 36], "inclusive");
          };
          const here = fill(6, []);
          const there = fill(by, [[rectangle(-5, -5, 0.5, 0.5)]]);
          expect([...there.subarray(1)]).toEqual([...here].map((pixel) => pixel + by - 6));
        },
      ),
    );
  });
});

describe("for any outline", () => {
  const size = 20;
  const fill = (...components: Float64Array[][]) => [
    ...fillArea(areaOf(...components), [size, size]),
  ];
  const whole = rectangle(-30, -30, 60, 60);

  test("the pixels are those that another implementation finds", () => {
    fc.assert(
      fc.property(anyOutline, (outline) => {
        // Moved off the grid, so that no centre lies on an edge.
        const off = moved(outline, 0.000_123, 0.000_317);
        const found = new Set(fill([off]));
        for (let n = 0; n < size * size; n++) {
          const inside = isWithin(off, n % size, Math.floor(n / size));
          if (found.has(n) !== inside)
            return distanceToEdge(off, n % size, Math.floor(n / size)) < 2e-6;
        }
        return true;
      }),
    );
  });

  test("a region and the rest of the plane share no pixel and leave none out", () => {
    fc.assert(
      fc.property(fc.oneof(anyOutline, gridOutline), (outline) => {
        const both = [...fill([outline]), ...fill([outline], [whole])];
        return both.length === size * size && new Set(both).size === size * size;
      }),
    );
  });

  test("neighbours with a common border share no pixel and leave none out", () => {
    const border = fc.array(
      fc.oneof(
        fc.integer({ min: 4, max: 30 }).map((n) => n / 2),
        fc.double({ min: 2, max: 15, noNaN: true }),
      ),
      { minLength: 2, maxLength: 9 },
    );
    fc.assert(
      fc.property(border, (columns) => {
        const line = columns.map((x, n) => [x, (n * 24) / (columns.length - 1) - 2]);
        const left = Float64Array.from([...line, [-9, 22], [-9, -2]].flat());
        const right = Float64Array.from([[40, -2], [40, 22], ...line.toReversed()].flat());
        const both = [...fill([left]), ...fill([right])];
        return both.length === size * size && new Set(both).size === size * size;
      }),
    );
  });

  test("moving it by whole pixels moves its pixels", () => {
    fc.assert(
      fc.property(fc.oneof(anyOutline, gridOutline), (outline) => {
        const narrow = outline.map((value) => 5 + value / 3);
        const there = fill([moved(narrow, 3, 2)]).map((n) => n - 3 - 2 * size);
        expect(there).toEqual(fill([narrow]));
      }),
    );
  });
});

function distanceToEdge(points: Float64Array, x: number, y: number): number {
  let nearest = Number.POSITIVE_INFINITY;
  for (let n = 0, m = points.length - 2; n < points.length; m = n, n += 2) {
    const [dx, dy] = [points[n]! - points[m]!, points[n + 1]! - points[m + 1]!];
    const [px, py] = [x - points[m]!, y - points[m + 1]!];
    const t = Math.max(0, Math.min(1, (px * dx + py * dy) / (dx * dx + dy * dy || 1)));
    nearest = Math.min(nearest, Math.hypot(px - t * dx, py - t * dy));
  }
  return nearest;
}
