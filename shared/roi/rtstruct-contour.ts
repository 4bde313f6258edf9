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

/** Numbers and images that may still be read of a file; counted down. */
export interface ContourBudget {
  numbers: number;
  images: number;
}

/**
 * An item of ContourSequence; its points come from ContourData alone, since NumberOfContourPoints is often wrong.
 *
 * @returns what is wrong with the coordinates of a broken contour as the end of a sentence
 */
export function readRtContour(
  item: RtItem,
  budget: ContourBudget,
): {
  readonly contour: Contour;
  readonly fault: string | undefined;
} {
  const type = item.text(tags.ContourGeometricType).trim();
  const kind = kinds[type.toUpperCase().replace(/[^A-Z]/g, "")] ?? "unsupported";
  const { points, fault } = readContourData(item.bytes(tags.ContourData), budget.numbers);
  budget.numbers -= points?.length ?? 0;
  const shared = {
    type,
    space: "patient",
    images: readImages(item, budget),
    exclude: false,
  } as const;
  if (points === undefined) {
    return { contour: { ...shared, kind: "broken", points: new Float64Array(0) }, fault };
  }
  const closed = kind === "closed" || kind === "xor";
  return { contour: { ...shared, kind, points: closed ? openEnd(points) : points }, fault };
}

function readImages(item: RtItem, budget: ContourBudget): Contour["images"] {
  const images: Contour["images"][number][] = [];
  for (const image of item.items(tags.ContourImageSequence)) {
    const sopInstanceUID = image.text(tags.ReferencedSOPInstanceUID).trim();
    if (sopInstanceUID === "") continue;
    for (const number of image.integers(tags.ReferencedFrameNumber)) {
      if (budget.images === 0) return images;
      budget.images--;
      const frameNumber = number !== undefined && number > 0 ? number : undefined;
      images.push({ sopInstanceUID, frameNumber });
    }
  }
  return images;
}

/** Without a last point that repeats the first one. */
function openEnd(points: Float64Array): Float64Array {
  const last = points.length - 3;
  const repeated = last > 0 && [0, 1, 2].every((axis) => points[axis] === points[last + axis]);
  return repeated ? points.slice(0, last) : points;
}
