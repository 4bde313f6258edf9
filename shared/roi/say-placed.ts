import type { Remark } from "./remark.ts";
import { threeDigits } from "./say-combined.ts";

// The sentences about the place of a contour; remark.ts puts the contour and the region before them.

/** A contour that lies beside its plane. */
export function sayPlaneDistance(
  contour: number,
  plane: number,
  value: number,
  slabMm: number,
): Remark {
  return {
    ...{ code: "CONTOUR_PLANE_DISTANCE", severity: "warning", contour, plane, value },
    one: `lies ${value.toFixed(2)} mm from slice ${plane + 1}, on which it is measured (slice spacing ${threeDigits(slabMm)} mm)`,
    many: (largest) =>
      `lie up to ${largest.toFixed(2)} mm from the slices on which they are measured (slice spacing ${threeDigits(slabMm)} mm)`,
  };
}

/** A contour that names an image of one plane and lies on another. */
export function sayOtherPlane(
  contour: number,
  named: number,
  plane: number,
  value: number,
): Remark {
  return {
    ...{ code: "CONTOUR_PLANE_DISTANCE", severity: "warning", contour, plane, value },
    one: `names an image of slice ${named + 1} but lies ${value.toFixed(2)} mm from it; it is measured on slice ${plane + 1}, where it lies`,
    many: (largest) =>
      `name images of other slices than those they lie on, up to ${largest.toFixed(2)} mm away; they are measured where they lie`,
  };
}

/** A contour half-way between two planes that names no image. */
export function sayBetweenPlanes(contour: number, value: number): Remark {
  return {
    ...{ code: "CONTOUR_BETWEEN_PLANES", severity: "warning", contour, value },
    one: `lies ${value.toFixed(2)} mm from the nearest slices (half the slice spacing) and names no image of them: it belongs to neither and was left out`,
    many: (largest) =>
      `lie ${largest.toFixed(2)} mm from the nearest slices (half the slice spacing) and name no image of them: they belong to neither and were left out`,
  };
}

/** A contour where the series has no image; `uid` of the image it names. */
export function sayMissingImage(contour: number, uid: string | undefined): Remark {
  const [image, images] =
    uid === undefined
      ? ["lies where an image is missing in", "lie where images are missing in"]
      : [`refers to an image (${uid}) that is not in`, "refer to images that are not in"];
  return {
    ...{ code: "MISSING_REFERENCE_IMAGES", severity: "error", contour },
    one: `${image} the reference series and was left out: is the scan complete?`,
    many: () => `${images} the reference series and were left out: is the scan complete?`,
  };
}

/** A contour that names an image the series does not have, and lies on one of its planes. */
export function sayStaleImage(contour: number): Remark {
  return {
    ...{ code: "STALE_REFERENCE_IMAGES", severity: "info", contour },
    one: "refers to an image that is not in the reference series, but lies on one of its slices and is measured there",
    many: () =>
      "refer to images that are not in the reference series, but lie on its slices and are measured there",
  };
}

/** A contour that names no image, placed by its position or, when it has none, left out. */
export function sayNoImage(contour: number, placed: boolean): Remark {
  const shared = { code: "NO_REFERENCE_IMAGES", contour } as const;
  return placed
    ? {
        ...{ ...shared, severity: "info" },
        one: "names no image and was placed by its position",
        many: () => "name no images and were placed by their position",
      }
    : {
        ...{ ...shared, severity: "error" },
        one: "names no image, so that its slice is unknown, and was left out",
        many: () => "name no images, so that their slices are unknown, and were left out",
      };
}

/** A contour before the first or behind the last plane. */
export function sayOutsideStack(contour: number, value: number, above: boolean): Remark {
  const end = above ? "above the last" : "below the first";
  return {
    ...{ code: "OUT_OF_FOV", severity: "error", contour, value },
    one: `lies ${value.toFixed(2)} mm ${end} slice of the reference series and was left out`,
    many: (largest) =>
      `lie up to ${largest.toFixed(2)} mm ${end} slice of the reference series and were left out`,
  };
}

/** A contour whose points lie in no plane parallel to the images. */
export function sayNotPlanar(contour: number, value: number): Remark {
  return {
    ...{ code: "NON_COPLANAR_POINTS", severity: "warning", contour, value },
    one: `is not parallel to the image plane (points ${value.toFixed(2)} mm apart along the slice normal); it is measured as projected on it`,
    many: (largest) =>
      `are not parallel to the image plane (points up to ${largest.toFixed(2)} mm apart along the slice normal); they are measured as projected on it`,
  };
}

/** A contour drawn on images of another orientation. */
export function sayTilted(contour: number, degrees: number): Remark {
  return {
    ...{ code: "UNSUPPORTED_CONTOUR_GEOMETRY", severity: "error", contour, value: degrees },
    one: `is tilted by ${degrees.toFixed(0)} degrees against the images and was left out: it was drawn on another orientation`,
    many: (largest) =>
      `are tilted by up to ${largest.toFixed(0)} degrees against the images and were left out: they were drawn on another orientation`,
  };
}

/** A contour with a coordinate that no patient has; in the unit of its coordinates. */
export function sayTooFar(contour: number, value: number, unit: "mm" | "pixels"): Remark {
  const written = String(value).replace("e+", "e");
  return {
    ...{ code: "BROKEN_CONTOUR", severity: "error", contour, value },
    one: `has a coordinate of ${written} ${unit} and was left out`,
    many: (largest) =>
      `have coordinates of up to ${String(largest).replace("e+", "e")} ${unit} and were left out`,
  };
}

/** A contour of a form that is not read. */
export function sayUnsupported(contour: number, type: string): Remark {
  const form = type === "" ? "of no stated type" : `of type ${type}`;
  return {
    ...{ code: "UNSUPPORTED_CONTOUR_GEOMETRY", severity: "error", contour },
    one: `is ${form}, which is not read, and was left out`,
    many: () => `are ${form}, which is not read, and were left out`,
  };
}

/** A point, an open line or less than a triangle. */
export function sayNoOutline(contour: number, what: "point" | "open" | number): Remark {
  const shared = { code: "NO_AREA_CONTOUR", severity: "warning", contour } as const;
  if (what === "point") {
    return {
      ...shared,
      one: "is a POINT, which has no area to average",
      many: () => "are POINTs, which have no area to average",
    };
  }
  if (what === "open") {
    return {
      ...shared,
      one: "is an open line, which encloses no area to average",
      many: () => "are open lines, which enclose no area to average",
    };
  }
  const count = ["no points", "only one point", "only two points"][what];
  return {
    ...{ ...shared, value: what },
    one: `has ${count} and encloses no area`,
    many: () => `have ${count} and enclose no area`,
  };
}
