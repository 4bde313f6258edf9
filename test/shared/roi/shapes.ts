import type { Outline } from "#shared/roi/combine-contours.ts";
import type { PlaneArea } from "#shared/roi/placed-roi.ts";

// Outlines for tests, in pixels.

/** The rectangle from (left, top) to (right, bottom). */
export function rectangle(left: number, top: number, right: number, bottom: number): Float64Array {
  return Float64Array.of(left, top, right, top, right, bottom, left, bottom);
}

/** A regular polygon; `noise` px moves every second point outwards or inwards. */
export function circle(
  x: number,
  y: number,
  radius: number,
  points: number,
  noise = 0,
): Float64Array {
  return Float64Array.from({ length: 2 * points }, (_, place) => {
    const n = place >> 1;
    const r = radius + (n % 2 === 0 ? noise : -noise);
    const angle = (2 * Math.PI * n) / points;
    return place % 2 === 0 ? x + r * Math.cos(angle) : y + r * Math.sin(angle);
  });
}

/** The outline from its last point to its first, beginning `shift` points later. */
export function runBackwards(points: Float64Array, shift = 0): Float64Array {
  const count = points.length / 2;
  return Float64Array.from({ length: points.length }, (_, place) => {
    const n = (2 * count - 1 - (place >> 1) - shift) % count;
    return points[2 * n + (place % 2)]!;
  });
}

/** An area of one component for each list of outlines. */
export function areaOf(...components: readonly (readonly Float64Array[])[]): PlaneArea {
  return { components, exclusions: [] };
}

/** Closed outlines as one contour after the other of a file. */
export function closed(...outlines: readonly Float64Array[]): Outline[] {
  return outlines.map((points, contour) => ({ points, kind: "closed", contour }));
}

/** Sum of numbers. */
export function sum(values: Iterable<number>): number {
  let total = 0;
  for (const value of values) total += value;
  return total;
}

/** The same outline moved. */
export function moved(points: Float64Array, x: number, y: number): Float64Array {
  return points.map((value, n) => value + (n % 2 === 0 ? x : y));
}

/** True when a point lies in an outline by the even-odd rule: counts the edges above it, another way than the program. */
export function isWithin(points: Float64Array, x: number, y: number): boolean {
  let above = 0;
  for (let n = 0, m = points.length - 2; n < points.length; m = n, n += 2) {
    const [ax, ay, bx, by] = [points[m]!, points[m + 1]!, points[n]!, points[n + 1]!];
    if (ax > x === bx > x) continue;
    if (((x - ax) / (bx - ax)) * (by - ay) + ay > y) above++;
  }
  return above % 2 === 1;
}

/** The part of an outline within a pixel, px²: cut by its four sides one after the other (signed area, for outlines that do not cross themselves). */
export function areaInPixel(points: Float64Array, i: number, j: number): number {
  let corners = Array.from({ length: points.length / 2 }, (_, n) => [
    points[2 * n]! - i,
    points[2 * n + 1]! - j,
  ]);
  for (const axis of [0, 1]) {
    for (const sign of [1, -1]) {
      corners = corners.flatMap((corner, n) => {
        const before = corners.at(n - 1)!;
        const [a, b] = [0.5 - sign * before[axis]!, 0.5 - sign * corner[axis]!];
        const cut = before.map((value, c) => value + (a / (a - b)) * (corner[c]! - value));
        return [...(a < 0 !== b < 0 ? [cut] : []), ...(b >= 0 ? [corner] : [])];
      });
    }
  }
  let twice = 0;
  for (const [n, corner] of corners.entries()) {
    const next = corners[(n + 1) % corners.length]!;
    twice += corner[0]! * next[1]! - next[0]! * corner[1]!;
  }
  return Math.abs(twice) / 2;
}
