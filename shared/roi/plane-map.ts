import type { PlaneStack } from "#shared/volume/plane-stack.ts";
import { dot } from "#shared/volume/vector.ts";
import type { PlaneArea } from "./placed-roi.ts";
import type { PlaneFrame } from "./plane-frame.ts";

/** Column and row in one plane to those in another: (a x + b y + c, d x + e y + f). */
export type PlaneMap = readonly [number, number, number, number, number, number];

/** Pixels of grids made for each other begin at, and are as long as, a multiple of one part in this many of the other's. */
const partsOfPixel = 96;

/** Affines of files are stored in 32 bits: so far off a grid may be and yet be meant to fit, px anywhere in the plane. */
const storedError = 1e-3;

/**
 * From index coordinates of plane `from` of one stack to those of plane `to` of another, along the normal of the latter.
 *
 * Grids that fit each other but for the rounding of stored affines are taken to fit: otherwise that rounding would decide
 * about centres on outlines, and neighbours would be touched by its width.
 */
export function mapPlane(
  source: PlaneStack,
  from: number,
  target: PlaneStack,
  frame: PlaneFrame,
  to: number,
): PlaneMap {
  const { rowStep, columnStep } = source;
  const [o, t] = [source.origins[from]!, target.origins[to]!];
  const way = [o[0] - t[0], o[1] - t[1], o[2] - t[2]] as const;
  const { column, row } = frame;
  const map: PlaneMap = [
    ...([dot(rowStep, column), dot(columnStep, column), dot(way, column)] as const),
    ...([dot(rowStep, row), dot(columnStep, row), dot(way, row)] as const),
  ];
  const fitting = map.map((value) => Math.round(value * partsOfPixel) / partsOfPixel);
  const off = map.map((value, n) => Math.abs(value - fitting[n]!));
  const [columns, rows] = source.shape;
  const stray = (n: number) => columns * off[n]! + rows * off[n + 1]! + off[n + 2]!;
  return Math.max(stray(0), stray(3)) <= storedError ? (fitting as unknown as PlaneMap) : map;
}

/** An area in the coordinates of another plane. */
export function mapArea({ components, exclusions }: PlaneArea, map: PlaneMap): PlaneArea {
  return {
    components: components.map((outlines) => outlines.map((points) => mapOutline(points, map))),
    exclusions: exclusions.map((points) => mapOutline(points, map)),
  };
}

function mapOutline(points: Float64Array, [a, b, c, d, e, f]: PlaneMap): Float64Array {
  const mapped = new Float64Array(points.length);
  for (let n = 0; n < points.length; n += 2) {
    const [x, y] = [points[n]!, points[n + 1]!];
    mapped[n] = a * x + b * y + c;
    mapped[n + 1] = d * x + e * y + f;
  }
  return mapped;
}
