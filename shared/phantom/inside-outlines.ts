import { type Grid, type Vector3, voxelCentre, voxelCount } from "#shared/volume/grid.ts";
import type { DrawnRegion } from "./drawn-collection.ts";

/**
 * The voxels of any grid that lie in a region, point by point: the centre of each voxel is carried to the drawn slice nearest
 * to it, and a ray from there along its row crosses the outlines of that slice an odd number of times. So nested outlines
 * make holes and separate ones islands; outlines that overlap in part are not meant.
 *
 * A centre on an outline, within a millionth of a pixel, counts where the region lies on its side of growing index (half-open). Slow and simple on purpose: what
 * regions are measured with is another implementation, which fills rows.
 *
 * @param drawn - grid of the scan the region was drawn on
 * @param target - a grid with the same direction of slices
 * @returns samples inside, ascending
 */
export function voxelsInside(region: DrawnRegion, drawn: Grid, target: Grid): Uint32Array {
  const toDrawn = indexFinder(drawn);
  const outlines = Map.groupBy(region.outlines, ({ slice }) => slice);
  const [nx, ny] = target.shape;
  const inside: number[] = [];
  for (let voxel = 0; voxel < voxelCount(target); voxel++) {
    const index = [voxel % nx, Math.floor(voxel / nx) % ny, Math.floor(voxel / (nx * ny))] as const;
    const [column, row, slice] = toDrawn(voxelCentre(target, index));
    // Half-way between two slices a voxel belongs to neither.
    const nearest = Math.round(slice);
    if (Math.abs(slice - nearest) > 0.499) continue;
    const crossings = (outlines.get(nearest) ?? []).reduce(
      (sum, { points }) => sum + countCrossings(points, column, row),
      0,
    );
    if (crossings % 2 === 1) inside.push(voxel);
  }
  return Uint32Array.from(inside);
}

/** Edges of a polygon that a ray from a point towards growing columns crosses. */
function countCrossings(
  points: readonly (readonly [number, number])[],
  column: number,
  row: number,
): number {
  return points.filter(([x1, y1], n) => {
    const [x2, y2] = points[(n + 1) % points.length]!;
    return y1 <= row !== y2 <= row && column < x1 + ((row - y1) * (x2 - x1)) / (y2 - y1);
  }).length;
}

/** Index (column, row, slice), to a millionth, of points in patient coordinates; the axes of the grid are at right angles. */
function indexFinder({ affineLps: a }: Grid): (point: Vector3) => [number, number, number] {
  const axes = [0, 1, 2].map((c) => [a[c]!, a[4 + c]!, a[8 + c]!] as const);
  return ([x, y, z]) =>
    axes.map(([ax, ay, az]) => {
      const along = (x - a[3]!) * ax + (y - a[7]!) * ay + (z - a[11]!) * az;
      return Math.round((along / (ax * ax + ay * ay + az * az)) * 1e6) / 1e6;
    }) as [number, number, number];
}

/** Sum of the areas of all outlines, and the area they enclose by the even-odd rule when they do not cross one another, mm². */
export function outlineAreas(
  { outlines }: DrawnRegion,
  pixelArea: number,
): { readonly drawn: number; readonly enclosed: number } {
  let [drawn, enclosed] = [0, 0];
  for (const { slice, points } of outlines) {
    const area = pixelArea * shoelace(points);
    const around = outlines.filter(
      (other) =>
        other.slice === slice &&
        other.points !== points &&
        countCrossings(other.points, ...points[0]!) % 2 === 1,
    ).length;
    drawn += area;
    enclosed += around % 2 === 0 ? area : -area;
  }
  return { drawn, enclosed };
}

/** Area of a polygon in pixels. */
function shoelace(points: readonly (readonly [number, number])[]): number {
  const twice = points.reduce((sum, [x1, y1], n) => {
    const [x2, y2] = points[(n + 1) % points.length]!;
    return sum + x1 * y2 - x2 * y1;
  }, 0);
  return Math.abs(twice) / 2;
}
