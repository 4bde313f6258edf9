/** Coordinates that lie this close to a whole number of pixels are on it (roi.md 7): below what decimal text keeps, above rounding. */
export const snapPx = 1e-6;

/** No outline reaches farther than this, pixels: beyond, double precision no longer resolves `snapPx`. */
const farthestPx = 1e9;

/** The smallest box around an outline, pixels. */
export interface Bounds {
  readonly xMin: number;
  readonly xMax: number;
  readonly yMin: number;
  readonly yMax: number;
}

/** An outline is usable when it has three points or more and every coordinate is a number within 1e9 pixels. */
export function isOutline(points: Float64Array): boolean {
  if (points.length < 6 || points.length % 2 !== 0) return false;
  for (let n = 0; n < points.length; n++) {
    if (!(Math.abs(points[n]!) <= farthestPx)) return false;
  }
  return true;
}

/** The box around one outline, shape [n, 2]. */
export function boundsOf(points: Float64Array): Bounds {
  let [xMin, xMax, yMin, yMax] = [Infinity, -Infinity, Infinity, -Infinity];
  for (let n = 0; n < points.length; n += 2) {
    const [x, y] = [points[n]!, points[n + 1]!];
    if (x < xMin) xMin = x;
    if (x > xMax) xMax = x;
    if (y < yMin) yMin = y;
    if (y > yMax) yMax = y;
  }
  return { xMin, xMax, yMin, yMax };
}

/** The box around several boxes. */
export function joinBounds(boxes: readonly Bounds[]): Bounds {
  let { xMin, xMax, yMin, yMax } = boxes[0]!;
  // Not by spreading into Math.min: a file can hold more outlines than a call takes arguments.
  for (const box of boxes) {
    if (box.xMin < xMin) xMin = box.xMin;
    if (box.xMax > xMax) xMax = box.xMax;
    if (box.yMin < yMin) yMin = box.yMin;
    if (box.yMax > yMax) yMax = box.yMax;
  }
  return { xMin, xMax, yMin, yMax };
}

/** True when two boxes have a point in common. */
export function boundsMeet(a: Bounds, b: Bounds): boolean {
  return a.xMin <= b.xMax && b.xMin <= a.xMax && a.yMin <= b.yMax && b.yMin <= a.yMax;
}

/** Signed area by the shoelace formula, px²: what viewers report; parts that are run around twice count twice. */
export function shoelaceArea(points: Float64Array): number {
  const last = points.length - 2;
  if (last < 4) return 0;
  // Relative to the first point, so that outlines far from the origin lose no digits.
  const [x0, y0] = [points[0]!, points[1]!];
  let sum = 0;
  for (let n = 2; n < last; n += 2) {
    sum +=
      (points[n]! - x0) * (points[n + 3]! - y0) - (points[n + 2]! - x0) * (points[n + 1]! - y0);
  }
  return sum / 2;
}

/** Length of the closed outline, px. */
export function perimeterOf(points: Float64Array): number {
  let sum = 0;
  for (let n = 0, m = points.length - 2; n < points.length; m = n, n += 2) {
    sum += Math.hypot(points[n]! - points[m]!, points[n + 1]! - points[m + 1]!);
  }
  return sum;
}
