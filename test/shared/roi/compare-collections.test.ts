import { describe, expect, test } from "vitest";
import { compareCollections } from "#shared/roi/compare-collections.ts";
import { collection, outline, region, smallSeries } from "./collections.ts";

const square = [4, 5, 14, 5, 14, 20, 4, 20];
/** A square in patient coordinates, moved by pixels. */
const inPatient = (dx: number, dy: number, z = 30) =>
  outline(
    [0, 1, 2, 3].flatMap((i) => [
      10 + 0.5 * (square[2 * i]! + dx),
      20 + square[2 * i + 1]! + dy,
      z,
    ]),
    { space: "patient" },
  );
const aimOf = (...names: string[]) =>
  collection({ rois: names.map((name, i) => region(i + 1, name, [outline(square)])) });
const rtstructOf = (dx: number, dy: number, ...names: string[]) =>
  collection({
    kind: "RTSTRUCT",
    path: "r.dcm",
    rois: names.map((name, i) => region(i + 1, name, [inPatient(dx, dy)])),
  });
const said = (...args: Parameters<typeof compareCollections>) =>
  compareCollections(...args).diagnostics.map(({ code, text }) => `${code}: ${text}`);

describe("AIM against RTSTRUCT", () => {
  test("a quarter of a pixel is agreement", () => {
    expect(said(aimOf("a"), rtstructOf(0.2, 0.1, "a"), smallSeries)).toEqual([]);
  });

  test("a shift is told once for all regions, with its numbers", () => {
    const { diagnostics } = compareCollections(
      aimOf("a", "b"),
      rtstructOf(1, 1, "a", "b"),
      smallSeries,
    );
    expect(diagnostics).toEqual([
      {
        code: "RTSTRUCT_DISAGREES_WITH_AIM",
        severity: "warning",
        text: 'RTSTRUCT and AIM of "mouse" disagree in 2 of 2 ROIs ("a", "b"): the RTSTRUCT is shifted by (+1, +1) px, as a known fault of the conversion between the two makes it; the AIM file is used.',
        collection: "a.xml",
        value: expect.closeTo(Math.SQRT2),
      },
    ]);
  });

  test("another shift has no known cause", () => {
    const [text] = said(aimOf("a"), rtstructOf(0.5, -0.25, "a"), smallSeries);
    expect(text).toContain("shifted by (+0.5, -0.25) px; the AIM file is used.");
  });

  test("the file that is used is named", () => {
    const [text] = said(rtstructOf(1, 1, "a"), aimOf("a"), smallSeries);
    expect(text).toContain("the AIM file is shifted by (-1, -1) px");
    expect(text).toContain("the RTSTRUCT is used.");
  });

  test("a stretch that is no exchange of spacings, and other outlines", () => {
    const stretched = outline(
      square.flatMap((v, i) => (i % 2 === 0 ? [10 + 0.55 * v] : [20 + v, 30])),
      { space: "patient" },
    );
    const rtstruct = (contour: typeof stretched) =>
      collection({ kind: "RTSTRUCT", rois: [region(1, "a", [contour])] });
    expect(said(aimOf("a"), rtstruct(stretched), smallSeries)[0]).toContain(
      "the RTSTRUCT is stretched (scale 1.1 and 1)",
    );
    const skewed = outline([12, 25, 30, 17, 25, 30, 15, 33, 30, 12, 40, 30], { space: "patient" });
    expect(said(aimOf("a"), rtstruct(skewed), smallSeries)[0]).toContain(
      "their outlines are not the same",
    );
  });

  test("a contour that one of them lacks is told", () => {
    const more = collection({
      kind: "RTSTRUCT",
      rois: [region(1, "a", [inPatient(0, 0), inPatient(0, 0, 32)])],
    });
    expect(said(aimOf("a"), more, smallSeries)[0]).toContain(
      "the AIM file has 1 contours, the RTSTRUCT 2",
    );
  });

  test("regions are matched by name and occurrence, then by order", () => {
    const { rois } = compareCollections(
      aimOf("b", "a", "a", "x"),
      rtstructOf(0, 0, "a", "y", "a", "b"),
      smallSeries,
    );
    expect(rois.map(({ aim, rtstruct }) => [aim, rtstruct])).toEqual([
      [0, 3],
      [1, 0],
      [2, 2],
      [3, 1],
    ]);
  });

  test("regions of one of them alone are listed", () => {
    expect(said(aimOf("a"), rtstructOf(0, 0, "a", "b", "c"), smallSeries)).toEqual([
      'UNMATCHED_ROI: 2 ROIs of r.dcm (2 "b", 3 "c") are not in the AIM file; they are not measured.',
    ]);
    expect(said(rtstructOf(0, 0, "a", "b"), aimOf("a"), smallSeries)).toEqual([
      'UNMATCHED_ROI: 1 ROIs of r.dcm (2 "b") are not in the AIM file.',
    ]);
  });

  test("what lies on no plane is not compared", () => {
    const elsewhere = { ...smallSeries, images: [[], [], []] };
    expect(compareCollections(aimOf("a"), rtstructOf(9, 9, "a"), elsewhere)).toEqual({
      rois: [],
      diagnostics: [],
    });
  });
});
