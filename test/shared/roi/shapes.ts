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
