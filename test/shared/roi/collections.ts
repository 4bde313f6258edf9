import type { Contour, Reference, Roi, RoiCollection } from "#shared/roi/roi.ts";

// Small collections and series for tests of what lies above the readers.

/** A closed outline: two coordinates a point on an image, three in the patient. */
export function outline(points: readonly number[], more: Partial<Contour> = {}): Contour {
  return {
    kind: "closed",
    type: "CLOSED_PLANAR",
    space: "image",
    points: Float64Array.from(points),
    images: [{ sopInstanceUID: "1.1.0", frameNumber: 1 }],
    exclude: false,
    ...more,
  };
}

export function region(number: number, name: string, contours: readonly Contour[]): Roi {
  return { number, name, uid: "", colour: undefined, shape: { form: "contours", contours } };
}

export function collection(more: Partial<RoiCollection>): RoiCollection {
  return {
    kind: "AIM",
    path: "a.xml",
    sha256: "",
    name: "mouse",
    uid: "",
    equipment: { manufacturer: "ICR", model: "XNAT-OHIF-VIEWER", version: "" },
    studyInstanceUID: "1.2",
    frameOfReferenceUID: "",
    seriesInstanceUIDs: ["1.3"],
    rois: [],
    diagnostics: [],
    ...more,
  };
}

/** Three planes 2 mm apart, pixels of 0.5 mm (columns) x 1 mm (rows); images 1.1.0, 1.1.1, 1.1.2. */
export const smallSeries: Reference = {
  planes: {
    shape: [64, 48, 3],
    rowStep: [0.5, 0, 0],
    columnStep: [0, 1, 0],
    origins: [
      [10, 20, 30],
      [10, 20, 32],
      [10, 20, 34],
    ],
    spacing: 2,
    thickness: undefined,
    grid: undefined,
  },
  images: [0, 1, 2].map((k) => [
    { sopClassUID: "", sopInstanceUID: `1.1.${k}`, frameNumber: 0, path: "" },
  ]),
  studyInstanceUID: "1.2",
  seriesInstanceUID: "1.3",
  seriesDescription: "",
  frameOfReferenceUID: "1.4",
  diagnostics: [],
};
