/**
 * The numbers 0 to count - 1 in the order of ascending keys.
 *
 * Merges the runs that are there already: the edges of an outline rise and fall a few times only, so that this takes time
 * in proportion to their number.
 *
 * @param keys - none NaN
 */
export function sortedOrder(keys: Float64Array, count: number): Uint32Array {
  let order = new Uint32Array(count);
  for (let n = 0; n < count; n++) order[n] = n;
  let starts = findRuns(order, keys);
  let room = starts.length > 2 ? new Uint32Array(count) : order;
  while (starts.length > 2) {
    const merged = [0];
    for (let n = 0; n + 1 < starts.length; n += 2) {
      const [from, middle] = [starts[n]!, starts[n + 1]!];
      const to = starts[n + 2] ?? middle;
      merge(order, from, middle, to, keys, room);
      merged.push(to);
    }
    [order, room] = [room, order];
    starts = merged;
  }
  return order;
}

/** Where ascending runs begin, and the end of the last; falling ones are turned round. */
function findRuns(order: Uint32Array, keys: Float64Array): readonly number[] {
  const starts = [0];
  for (let from = 0; from < order.length; ) {
    let to = from + 1;
    const falls = to < order.length && keys[to]! < keys[from]!;
    while (to < order.length && keys[to]! < keys[to - 1]! === falls) to++;
    if (falls) order.subarray(from, to).reverse();
    starts.push(to);
    from = to;
  }
  return starts;
}

function merge(
  order: Uint32Array,
  from: number,
  middle: number,
  to: number,
  keys: Float64Array,
  room: Uint32Array,
): void {
  for (let n = from, a = from, b = middle; n < to; n++) {
    const takeFirst = b >= to || (a < middle && keys[order[a]!]! <= keys[order[b]!]!);
    room[n] = takeFirst ? order[a++]! : order[b++]!;
  }
}
