import type { PlaneStack } from "#shared/volume/plane-stack.ts";
import { dot } from "#shared/volume/vector.ts";
import { choosePlaneAt, choosePlaneOfImage, type ImagePlanes } from "./choose-plane.ts";
import type { Outline } from "./combine-contours.ts";
import type { PlaneFrame } from "./plane-frame.ts";
import type { Remark } from "./remark.ts";
import type { Contour } from "./roi.ts";
import { sayNoOutline, sayNotPlanar, sayTilted, sayTooFar, sayUnsupported } from "./say-placed.ts";

/** Farther from the origin nothing lies, mm and pixels: patient coordinates of scanners stay within metres. */
const farthest = { patient: 1e4, image: 1e6 } as const;

/** Points of a contour may leave its plane by this, mm, and by this share of the slice spacing (roi.md 7). */
const planarMm = 0.1;
const planarShare = 0.1;

/** A contour tilted by more than this belongs to images of another orientation, degrees. */
const steepestTilt = 45;

/** The series that contours are put on. */
export interface Ground {
  readonly planes: PlaneStack;
  readonly frame: PlaneFrame;
  readonly images: ImagePlanes;
  /** Added to every outline, columns and rows. */
  readonly shiftPx: readonly [number, number];
}

/** An outline on a plane; no outline for a contour that is left out or encloses nothing. */
export interface PlacedContour {
  readonly plane?: number;
  readonly outline?: Outline;
  readonly remarks: readonly Remark[];
}

/**
 * Puts a contour on a plane of the reference series, in index coordinates.
 *
 * @param place - position of the contour in its region
 */
export function placeContour(contour: Contour, place: number, ground: Ground): PlacedContour {
  const { kind, points, space } = contour;
  // What is wrong with a broken contour was said by who read it.
  if (kind === "broken") return { remarks: [] };
  if (kind === "unsupported") return { remarks: [sayUnsupported(place, contour.type)] };
  if (kind === "point" || kind === "open") return { remarks: [sayNoOutline(place, kind)] };
  const count = points.length / (space === "patient" ? 3 : 2);
  if (count < 3) return { remarks: [sayNoOutline(place, count)] };
  const far = findFar(points, farthest[space]);
  if (far !== undefined) {
    return { remarks: [sayTooFar(place, far, space === "patient" ? "mm" : "pixels")] };
  }
  return space === "patient"
    ? placeInSpace(contour, place, ground)
    : placeOnImage(contour, place, ground);
}

/** The first coordinate that is none or farther than this. */
function findFar(points: Float64Array, most: number): number | undefined {
  for (let n = 0; n < points.length; n++) {
    if (!(Math.abs(points[n]!) <= most)) return points[n];
  }
  return undefined;
}

function placeOnImage(contour: Contour, place: number, { images, shiftPx }: Ground): PlacedContour {
  const { plane, remarks } = choosePlaneOfImage(contour, place, images);
  if (plane === undefined) return { remarks };
  const points = contour.points.map((value, n) => value + shiftPx[n % 2]!);
  return { plane, outline: outlineOf(contour, place, points), remarks };
}

function placeInSpace(contour: Contour, place: number, ground: Ground): PlacedContour {
  const { planes, frame, images, shiftPx } = ground;
  const { points } = contour;
  const count = points.length / 3;
  let [lowest, highest, sum] = [Infinity, -Infinity, 0];
  const [nx, ny, nz] = frame.normal;
  for (let n = 0; n < points.length; n += 3) {
    const position = points[n]! * nx + points[n + 1]! * ny + points[n + 2]! * nz;
    lowest = Math.min(lowest, position);
    highest = Math.max(highest, position);
    sum += position;
  }
  const apart = highest - lowest;
  const isFlat = !(apart > Math.min(planarMm, planarShare * frame.slabMm));
  if (!isFlat) {
    const tilt = tiltOf(points, frame);
    if (tilt > steepestTilt) return { remarks: [sayTilted(place, tilt)] };
  }
  const choice = choosePlaneAt(sum / count, contour, place, frame, images);
  const remarks = isFlat ? choice.remarks : [sayNotPlanar(place, apart), ...choice.remarks];
  if (choice.plane === undefined) return { remarks };
  const [ox, oy, oz] = planes.origins[choice.plane]!;
  const outline = new Float64Array(2 * count);
  for (let n = 0; n < count; n++) {
    const [x, y, z] = [points[3 * n]! - ox, points[3 * n + 1]! - oy, points[3 * n + 2]! - oz];
    const { column, row } = frame;
    outline[2 * n] = x * column[0] + y * column[1] + z * column[2] + shiftPx[0];
    outline[2 * n + 1] = x * row[0] + y * row[1] + z * row[2] + shiftPx[1];
  }
  return { plane: choice.plane, outline: outlineOf(contour, place, outline), remarks };
}

function outlineOf({ kind, exclude }: Contour, contour: number, points: Float64Array): Outline {
  return { points, kind: exclude ? "exclude" : kind === "xor" ? "xor" : "closed", contour };
}

/** Angle between the planes of an outline (its area vector, by Newell's sum) and of the images, degrees. */
function tiltOf(points: Float64Array, { normal }: PlaneFrame): number {
  const area: [number, number, number] = [0, 0, 0];
  const last = points.length - 3;
  const at = (n: number, axis: number) => points[n + axis]! - points[axis]!;
  for (let n = 0, m = last; n < points.length; m = n, n += 3) {
    area[0] += at(m, 1) * at(n, 2) - at(m, 2) * at(n, 1);
    area[1] += at(m, 2) * at(n, 0) - at(m, 0) * at(n, 2);
    area[2] += at(m, 0) * at(n, 1) - at(m, 1) * at(n, 0);
  }
  const length = Math.hypot(...area);
  if (length === 0) return 0;
  return (Math.acos(Math.min(1, Math.abs(dot(area, normal)) / length)) * 180) / Math.PI;
}
