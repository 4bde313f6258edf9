import { type EdgeTable, mergeTables, tabulateEdges } from "./edge-table.ts";
import { type Bounds, boundsOf, perimeterOf, shoelaceArea } from "./outline.ts";
import { isSimple } from "./simple-outline.ts";
import { type Budget, sweepSlabs } from "./sweep-slabs.ts";

/** An outline with its measures, px and px². */
export interface MeasuredOutline {
  readonly points: Float64Array;
  readonly bounds: Bounds;
  /** Absolute area by the shoelace formula. */
  readonly shoelace: number;
  /** Area by the even-odd rule, and of all that is run around at all (non-zero rule). */
  readonly area: number;
  readonly nonZeroArea: number;
  /** What comparing with others takes; undefined until the first. */
  relating: Relating | undefined;
}

interface Relating {
  readonly edges: EdgeTable;
  /** Areas below this are slivers of rounding, px². */
  readonly sliver: number;
}

/** How two outlines lie to each other: `inside` when the first lies in the second, `around` the reverse. */
export type Relation = "disjoint" | "equal" | "inside" | "around" | "overlapping";

/**
 * Width of strips that do not count as overlap or as difference, px: coordinates stored as decimal text differ by as much,
 * so that neighbours with a common edge are neighbours and a hole may touch its rim.
 */
const sliverWidthPx = 1e-3;

/** Nor does a sliver exceed this share of an area, so that outlines smaller than a pixel keep their relations. */
const sliverShare = 1e-3;

/**
 * Measures of one outline.
 *
 * @param points - px, shape [n, 2]
 * @returns undefined when the budget ran out
 */
export function measureOutline(points: Float64Array, budget: Budget): MeasuredOutline | undefined {
  const shoelace = Math.abs(shoelaceArea(points));
  const shared = { points, bounds: boundsOf(points), shoelace, relating: undefined };
  if (isSimple(points)) return { ...shared, area: shoelace, nonZeroArea: shoelace };
  let [area, nonZeroArea] = [0, 0];
  const edges = tabulateEdges([points]);
  const complete = sweepSlabs(edges, budget, ({ from, to, order, count, xFrom, xTo }) => {
    for (let n = 1, winding = 0; n < count; n++) {
      const [a, b] = [order[n - 1]!, order[n]!];
      winding += edges.winding[a]!;
      const between = ((xFrom[b]! - xFrom[a]! + xTo[b]! - xTo[a]!) / 2) * (to - from);
      if (n % 2 === 1) area += between;
      if (winding !== 0) nonZeroArea += between;
    }
    return true;
  });
  return complete ? { ...shared, area, nonZeroArea } : undefined;
}

function prepare(outline: MeasuredOutline): Relating {
  const { points, area } = outline;
  outline.relating ??= {
    edges: tabulateEdges([points]),
    sliver: Math.min(sliverWidthPx * perimeterOf(points), sliverShare * area),
  };
  return outline.relating;
}

/**
 * How two outlines lie to each other, by the areas that one, the other and both enclose. Parts narrower than 1e-3 px do
 * not count.
 *
 * @returns undefined when the budget ran out
 */
export function relateOutlines(
  a: MeasuredOutline,
  b: MeasuredOutline,
  budget: Budget,
): Relation | undefined {
  const [first, second] = [prepare(a), prepare(b)];
  const sliver = Math.min(first.sliver, second.sliver);
  let [onlyA, onlyB, both] = [0, 0, 0];
  const isOverlapping = () => both > sliver && onlyA > sliver && onlyB > sliver;
  const edges = mergeTables(first.edges, second.edges);
  budget.left -= edges.count;
  const complete = sweepSlabs(edges, budget, ({ from, to, order, count, xFrom, xTo }) => {
    for (let n = 1, inside = 0; n < count; n++) {
      const [left, right] = [order[n - 1]!, order[n]!];
      // Bit 0: within the first outline; bit 1: within the second.
      inside ^= 1 << edges.outline[left]!;
      if (inside === 0) continue;
      const between = ((xFrom[right]! - xFrom[left]! + xTo[right]! - xTo[left]!) / 2) * (to - from);
      if (inside === 1) onlyA += between;
      else if (inside === 2) onlyB += between;
      else both += between;
    }
    return !isOverlapping();
  });
  if (!complete) return undefined;
  if (both <= sliver) return "disjoint";
  if (isOverlapping()) return "overlapping";
  if (onlyA <= sliver) return onlyB <= sliver ? "equal" : "inside";
  return "around";
}
