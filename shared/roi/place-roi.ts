import { voxelArea } from "#shared/volume/plane-stack.ts";
import { tabulateImages } from "./choose-plane.ts";
import { type Combined, combineContours, type Outline } from "./combine-contours.ts";
import type { Diagnostic } from "./diagnostic.ts";
import { judgeFieldOfView } from "./judge-field-of-view.ts";
import { placeContour } from "./place-contour.ts";
import type { PlacedRoi, PlacedSlice } from "./placed-roi.ts";
import { frameOf } from "./plane-frame.ts";
import { joinRemarks, nameRoi, type Remark } from "./remark.ts";
import type { Contour, Reference, Roi } from "./roi.ts";
import { sweepBudget } from "./sweep-slabs.ts";

/** How contours are put on planes. */
export interface PlaceOptions {
  /** What an outline inside another of the same region is. */
  readonly nested: "hole" | "union";
  /** Added to every outline, columns and rows of the reference: undoes the shift of old RTSTRUCT files of XNAT (roi.md 2). */
  readonly shiftPx?: readonly [number, number];
}

/** A vertex this near to a pixel centre is on it, px: decimal text keeps less than `snapPx`. */
const centrePx = 1e-3;

/** With more of its vertices on pixel centres an outline was made from a mask (roi.md 7). */
const centreShare = 0.8;

/** Sweeps may cost this much more for each point of a region. */
const costPerPoint = 50;

/**
 * The outlines of a region on the planes of the reference series.
 *
 * @param roi - of contours; nothing about collection or position in it is set in the diagnostics
 * @throws UnsupportedError E-TOO-LARGE when an outline reaches over more than 2^24 pixels
 */
export function placeRoi(roi: Roi, reference: Reference, options: PlaceOptions): PlacedRoi {
  if (roi.shape.form !== "contours") throw new Error("a region of voxels has no outlines");
  const { contours } = roi.shape;
  const total = contours.length;
  const refusal = refuse(roi, contours);
  if (refusal !== undefined) {
    return {
      ...{ slices: [], diagnostics: [refusal], contours: { total, used: 0 } },
      ...{ contourAreaMm2: 0, netAreaMm2: 0 },
    };
  }
  const { planes } = reference;
  const ground = {
    ...{ planes, frame: frameOf(planes), images: tabulateImages(reference) },
    shiftPx: options.shiftPx ?? [0, 0],
  } as const;
  const remarks: Remark[] = [];
  const outlines = new Map<number, Outline[]>();
  for (const [place, contour] of contours.entries()) {
    const placed = placeContour(contour, place, ground);
    remarks.push(...placed.remarks);
    if (placed.outline === undefined || placed.plane === undefined) continue;
    const others = outlines.get(placed.plane);
    if (others === undefined) outlines.set(placed.plane, [placed.outline]);
    else others.push(placed.outline);
  }
  const pixelAreaMm2 = voxelArea(planes);
  const points = contours.reduce((sum, contour) => sum + contour.points.length / 2, 0);
  const budget = { left: sweepBudget + costPerPoint * points };
  const combined: (Combined & { readonly plane: number })[] = [];
  for (const plane of [...outlines.keys()].sort((a, b) => a - b)) {
    const joined = combineContours(
      outlines.get(plane)!,
      { nested: options.nested, pixelAreaMm2 },
      budget,
    );
    remarks.push(...joined.remarks.map((remark) => ({ ...remark, plane })));
    combined.push({ ...joined, plane });
  }
  const slices: PlacedSlice[] = combined
    .filter(({ area }) => area.components.length > 0)
    .map(({ plane, area }) => ({ plane, area }));
  const sum = (pick: (part: Combined) => number) =>
    combined.reduce((total, part) => total + pick(part), 0);
  return {
    slices,
    diagnostics: [
      ...joinRemarks(roi, total, remarks),
      ...judgeVertices(roi, combined),
      ...judgeFieldOfView(roi, combined, planes),
    ],
    contours: { total, used: sum(({ used }) => used.length) },
    contourAreaMm2: sum(({ shoelaceArea }) => shoelaceArea) * pixelAreaMm2,
    netAreaMm2: sum(({ netArea }) => netArea) * pixelAreaMm2,
  };
}

/** Why nothing of a region can be placed, when that is so. */
function refuse(roi: Roi, contours: readonly Contour[]): Diagnostic | undefined {
  const name = nameRoi(roi);
  if (contours.length === 0) {
    const text = `${name} has no contours: there is nothing to measure.`;
    return { code: "EMPTY_ROI", severity: "warning", text };
  }
  const all = (kind: Contour["kind"]) => contours.every((contour) => contour.kind === kind);
  if (all("point") || all("open")) {
    const what = all("point")
      ? "POINT contours: a point has no area to average"
      : `${contours[0]!.type} contours: an open line encloses no area to average`;
    return { code: "NO_AREA_CONTOUR", severity: "warning", text: `${name} has only ${what}.` };
  }
  const kinds = (kind: Contour["kind"]) => contours.filter((contour) => contour.kind === kind);
  const [closed, xor] = [kinds("closed"), kinds("xor")];
  if (closed.length === 0 || xor.length === 0) return undefined;
  const types = `${xor.length} ${xor[0]!.type} and ${closed.length} ${closed[0]!.type}`;
  const text = `${name} mixes ${types} contours, which DICOM does not allow (PS3.3 C.8.8.6.3): it is not measured.`;
  return { code: "MIXED_XOR", severity: "error", text };
}

/** Says when most vertices lie on pixel centres. */
function judgeVertices(roi: Roi, combined: readonly Combined[]): readonly Diagnostic[] {
  let [count, centred] = [0, 0];
  for (const { points } of combined.flatMap(({ used }) => used)) {
    for (let n = 0; n < points.length; n += 2) {
      const [x, y] = [points[n]!, points[n + 1]!];
      if (Math.abs(x - Math.round(x)) > centrePx) continue;
      if (Math.abs(y - Math.round(y)) <= centrePx) centred++;
    }
    count += points.length / 2;
  }
  const value = centred / count;
  if (!(value > centreShare)) return [];
  const text = `${(100 * value).toFixed(0)} % of the points of ${nameRoi(roi)} lie on pixel centres, as in outlines made from masks: whether pixels on the outline count (--edge) changes its size.`;
  return [{ code: "PIXEL_CENTER_EDGES", severity: "info", text, value }];
}
