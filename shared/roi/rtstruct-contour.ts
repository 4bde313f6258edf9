import { readContourData } from "./contour-data.ts";
import type { Contour } from "./roi.ts";
import type { RtItem } from "./rt-item.ts";
import { rtTags as tags } from "./rtstruct-tags.ts";

/** ContourGeometricType (PS3.3 C.8.8.6.1) without underscores, as some writers have them in other places. */
const kinds: Record<string, Contour["kind"]> = {
  CLOSEDPLANAR: "closed",
  CLOSEDPLANARXOR: "xor",
  POINT: "point",
  OPENPLANAR: "open",
  OPENNONPLANAR: "open",
};

/**
 * An item of ContourSequence; its points come from ContourData alone, since NumberOfContourPoints is often wrong.
 *
 * @returns what is wrong with the coordinates of a broken contour as the end of a sentence
 */
export function readRtContour(item: RtItem): {
  readonly contour: Contour;
  readonly fault: string | undefined;
} {
  const type = item.text(tags.ContourGeometricType).trim();
  const kind = kinds[type.toUpperCase().replace(/[^A-Z]/g, "")] ?? "unsupported";
  const { points, fault } = readContourData(item.bytes(tags.ContourData));
  const shared = { type, space: "patient", images: readImages(item), exclude: false } as const;
  if (points === undefined) {
    return { contour: { ...shared, kind: "broken", points: new Float64Array(0) }, fault };
  }
  const closed = kind === "closed" || kind === "xor";
  return { contour: { ...shared, kind, points: closed ? openEnd(points) : points }, fault };
}

function readImages(item: RtItem): Contour["images"] {
  return item.list(tags.ContourImageSequence).flatMap((image) => {
    const sopInstanceUID = image.text(tags.ReferencedSOPInstanceUID).trim();
    if (sopInstanceUID === "") return [];
    return image.integers(tags.ReferencedFrameNumber).map((number) => {
      const frameNumber = number !== undefined && number > 0 ? number : undefined;
      return { sopInstanceUID, frameNumber };
    });
  });
}

/** Without a last point that repeats the first one. */
function openEnd(points: Float64Array): Float64Array {
  const last = points.length - 3;
  const repeated = last > 0 && [0, 1, 2].every((axis) => points[axis] === points[last + axis]);
  return repeated ? points.slice(0, last) : points;
}
