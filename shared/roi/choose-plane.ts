import { nearestPlane, type PlaneFrame } from "./plane-frame.ts";
import type { Remark } from "./remark.ts";
import type { Contour, Reference } from "./roi.ts";
import {
  sayBetweenPlanes,
  sayMissingImage,
  sayNoImage,
  sayOtherPlane,
  sayOutsideStack,
  sayPlaneDistance,
  sayStaleImage,
} from "./say-placed.ts";

/** So near to a plane a contour lies on it, in slice spacings (roi.md 7). */
const onPlane = 0.1;
/** So far a plane reaches, in slice spacings. */
const reach = 0.5;
/** So near to the middle between two planes no one can say to which a contour belongs, in slice spacings. */
const undecided = 1e-3;

/** The plane of a contour, and what there is to say; no plane when it is left out. */
export interface Choice {
  readonly plane: number | undefined;
  readonly remarks: readonly Remark[];
}

/** Planes that hold an image, by its SOPInstanceUID; frame 0 for an image of one frame. */
export type ImagePlanes = ReadonlyMap<
  string,
  readonly { readonly plane: number; readonly frameNumber: number }[]
>;

/** Where the images of a reference series lie. */
export function tabulateImages({ images }: Reference): ImagePlanes {
  const table = new Map<string, { plane: number; frameNumber: number }[]>();
  for (const [plane, ofPlane] of images.entries()) {
    for (const { sopInstanceUID, frameNumber } of ofPlane) {
      const places = table.get(sopInstanceUID);
      if (places === undefined) table.set(sopInstanceUID, [{ plane, frameNumber }]);
      else places.push({ plane, frameNumber });
    }
  }
  return table;
}

/** The planes of the images a contour names, as far as the reference has them. */
export function namedPlanes({ images }: Contour, table: ImagePlanes): readonly number[] {
  return images.flatMap(({ sopInstanceUID, frameNumber }) =>
    (table.get(sopInstanceUID) ?? [])
      .filter((place) => {
        // Some writers state frame 1 of images that have no frames (roi.md 4).
        return (
          place.frameNumber === 0 || frameNumber === undefined || place.frameNumber === frameNumber
        );
      })
      .map(({ plane }) => plane),
  );
}

/** The plane of a contour that has no position of its own (AIM): that of the image it names. */
export function choosePlaneOfImage(contour: Contour, place: number, table: ImagePlanes): Choice {
  const plane = namedPlanes(contour, table)[0];
  if (plane !== undefined) return { plane, remarks: [] };
  const first = contour.images[0]?.sopInstanceUID;
  const remark = first === undefined ? sayNoImage(place, false) : sayMissingImage(place, first);
  return { plane, remarks: [remark] };
}

/**
 * The plane of a contour at a position along the normal (mm): that of the image it names when it lies within half a
 * spacing of it, else the nearest one. In the middle between two planes, without an image, it belongs to neither.
 *
 * @param place - position of the contour in its region
 */
export function choosePlaneAt(
  position: number,
  contour: Contour,
  place: number,
  frame: PlaneFrame,
  table: ImagePlanes,
): Choice {
  const { positions, slabMm } = frame;
  const distance = (plane: number) => Math.abs(position - positions[plane]!);
  const named = namedPlanes(contour, table).toSorted((a, b) => distance(a) - distance(b))[0];
  const sayDistance = (plane: number) =>
    distance(plane) > onPlane * slabMm
      ? [sayPlaneDistance(place, plane, distance(plane), slabMm)]
      : [];
  if (named !== undefined && distance(named) <= (reach + undecided) * slabMm) {
    return { plane: named, remarks: sayDistance(named) };
  }
  const plane = nearestPlane(frame, position);
  if (plane === undefined) return { plane, remarks: [] };
  const missing = named === undefined ? contour.images[0]?.sopInstanceUID : undefined;
  if (distance(plane) < (reach - undecided) * slabMm) {
    const asNamed =
      named !== undefined ? [sayOtherPlane(place, named, plane, distance(named))] : [];
    return {
      plane,
      remarks: [...asNamed, ...sayImages(contour, place, named, table), ...sayDistance(plane)],
    };
  }
  const [lowest, highest] = [positions[frame.order[0]!]!, positions[frame.order.at(-1)!]!];
  const isWithin = position > lowest && position < highest;
  if (isWithin && distance(plane) <= (reach + undecided) * slabMm) {
    return { plane: undefined, remarks: [sayBetweenPlanes(place, distance(plane))] };
  }
  if (missing !== undefined || isWithin) {
    return { plane: undefined, remarks: [sayMissingImage(place, missing)] };
  }
  const beyond = position > highest ? position - highest : lowest - position;
  return {
    plane: undefined,
    remarks: [sayOutsideStack(place, beyond, position > highest)],
  };
}

/** What there is to say of the images a contour names or not, when it was placed without them. */
function sayImages(
  { images }: Contour,
  place: number,
  named: number | undefined,
  table: ImagePlanes,
): readonly Remark[] {
  // Planes without images (those of a map) are no series that images could be missing from.
  if (named !== undefined || table.size === 0) return [];
  return [images.length === 0 ? sayNoImage(place, true) : sayStaleImage(place)];
}
