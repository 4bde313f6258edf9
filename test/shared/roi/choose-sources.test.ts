import { describe, expect, test } from "vitest";
import { type ContourChoice, chooseSources } from "#shared/roi/choose-sources.ts";
import type { RoiCollection } from "#shared/roi/roi.ts";
import { collection, region } from "./collections.ts";

const viewer = { manufacturer: "ICR", model: "XNAT-OHIF-VIEWER", version: "" };
const planning = { manufacturer: "ACME", model: "Planner", version: "" };
const rois = (...names: string[]) => names.map((name, i) => region(i + 1, name, []));

function placed(absolutePath: string, more: Partial<RoiCollection> = {}) {
  const kind = absolutePath.endsWith(".xml") ? "AIM" : "RTSTRUCT";
  const path = absolutePath.slice(1);
  return { absolutePath, collection: collection({ kind, path, rois: rois("a", "b"), ...more }) };
}

function choose(found: readonly ReturnType<typeof placed>[], choice: ContourChoice = "auto") {
  const { collections, alternatives } = chooseSources(found, choice);
  return {
    used: collections.map(({ path }) => path),
    other: alternatives.map(({ used, other }) => `${used.path} not ${other.path}`),
    codes: collections.flatMap(({ diagnostics }) => diagnostics.map(({ code }) => code)),
  };
}

describe("choice of the source", () => {
  const assessor = [
    placed("/s/A1/AIM/x.xml"),
    placed("/s/A1/RTSTRUCT/y.dcm", { rois: rois("other"), seriesInstanceUIDs: ["9"] }),
  ];

  test("one AIM and one RTSTRUCT of an assessor are one drawing; of the viewer's, AIM is the original", () => {
    expect(choose(assessor)).toEqual({
      used: ["s/A1/AIM/x.xml"],
      other: ["s/A1/AIM/x.xml not s/A1/RTSTRUCT/y.dcm"],
      codes: [],
    });
  });

  test("also as the server sends them, and as the folder itself is mounted", () => {
    const sent = [placed("/r/AIM/files/x.xml"), placed("/r/RTSTRUCT/files/y.dcm", { name: "z" })];
    expect(choose(sent).used).toEqual(["r/AIM/files/x.xml"]);
    expect(choose([placed("/AIM/x.xml"), placed("/RTSTRUCT/y.dcm")]).used).toEqual(["AIM/x.xml"]);
  });

  test("files of different assessors stay", () => {
    expect(choose([placed("/s/A1/AIM/x.xml"), placed("/s/A2/RTSTRUCT/x.dcm")]).used).toHaveLength(
      2,
    );
  });

  test("an AIM file made from the RTSTRUCT gives way to it", () => {
    const model = { manufacturer: "ICR", model: "converted from RTSTRUCT", version: "" };
    const derived = [placed("/A/AIM/x.xml", { equipment: model }), placed("/A/RTSTRUCT/y.dcm")];
    expect(choose(derived)).toMatchObject({
      used: ["A/RTSTRUCT/y.dcm"],
      other: ["A/RTSTRUCT/y.dcm not A/AIM/x.xml"],
      codes: [],
    });
  });

  test.each([
    [viewer, planning, "x.xml"],
    [viewer, viewer, "x.xml"],
    [planning, planning, "x.dcm"],
    [planning, viewer, "x.xml"],
  ])("AIM of %j, RTSTRUCT of %j: %s", (aim, rtstruct, used) => {
    const pair = [
      placed("/f/x.xml", { equipment: aim }),
      placed("/f/x.dcm", { equipment: rtstruct }),
    ];
    expect(choose(pair).used).toEqual([`f/${used}`]);
  });

  test("the option decides over everything", () => {
    expect(choose(assessor, "rtstruct").used).toEqual(["s/A1/RTSTRUCT/y.dcm"]);
    const planned = [
      placed("/f/x.xml", { equipment: planning }),
      placed("/f/x.dcm", { equipment: planning }),
    ];
    expect(choose(planned, "aim").used).toEqual(["f/x.xml"]);
    expect(choose([assessor[1]!], "aim").used).toEqual(["s/A1/RTSTRUCT/y.dcm"]);
  });

  test.each<[string, Partial<RoiCollection>, boolean]>([
    ["same names and series", {}, true],
    ["more regions", { rois: rois("a", "b", "point") }, true],
    ["a label cut at 16 characters", { name: "a long label of " }, true],
    ["other regions", { rois: rois("a", "c") }, false],
    ["another series", { seriesInstanceUIDs: ["9"] }, false],
    ["another study", { studyInstanceUID: "9" }, false],
    ["no series stated", { seriesInstanceUIDs: [], studyInstanceUID: "" }, true],
  ])("side by side, %s: one drawing %s", (_, more, same) => {
    const pair = [
      placed("/f/x.xml", { name: "a long label of the mouse" }),
      placed("/f/y.dcm", more),
    ];
    expect(choose(pair).used).toHaveLength(same ? 1 : 2);
  });

  test("side by side, each RTSTRUCT goes to the AIM file it fits best", () => {
    const found = [placed("/f/1.xml"), placed("/f/2.xml"), placed("/f/2.dcm"), placed("/f/1.dcm")];
    expect(choose(found).other.sort()).toEqual(["f/1.xml not f/1.dcm", "f/2.xml not f/2.dcm"]);
  });

  test("an RTSTRUCT of the conversion alone is told", () => {
    expect(choose([placed("/f/x.dcm")]).codes).toEqual(["DERIVED_RTSTRUCT"]);
    expect(choose([placed("/f/x.dcm", { equipment: planning })]).codes).toEqual([]);
  });

  test("collections of other kinds stay", () => {
    const seg = placed("/A/SEG/x.dcm", { kind: "SEG" });
    expect(choose([...assessor, seg]).used).toEqual(["s/A1/AIM/x.xml", "A/SEG/x.dcm"]);
  });
});
