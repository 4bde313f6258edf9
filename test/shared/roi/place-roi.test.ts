import { describe, expect, test } from "vitest";
import { placeRoi } from "#shared/roi/place-roi.ts";
import type { Contour } from "#shared/roi/roi.ts";
import { rectangle } from "./shapes.ts";
import { contourAt, referenceOf, roiOf, stackOf } from "./stacks.ts";

const stack = stackOf([30, 20, 6], [0.5, 0.8, 2], [20, -30, 40], [5, -7, 11]);
const reference = referenceOf(stack);
const square = rectangle(4.25, 3.25, 10.25, 8.25);
const at = (k: number, changes?: Partial<Contour>) => contourAt(stack, square, k, changes);
const place = (...contours: Contour[]) =>
  placeRoi(roiOf(...contours), reference, { nested: "hole" });
const said = (...contours: Contour[]) =>
  place(...contours).diagnostics.map(({ code, severity, text }) => `${severity} ${code}: ${text}`);

describe("outlines on the planes of a series", () => {
  test("come back in index coordinates of their plane, with their areas", () => {
    const placed = place(at(4), at(1));
    expect(placed.diagnostics).toEqual([]);
    expect(placed.slices.map(({ plane }) => plane)).toEqual([1, 4]);
    const [outline] = placed.slices[0]!.area.components[0]!;
    for (const [n, value] of outline!.entries()) expect(value).toBeCloseTo(square[n]!, 9);
    expect(placed.contours).toEqual({ total: 2, used: 2 });
    expect(placed.netAreaMm2).toBeCloseTo(2 * 30 * 0.4, 9);
    expect(placed.contourAreaMm2).toBeCloseTo(2 * 30 * 0.4, 9);
  });

  test("of AIM they already are, and lie on the plane of the image and frame they name", () => {
    const image = { space: "image", points: square } as const;
    const placed = place(at(3, image));
    expect(placed.slices).toEqual([{ plane: 3, area: { components: [[square]], exclusions: [] } }]);
    expect(said(at(9, image))).toEqual([
      'error MISSING_REFERENCE_IMAGES: The first contour of ROI 1 "kidney1" refers to an image (1.9) that is not in the reference series and was left out; the scan may be incomplete.',
    ]);
    expect(said(at(3, { ...image, images: [] }))[0]).toMatch(/^error NO_REFERENCE_IMAGES/);
    const frames = {
      ...reference,
      images: stack.origins.map((_, k) => [
        { sopClassUID: "1", sopInstanceUID: "1", path: "", frameNumber: 6 - k },
      ]),
    };
    const roi = roiOf(at(0, { ...image, images: [{ sopInstanceUID: "1", frameNumber: 2 }] }));
    expect(placeRoi(roi, frames, { nested: "hole" }).slices[0]?.plane).toBe(4);
  });

  test("are moved by whole or broken pixels on request", () => {
    const options = { nested: "hole", shiftPx: [-1, 0.5] } as const;
    const [slice] = placeRoi(roiOf(at(2)), reference, options).slices;
    const [x, y] = slice!.area.components[0]![0]!;
    expect(x).toBeCloseTo(3.25, 9);
    expect(y).toBeCloseTo(3.75, 9);
  });

  test("take the nearest plane within half a spacing, and say how far it is", () => {
    expect(said(at(2.09))).toEqual([]);
    expect(said(at(2.3))).toEqual([
      'warning CONTOUR_PLANE_DISTANCE: The first contour of ROI 1 "kidney1" lies 0.60 mm from slice 3, on which it is measured (slice spacing 2 mm).',
    ]);
    expect(place(at(2.3)).slices[0]?.plane).toBe(2);
    const both = said(at(2.3), at(3.8), at(1));
    expect(both[0]).toContain('2 contours of ROI 1 "kidney1" (first, second) lie up to 0.60 mm');
  });

  test("half-way between two planes belong to the one they name, or to none", () => {
    const named = at(2.5, { images: [{ sopInstanceUID: "1.2", frameNumber: undefined }] });
    expect(place(named).slices[0]?.plane).toBe(2);
    const unnamed = at(2.5, { images: [] });
    expect(place(unnamed).slices).toEqual([]);
    expect(said(unnamed)[0]).toContain("lies 1.00 mm from the nearest slices (half the slice");
    expect(said(unnamed)[0]).toMatch(/^warning CONTOUR_BETWEEN_PLANES/);
  });

  test("that name the image of another plane are measured where they lie", () => {
    const placed = place(at(2, { images: [{ sopInstanceUID: "1.4", frameNumber: 1 }] }));
    expect(placed.slices[0]?.plane).toBe(2);
    expect(placed.diagnostics[0]).toMatchObject({
      code: "CONTOUR_PLANE_DISTANCE",
      value: expect.closeTo(4, 9),
    });
  });

  test("with unknown images or none are placed by position", () => {
    const stale = at(2, { images: [{ sopInstanceUID: "9", frameNumber: 1 }] });
    expect(said(stale)[0]).toMatch(/^info STALE_REFERENCE_IMAGES/);
    expect(said(at(2, { images: [] }))[0]).toMatch(/^info NO_REFERENCE_IMAGES/);
    expect(place(stale).contours.used).toBe(1);
    const bare = { ...reference, images: stack.origins.map(() => []) };
    expect(placeRoi(roiOf(stale), bare, { nested: "hole" }).diagnostics).toEqual([]);
  });

  test("where a plane is missing, or beyond the last one, are left out", () => {
    const gap = { ...stack, origins: stack.origins.filter((_, k) => k !== 2), grid: undefined };
    const images = gap.origins.map(() => []);
    const roi = roiOf(at(2), at(1));
    const placed = placeRoi(roi, { ...reference, planes: gap, images }, { nested: "hole" });
    expect(placed.contours).toEqual({ total: 2, used: 1 });
    expect(placed.diagnostics.map(({ code }) => code)).toEqual(["MISSING_REFERENCE_IMAGES"]);
    expect(said(at(7, { images: [] }))[0]).toContain("lies 4.00 mm above the last slice");
    expect(said(at(-1, { images: [] }))[0]).toContain("lies 2.00 mm below the first slice");
    expect(said(at(7, { images: [] }))[0]).toMatch(/^error OUT_OF_FOV/);
  });

  test("whose points leave the plane are projected, with the distance; those of another orientation are not", () => {
    const bent = at(2);
    const tilted = contourAt(stack, square, 2);
    for (const [n, value] of contourAt(stack, square, 2.2).points.entries()) {
      if (n < 3) bent.points[n] = value;
    }
    expect(said(bent)).toEqual([
      'warning NON_COPLANAR_POINTS: The first contour of ROI 1 "kidney1" is not parallel to the image plane (points 0.40 mm apart along the slice normal); it is measured as projected on it.',
    ]);
    const corners = [
      [4, 3, 0],
      [4, 9, 0],
      [4, 9, 5],
      [4, 3, 5],
    ] as const;
    for (const [n, [i, j, k]] of corners.entries()) {
      tilted.points.set(contourAt(stack, Float64Array.of(i, j), k).points, 3 * n);
    }
    expect(said(tilted)[0]).toMatch(/^error UNSUPPORTED_CONTOUR_GEOMETRY.*90 degrees/);
  });

  test("that enclose nothing or are not read keep their sentence", () => {
    const point = at(1, { kind: "point", type: "POINT" });
    expect(said(point)).toEqual([
      'warning NO_AREA_CONTOUR: ROI 1 "kidney1" has only POINT contours: a point has no area to average.',
    ]);
    expect(said(point, at(1))[0]).toContain('The first contour of ROI 1 "kidney1" is a POINT');
    const two = at(1, { points: at(1).points.slice(0, 6) });
    expect(said(two, two)).toEqual([
      'warning NO_AREA_CONTOUR: Both contours of ROI 1 "kidney1" have only two points and enclose no area.',
    ]);
    const circle = at(1, { kind: "unsupported", type: "TwoDimensionCircle" });
    expect(said(circle)[0]).toMatch(/^error UNSUPPORTED_CONTOUR_GEOMETRY.*TwoDimensionCircle/);
    expect(said()).toEqual([
      'warning EMPTY_ROI: ROI 1 "kidney1" has no contours: there is nothing to measure.',
    ]);
    const broken = at(1, { kind: "broken", points: new Float64Array(0) });
    expect(place(broken, at(1))).toMatchObject({
      contours: { total: 2, used: 1 },
      diagnostics: [],
    });
  });

  test("with coordinates that no patient has are left out, at once", () => {
    for (const value of [1e308, -1e30, Number.NaN, Number.POSITIVE_INFINITY]) {
      const far = at(1);
      far.points[4] = value;
      const placed = place(far, at(1));
      expect(placed.contours).toEqual({ total: 2, used: 1 });
      expect(placed.diagnostics[0]?.code).toBe("BROKEN_CONTOUR");
    }
    const far = at(1);
    far.points[4] = 1e308;
    expect(said(far)[0]).toContain('"kidney1" has a coordinate of 1e308 mm');
    const image = at(1, { space: "image", points: square.map((v) => 1e200 * v) });
    expect(said(image)[0]).toMatch(/^error BROKEN_CONTOUR.* pixels /);
  });

  test("that mix exclusive or with plain closed ones fail as a region", () => {
    const placed = place(at(1, { kind: "xor", type: "CLOSEDPLANAR_XOR" }), at(2), at(3));
    expect(placed.slices).toEqual([]);
    expect(placed.contours).toEqual({ total: 3, used: 0 });
    expect(placed.diagnostics[0]?.text).toBe(
      'ROI 1 "kidney1" mixes 1 CLOSEDPLANAR_XOR and 2 CLOSED_PLANAR contours, which DICOM does not allow (PS3.3 C.8.8.6.3): it is not measured.',
    );
  });

  test("outside the image are told with the border they are beyond", () => {
    const away = (x: number, y: number) => contourAt(stack, rectangle(x, y, x + 6, y + 5), 1);
    expect(said(away(101.5, 3))).toContain(
      'error OUT_OF_FOV: ROI 1 "kidney1" lies completely outside the image (about 36 mm beyond its right border).',
    );
    expect(said(away(3, -25.5))[0]).toContain("16 mm beyond its upper border");
    const [partly] = place(contourAt(stack, rectangle(-3.5, 2, 2.5, 5), 1)).diagnostics;
    expect(partly).toMatchObject({ code: "OUT_OF_FOV", severity: "warning" });
    expect(partly?.value).toBeCloseTo(0.5, 9);
  });

  test("a hundred times the same remark is one sentence", () => {
    const many = Array.from({ length: 100 }, (_, n) => at((n % 5) + 0.2));
    const texts = said(...many);
    expect(texts).toHaveLength(2);
    expect(texts[0]).toContain("All 100 contours");
    expect(texts[1]).toContain("95 contours");
  });

  test("a region of voxels is not for this function", () => {
    const shares = new Uint8Array(1);
    const shape = { form: "voxels", planes: stack, shares, fractional: false } as const;
    expect(() => placeRoi({ ...roiOf(), shape }, reference, { nested: "hole" })).toThrow(/voxels/);
  });
});
