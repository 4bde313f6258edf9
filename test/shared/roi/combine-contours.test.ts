import { describe, expect, test } from "vitest";
import { type Combined, combineContours, type Outline } from "#shared/roi/combine-contours.ts";
import { circle, closed, rectangle, runBackwards } from "./shapes.ts";

const options = { nested: "hole", pixelAreaMm2: 0.5 } as const;
const codes = ({ remarks }: Combined) => remarks.map(({ code }) => code);
const componentsOf = ({ area }: Combined) => area.components.map(({ length }) => length);

describe("outlines of one plane", () => {
  const square = rectangle(0, 0, 10, 10);

  test("disjoint outlines are islands, and nothing needs to be said", () => {
    const combined = combineContours(closed(square, rectangle(20, 0, 25, 4)), options);
    expect(componentsOf(combined)).toEqual([1, 1]);
    expect(combined.netArea).toBeCloseTo(120, 12);
    expect(combined.shoelaceArea).toBeCloseTo(120, 12);
    expect(combined.remarks).toEqual([]);
  });

  test("a copy counts once, whatever point it begins with and whatever way it runs", () => {
    const irregular = Float64Array.of(0, 0, 7, 1, 9, 8, 3, 6);
    for (const copy of [irregular, runBackwards(irregular), runBackwards(irregular, 3)]) {
      const combined = combineContours(closed(irregular, copy), options);
      expect(codes(combined)).toEqual(["DUPLICATE_CONTOUR"]);
      expect(combined.remarks[0]?.contour).toBe(1);
      expect(componentsOf(combined)).toEqual([1]);
      expect(combined.used).toHaveLength(2);
      expect(combined.shoelaceArea).toBeCloseTo(2 * combined.netArea, 12);
    }
  });

  test("an outline inside another is a hole, or by option nothing", () => {
    const outlines = closed(square, rectangle(2, 2, 5, 5));
    const hole = combineContours(outlines, options);
    expect(hole.netArea).toBeCloseTo(91, 12);
    expect(codes(hole)).toEqual(["NESTED_CLOSED_PLANAR_INTERPRETED"]);
    expect(hole.remarks[0]).toMatchObject({ contour: 1, severity: "info" });
    const union = combineContours(outlines, { ...options, nested: "union" });
    expect(union.netArea).toBeCloseTo(100, 12);
    expect(codes(union)).toEqual(["NESTED_CLOSED_PLANAR_INTERPRETED"]);
  });

  test("a hole may touch the rim from within, or stand before its rim in the file", () => {
    const hole = rectangle(0, 3, 4, 6);
    for (const outlines of [closed(square, hole), closed(hole, square)]) {
      const combined = combineContours(outlines, options);
      expect(combined.netArea).toBeCloseTo(88, 12);
      expect(codes(combined)).toEqual(["NESTED_CLOSED_PLANAR_INTERPRETED"]);
    }
  });

  test("an island in a hole is an island", () => {
    const outlines = closed(square, rectangle(1, 1, 9, 9), rectangle(3, 3, 5, 5));
    expect(combineContours(outlines, options).netArea).toBeCloseTo(100 - 64 + 4, 12);
  });

  test("outlines that overlap in part are joined, and the overlap is told in mm²", () => {
    const combined = combineContours(closed(square, rectangle(8, 3, 14, 6)), options);
    expect(componentsOf(combined)).toEqual([2]);
    expect(combined.netArea).toBeCloseTo(112, 12);
    expect(codes(combined)).toEqual(["OVERLAPPING_CONTOURS", "OVERLAPPING_CONTOURS"]);
    expect(combined.remarks[0]?.value).toBeCloseTo(3, 12);
  });

  test("an overlap whose edges coincide and cross nowhere is an overlap", () => {
    const combined = combineContours(closed(square, rectangle(6, 0, 16, 10)), options);
    expect(combined.netArea).toBeCloseTo(160, 12);
    expect(codes(combined)).toContain("OVERLAPPING_CONTOURS");
  });

  test("neighbours with a common edge are islands, even when rounding makes them overlap", () => {
    for (const left of [10, 10 - 1e-5, 10 + 1e-5]) {
      const combined = combineContours(closed(square, rectangle(left, 0, 20, 10)), options);
      expect(combined.remarks).toEqual([]);
      expect(componentsOf(combined)).toEqual([1, 1]);
    }
  });

  test("a hole in two outlines that overlap is a hole in their union", () => {
    const outlines = closed(square, rectangle(5, 0, 20, 10), rectangle(1, 1, 3, 3));
    const combined = combineContours(outlines, options);
    expect(combined.netArea).toBeCloseTo(196, 12);
    expect(componentsOf(combined)).toEqual([2, 1]);
  });

  test("XOR outlines combine by exclusive or; copies cancel, and that is said", () => {
    const xor = (...all: Float64Array[]): Outline[] =>
      all.map((points, contour) => ({ points, kind: "xor", contour }));
    const overlap = combineContours(xor(square, rectangle(5, 0, 15, 10)), options);
    expect(overlap.netArea).toBeCloseTo(100, 12);
    expect(codes(overlap)).toEqual(["XOR_CONTOURS", "XOR_CONTOURS"]);
    const twice = combineContours(xor(square, square), options);
    expect(twice.netArea).toBeCloseTo(0, 12);
    expect(codes(twice)).toContain("DUPLICATE_CONTOUR");
  });

  test("excluded outlines are taken away and do not count as area drawn", () => {
    const outlines: Outline[] = [
      { points: square, kind: "closed", contour: 0 },
      { points: rectangle(5, 5, 15, 15), kind: "exclude", contour: 1 },
    ];
    const combined = combineContours(outlines, options);
    expect(combined.netArea).toBeCloseTo(75, 12);
    expect(combined.shoelaceArea).toBeCloseTo(100, 12);
    expect(codes(combined)).toEqual(["EXCLUDED_CONTOUR"]);
  });

  test("an outline that crosses itself is filled by the even-odd rule", () => {
    const star = Float64Array.from([0, 2, 4, 1, 3].flatMap((n) => corner(n)));
    const combined = combineContours(closed(star), options);
    const pentagram = combined.remarks[0]!;
    expect(pentagram.code).toBe("SELF_INTERSECTING");
    expect(combined.netArea).toBeLessThan(0.75 * combined.shoelaceArea);
    expect(pentagram.value).toBeGreaterThan(0.01);
  });

  test("a keyhole is a ring and no outline that crosses itself", () => {
    const keyhole = Float64Array.of(
      0,
      0,
      10,
      0,
      10,
      10,
      0,
      10,
      0,
      5,
      4,
      5,
      4,
      7,
      7,
      7,
      7,
      3,
      4,
      3,
      4,
      5,
      0,
      5,
    );
    const combined = combineContours(closed(keyhole), options);
    expect(combined.netArea).toBeCloseTo(88, 12);
    expect(combined.remarks).toEqual([]);
  });

  test("points on one line have no area", () => {
    const combined = combineContours(closed(Float64Array.of(0, 0, 3, 3, 9, 9)), options);
    expect(codes(combined)).toEqual(["NO_AREA_CONTOUR"]);
    expect(combined.used).toEqual([]);
    expect(combined.netArea).toBe(0);
  });

  test("ten thousand points take milliseconds; what is entangled beyond measure is refused in time", () => {
    const begin = performance.now();
    const sound = combineContours(closed(circle(256, 256, 200, 10_000, 0.5)), options);
    expect(sound.remarks).toEqual([]);
    const tangle = Float64Array.from({ length: 40_000 }, (_, n) => (n * 7919 * (n + 3)) % 509);
    const refused = combineContours(closed(tangle, rectangle(0, 0, 9, 9)), options);
    expect(codes(refused)).toEqual([
      "UNSUPPORTED_CONTOUR_GEOMETRY",
      "UNSUPPORTED_CONTOUR_GEOMETRY",
    ]);
    expect(refused.area.components).toEqual([]);
    expect(performance.now() - begin).toBeLessThan(5000);
  });
});

function corner(n: number): [number, number] {
  const angle = (2 * Math.PI * n) / 5;
  return [10 * Math.cos(angle), 10 * Math.sin(angle)];
}
