import { spawnSync } from "node:child_process";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { encodeMeasurements } from "#shared/dicom/encode-measurements.ts";
import { askPython, hasPydicom, inFolder } from "#test/shared/nifti/debian-tools.ts";
import { hasDciodvfy, judge } from "./dicom-tools.ts";
import { exampleGroup, exampleRequest } from "./example-measurements.ts";

const encode = (change: object = {}) => encodeMeasurements({ ...exampleRequest, ...change }).bytes;

describe.skipIf(!hasDciodvfy)("judged by dciodvfy (Debian package dicom3tools)", () => {
  test("a report has no errors; the only warnings are that our own codes are private", async () => {
    const { errors, warnings } = await judge(encode());
    expect(errors).toEqual([]);
    expect(warnings.filter((line) => !line.includes("<99XNATPIC>"))).toEqual([]);
  });

  test("a source without dates and numbers still gives a report without errors", async () => {
    const series = { ...exampleRequest.series, seriesNumber: undefined, images: [] };
    expect((await judge(encode({ template: {}, series }))).errors).toEqual([]);
  });
});

const hasDsrdump = spawnSync("dsrdump", ["--version"], { stdio: "ignore" }).error === undefined;

describe.skipIf(!hasDsrdump)("read by dsrdump (DCMTK)", () => {
  const dump = (bytes: Uint8Array) =>
    inFolder((folder) => {
      const path = join(folder, "report.dcm");
      writeFileSync(path, bytes);
      const { status, stdout, stderr } = spawnSync("dsrdump", ["+U8", "+Pc", path], {
        encoding: "utf8",
      });
      return { status, stdout, stderr };
    });

  test("the tree is valid: relationships, codes and values", async () => {
    const { status, stdout, stderr } = await dump(encode());
    // DCMTK does not check texts in UTF-8, and says so.
    const remarks = stderr.split("\n").filter((line) => !/^$|Specific Character Set/.test(line));
    expect([status, remarks]).toEqual([0, []]);
    expect(stdout).toContain("Comprehensive 3D SR Document");
    expect(stdout.match(/Measurement Group/g)).toHaveLength(3);
    expect(stdout).toContain('(112039,DCM,"Tracking Identifier")="kidney 2 (left)"');
    expect(stdout).toContain(
      '(113065,DCM,"T2")="62.9643955504308" (ms,UCUM,"millisecond")>\n        <has concept mod CODE:(121401,DCM,"Derivation")=(373098007,SCT,"Mean")>',
    );
  });

  test("it would have said so of a relationship that Comprehensive 3D SR does not have", async () => {
    const broken = Buffer.from(encode())
      .toString("latin1")
      .replace("HAS OBS CONTEXT ", "INFERRED FROM   ");
    const { status, stderr } = await dump(Buffer.from(broken, "latin1"));
    expect(`${status} ${stderr}`).not.toMatch(/^0 (W:.*\n)?$/);
  });
});

const script = `
import sys, json, pydicom
from pydicom.uid import UID
d = pydicom.dcmread(sys.argv[1])
def walk(item):
    out = dict(type=item.ValueType, concept=item.ConceptNameCodeSequence[0].CodeMeaning,
               relation=item.get('RelationshipType'), items=[walk(i) for i in item.get('ContentSequence', [])])
    if item.ValueType == 'NUM':
        v = item.MeasuredValueSequence[0]
        out['value'] = float(v.get('FloatingPointValue', v.NumericValue))
        out['unit'] = v.MeasurementUnitsCodeSequence[0].CodeValue
    if item.ValueType == 'TEXT': out['value'] = item.TextValue
    if item.ValueType == 'UIDREF': out['value'] = item.UID
    if item.ValueType == 'IMAGE':
        r = item.ReferencedSOPSequence[0]
        out['value'] = [r.ReferencedSOPInstanceUID, r.ReferencedSegmentNumber]
    return out
uids = [i.ReferencedSOPInstanceUID for s in d.CurrentRequestedProcedureEvidenceSequence[0].ReferencedSeriesSequence for i in s.ReferencedSOPSequence]
print(json.dumps(dict(tree=walk(d), uids=uids, sop=d.SOPClassUID.name, valid=all(UID(u).is_valid for u in (d.SOPInstanceUID, d.SeriesInstanceUID)),
  name=str(d.PatientName), study=d.StudyInstanceUID, number=d.SeriesNumber, date=d.ContentDate,
  template=d.ContentTemplateSequence[0].TemplateIdentifier)))
`;

interface Item {
  readonly type: string;
  readonly concept: string;
  readonly relation: string | null;
  readonly value?: unknown;
  readonly unit?: string;
  readonly items: readonly Item[];
}

describe.skipIf(!hasPydicom)("read by pydicom", () => {
  const read = () =>
    inFolder((folder) => {
      const path = join(folder, "report.dcm");
      writeFileSync(path, encode());
      return askPython(script, [path]) as { tree: Item; uids: string[] } & Record<string, unknown>;
    });

  test("it is a Measurement Report of the patient and the study", async () => {
    expect(await read()).toMatchObject({
      sop: "Comprehensive 3D SR Storage",
      valid: true,
      name: "Mäuse^Überprüft",
      study: "1.2.3",
      number: 591,
      date: "20260101",
      template: "1500",
    });
  });

  test("the evidence lists the segmentation and every image once", async () => {
    const { uids } = await read();
    const images = exampleRequest.series.images.map(({ sopInstanceUID }) => sopInstanceUID);
    expect(uids).toEqual(["2.25.1001", ...images]);
  });

  test("the rows of TID 1500 are there, in their order", async () => {
    const { tree } = await read();
    expect(tree.items.map(({ concept, relation }) => `${relation}: ${concept}`)).toEqual([
      "HAS CONCEPT MOD: Language of Content Item and Descendants",
      "HAS OBS CONTEXT: Observer Type",
      "HAS OBS CONTEXT: Device Observer UID",
      "HAS OBS CONTEXT: Device Observer Name",
      "HAS OBS CONTEXT: Device Observer Manufacturer",
      "HAS OBS CONTEXT: Device Observer Model Name",
      "HAS OBS CONTEXT: Device Observer Serial Number",
      "HAS CONCEPT MOD: Procedure reported",
      "CONTAINS: Imaging Measurements",
    ]);
  });

  test("a group has its segment, its names and its numbers, to the last bit", async () => {
    const { tree } = await read();
    const groups = tree.items.at(-1)!.items;
    expect(groups.map(({ concept }) => concept)).toEqual(Array(3).fill("Measurement Group"));
    const { items } = groups[0]!;
    const values = (concept: string) =>
      items.filter((item) => item.concept === concept).map(({ value }) => value);
    expect(values("Referenced Segment")).toEqual([["2.25.1001", 2]]);
    expect(values("Tracking Identifier")).toEqual(["kidney 2 (left)"]);
    expect(values("T2")).toEqual(Object.values(exampleGroup.statistics));
    expect(values("Algorithm Parameters")).toEqual(["map: T2map.nii.gz", '{"edge":"half-open"}']);
    const units = groups.map((group) => group.items.find(({ type }) => type === "NUM")!.unit);
    expect(units).toEqual(["ms", "/s", "[arb'U]"]);
    expect(groups[2]!.items[0]!.value).toBe("tumör");
  });
});

test("images that have no UID are no evidence", () => {
  const [image] = exampleRequest.series.images;
  const images = [
    image!,
    { ...image!, sopInstanceUID: "" },
    { ...image!, sopInstanceUID: "x".repeat(99) },
  ];
  const series = { ...exampleRequest.series, images };
  const alone = { ...exampleRequest.series, images: [image!] };
  expect(encode({ series }).length).toBe(encode({ series: alone }).length);
});

test("the same request gives the same bytes, another number another object", () => {
  expect(Buffer.compare(encode(), encode())).toBe(0);
  const other = { ...exampleGroup, nValid: 975 };
  expect(Buffer.compare(encode(), encode({ groups: [other] }))).not.toBe(0);
});
