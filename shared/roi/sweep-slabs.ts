import type { EdgeTable } from "./edge-table.ts";

/**
 * A strip between two rows in which no edge begins, ends or crosses another: the edges that pass through it, from left
 * to right, cut it into trapezoids.
 */
export interface Slab {
  readonly from: number;
  readonly to: number;
  /** The edges from left to right: the first `count` entries. */
  readonly order: Int32Array;
  readonly count: number;
  /** Column of each edge (by its number in the table) at `from` and at `to`. */
  readonly xFrom: Float64Array;
  readonly xTo: Float64Array;
}

/** Work that may still be done: an edge in a slab costs 1. Shared by all sweeps for a region, so that their sum is bounded. */
export interface Budget {
  left: number;
}

/**
 * What one region may cost, some 50 ns each: a second, and more for those with very many points. What a person draws costs
 * some 5000 in a plane.
 */
export const sweepBudget = 2e7;

/** More edges than this that begin on one row are not put in their places one by one. */
const manyNew = 32;

/**
 * Cuts outlines into slabs and shows each, from low to high rows.
 *
 * Edges are sorted anew at every row where one begins or ends; where their order differs at the two ends of a slab, they
 * cross in it and the slab is cut at the crossings. Rounding can therefore misplace slivers of rounding's own size, but
 * never lose an edge: coincident, touching and crossing outlines need no special care.
 *
 * @param show - called with one object whose content changes; false ends the sweep
 * @returns false when the budget ran out before the end
 */
export function sweepSlabs(
  edges: EdgeTable,
  budget: Budget,
  show: (slab: Slab) => boolean,
): boolean {
  const order = new Int32Array(edges.count);
  const [xFrom, xTo] = [new Float64Array(edges.count), new Float64Array(edges.count)];
  const { levels } = edges;
  const slab = { from: 0, to: 0, order, count: 0, xFrom, xTo };
  let room: Room | undefined;
  let next = 0;
  for (let level = 0; level + 1 < levels.length; level++) {
    const [from, to] = [levels[level]!, levels[level + 1]!];
    let count = 0;
    for (let n = 0; n < slab.count; n++) {
      if (edges.yTo[order[n]!]! > from) order[count++] = order[n]!;
    }
    const begun = next;
    for (; next < edges.count && edges.yFrom[edges.order[next]!]! <= from; next++) {
      order[count++] = edges.order[next]!;
    }
    for (let n = 0; n < count; n++) {
      const edge = order[n]!;
      xFrom[edge] = columnAt(edges, edge, from);
      xTo[edge] = columnAt(edges, edge, to);
    }
    slab.count = count;
    if (next - begun > manyNew) {
      order.subarray(0, count).sort((a, b) => xFrom[a]! - xFrom[b]! || xTo[a]! - xTo[b]!);
    }
    budget.left -= count + sortBy(order, count, xFrom, xTo);
    if (budget.left < 0) return false;
    slab.from = from;
    slab.to = to;
    if (isAscending(order, count, xTo)) {
      if (!show(slab)) return true;
      continue;
    }
    const cuts = findCrossings(slab, budget);
    if (cuts === undefined) return false;
    room ??= makeRoom(edges.count);
    if (!showBetween(cuts, slab, room, show)) return true;
  }
  return true;
}

function columnAt({ xFrom, yFrom, xTo, yTo }: EdgeTable, edge: number, y: number): number {
  const y0 = yFrom[edge]!;
  const y1 = yTo[edge]!;
  const x0 = xFrom[edge]!;
  const x1 = xTo[edge]!;
  return y === y0 ? x0 : y === y1 ? x1 : x0 + ((y - y0) / (y1 - y0)) * (x1 - x0);
}

/** Sorts the first `count` entries by a key, then by another, and says by how many places entries moved. */
function sortBy(order: Int32Array, count: number, key: Float64Array, then: Float64Array): number {
  let moves = 0;
  // By insertion: the order hardly changes from slab to slab.
  for (let n = 1; n < count; n++) {
    const edge = order[n]!;
    const [a, b] = [key[edge]!, then[edge]!];
    let at = n;
    while (at > 0) {
      const other = order[at - 1]!;
      if (key[other]! < a || (key[other]! === a && then[other]! <= b)) break;
      order[at] = other;
      at--;
    }
    order[at] = edge;
    moves += n - at;
  }
  return moves;
}

function isAscending(order: Int32Array, count: number, key: Float64Array): boolean {
  for (let n = 1; n < count; n++) if (key[order[n - 1]!]! > key[order[n]!]!) return false;
  return true;
}

/** The rows where edges of a slab cross, with both its ends, ascending; undefined when the budget does not suffice. */
function findCrossings(
  { from, to, order, count, xFrom, xTo }: Slab,
  budget: Budget,
): readonly number[] | undefined {
  const sorted = order.slice(0, count);
  const cuts = [from, to];
  for (let n = 1; n < count; n++) {
    const edge = sorted[n]!;
    let at = n;
    for (; at > 0 && xTo[sorted[at - 1]!]! > xTo[edge]!; at--) {
      const other = sorted[at - 1]!;
      const [before, after] = [xFrom[edge]! - xFrom[other]!, xTo[other]! - xTo[edge]!];
      cuts.push(from + (to - from) * (before / (before + after)));
      sorted[at] = other;
      budget.left -= count;
      if (budget.left < 0) return undefined;
    }
    sorted[at] = edge;
  }
  return cuts.sort((a, b) => a - b);
}

/** Where the parts of a slab are made up. */
interface Room {
  readonly part: { -readonly [key in keyof Slab]: Slab[key] };
  /** For each edge the sum of its columns at both ends of the part. */
  readonly middle: Float64Array;
}

function makeRoom(edges: number): Room {
  const [xFrom, xTo] = [new Float64Array(edges), new Float64Array(edges)];
  const part = { from: 0, to: 0, order: new Int32Array(edges), count: 0, xFrom, xTo };
  return { part, middle: new Float64Array(edges) };
}

/** Shows the parts of a slab between cuts. */
function showBetween(
  cuts: readonly number[],
  { from, to, order, count, xFrom, xTo }: Slab,
  { part, middle }: Room,
  show: (slab: Slab) => boolean,
): boolean {
  part.count = count;
  part.order.set(order.subarray(0, count));
  for (let n = 1; n < cuts.length; n++) {
    part.from = cuts[n - 1]!;
    part.to = cuts[n]!;
    if (!(part.from < part.to)) continue;
    const [s, t] = [(part.from - from) / (to - from), (part.to - from) / (to - from)];
    for (let m = 0; m < count; m++) {
      const edge = order[m]!;
      const step = xTo[edge]! - xFrom[edge]!;
      part.xFrom[edge] = xFrom[edge]! + s * step;
      part.xTo[edge] = xFrom[edge]! + t * step;
      middle[edge] = part.xFrom[edge]! + part.xTo[edge]!;
    }
    sortBy(part.order, count, middle, middle);
    if (!show(part)) return false;
  }
  return true;
}
