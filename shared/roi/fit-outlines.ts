import type { IndexOutline } from "./index-outline.ts";

/** How one set of outlines lies against another, along one axis: other = scale x first + offset, pixels. */
export interface AxisFit {
  readonly scale: number;
  readonly offset: number;
  /** Mean of other - first, pixels. */
  readonly meanOffset: number;
}

/** How two sets of outlines lie to each other. */
export interface OutlineFit {
  /** Columns, rows. */
  readonly axes: readonly [AxisFit, AxisFit];
  /** Largest distance between two points that belong together, pixels. */
  readonly largest: number;
  /** The same after the fit. */
  readonly residual: number;
}

/** Rounds of fitting and pairing. */
const rounds = 3;

/** A residual above it, pixels, means that outlines or their points were not given in the same order. */
const sameOrder = 0.25;

/** Outlines of a plane up to which each is compared with each. */
const mostInPlane = 200;

/**
 * Fits two sets of outlines that may be shifted and stretched against each other.
 *
 * Outlines of one plane are first paired by their order, by size, or from left to right, which no shift and no stretch
 * changes, then by place; what fits best is taken. Points are compared one by one; where outlines do not have their points
 * in the same order, their bounds and areas.
 *
 * @returns undefined where nothing can be paired
 */
export function fitOutlines(
  first: readonly IndexOutline[],
  other: readonly IndexOutline[],
): OutlineFit | undefined {
  const planes = Map.groupBy(other, ({ plane }) => plane);
  const groups = [...Map.groupBy(first, ({ plane }) => plane)]
    .map(([plane, list]): Group => [list.map(measure), (planes.get(plane) ?? []).map(measure)])
    .filter(([, others]) => others.length > 0);
  if (groups.length === 0) return undefined;
  let best: OutlineFit | undefined;
  for (const order of orders) {
    const fit = fitGroups(groups, order);
    if (best === undefined || fit.residual < best.residual) best = fit;
    if (best.residual <= sameOrder) return best;
  }
  return best;
}

type Order = (a: Measured, b: Measured) => number;
const orders: readonly Order[] = [
  () => 0,
  (a, b) => b.points.length - a.points.length || b.area - a.area,
  (a, b) => a.bounds[0] - b.bounds[0] || a.bounds[1] - b.bounds[1],
];

function fitGroups(groups: readonly Group[], order: Order): OutlineFit {
  let pairs = groups.flatMap((group) => pairInOrder(group, order));
  let fit = fitPairs(pairs, samplePoints);
  for (let round = 1; round < rounds && fit.residual > sameOrder; round++) {
    const { axes } = fit;
    pairs = groups.flatMap((group) => pairByPlace(group, axes, order));
    fit = fitPairs(pairs, samplePoints);
  }
  if (fit.residual <= sameOrder) return fit;
  const bounds = fitPairs(pairs, sampleBounds);
  const areas = pairs.reduce((most, pair) => Math.max(most, compareAreas(pair, bounds)), 0);
  const residual = Math.max(bounds.residual, areas);
  if (residual >= fit.residual) return fit;
  return { axes: bounds.axes, largest: Math.max(bounds.largest, areas), residual };
}

/** Lowest column, lowest row, highest column, highest row. */
type Bounds = readonly [number, number, number, number];
interface Measured {
  readonly points: Float64Array;
  readonly area: number;
  readonly bounds: Bounds;
}
type Group = readonly [Measured[], Measured[]];
type Pair = readonly [Measured, Measured];

function measure({ points }: IndexOutline): Measured {
  let area = 0;
  const bounds: [number, number, number, number] = [Infinity, Infinity, -Infinity, -Infinity];
  for (let i = 0, last = points.length - 2; i < points.length; last = i, i += 2) {
    const [x, y] = [points[i]!, points[i + 1]!];
    area += (points[last]! * y - x * points[last + 1]!) / 2;
    bounds[0] = Math.min(bounds[0], x);
    bounds[1] = Math.min(bounds[1], y);
    bounds[2] = Math.max(bounds[2], x);
    bounds[3] = Math.max(bounds[3], y);
  }
  return { points, area: Math.abs(area), bounds };
}

function pairInOrder([first, other]: Group, order: Order): Pair[] {
  const others = [...other].sort(order);
  return [...first]
    .sort(order)
    .flatMap((outline, i): Pair[] => (others[i] === undefined ? [] : [[outline, others[i]]]));
}

/** By how much the edge of one outline would have to move to enclose as much as the other, pixels. */
function compareAreas([a, b]: Pair, { axes }: OutlineFit): number {
  const [left, top, right, bottom] = b.bounds;
  const length = Math.max(1, 2 * (right - left + bottom - top));
  return Math.abs(a.area * axes[0].scale * axes[1].scale - b.area) / length;
}

/** Each outline with the one nearest to where it should lie; a pair of as many points before any other. */
function pairByPlace(group: Group, axes: readonly [AxisFit, AxisFit], order: Order): Pair[] {
  const [first, other] = group;
  if (other.length > mostInPlane) return pairInOrder(group, order);
  const left = new Set(other);
  return first.flatMap((outline): Pair[] => {
    let best: Measured | undefined;
    let least = Infinity;
    for (const candidate of left) {
      const alike = candidate.points.length === outline.points.length;
      const cost = distance(outline.bounds, candidate.bounds, axes) + (alike ? 0 : 1e9);
      if (cost < least) [best, least] = [candidate, cost];
    }
    if (best === undefined) return [];
    left.delete(best);
    return [[outline, best]];
  });
}

function distance(a: Bounds, b: Bounds, axes: readonly [AxisFit, AxisFit]): number {
  return a.reduce((sum, value, i) => {
    const { scale, offset } = axes[i % 2]!;
    return sum + Math.abs(scale * value + offset - b[i]!);
  }, 0);
}

/** Coordinates that belong together, columns and rows in turn. */
type Sampler = (pair: Pair) => readonly [ArrayLike<number>, ArrayLike<number>];

const sampleBounds: Sampler = ([a, b]) => [a.bounds, b.bounds];
const samplePoints: Sampler = (pair) =>
  pair[0].points.length === pair[1].points.length
    ? [pair[0].points, pair[1].points]
    : sampleBounds(pair);

function fitPairs(pairs: readonly Pair[], sample: Sampler): OutlineFit {
  const samples = pairs.map(sample);
  const axes = [fitAxis(samples, 0), fitAxis(samples, 1)] as const;
  let largest = 0;
  let residual = 0;
  for (const [a, b] of samples) {
    for (let i = 0; i < a.length; i += 2) {
      const [x, y, u, v] = [a[i]!, a[i + 1]!, b[i]!, b[i + 1]!];
      largest = Math.max(largest, Math.hypot(u - x, v - y));
      const [du, dv] = [
        u - axes[0].scale * x - axes[0].offset,
        v - axes[1].scale * y - axes[1].offset,
      ];
      residual = Math.max(residual, Math.hypot(du, dv));
    }
  }
  return { axes, largest, residual };
}

/** Least squares on centred values; a scale needs an extent, without one it is 1. */
function fitAxis(samples: readonly ReturnType<Sampler>[], axis: 0 | 1): AxisFit {
  let count = 0;
  let [meanX, meanY] = [0, 0];
  for (const [a, b] of samples) {
    for (let i = axis; i < a.length; i += 2) {
      count++;
      meanX += (a[i]! - meanX) / count;
      meanY += (b[i]! - meanY) / count;
    }
  }
  let [xx, xy] = [0, 0];
  for (const [a, b] of samples) {
    for (let i = axis; i < a.length; i += 2) {
      xx += (a[i]! - meanX) ** 2;
      xy += (a[i]! - meanX) * (b[i]! - meanY);
    }
  }
  const scale = xx / count < 1e-6 ? 1 : xy / xx;
  return { scale, offset: meanY - scale * meanX, meanOffset: meanY - meanX };
}
