import { boundsOf, isOutline, joinBounds, snapPx } from "./outline.ts";
import type { PlaneArea } from "./placed-roi.ts";

/** Edges by strips of rows: to test a point only the edges of its strip are asked. */
interface Strips {
  readonly yMin: number;
  readonly perStrip: number;
  readonly edges: readonly number[][];
  readonly points: Float64Array;
}

/** Most strips of an outline, and most entries of all its strips for each of its edges. */
const mostStrips = 1024;
const entriesPerEdge = 16;

/** A test whether a point (column, row) lies in an area, by the rule of fillArea with half-open edges. */
export function pointTest(area: PlaneArea): (x: number, y: number) => boolean {
  const components = area.components.map((outlines) => outlines.filter(isOutline).map(cutStrips));
  const exclusions = area.exclusions.filter(isOutline).map(cutStrips);
  const boxes = area.components.flat().filter(isOutline).map(boundsOf);
  if (boxes.length === 0) return () => false;
  const box = joinBounds(boxes);
  return (x, y) => {
    if (x < box.xMin - 1 || x > box.xMax + 1 || y < box.yMin - 1 || y > box.yMax + 1) return false;
    let inside = false;
    for (const outlines of components) {
      if (outlines.some((strips) => holds(strips, x, y))) inside = !inside;
    }
    return inside && !exclusions.some((strips) => holds(strips, x, y));
  };
}

function cutStrips(points: Float64Array): Strips {
  const { yMin, yMax } = boundsOf(points);
  const count = points.length / 2;
  let [height, edgeRows] = [yMax - yMin, 0];
  for (let n = 1, m = points.length - 1; n < points.length; m = n, n += 2) {
    edgeRows += Math.abs(points[n]! - points[m]!);
  }
  // Edges as long as the outline is high would stand in every strip.
  const most = (entriesPerEdge * count * height) / Math.max(edgeRows, 1e-12);
  const strips = Math.max(1, Math.min(mostStrips, count, Math.floor(most)));
  height = Math.max(height, 1e-12);
  const edges = Array.from({ length: strips }, (): number[] => []);
  const stripOf = (y: number) =>
    Math.max(0, Math.min(strips - 1, Math.floor(((y - yMin) / height) * strips)));
  for (let n = 0, m = points.length - 2; n < points.length; m = n, n += 2) {
    const [a, b] = [points[m + 1]!, points[n + 1]!];
    const last = stripOf(Math.max(a, b) + snapPx);
    for (let s = stripOf(Math.min(a, b) - snapPx); s <= last; s++) edges[s]!.push(n);
  }
  return { yMin, perStrip: strips / height, edges, points };
}

function holds({ yMin, perStrip, edges, points }: Strips, x: number, y: number): boolean {
  const strip = Math.max(0, Math.min(edges.length - 1, Math.floor((y - yMin) * perStrip)));
  let inside = false;
  for (const n of edges[strip]!) {
    const m = n === 0 ? points.length - 2 : n - 2;
    const [ax, ay, bx, by] = [points[m]!, points[m + 1]!, points[n]!, points[n + 1]!];
    const [above, below] = [ay <= y + snapPx, by <= y + snapPx];
    if (above === below) continue;
    const [x1, y1, x2, y2] = ay < by ? [ax, ay, bx, by] : [bx, by, ax, ay];
    if (x < x1 + ((y - y1) * (x2 - x1)) / (y2 - y1) - snapPx) inside = !inside;
  }
  return inside;
}
