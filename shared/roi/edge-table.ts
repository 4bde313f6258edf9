import { isOutline } from "./outline.ts";

/** The edges of several outlines that are not level, each from its lower to its higher row, sorted by the lower one. */
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
  const unsorted = allocate(capacity);
  let count = 0;
  for (const [outline, points] of outlines.entries()) {
    if (!isOutline(points)) continue;
    for (let n = 0, m = points.length - 2; n < points.length; m = n, n += 2) {
      const up = points[m + 1]! < points[n + 1]!;
      const [low, high] = up ? [m, n] : [n, m];
      const [xFrom, yFrom, xTo, yTo] = [
        points[low]!,
        points[low + 1]!,
        points[high]!,
        points[high + 1]!,
      ];
      if (!(yFrom < yTo) || yTo <= lowest || yFrom >= highest) continue;
      const slope = (xTo - xFrom) / (yTo - yFrom);
      const [from, to] = [Math.max(yFrom, lowest), Math.min(yTo, highest)];
      unsorted.xFrom[count] = from === yFrom ? xFrom : xFrom + (from - yFrom) * slope;
      unsorted.yFrom[count] = from;
      unsorted.xTo[count] = to === yTo ? xTo : xFrom + (to - yFrom) * slope;
      unsorted.yTo[count] = to;
      unsorted.outline[count] = outline;
      unsorted.winding[count] = up ? 1 : -1;
      count++;
    }
  }
  return sortEdges(unsorted, count);
}

type Columns = Omit<{ -readonly [key in keyof EdgeTable]: EdgeTable[key] }, "count" | "levels">;

function allocate(size: number): Columns {
  return {
    xFrom: new Float64Array(size),
    yFrom: new Float64Array(size),
    xTo: new Float64Array(size),
    yTo: new Float64Array(size),
    outline: new Int32Array(size),
    winding: new Int8Array(size),
  };
}

function sortEdges(edges: Columns, count: number): EdgeTable {
  const order = new Uint32Array(count).map((_, n) => n);
  order.sort((a, b) => edges.yFrom[a]! - edges.yFrom[b]!);
  const sorted = allocate(count);
  for (let n = 0; n < count; n++) copyEdge(edges, order[n]!, sorted, n, edges.outline[order[n]!]!);
  const ends = new Float64Array(2 * count);
  ends.set(sorted.yFrom);
  ends.set(sorted.yTo, count);
  return { ...sorted, count, levels: dropRepeats(ends.sort()) };
}

/** The edges of two tables in one, those of the first as outline 0, those of the second as outline 1. */
export function mergeTables(a: EdgeTable, b: EdgeTable): EdgeTable {
  const count = a.count + b.count;
  const merged = allocate(count);
  for (let n = 0, i = 0, j = 0; n < count; n++) {
    if (j >= b.count || (i < a.count && a.yFrom[i]! <= b.yFrom[j]!)) copyEdge(a, i++, merged, n, 0);
    else copyEdge(b, j++, merged, n, 1);
  }
  const levels = new Float64Array(a.levels.length + b.levels.length);
  for (let n = 0, i = 0, j = 0; n < levels.length; n++) {
    const first = j >= b.levels.length || (i < a.levels.length && a.levels[i]! <= b.levels[j]!);
    levels[n] = first ? a.levels[i++]! : b.levels[j++]!;
  }
  return { ...merged, count, levels: dropRepeats(levels) };
}

function copyEdge(from: Columns, edge: number, to: Columns, place: number, outline: number): void {
  to.xFrom[place] = from.xFrom[edge]!;
  to.yFrom[place] = from.yFrom[edge]!;
  to.xTo[place] = from.xTo[edge]!;
  to.yTo[place] = from.yTo[edge]!;
  to.winding[place] = from.winding[edge]!;
  to.outline[place] = outline;
}

/** Ascending numbers, each once. */
function dropRepeats(sorted: Float64Array): Float64Array {
  let kept = 0;
  for (let n = 0; n < sorted.length; n++) {
    if (n === 0 || sorted[n] !== sorted[kept - 1]) sorted[kept++] = sorted[n]!;
  }
  return sorted.subarray(0, kept);
}
