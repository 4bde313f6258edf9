import type { Vector3 } from "./grid.ts";

/**
 * Removes from a mask, in place, every connected component of fewer than `fewest` voxels. Voxels that
 * share a face are connected, also across slices.
 *
 * @param mask - shape [nz, ny, nx], 1 inside
 */
export function dropSmallComponents(mask: Uint8Array, shape: Vector3, fewest: number): void {
  const queue = new Int32Array(mask.length);
  const seen = 2;
  for (let start = 0; start < mask.length; start++) {
    if (mask[start] !== 1) continue;
    const size = flood(mask, start, 1, seen, queue, shape);
    if (size >= fewest) continue;
    for (let n = 0; n < size; n++) mask[queue[n]!] = 0;
  }
  for (let v = 0; v < mask.length; v++) if (mask[v] === seen) mask[v] = 1;
}

/**
 * Fills, in place, the holes of each slice of a mask: outside voxels from which no way over faces leads to the
 * edge of the slice.
 *
 * @param mask - shape [nz, ny, nx], 1 inside
 */
export function fillHoles(mask: Uint8Array, shape: Vector3): void {
  const [nx, ny, nz] = shape;
  const queue = new Int32Array(nx * ny);
  const slice: Vector3 = [nx, ny, 1];
  const open = 2;
  for (let k = 0; k < nz; k++) {
    const plane = mask.subarray(k * nx * ny, (k + 1) * nx * ny);
    const start = (i: number, j: number): void => {
      const voxel = i + nx * j;
      if (plane[voxel] === 0) flood(plane, voxel, 0, open, queue, slice);
    };
    for (let i = 0; i < nx; i++) {
      start(i, 0);
      start(i, ny - 1);
    }
    for (let j = 0; j < ny; j++) {
      start(0, j);
      start(nx - 1, j);
    }
  }
  for (let v = 0; v < mask.length; v++) mask[v] = mask[v] === open ? 0 : 1;
}

/** Repaints the component of `start` from one value to another; its voxels stand in `queue` afterwards. */
function flood(
  mask: Uint8Array,
  start: number,
  from: number,
  to: number,
  queue: Int32Array,
  [nx, ny, nz]: Vector3,
): number {
  const plane = nx * ny;
  let size = 0;
  const paint = (voxel: number): void => {
    if (mask[voxel] !== from) return;
    mask[voxel] = to;
    queue[size++] = voxel;
  };
  paint(start);
  for (let n = 0; n < size; n++) {
    const voxel = queue[n]!;
    const i = voxel % nx;
    const inSlice = voxel % plane;
    if (i > 0) paint(voxel - 1);
    if (i < nx - 1) paint(voxel + 1);
    if (inSlice >= nx) paint(voxel - nx);
    if (inSlice < plane - nx) paint(voxel + nx);
    if (voxel >= plane) paint(voxel - plane);
    if (voxel < plane * (nz - 1)) paint(voxel + plane);
  }
  return size;
}
