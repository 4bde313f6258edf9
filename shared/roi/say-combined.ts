import type { Remark } from "./remark.ts";

// The sentences about outlines of one plane; remark.ts puts the contour and the region before them.

/** An outline without an area. */
export function sayNoArea(contour: number): Remark {
  return {
    ...{ code: "NO_AREA_CONTOUR", severity: "warning", contour },
    one: "has points on one line only and encloses no area",
    many: () => "have points on one line only and enclose no area",
  };
}

/** An outline whose even-odd and non-zero areas (px²) differ. */
export function saySelfIntersecting(
  contour: number,
  area: number,
  nonZeroArea: number,
  pixelAreaMm2: number,
): Remark {
  const value = nonZeroArea / area - 1;
  const [parity, all] = [area * pixelAreaMm2, nonZeroArea * pixelAreaMm2];
  return {
    ...{ code: "SELF_INTERSECTING", severity: "warning", contour, value },
    one: `crosses itself: filled by the even-odd rule it has ${threeDigits(parity)} mm², with all that it runs around ${threeDigits(all)} mm²; the first is used`,
    many: (largest) =>
      `cross themselves: filled by the even-odd rule they are used; all that they run around would be up to ${threeDigits(100 * largest)} % more`,
  };
}

/** An outline that was stored twice. */
export function sayCopy(contour: number): Remark {
  return {
    ...{ code: "DUPLICATE_CONTOUR", severity: "warning", contour },
    one: "is a copy of another in the same plane and was counted once",
    many: () => "are copies of others in the same plane and were counted once",
  };
}

/** An XOR outline that was stored twice: by its own rule nothing is left of it. */
export function sayCopyCancels(contour: number): Remark {
  return {
    ...{ code: "DUPLICATE_CONTOUR", severity: "warning", contour },
    one: "is a copy of another in the same plane, and by exclusive or (CLOSEDPLANAR_XOR) the two cancel",
    many: () =>
      "are copies of others in the same plane, and by exclusive or (CLOSEDPLANAR_XOR) they cancel",
  };
}

/** An outline inside another. */
export function sayNested(contour: number, nested: "hole" | "union"): Remark {
  const [it, them] =
    nested === "hole"
      ? ["taken as a hole in it (as an island where that is a hole)", "taken as holes in them"]
      : ["joined with it (--nested=union)", "joined with them (--nested=union)"];
  return {
    ...{ code: "NESTED_CLOSED_PLANAR_INTERPRETED", severity: "info", contour },
    one: `lies inside another in the same plane and was ${it}`,
    many: () => `lie inside others in the same plane and were ${them}`,
  };
}

/** An outline that overlaps another in part; how much of the area (mm²) the joined outlines hold more than once. */
export function sayOverlapping(contour: number, overlapMm2: number): Remark {
  return {
    ...{ code: "OVERLAPPING_CONTOURS", severity: "warning", contour, value: overlapMm2 },
    one: `overlaps another in part (${threeDigits(overlapMm2)} mm²) and was joined with it`,
    many: (largest) =>
      `overlap others in part (up to ${threeDigits(largest)} mm² in a plane) and were joined with them`,
  };
}

/** An outline that combines by exclusive or. */
export function sayExclusiveOr(contour: number): Remark {
  return {
    ...{ code: "XOR_CONTOURS", severity: "info", contour },
    one: "is combined with the others of its plane by exclusive or (CLOSEDPLANAR_XOR)",
    many: () => "are combined by exclusive or in each plane (CLOSEDPLANAR_XOR)",
  };
}

/** An outline that is taken away. */
export function sayExcluded(contour: number): Remark {
  return {
    ...{ code: "EXCLUDED_CONTOUR", severity: "info", contour },
    one: "is marked as excluded (includeFlag false): what it encloses was taken away",
    many: () => "are marked as excluded (includeFlag false): what they enclose was taken away",
  };
}

/** An outline in a plane whose outlines cross so often that their areas cannot be told in reasonable time. */
export function sayEntangled(contour: number, points: number): Remark {
  return {
    ...{ code: "UNSUPPORTED_CONTOUR_GEOMETRY", severity: "error", contour, value: points },
    one: `crosses itself or others of its plane too often to be measured (${points} points) and was left out`,
    many: (largest) =>
      `cross themselves or each other too often to be measured (up to ${largest} points each) and were left out`,
  };
}

/** A number for a sentence. */
export function threeDigits(value: number): string {
  return String(Number(value.toPrecision(3)));
}
