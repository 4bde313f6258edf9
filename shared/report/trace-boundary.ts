/**
 * The border of the marked voxels of one slice: closed outlines along voxel edges (marked voxels on their right, so that
 * holes run the other way round), as column, row, ... in index coordinates, the centre of the first voxel at (0, 0); corners
 * only.
 *
 * @param voxels - samples of a volume, i + nx (j + ny k), ascending
 * @param plane - k, the slice to look at
 */
export function traceBoundary(
  voxels: Uint32Array,
  plane: number,
  [nx, ny]: readonly [number, number, ...number[]],
): Float64Array[] {
  const size = nx * ny;
  const inside = new Set<number>();
  for (let n = findFirst(voxels, plane * size); n < voxels.length; n++) {
    const voxel = voxels[n]! - plane * size;
    if (voxel >= size) break;
    inside.add(voxel);
  }
  const edges = collectEdges(inside, nx, ny);
  const rings: Float64Array[] = [];
  for (const start of edges.keys()) {
    while (edges.get(start)?.length) rings.push(followEdges(edges, start, nx + 1));
  }
  return rings;
}

/** Position of the first voxel that is not below `bound`. */
function findFirst(voxels: Uint32Array, bound: number): number {
  let low = 0;
  let high = voxels.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (voxels[middle]! < bound) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** Steps to the right, down, left and up, in corners. */
const steps = [
  [1, 0],
  [0, 1],
  [-1, 0],
  [0, -1],
] as const;

/** For each corner (column + (nx + 1) row) the directions of the edges that begin there. */
function collectEdges(inside: ReadonlySet<number>, nx: number, ny: number): Map<number, number[]> {
  const edges = new Map<number, number[]>();
  const add = (column: number, row: number, direction: number) => {
    const corner = column + (nx + 1) * row;
    const known = edges.get(corner);
    if (known === undefined) edges.set(corner, [direction]);
    else known.push(direction);
  };
  for (const voxel of inside) {
    const i = voxel % nx;
    const j = (voxel - i) / nx;
    if (j === 0 || !inside.has(voxel - nx)) add(i, j, 0);
    if (i === nx - 1 || !inside.has(voxel + 1)) add(i + 1, j, 1);
    if (j === ny - 1 || !inside.has(voxel + nx)) add(i + 1, j + 1, 2);
    if (i === 0 || !inside.has(voxel - 1)) add(i, j + 1, 3);
  }
  return edges;
}

function followEdges(edges: Map<number, number[]>, start: number, columns: number): Float64Array {
  const corners: number[] = [];
  let corner = start;
  let first = -1;
  let before = -1;
  do {
    const open = edges.get(corner) ?? [];
    // Where two voxels touch at a corner only, a turn to the right keeps them apart.
    const right = open.indexOf((before + 1) % 4);
    const direction = open.splice(before >= 0 && right >= 0 ? right : 0, 1)[0];
    if (direction === undefined) break;
    const column = corner % columns;
    const row = (corner - column) / columns;
    if (direction !== before) corners.push(column - 0.5, row - 0.5);
    if (before < 0) first = direction;
    before = direction;
    corner += steps[direction]![0] + columns * steps[direction]![1];
  } while (corner !== start || closesLater(edges, corner, before));
  // It may have begun in the middle of a straight piece.
  return Float64Array.from(first === before ? corners.slice(2) : corners);
}

/** Whether the way goes on through its own start: a corner at which it does not turn right into the first edge. */
function closesLater(edges: Map<number, number[]>, corner: number, before: number): boolean {
  return edges.get(corner)?.includes((before + 1) % 4) === true;
}
