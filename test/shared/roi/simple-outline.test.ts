import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { shoelaceArea } from "#shared/roi/outline.ts";
import { isSimple } from "#shared/roi/simple-outline.ts";
import { measureArea } from "#shared/roi/sweep-border.ts";
import { anyOutline, gridOutline, starOutline } from "./arbitraries.ts";
import { areaOf, circle, rectangle } from "./shapes.ts";

const outline = (...points: readonly number[]) => Float64Array.from(points);

/** Whether any two edges have a point in common that is not their common end, in whole numbers. */
function meetsItself(points: Float64Array): boolean {
  const count = points.length / 2;
  const at = (n: number) => [points[2 * (n % count)]!, points[2 * (n % count) + 1]!] as const;
  const turn = (a: number, b: number, c: number) => {
    const [[ax, ay], [bx, by], [cx, cy]] = [at(a), at(b), at(c)];
    return Math.sign((bx - ax) * (cy - ay) - (by - ay) * (cx - ax));
  };
  const holds = (a: number, b: number, c: number) => {
    const [[ax, ay], [bx, by], [cx, cy]] = [at(a), at(b), at(c)];
    const [x, y] = [(cx - ax) * (cx - bx), (cy - ay) * (cy - by)];
    return turn(a, b, c) === 0 && x <= 0 && y <= 0;
  };
  for (let n = 0; n < count; n++) {
    if (holds(n, n + 1, n + 2) || holds(n + 1, n + 2, n)) return true;
    for (let m = n + 2; m < count && (m + 1) % count !== n; m++) {
      if (holds(n, n + 1, m) || holds(n, n + 1, m + 1)) return true;
      if (holds(m, m + 1, n) || holds(m, m + 1, n + 1)) return true;
      const [a, b] = [turn(n, n + 1, m) * turn(n, n + 1, m + 1), turn(m, m + 1, n)];
      if (a < 0 && b * turn(m, m + 1, n + 1) < 0) return true;
    }
  }
  return false;
}

describe("simple outlines", () => {
  test("polygons that stay clear of themselves are known", () => {
    expect(isSimple(outline(0, 0, 4, 0, 0, 4))).toBe(true);
    expect(isSimple(rectangle(1, 2, 5, 4))).toBe(true);
    expect(isSimple(circle(7.4, 8.3, 5.9, 200))).toBe(true);
    expect(isSimple(outline(0, 0, 6, 0, 6, 4, 4, 4, 4, 2, 2, 2, 2, 4, 0, 4))).toBe(true);
  });

  test("crossings, touching corners, repeated points and spikes are not simple", () => {
    expect(isSimple(outline(1, 1, 9, 9, 9, 1, 1, 9))).toBe(false);
    expect(isSimple(outline(0, 0, 4, 0, 4, 4, 2, 0, 0, 4))).toBe(false);
    expect(isSimple(outline(0, 0, 4, 0, 4, 4, 0, 4, 0, 0))).toBe(false);
    expect(isSimple(outline(0, 0, 4, 0, 6, 0, 4, 0, 2, 3))).toBe(false);
    expect(isSimple(outline(0, 0, 4, 4, 8, 8))).toBe(false);
    expect(isSimple(outline(0, 0, 4, 4))).toBe(false);
  });

  test("on whole numbers the answer is that of comparing all edges", () => {
    fc.assert(
      fc.property(gridOutline, (points) => {
        expect(isSimple(points)).toBe(!meetsItself(points));
      }),
      { numRuns: 3000 },
    );
  });

  test("of a simple outline the swept area is the shoelace area", () => {
    let simple = 0;
    fc.assert(
      fc.property(fc.oneof(anyOutline, starOutline), (points) => {
        if (!isSimple(points)) return;
        simple++;
        const swept = measureArea(areaOf([points]), { left: 1e6 })!;
        expect(Math.abs(swept - Math.abs(shoelaceArea(points)))).toBeLessThan(1e-9);
      }),
      { numRuns: 1000 },
    );
    expect(simple).toBeGreaterThan(100);
  });

  test("a comb of a hundred thousand points is answered at once", () => {
    const teeth = Array.from({ length: 50_000 }, (_, n) => [n, n % 2 === 0 ? 0 : 900]).flat();
    const begin = performance.now();
    expect(isSimple(outline(...teeth.slice(0, 2000), 1e4, 2000, -1, 2000))).toBe(false);
    expect(isSimple(Float64Array.from([...teeth, 6e4, 2e3, -1, 2e3]))).toBe(false);
    expect(performance.now() - begin).toBeLessThan(500);
  });
});
