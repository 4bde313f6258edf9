import { isOutline } from "./outline.ts";
import { sortedOrder } from "./sorted-order.ts";

/** The edges of several outlines that are not level, each from its lower to its higher row. */
export interface EdgeTable {
  readonly count: number;
  /** Column and row where an edge begins and ends, px; yFrom < yTo. */
  readonly xFrom: Float64Array;
  readonly yFrom: Float64Array;
  readonly xTo: Float64Array;
  readonly yTo: Float64Array;
  /** Which outline an edge belongs to. */
  readonly outline: Int32Array;
  /** 1 for an edge that the outline runs along towards higher rows, -1 against. */
  readonly winding: Int8Array;
  /** The rows at which edges begin or end, ascending, each once. */
  readonly levels: Float64Array;
  /** The edges by ascending row at which they begin. */
  readonly order: Uint32Array;
}

/**
 * The edges of closed outlines as far as they lie between two rows. Outlines that are none (too few points, coordinates
 * that are no numbers) have no edges.
 *
 * @param outlines - px, shape [n, 2] each
 */
export function tabulateEdges(
  outlines: readonly Float64Array[],
  lowest = -Infinity,
  highest = Infinity,
): EdgeTable {
  const capacity = outlines.reduce((sum, { length }) => sum + length / 2, 0);
  const edges = allocate(capacity);
  let count = 0;
  for (const [outline, points] of outlines.entries()) {
    if (!isOutline(points)) continue;
    for (let n = 0, m = points.length - 2; n < points.length; m = n, n += 2) {
      const up = points[m + 1]! < points[n + 1]!;
      const low = up ? m : n;
      const high = up ? n : m;
      const xFrom = points[low]!;
      const yFrom = points[low + 1]!;
      const xTo = points[high]!;
      const yTo = points[high + 1]!;
      if (!(yFrom < yTo) || yTo <= lowest || yFrom >= highest) continue;
      const slope = (xTo - xFrom) / (yTo - yFrom);
      const from = Math.max(yFrom, lowest);
      const to = Math.min(yTo, highest);
      edges.xFrom[count] = from === yFrom ? xFrom : xFrom + (from - yFrom) * slope;
      edges.yFrom[count] = from;
      edges.xTo[count] = to === yTo ? xTo : xFrom + (to - yFrom) * slope;
      edges.yTo[count] = to;
      edges.outline[count] = outline;
      edges.winding[count] = up ? 1 : -1;
      count++;
    }
  }
  const ends = new Float64Array(2 * count);
  ends.set(edges.yFrom.subarray(0, count));
  ends.set(edges.yTo.subarray(0, count), count);
  const order = sortedOrder(edges.yFrom, count);
  return { ...edges, count, order, levels: dropRepeats(ends.sort()) };
}

function allocate(size: number) {
  const numbers = new Float64Array(4 * size);
  return {
    xFrom: numbers.subarray(0, size),
    yFrom: numbers.subarray(size, 2 * size),
    xTo: numbers.subarray(2 * size, 3 * size),
    yTo: numbers.subarray(3 * size),
    outline: new Int32Array(size),
    winding: new Int8Array(size),
  };
}

/** The edges of two tables in one, those of the first as outline 0, those of the second as outline 1. */
export function mergeTables(a: EdgeTable, b: EdgeTable): EdgeTable {
  const count = a.count + b.count;
  const merged = allocate(count);
  for (const column of ["xFrom", "yFrom", "xTo", "yTo", "winding"] as const) {
    merged[column].set(a[column].subarray(0, a.count));
    merged[column].set(b[column].subarray(0, b.count), a.count);
  }
  merged.outline.fill(1, a.count);
  const order = new Uint32Array(count);
  for (let n = 0, i = 0, j = 0; n < count; n++) {
    const first = j >= b.count || (i < a.count && a.yFrom[a.order[i]!]! <= b.yFrom[b.order[j]!]!);
    order[n] = first ? a.order[i++]! : a.count + b.order[j++]!;
  }
  const levels = new Float64Array(a.levels.length + b.levels.length);
  for (let n = 0, i = 0, j = 0; n < levels.length; n++) {
    const first = j >= b.levels.length || (i < a.levels.length && a.levels[i]! <= b.levels[j]!);
    levels[n] = first ? a.levels[i++]! : b.levels[j++]!;
  }
  return { ...merged, count, order, levels: dropRepeats(levels) };
}

/** Ascending numbers, each once. */
function dropRepeats(sorted: Float64Array): Float64Array {
  let kept = 0;
  for (let n = 0; n < sorted.length; n++) {
    if (n === 0 || sorted[n] !== sorted[kept - 1]) sorted[kept++] = sorted[n]!;
  }
  return sorted.subarray(0, kept);
}
