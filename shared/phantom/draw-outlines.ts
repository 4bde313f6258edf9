import { type Grid, type Vector3, voxelCentre } from "#shared/volume/grid.ts";
import type { DrawnOutline } from "./drawn-collection.ts";

/** A part of a region: something round, with one outline on every slice it reaches. */
export interface Stroke {
  /** Middle in patient coordinates (L, P, S), mm. */
  readonly centre: Vector3;
  /** Semi-axes along L, P and S, mm; the last one may be infinite. */
  readonly radii: Vector3;
  /** Outlines are drawn on slices whose middle is no further than this from the centre along S, mm. */
  readonly reach: number;
  /** Of the superellipse; 2 is an ellipse. */
  readonly exponent?: number;
}

/** How far a hand strays from the line it follows, part of the radius. */
const stray = 0.025;
/** Distance of the corners of an outline, mm, within limits. */
const cornerDistance = 0.25;
const [fewestCorners, mostCorners] = [20, 60];

/**
 * The outlines of a part of a region on the slices of a scan, slice by slice: smooth closed curves of 20 to 60 corners, drawn by
 * a steady but human hand.
 *
 * Corners are rounded to a ten-thousandth of a pixel, so that every form of file can hold them.
 *
 * @param grid - rows and columns not along the patient's S axis
 * @param style - a number that makes the curve another one
 */
export function drawOutlines(grid: Grid, stroke: Stroke, style: number): readonly DrawnOutline[] {
  const { centre, radii, reach, exponent = 2 } = stroke;
  return Array.from({ length: grid.shape[2] }, (_, slice) => slice).flatMap((slice) => {
    const [column, row] = locate(grid, slice, centre);
    const along = voxelCentre(grid, [column, row, slice])[2] - centre[2];
    if (Math.abs(along) > reach) return [];
    const girth = (1 - Math.abs(along / radii[2]) ** exponent) ** (1 / exponent);
    const [across, down] = [radii[0] * girth, radii[1] * girth];
    const corners = Math.round((Math.PI * (across + down)) / cornerDistance);
    const count = Math.min(mostCorners, Math.max(fewestCorners, corners));
    const points = Array.from({ length: count }, (_, n) => {
      const angle = (2 * Math.PI * (n + 0.37)) / count;
      const hand = 1 + stray * Math.sin(3 * angle + style + 1.3 * slice);
      const [x, y] = [Math.cos(angle), Math.sin(angle)];
      const radius = hand / (Math.abs(x) ** exponent + Math.abs(y) ** exponent) ** (1 / exponent);
      const target = [centre[0] + across * radius * x, centre[1] + down * radius * y] as const;
      const [i, j] = locate(grid, slice, target);
      return [round(i), round(j)] as const;
    });
    return [{ slice, points }];
  });
}

/** Column and row of the point of a slice that has the given L and P. */
function locate(grid: Grid, slice: number, [x, y]: readonly number[]): [number, number] {
  const a = grid.affineLps;
  const [dx, dy] = [x! - a[2]! * slice - a[3]!, y! - a[6]! * slice - a[7]!];
  const determinant = a[0]! * a[5]! - a[1]! * a[4]!;
  return [(a[5]! * dx - a[1]! * dy) / determinant, (a[0]! * dy - a[4]! * dx) / determinant];
}

function round(index: number): number {
  return Number(index.toFixed(4));
}
