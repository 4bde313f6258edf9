import { isOutline } from "./outline.ts";
import { sortedOrder } from "./sorted-order.ts";

/** Outlines with more edges beside each other are left undecided, so that time grows with the points alone. */
const mostBeside = 64;

/** So are those with more points on one row that have to be sorted there. */
const mostMoves = 64;

/** Relative error of `turn`, rounded up from (3 + 16 u) u with u = 2^-53; and px² below which products lose digits. */
const [turnError, leastTurn] = [4 * 2 ** -53, 1e-250];

/** Edges beside each other from left to right: the points at which each begins and ends, by ascending row. */
interface Beside {
  readonly points: Float64Array;
  readonly from: Int32Array;
  readonly to: Int32Array;
  count: number;
}

/**
 * True when an outline certainly neither crosses nor touches itself: what it encloses is then its shoelace area, by any
 * rule. False when it does, or when rounding or effort leave it undecided.
 *
 * Points are passed by ascending row, then column, with a list of the edges beside each other (M. I. Shamos and D. Hoey,
 * Geometric intersection problems, FOCS 1976): as long as no edge reaches its neighbour the list is right, and the first
 * that does reaches a neighbour. On which side of an edge a point lies is decided within the bounds of J. R. Shewchuk
 * (Discrete Comput Geom 18:305-363, 1997).
 *
 * @param points - px, shape [n, 2]
 */
export function isSimple(points: Float64Array): boolean {
  const order = isOutline(points) ? orderPoints(points) : undefined;
  if (order === undefined) return false;
  const [from, to] = [new Int32Array(mostBeside + 2), new Int32Array(mostBeside + 2)];
  const beside = { points, from, to, count: 0 };
  const last = order.length - 1;
  for (let n = 0; n <= last; n++) {
    const point = order[n]!;
    const before = point === 0 ? last : point - 1;
    const after = point === last ? 0 : point + 1;
    const [upBefore, upAfter] = [isLater(points, before, point), isLater(points, after, point)];
    const isApart =
      upBefore && upAfter
        ? begin(beside, point, before, after)
        : upBefore || upAfter
          ? continueWith(beside, point, upAfter ? after : before)
          : end(beside, point);
    if (!isApart) return false;
  }
  return true;
}

/** Two edges begin at a point. */
function begin(beside: Beside, point: number, before: number, after: number): boolean {
  const { points, from, to, count } = beside;
  if (count >= mostBeside) return false;
  let at = 0;
  for (; at < count; at++) {
    const side = turn(points, from[at]!, to[at]!, point);
    if (side === 0) return false;
    if (side > 0) break;
  }
  const opening = turn(points, point, before, after);
  if (opening === 0) return false;
  for (let n = count - 1; n >= at; n--) {
    from[n + 2] = from[n]!;
    to[n + 2] = to[n]!;
  }
  from[at] = point;
  from[at + 1] = point;
  to[at] = opening < 0 ? before : after;
  to[at + 1] = opening < 0 ? after : before;
  beside.count += 2;
  return areApart(beside, at) && areApart(beside, at + 2);
}

/** An edge ends at a point and the next one of the outline begins. */
function continueWith(beside: Beside, point: number, next: number): boolean {
  const at = placeOf(beside, point);
  beside.from[at] = point;
  beside.to[at] = next;
  return areApart(beside, at) && areApart(beside, at + 1);
}

/** Two edges end at a point. */
function end(beside: Beside, point: number): boolean {
  const { from, to } = beside;
  const at = placeOf(beside, point);
  if (to[at + 1] !== point) return false;
  beside.count -= 2;
  for (let n = at; n < beside.count; n++) {
    from[n] = from[n + 2]!;
    to[n] = to[n + 2]!;
  }
  return areApart(beside, at);
}

/** Place of the first edge that ends at a point; there always is one. */
function placeOf({ to }: Beside, point: number): number {
  let at = 0;
  while (to[at] !== point) at++;
  return at;
}

/** True when the edges at places `right - 1` and `right`, in order where the later one begins, stay so until the first of them ends. */
function areApart({ points, from, to, count }: Beside, right: number): boolean {
  if (right === 0 || right >= count) return true;
  const [a, b] = [to[right - 1]!, to[right]!];
  // Neighbours in the outline only meet in their common point.
  if (a === b || from[right - 1] === from[right]) return true;
  return isLater(points, b, a)
    ? turn(points, from[right]!, b, a) > 0
    : turn(points, from[right - 1]!, a, b) < 0;
}

function isLater(points: Float64Array, a: number, b: number): boolean {
  const [rowA, rowB] = [points[2 * a + 1]!, points[2 * b + 1]!];
  return rowA > rowB || (rowA === rowB && points[2 * a]! > points[2 * b]!);
}

/** Above 0 when point c lies to the left of a way from a to a later point b, below 0 to the right; 0 when rounding could change that. */
function turn(points: Float64Array, a: number, b: number, c: number): number {
  const [x, y] = [points[2 * a]!, points[2 * a + 1]!];
  const left = (points[2 * b]! - x) * (points[2 * c + 1]! - y);
  const right = (points[2 * b + 1]! - y) * (points[2 * c]! - x);
  const value = left - right;
  return Math.abs(value) > turnError * (Math.abs(left) + Math.abs(right)) + leastTurn ? value : 0;
}

/** The points by ascending row, then column; undefined when two are the same or too many lie on a row in disorder. */
function orderPoints(points: Float64Array): Uint32Array | undefined {
  const rows = new Float64Array(points.length / 2);
  for (let n = 0; n < rows.length; n++) rows[n] = points[2 * n + 1]!;
  const order = sortedOrder(rows, rows.length);
  for (let n = 1; n < order.length; n++) {
    const point = order[n]!;
    if (rows[order[n - 1]!]! < rows[point]!) continue;
    let at = n;
    while (at > 0 && isLater(points, order[at - 1]!, point)) {
      order[at] = order[at - 1]!;
      at--;
    }
    order[at] = point;
    if (n - at > mostMoves) return undefined;
    if (at > 0 && !isLater(points, point, order[at - 1]!)) return undefined;
  }
  return order;
}
