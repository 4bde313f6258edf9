import type { CombineOptions, Measured, Outline } from "./combine-contours.ts";
import { type Relation, relateOutlines } from "./measure-outlines.ts";
import { boundsMeet } from "./outline.ts";
import type { PlaneArea } from "./placed-roi.ts";
import type { Remark } from "./remark.ts";
import {
  sayCopy,
  sayCopyCancels,
  sayExcluded,
  sayExclusiveOr,
  sayNested,
  sayOverlapping,
} from "./say-combined.ts";
import { measureArea } from "./sweep-border.ts";
import type { Budget } from "./sweep-slabs.ts";

/** Two outlines that have something in common, the earlier one of the file first. */
type Pair = readonly [number, number, Relation];

/** What comparing two outlines costs at least, in units of the budget. */
const costOfPair = 200;

/** Pixels that are filled in the time of one unit of the budget, and most that a plane of usual size has. */
const pixelsPerCost = 50;
const mostPixels = 2 ** 20;

/**
 * Deals outlines out to the components of an area.
 *
 * @param remarks - what is found is added
 * @returns undefined when the budget ran out
 */
export function joinOutlines(
  outlines: readonly Measured[],
  options: CombineOptions,
  budget: Budget,
  remarks: Remark[],
): PlaneArea | undefined {
  const of = (kind: Outline["kind"]) => outlines.filter(({ outline }) => outline.kind === kind);
  const [closed, xor, excluded] = [of("closed"), of("xor"), of("exclude")];
  for (const { outline } of xor) remarks.push(sayExclusiveOr(outline.contour));
  for (const { outline, bounds } of excluded) {
    remarks.push(sayExcluded(outline.contour));
    // Each is filled over its whole box, later, where no budget is kept.
    const pixels = (bounds.xMax - bounds.xMin) * (bounds.yMax - bounds.yMin);
    budget.left -= Math.min(pixels, mostPixels) / pixelsPerCost;
  }
  const copies = relateAll(xor, budget)?.filter(([, , relation]) => relation === "equal");
  const components = joinClosed(closed, options, budget, remarks);
  if (copies === undefined || components === undefined) return undefined;
  for (const [, later] of copies) remarks.push(sayCopyCancels(xor[later]!.outline.contour));
  return {
    components: [...components, ...xor.map(({ points }) => [points])],
    exclusions: excluded.map(({ points }) => points),
  };
}

function joinClosed(
  closed: readonly Measured[],
  { nested, pixelAreaMm2 }: CombineOptions,
  budget: Budget,
  remarks: Remark[],
): readonly (readonly Float64Array[])[] | undefined {
  const pairs = relateAll(closed, budget);
  if (pairs === undefined) return undefined;
  const copies = new Set(pairs.filter((pair) => pair[2] === "equal").map((pair) => pair[1]));
  const [holes, crossing] = [new Set<number>(), new Set<number>()];
  const joined: Pair[] = [];
  for (const pair of pairs) {
    const [a, b, relation] = pair;
    if (copies.has(a) || copies.has(b)) continue;
    if (relation === "overlapping") crossing.add(a).add(b);
    else holes.add(relation === "inside" ? a : b);
    if (relation === "overlapping" || nested === "union") joined.push(pair);
  }
  for (const n of copies) remarks.push(sayCopy(closed[n]!.outline.contour));
  for (const n of holes) remarks.push(sayNested(closed[n]!.outline.contour, nested));
  const groups = groupPairs(closed.length, joined).filter((group) => !copies.has(group[0]!));
  for (const group of groups) {
    const members = group.filter((n) => crossing.has(n)).map((n) => closed[n]!);
    if (members.length === 0) continue;
    const components = [members.map(({ points }) => points)];
    const union = measureArea({ components, exclusions: [] }, budget);
    if (union === undefined) return undefined;
    const twice = members.reduce((sum, { area }) => sum + area, 0) - union;
    for (const { outline } of members) {
      remarks.push(sayOverlapping(outline.contour, twice * pixelAreaMm2));
    }
  }
  return groups.map((group) => group.map((n) => closed[n]!.points));
}

/** The numbers 0 to count - 1 in groups: those that a pair joins, directly or by others, together; each group ascending. */
function groupPairs(count: number, pairs: readonly Pair[]): readonly (readonly number[])[] {
  const parent = Array.from({ length: count }, (_, n) => n);
  const leader = (start: number): number => {
    let n = start;
    while (parent[n] !== n) {
      parent[n] = parent[parent[n]!]!;
      n = parent[n]!;
    }
    return n;
  };
  for (const [a, b] of pairs) {
    const [first, second] = [leader(a), leader(b)];
    parent[Math.max(first, second)] = Math.min(first, second);
  }
  const groups = new Map<number, number[]>();
  for (let n = 0; n < count; n++) {
    const group = groups.get(leader(n));
    if (group === undefined) groups.set(n, [n]);
    else group.push(n);
  }
  return [...groups.values()];
}

/** All pairs that have something in common; undefined when the budget ran out. */
function relateAll(outlines: readonly Measured[], budget: Budget): readonly Pair[] | undefined {
  const order = outlines.map((_, n) => n);
  order.sort((a, b) => outlines[a]!.bounds.xMin - outlines[b]!.bounds.xMin || a - b);
  const pairs: Pair[] = [];
  for (let n = 0; n < order.length; n++) {
    for (let m = n + 1; m < order.length; m++) {
      const [a, b] = [Math.min(order[n]!, order[m]!), Math.max(order[n]!, order[m]!)];
      if (outlines[order[m]!]!.bounds.xMin > outlines[order[n]!]!.bounds.xMax) break;
      budget.left -= 1;
      if (!boundsMeet(outlines[a]!.bounds, outlines[b]!.bounds)) continue;
      budget.left -= costOfPair;
      if (budget.left < 0) return undefined;
      const relation = relateOutlines(outlines[a]!, outlines[b]!, budget);
      if (relation === undefined) return undefined;
      if (relation !== "disjoint") pairs.push([a, b, relation]);
    }
  }
  return budget.left < 0 ? undefined : pairs;
}
