import { describe, expect, test } from "vitest";
import type { WrittenKeyword } from "#shared/dicom/written-attributes.ts";
import { geometryRows } from "#shared/paravision/geometry-rows.ts";
import { makeScan, type RawTexts, rowValue } from "#test/phantom/raw-scan.ts";
import { array, axialSlices } from "#test/phantom/visu-file.ts";

const say = (keyword: WrittenKeyword, visu: RawTexts, frame = 0) =>
  rowValue(geometryRows, keyword, makeScan(visu).scan, frame);

const anisotropic: RawTexts = {
  VisuCoreSize: "( 2 )\n80 64",
  VisuCoreExtent: "( 2 )\n44 44",
};

describe("geometry rows", () => {
  test.each([
    ["Head_Supine", "HFS"],
    ["Head_Prone", "HFP"],
    ["Head_Left", "HFDL"],
    ["Tail_Right", "FFDR"],
    ["Foot_Prone", "FFP"],
    ["Upright", []],
  ])("an animal that lies %s is %j", (position, expected) => {
    expect(say("PatientPosition", { VisuSubjectPosition: position })).toEqual(expected);
  });

  test("where a value came from is noted, and what is missing", () => {
    const { scan, sources, missing } = makeScan(axialSlices([0, 4]) as RawTexts);
    for (const { keyword } of geometryRows) rowValue(geometryRows, keyword, scan);
    expect(sources.get("ImagePositionPatient")).toBe("VisuCorePosition (FG_SLICE) of visu_pars");
    expect(sources.get("SliceThickness")).toBe("VisuCoreFrameThickness of visu_pars");
    expect(missing).toEqual(["VisuSubjectPosition"]);
  });

  test("spacing is that of rows, then that of columns", () => {
    expect(say("PixelSpacing", anisotropic)).toEqual([0.6875, 0.55]);
    expect([say("Rows", anisotropic), say("Columns", anisotropic)]).toEqual([64, 80]);
  });

  test("a transposed frame that is not square has its rows and columns exchanged, with a remark", () => {
    const slices = axialSlices([0, 1]) as RawTexts;
    const { scan, remarks } = makeScan({
      ...{ ...anisotropic, ...slices, VisuCoreTransposition: array([0, 1]) },
    });
    const ask = (keyword: WrittenKeyword, frame: number) =>
      rowValue(geometryRows, keyword, scan, frame);
    expect([ask("Rows", 0), ask("Columns", 0)]).toEqual([64, 80]);
    expect(remarks).toEqual([]);
    expect([ask("Rows", 1), ask("Columns", 1)]).toEqual([80, 64]);
    expect(ask("PixelSpacing", 1)).toEqual([0.55, 0.6875]);
    expect(ask("ImageOrientationPatient", 1)).toEqual(ask("ImageOrientationPatient", 0));
    expect(remarks[0]).toMatchObject({ code: "transposition-not-square" });
  });

  test("a transposed frame that is square is as any other", () => {
    const { scan, remarks } = makeScan({ VisuCoreTransposition: array([1]) });
    expect(rowValue(geometryRows, "Rows", scan)).toBe(2);
    expect(rowValue(geometryRows, "ImageOrientationPatient", scan)).toEqual([1, 0, 0, 0, 1, 0]);
    expect(remarks).toEqual([]);
  });

  test("slices have their thickness, and the distance of their neighbours", () => {
    const visu = { ...(axialSlices([0, 4.25]) as RawTexts), VisuCoreFrameThickness: "( 1 )\n4" };
    expect(say("SliceThickness", visu)).toBe(4);
    expect(say("SpacingBetweenSlices", visu)).toBe(4.25);
    expect(say("SliceLocation", visu, 1)).toBe(4.25);
  });

  test("single slices have no distance; a thickness that is missing is not made up", () => {
    expect(say("SpacingBetweenSlices", {})).toBeUndefined();
    expect(say("SliceThickness", { VisuCoreFrameThickness: array(["?"]) })).toBeUndefined();
  });

  test("partitions are as thick as they are apart: the file's thickness is that of the slab", () => {
    const volume = {
      VisuCoreDim: "3",
      VisuCoreSize: "( 3 )\n2 2 8",
      VisuCoreDimDesc: "( 3 )\nspatial spatial spatial",
      VisuCoreExtent: "( 3 )\n20 20 12",
      VisuCoreUnits: "( 3, 65 )\n<mm> <mm> <mm>",
      VisuCoreFrameThickness: "( 1 )\n12",
    };
    expect([say("SliceThickness", volume), say("SpacingBetweenSlices", volume)]).toEqual([
      1.5, 1.5,
    ]);
  });

  test("a remark on the distances reaches the findings", () => {
    const { scan, remarks } = makeScan(axialSlices([1, 1]) as RawTexts);
    expect(rowValue(geometryRows, "SpacingBetweenSlices", scan)).toBeUndefined();
    expect(remarks).toMatchObject([{ code: "spacing-zero" }]);
  });
});
