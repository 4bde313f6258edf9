import { expect, test } from "vitest";
import { type AttributeValues, encodeAttributes } from "#shared/dicom/encode-attributes.ts";
import { writtenAttributes } from "#shared/dicom/written-attributes.ts";
import { askPython, hasPydicom } from "#test/shared/nifti/debian-tools.ts";

test("numbers of DS and IS become strings, names groups, bytes base64, an empty list no value", () => {
  expect(
    encodeAttributes({
      EchoTime: 1 / 3,
      SeriesNumber: 301,
      PatientName: "A^B",
      PixelData: new Uint8Array([1, 2]),
      PatientBirthDate: [],
      SourceImageSequence: [{ ReferencedSOPClassUID: "1.2" }],
    }),
  ).toEqual({
    "00180081": { vr: "DS", Value: ["0.33333333333333"] },
    "00200011": { vr: "IS", Value: ["301"] },
    "00100010": { vr: "PN", Value: [{ Alphabetic: "A^B" }] },
    "7FE00010": { vr: "OW", InlineBinary: "AQI=" },
    "00100030": { vr: "DA" },
    "00082112": { vr: "SQ", Value: [{ "00081150": { vr: "UI", Value: ["1.2"] } }] },
  });
});

test.each<AttributeValues>([
  { SeriesDescription: "x".repeat(65) },
  { LUTLabel: "x".repeat(17) },
  { Modality: "mr" },
  { ImageType: ["DERIVED", "T2*"] },
  { SeriesNumber: 2 ** 31 },
  { EchoTime: Number.NaN },
])("%j is refused: its VR cannot hold it", (values) => {
  expect(() => encodeAttributes(values)).toThrow();
});

test.skipIf(!hasPydicom)("tags and VRs are those of pydicom's dictionary of PS3.6", () => {
  const script = `
import sys, json
from pydicom.datadict import tag_for_keyword, dictionary_VR
print(json.dumps({k: ['%08X' % tag_for_keyword(k), dictionary_VR(k)] for k in json.loads(sys.argv[1])}))`;
  const standard = Object.entries(writtenAttributes)
    .filter(([keyword]) => !keyword.startsWith("CEST"))
    .map(([keyword, entry]) => [keyword.replace(/^Signed/, ""), entry] as const);
  const keywords = standard.map(([keyword]) => keyword);
  const known = askPython(script, [JSON.stringify(keywords)]) as Record<string, [string, string]>;
  for (const [keyword, [tag, vr]] of standard) {
    expect([keyword, tag]).toEqual([keyword, known[keyword]![0]]);
    expect(known[keyword]![1].split(" or ")).toContain(vr);
  }
});

test("private attributes are those of the block their creator element reserves, PS3.5 7.8.1", () => {
  const own = Object.entries(writtenAttributes)
    .map(([keyword, [tag]]) => ({ keyword, tag }))
    .filter(({ tag }) => Number.parseInt(tag.slice(0, 4), 16) % 2 === 1);
  const creators = own.filter(({ tag }) => tag.slice(4, 6) === "00");
  expect(creators).toEqual([{ keyword: "CESTPrivateCreator", tag: "10610010" }]);
  // The creator of block 10 reserves (1061,1000) to (1061,10FF).
  const others = own.filter(({ tag }) => tag !== "10610010");
  expect(others.length).toBeGreaterThan(15);
  expect(new Set(others.map(({ tag }) => tag.slice(0, 6)))).toEqual(new Set(["106110"]));
  expect(new Set(own.map(({ tag }) => tag)).size).toBe(own.length);
  // By their names too, by which others know them.
  expect(own.every(({ keyword }) => keyword.startsWith("CEST"))).toBe(true);
});
