import { describe, expect, test } from "vitest";
import { readAim } from "#shared/roi/read-aim.ts";
import { type AimFile, writeAim } from "#test/phantom/aim-text.ts";
import { codeOf, messageOf } from "./codes.ts";

const square = [
  [2, 3],
  [6, 3],
  [6, 8],
  [2, 8],
] as const;
const read = (file: AimFile) => readAim("AIM/a.xml", Buffer.from(writeAim(file)));

describe("AIM", () => {
  test("annotations are regions in the order of the file", () => {
    const collection = read({
      description: "mouse, 3 regions",
      annotations: [
        { name: 'tumör "1" & <more>', markups: [{ points: square, image: "1.2.10", frame: 3 }] },
        { comment: "from the comment", markups: [{ points: square, colour: "1, 2,3" }] },
        { markups: [{ points: square, colour: "300,0,0" }] },
        { name: "empty", markups: [] },
      ],
    });
    expect(collection).toMatchObject({
      kind: "AIM",
      path: "AIM/a.xml",
      name: "mouse, 3 regions",
      uid: "1.2.3",
      equipment: { manufacturer: "ICR", model: "XNAT-OHIF-VIEWER", version: "3.6.0" },
      studyInstanceUID: "1.2.3.7",
      frameOfReferenceUID: "",
      seriesInstanceUIDs: ["1.2.3.5"],
      diagnostics: [],
    });
    expect(collection.sha256).toMatch(/^[0-9a-f]{64}$/);
    expect(
      collection.rois.map(({ number, name, uid, colour }) => [number, name, uid, colour]),
    ).toEqual([
      [1, 'tumör "1" & <more>', "1.2.3.4.1", [228, 26, 28]],
      [2, "from the comment", "1.2.3.4.2", [1, 2, 3]],
      [3, "", "1.2.3.4.3", undefined],
      [4, "empty", "1.2.3.4.4", undefined],
    ]);
    expect(collection.rois[0]!.shape).toMatchObject({
      contours: [{ images: [{ sopInstanceUID: "1.2.10", frameNumber: 3 }] }],
    });
    expect(collection.rois[3]!.shape).toEqual({ form: "contours", contours: [] });
  });

  test("a contour with broken coordinates is named; the others are read", () => {
    const { rois, diagnostics } = read({
      annotations: [
        { name: "a", markups: [{ points: square }, { points: [["NaN", 1], ...square] }] },
        { name: "a", markups: [{ points: square }] },
      ],
    });
    expect(rois[0]!.shape).toMatchObject({ contours: [{ kind: "closed" }, { kind: "broken" }] });
    expect(diagnostics).toMatchObject([
      { code: "BROKEN_CONTOUR", severity: "error", collection: "AIM/a.xml", roi: 0, contour: 1 },
      { code: "DUPLICATE_NAME", severity: "info", value: 2 },
    ]);
    expect(diagnostics[0]!.text).toContain(
      'Contour 2 of ROI 1 "a" holds a coordinate that is no number of pixels ("NaN"',
    );
    expect(diagnostics[1]!.text).toBe(
      'ROIs 1, 2 are all named "a"; they are told apart by their numbers.',
    );
  });

  test("remarks on the image are no contours", () => {
    const { rois } = read({
      annotations: [
        { name: "a", markups: [{ type: "TextAnnotationEntity", points: [] }, { points: square }] },
      ],
    });
    expect(rois[0]!.shape).toMatchObject({ contours: [{ type: "TwoDimensionPolyline" }] });
  });

  test("bytes that are not of the encoding are told", () => {
    const text = writeAim({ annotations: [{ name: "tum?r", markups: [{ points: square }] }] });
    const bytes = Buffer.from(text);
    bytes[bytes.indexOf("tum?r") + 3] = 0xf6;
    const { rois, diagnostics } = readAim("a.xml", bytes);
    expect(rois[0]!.name).toBe("tum\ufffdr");
    expect(diagnostics).toMatchObject([{ code: "TEXT_ENCODING", severity: "warning" }]);
    expect(diagnostics[0]!.text).toContain('not UTF-8, its encoding: the text "tum\ufffdr"');
  });

  test.each([
    ["E-AIM-VERSION", '<ImageAnnotation aimVersion="3.0"/>', "is AIM version 3"],
    ["E-AIM-VERSION", '<ImageAnnotationCollection aimVersion="AIMv5_0"/>', "is AIM version 5"],
    ["E-AIM-VERSION", '<ImageAnnotation xmlns="gme://caCORE.caCORE/3.2/e"/>', "is AIM version 3"],
    ["E-NOT-AIM", '<cat:Catalog xmlns:cat="c"/>', "is an XNAT catalog, no AIM"],
    ["E-NOT-AIM", "<html/>", "is of the kind <html>, no AIM"],
    ["E-NO-ROI", '<ImageAnnotationCollection aimVersion="AIMv4_0"/>', "defines no regions"],
    ["E-XML", "<ImageAnnotationCollection>", "no well-formed XML"],
  ])("%s for %s", (code, text, what) => {
    expect(codeOf(() => readAim("a.xml", Buffer.from(text)))).toBe(code);
    expect(messageOf(() => readAim("a.xml", Buffer.from(text)))).toContain(what);
  });
});
