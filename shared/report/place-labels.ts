import type { Box } from "./stroke-rings.ts";

/** A region of a picture that wants a label: its outlines and the size of the label, in pixels. */
export interface Labelled {
  /** x, y, x, y, ... */
  readonly rings: readonly Float64Array[];
  readonly width: number;
  readonly height: number;
}

/** Between an outline and its label, pixels. */
const gap = 3;

/**
 * Where the label of each region goes (top left corner): beside its largest outline, inside the picture, clear of the labels
 * before it, and where it covers the fewest lines; undefined where there is no free place.
 */
export function placeLabels(
  regions: readonly Labelled[],
  picture: Pick<Box, "width" | "height">,
): ({ readonly left: number; readonly top: number } | undefined)[] {
  const drawn = regions.flatMap(({ rings }) =>
    rings.map((ring) => ({ ring, bounds: boundRing(ring) })),
  );
  const taken: Box[] = [];
  return regions.map((region) => {
    const bounds = region.rings.map(boundRing).sort((a, b) => sizeOf(b) - sizeOf(a))[0];
    if (bounds === undefined) return undefined;
    let best: { box: Box; cost: number } | undefined;
    for (const box of listPlaces(bounds, region)) {
      if (!contains(picture, box) || taken.some((other) => overlap(box, other))) continue;
      const cost = drawn.reduce(
        (sum, one) => sum + (overlap(box, one.bounds) ? countCrossings(one.ring, box) : 0),
        0,
      );
      if (best === undefined || cost < best.cost) best = { box, cost };
      if (cost === 0) break;
    }
    if (best === undefined) return undefined;
    taken.push(best.box);
    return { left: best.box.left, top: best.box.top };
  });
}

/** Places around a box in order of preference: above right, above left, below right, below left, the four sides, the middle. */
function listPlaces(bounds: Box, { width, height }: Labelled): Box[] {
  const { left, top } = bounds;
  const right = left + bounds.width;
  const bottom = top + bounds.height;
  const middle = left + bounds.width / 2 - width / 2;
  const centre = top + bounds.height / 2 - height / 2;
  const places = [
    [right + gap, top - height / 2],
    [left - gap - width, top - height / 2],
    [right + gap, bottom - height / 2],
    [left - gap - width, bottom - height / 2],
    [middle, top - gap - height],
    [middle, bottom + gap],
    [right + gap, centre],
    [left - gap - width, centre],
    [middle, centre],
  ] as const;
  return places.map(([x, y]) => ({ left: Math.round(x), top: Math.round(y), width, height }));
}

function boundRing(ring: Float64Array): Box {
  let [left, top, right, bottom] = [Infinity, Infinity, -Infinity, -Infinity];
  for (let n = 0; n + 1 < ring.length; n += 2) {
    left = Math.min(left, ring[n]!);
    right = Math.max(right, ring[n]!);
    top = Math.min(top, ring[n + 1]!);
    bottom = Math.max(bottom, ring[n + 1]!);
  }
  return { left, top, width: right - left, height: bottom - top };
}

function sizeOf({ width, height }: Box): number {
  return width + height;
}

function contains({ width, height }: Pick<Box, "width" | "height">, box: Box): boolean {
  const { left, top } = box;
  return left >= 1 && top >= 1 && left + box.width < width && top + box.height < height;
}

function overlap(a: Box, b: Box): boolean {
  return (
    a.left <= b.left + b.width &&
    b.left <= a.left + a.width &&
    a.top <= b.top + b.height &&
    b.top <= a.top + a.height
  );
}

/** How many pieces of an outline run through a box. */
function countCrossings(ring: Float64Array, { left, top, width, height }: Box): number {
  let count = 0;
  const last = ring.length - 2;
  for (let n = 0; n <= last; n += 2) {
    const before = n === 0 ? last : n - 2;
    const [x, y] = [ring[before]!, ring[before + 1]!];
    // Liang & Barsky (1984): the part of the piece within both pairs of sides.
    const across = range(x, ring[n]! - x, left, left + width);
    const down = range(y, ring[n + 1]! - y, top, top + height);
    if (Math.max(0, across[0], down[0]) <= Math.min(1, across[1], down[1])) count++;
  }
  return count;
}

/** Between which shares of its way a point that starts at `from` and goes by `step` is within two bounds. */
function range(from: number, step: number, low: number, high: number): readonly [number, number] {
  if (step === 0) return from >= low && from <= high ? [0, 1] : [1, 0];
  const a = (low - from) / step;
  const b = (high - from) / step;
  return a < b ? [a, b] : [b, a];
}
