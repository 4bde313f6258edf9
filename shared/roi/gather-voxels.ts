import type { AlignedPlanes } from "./align-planes.ts";

/** Voxels found slice by slice, to be put in the order of the samples. */
export interface Gathered {
  readonly voxels: Uint32Array[];
  readonly touched: Uint32Array[];
  readonly shares: Float64Array[];
}

/** Nothing found yet. */
export function newGathered(): Gathered {
  return { voxels: [], touched: [], shares: [] };
}

/** Samples of the pixels (column + columns row) of a slice; writes over `pixels` and returns it. */
export function toSamples(
  pixels: Uint32Array,
  { planes, start, strides }: AlignedPlanes,
  slice: number,
): Uint32Array {
  const columns = planes.shape[0];
  const first = start + slice * strides[2];
  if (strides[0] === 1 && strides[1] === columns) {
    for (let n = 0; n < pixels.length; n++) pixels[n] = first + pixels[n]!;
    return pixels;
  }
  for (let n = 0; n < pixels.length; n++) {
    const row = Math.floor(pixels[n]! / columns);
    pixels[n] = first + (pixels[n]! - row * columns) * strides[0] + row * strides[1];
  }
  return pixels;
}

/** Everything found, ascending; each voxel must have been found once. */
export function listGathered({ voxels, touched, shares }: Gathered): {
  readonly voxels: Uint32Array;
  readonly touched: Uint32Array;
  readonly shares: Float64Array;
} {
  const inside = joinWhole(voxels);
  const keys = joinWhole(touched);
  const values = new Float64Array(keys.length);
  let at = 0;
  for (const part of shares) {
    values.set(part, at);
    at += part.length;
  }
  if (!isAscending(inside)) inside.sort();
  if (isAscending(keys)) return { voxels: inside, touched: keys, shares: values };
  return { voxels: inside, ...sortTogether(keys, values) };
}

function joinWhole(parts: readonly Uint32Array[]): Uint32Array {
  const whole = new Uint32Array(parts.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}

function isAscending(values: Uint32Array): boolean {
  for (let n = 1; n < values.length; n++) if (values[n - 1]! > values[n]!) return false;
  return true;
}

/** Sorts keys and carries the shares along: by radix, since a comparison for each of millions takes seconds. */
function sortTogether(
  keys: Uint32Array,
  values: Float64Array,
): { touched: Uint32Array; shares: Float64Array } {
  type Pairs = { touched: Uint32Array; shares: Float64Array };
  let from: Pairs = { touched: keys, shares: values };
  let to: Pairs = {
    touched: new Uint32Array(keys.length),
    shares: new Float64Array(keys.length),
  };
  for (const shift of [0, 11, 22]) {
    const starts = new Uint32Array(2049);
    for (const key of from.touched) starts[((key >>> shift) & 2047) + 1]!++;
    for (let n = 1; n < starts.length; n++) starts[n]! += starts[n - 1]!;
    for (let n = 0; n < keys.length; n++) {
      const place = starts[(from.touched[n]! >>> shift) & 2047]!++;
      to.touched[place] = from.touched[n]!;
      to.shares[place] = from.shares[n]!;
    }
    [from, to] = [to, from];
  }
  return from;
}
