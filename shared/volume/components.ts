import type { Vector3 } from "./grid.ts";

/**
 * Removes from a mask, in place, every connected component of fewer than `fewest` voxels. Voxels that
 * share a face are connected, also across slices.
 *
 * @param mask - shape [nz, ny, nx], 1 inside
 */
export function dropSmallComponents(mask: Uint8Array, shape: Vector3, fewest: number): void {
  const queue = new Int32Array(mask.length);
  const neighbours = faceNeighbours(shape, true);
  const seen = 2;
  for (let start = 0; start < mask.length; start++) {
    if (mask[start] !== 1) continue;
    const size = flood(mask, start, 1, seen, queue, neighbours);
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
  const neighbours = faceNeighbours(shape, false);
  const open = 2;
  for (let k = 0; k < nz; k++) {
    const base = k * nx * ny;
    const start = (i: number, j: number): void => {
      const voxel = base + i + nx * j;
      if (mask[voxel] === 0) flood(mask, voxel, 0, open, queue, neighbours);
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

type Visit = (voxel: number, see: (neighbour: number) => void) => void;

function faceNeighbours([nx, ny, nz]: Vector3, acrossSlices: boolean): Visit {
  const plane = nx * ny;
  const last = plane * (nz - 1);
  return (voxel, see) => {
    const i = voxel % nx;
    const j = Math.floor(voxel / nx) % ny;
    if (i > 0) see(voxel - 1);
    if (i < nx - 1) see(voxel + 1);
    if (j > 0) see(voxel - nx);
    if (j < ny - 1) see(voxel + nx);
    if (acrossSlices && voxel >= plane) see(voxel - plane);
    if (acrossSlices && voxel < last) see(voxel + plane);
  };
}

/** Repaints the component of `start` from one value to another; its voxels stand in `queue` afterwards. */
function flood(
  mask: Uint8Array,
  start: number,
  from: number,
  to: number,
  queue: Int32Array,
  neighbours: Visit,
): number {
  let size = 0;
  const paint = (voxel: number): void => {
    if (mask[voxel] !== from) return;
    mask[voxel] = to;
    queue[size++] = voxel;
  };
  paint(start);
  for (let n = 0; n < size; n++) neighbours(queue[n]!, paint);
  return size;
}
