import { readFileSync } from "node:fs";
import { join } from "node:path";
import { beforeAll, describe, expect, test } from "vitest";
import { launchWords } from "./launch.ts";
import { type ParsedItem, parseInstance } from "./parse-instance.ts";
import { findRawDataset, listBelow } from "./raw-datasets.ts";

// Against the files that ParaVision itself exported of the same reconstructions: 472, all there are.

const vendors = [
  { name: "gyrotools_localizer_pv601", files: 3 },
  { name: "danial_flash_pv601", files: 1 },
  { name: "acidocest_pv601", files: 468 },
] as const;

const sopInstanceUID = "00080018";

/** The export prints ten significant digits. */
const printed = 1e-9;

/** Attributes that must be equal, and how far numbers may lie apart: absolutely (mm, direction cosines), or as a part of the value. */
const equalNumbers: readonly (readonly [keyword: string, tag: string, how: "mm" | "part"])[] = [
  ["ImagePositionPatient", "00200032", "mm"],
  ["ImageOrientationPatient", "00200037", "mm"],
  ["PixelSpacing", "00280030", "mm"],
  ["SliceThickness", "00180050", "mm"],
  ["Rows", "00280010", "part"],
  ["Columns", "00280011", "part"],
  ["EchoTime", "00180081", "part"],
  ["RepetitionTime", "00180080", "part"],
  ["FlipAngle", "00181314", "part"],
  ["RescaleSlope", "00281053", "part"],
  ["RescaleIntercept", "00281052", "part"],
  ["SmallestImagePixelValue", "00280106", "part"],
  ["LargestImagePixelValue", "00280107", "part"],
  ["InstanceNumber", "00200013", "part"],
  ["SeriesNumber", "00200011", "part"],
  ["BitsAllocated", "00280100", "part"],
  ["PixelRepresentation", "00280103", "part"],
  ["NumberOfAverages", "00180083", "part"],
  ["EchoTrainLength", "00180091", "part"],
  ["PixelBandwidth", "00180095", "part"],
];

const equalTexts: readonly (readonly [keyword: string, tag: string])[] = [
  ["StudyInstanceUID", "0020000D"],
  ["SeriesInstanceUID", "0020000E"],
  ["FrameOfReferenceUID", "00200052"],
  ["InPlanePhaseEncodingDirection", "00181312"],
  ["PatientPosition", "00185100"],
  ["AnatomicalOrientationType", "00102210"],
  ["StudyDate", "00080020"],
  ["SeriesDate", "00080021"],
  ["AcquisitionDate", "00080022"],
  ["TimezoneOffsetFromUTC", "00080201"],
  ["PatientID", "00100020"],
  ["PatientSex", "00100040"],
  ["PatientBirthDate", "00100030"],
];

/** What differs on purpose; docs/mri2dicom.md, "How it differs from ParaVision's own export", says why. */
const differing: Readonly<Record<string, string>> = {
  "00080005": "SpecificCharacterSet",
  "00080012": "InstanceCreationDate",
  "00080013": "InstanceCreationTime",
  "00080023": "ContentDate",
  "00080030": "StudyTime",
  "00080031": "SeriesTime",
  "00080032": "AcquisitionTime",
  "00080033": "ContentTime",
  "00080090": "ReferringPhysicianName",
  "00081010": "StationName",
  "0008103E": "SeriesDescription",
  "00081070": "OperatorsName",
  "00100010": "PatientName",
  "00102203": "PatientSexNeutered",
  "00180015": "BodyPartExamined",
  "00180020": "ScanningSequence",
  "00180021": "SequenceVariant",
  "00180024": "SequenceName",
  "00181310": "AcquisitionMatrix",
  "0018A001": "ContributingEquipmentSequence",
  "00200012": "AcquisitionNumber",
  "00201041": "SliceLocation",
  "00204000": "ImageComments",
  "00281050": "WindowCenter",
  "00281051": "WindowWidth",
  "00281056": "VOILUTFunction",
  "00409096": "RealWorldValueMappingSequence",
};

/** Attributes of the data set that are not the same in both files: missing in one, or of another value. */
function findDifferences(ours: ParsedItem, theirs: ParsedItem): readonly string[] {
  const tags = new Set([...ours.tags, ...theirs.tags]);
  return [...tags].filter((tag) => {
    // Meta header and the private group of CEST; the pixels have a test of their own.
    if (/^(0002|1061|7FE0)/.test(tag)) return false;
    if (!ours.has(tag) || !theirs.has(tag)) return true;
    if (ours.bytes(tag).equals(theirs.bytes(tag))) return false;
    const [a, b] = [ours.texts(tag), theirs.texts(tag)];
    const near = (text: string, other: string | undefined) =>
      text === other ||
      (text !== "" && Math.abs(Number(text) - Number(other)) <= printed * Math.abs(Number(text)));
    return a.length !== b.length || !a.every((text, i) => near(text, b[i]));
  });
}

function expectSameNumbers(ours: ParsedItem, theirs: ParsedItem, uid: string): void {
  for (const [keyword, tag, how] of equalNumbers) {
    const [a, b] = [ours.numbers(tag), theirs.numbers(tag)];
    const named = `${keyword} of ${uid}: ${a.join("\\")}, not ${b.join("\\")}`;
    expect(a.length, named).toBe(b.length);
    const apart = a.map((value, i) => {
      const difference = Math.abs(value - b[i]!);
      return how === "mm"
        ? difference / 1e-6
        : difference / (printed * Math.max(Math.abs(value), 1e-12));
    });
    expect(Math.max(0, ...apart), named).toBeLessThanOrEqual(1);
  }
}

for (const { name, files } of vendors) {
  const folder = findRawDataset(name);
  describe.skipIf(folder === undefined)(`the vendor's export of ${name}`, () => {
    const vendor = new Map<string, ParsedItem>();
    const ours = new Map<string, ParsedItem>();

    beforeAll(async () => {
      for (const path of listBelow(folder!, ".dcm")) {
        const item = parseInstance(path);
        vendor.set(item.texts(sopInstanceUID)[0]!, item);
      }
      const run = await launchWords("mri2dicom", ["convert", "--input", folder!, "--uids=vendor"]);
      expect(run.exitCode, run.stderr).toBe(0);
      for (const path of listBelow(join(run.output, "dicom"), ".dcm")) {
        const item = parseInstance(path);
        ours.set(item.texts(sopInstanceUID)[0]!, item);
      }
    });

    test(`has ${files} images, and ours have their UIDs`, () => {
      expect(vendor.size).toBe(files);
      expect([...ours.keys()].sort()).toEqual([...vendor.keys()].sort());
    });

    test("has the same pixels, byte for byte", () => {
      for (const [uid, item] of ours) {
        const theirs = vendor.get(uid)!.bytes("7FE00010");
        expect(theirs.length).toBeGreaterThan(0);
        expect(item.bytes("7FE00010").equals(theirs), uid).toBe(true);
      }
    });

    test("has the same geometry, timing, scale and extremes", () => {
      for (const [uid, item] of ours) expectSameNumbers(item, vendor.get(uid)!, uid);
    });

    test("differs in nothing but what the page about it lists", () => {
      const found = new Set<string>();
      for (const [uid, item] of ours) {
        for (const tag of findDifferences(item, vendor.get(uid)!)) found.add(tag);
      }
      const unknown = [...found].filter((tag) => !(tag in differing));
      expect(unknown.map((tag) => `${tag}: ${[...ours.values()][0]!.texts(tag)}`)).toEqual([]);
    });

    test("has the same UIDs, dates and patient", () => {
      const mismatches = [...ours].flatMap(([uid, item]) =>
        equalTexts.flatMap(([keyword, tag]) => {
          const [a, b] = [item.texts(tag).join("\\"), vendor.get(uid)!.texts(tag).join("\\")];
          return a === b ? [] : [`${keyword} of ${uid}: ${a}, not ${b}`];
        }),
      );
      expect(mismatches).toEqual([]);
    });
  });
}

test("the page lists every attribute that differs from the vendor's export", () => {
  const page = readFileSync(new URL("../../docs/mri2dicom.md", import.meta.url), "utf8");
  const [, section = ""] = page.split("## How it differs from ParaVision's own export");
  const words = section.split("\n## ")[0]!.toLowerCase();
  const aliases: Readonly<Record<string, string>> = {
    InstanceCreationTime: "instancecreationdate, -time",
    WindowCenter: "window",
    WindowWidth: "window",
    VOILUTFunction: "window",
    RealWorldValueMappingSequence: "real world values",
  };
  for (const keyword of Object.values(differing)) {
    expect(words).toContain(aliases[keyword] ?? keyword.toLowerCase());
  }
});
