import type { Vector3 } from "#shared/volume/grid.ts";
import type { Contour, Reference } from "./roi.ts";

/** An outline on a plane of the reference series. */
export interface IndexOutline {
  readonly plane: number;
  /** Column and row, the centre of the first voxel at (0, 0), shape [n, 2]. */
  readonly points: Float64Array;
}

/**
 * Contours to index coordinates: those of an image through the image they name, those of the patient by the plane nearest
 * to their middle, at most half a spacing away. Undefined for what lies on no plane of the series.
 */
export function outlineFinder(
  reference: Reference,
): (contour: Contour) => IndexOutline | undefined {
  const places = new Map<string, { readonly frameNumber: number; readonly plane: number }[]>();
  reference.images.forEach((images, plane) => {
    for (const { sopInstanceUID, frameNumber } of images) {
      const known = places.get(sopInstanceUID);
      if (known === undefined) places.set(sopInstanceUID, [{ frameNumber, plane }]);
      else known.push({ frameNumber, plane });
    }
  });
  return (contour) => {
    if (contour.points.length === 0) return undefined;
    if (contour.space === "patient") return project(contour.points, reference);
    const [named] = contour.images;
    const place = places
      .get(named?.sopInstanceUID ?? "")
      ?.find(({ frameNumber }) => frameNumber === 0 || frameNumber === (named?.frameNumber ?? 1));
    return place === undefined ? undefined : { plane: place.plane, points: contour.points };
  };
}

/** Solves P - origin = i rowStep + j columnStep in the plane; the steps need not be perpendicular. */
function project(points: Float64Array, { planes }: Reference): IndexOutline | undefined {
  const { rowStep: r, columnStep: c, origins } = planes;
  const normal = cross(r, c);
  const length = Math.hypot(...normal);
  const count = points.length / 3;
  const middle: [number, number, number] = [0, 0, 0];
  for (let i = 0; i < points.length; i++) middle[i % 3]! += points[i]! / count;
  const distances = origins.map((o) => Math.abs(dot(minus(middle, o), normal)) / length);
  const nearest = Math.min(...distances);
  if (!(nearest <= (planes.spacing ?? planes.thickness ?? 1) / 2)) return undefined;
  const plane = distances.indexOf(nearest);
  const origin = origins[plane]!;
  const across = cross(c, normal);
  const down = cross(normal, r);
  const [width, height] = [dot(r, across), dot(c, down)];
  const index = new Float64Array(2 * count);
  for (let i = 0; i < count; i++) {
    const p = minus([points[3 * i]!, points[3 * i + 1]!, points[3 * i + 2]!], origin);
    index[2 * i] = dot(p, across) / width;
    index[2 * i + 1] = dot(p, down) / height;
  }
  return { plane, points: index };
}

const dot = (a: Vector3, b: Vector3): number => a[0] * b[0] + a[1] * b[1] + a[2] * b[2];
const minus = (a: Vector3, b: Vector3): Vector3 => [a[0] - b[0], a[1] - b[1], a[2] - b[2]];
const cross = (a: Vector3, b: Vector3): Vector3 => [
  a[1] * b[2] - a[2] * b[1],
  a[2] * b[0] - a[0] * b[2],
  a[0] * b[1] - a[1] * b[0],
];
