import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { afterAll, describe, expect, test } from "vitest";
import { type AttributeValues, encodeAttributes } from "#shared/dicom/encode-attributes.ts";
import { encodeFile, headerEncoder } from "#shared/dicom/encode-file.ts";
import { encodeInstance } from "#shared/dicom/write-instance.ts";
import { type WrittenKeyword, writtenAttributes } from "#shared/dicom/written-attributes.ts";

const keywords = (Object.keys(writtenAttributes) as WrittenKeyword[]).filter(
  (keyword) =>
    !/^0002/.test(writtenAttributes[keyword][0]) &&
    // The same tags in another VR.
    !keyword.startsWith("Signed") &&
    !["SpecificCharacterSet", "PixelData", "SOPClassUID", "SOPInstanceUID"].includes(keyword),
);

const list = <T>(value: fc.Arbitrary<T>): fc.Arbitrary<T | readonly T[]> =>
  fc.oneof(value, fc.array(value, { maxLength: 4 }));
const text = (unit: fc.Arbitrary<string>, maxLength: number) =>
  fc.string({ unit, maxLength }).map((drawn) => drawn.replace(/[\\=\0]/g, "-"));
const characters = fc.constantFrom(..."abcXYZ 019._-^µ²äΩ日é\n");
const printable = fc.constantFrom(..."abcXYZ 019._-^µ²äΩ日é");
const anyNumber = fc.oneof(
  fc.double({ noNaN: true, noDefaultInfinity: true, min: -1e30, max: 1e30 }),
  fc.double({ noNaN: true, min: -100, max: 100 }),
  fc.integer(),
);

/** Values that an attribute of a VR may have. */
function drawValue(vr: string, depth: number): fc.Arbitrary<AttributeValues[WrittenKeyword]> {
  switch (vr) {
    case "US":
      return list(fc.integer({ min: 0, max: 65535 }));
    case "SS":
      return list(fc.integer({ min: -32768, max: 32767 }));
    case "UL":
    case "AT":
      return list(fc.nat(0xffffffff));
    case "SL":
      return list(fc.integer());
    case "FD":
      return list(fc.double({ noNaN: true, noDefaultInfinity: true }));
    case "FL":
      return list(fc.float({ noNaN: true, noDefaultInfinity: true }));
    case "DS":
      return list(anyNumber);
    case "IS":
      return list(fc.integer());
    case "OB":
    case "OF":
    case "OW":
    case "UN":
      return fc.uint8Array({ minLength: 1, maxLength: 9 });
    case "SQ":
      return depth === 0 ? fc.constant([]) : fc.array(drawValues(depth - 1), { maxLength: 3 });
    case "CS":
      return list(text(fc.constantFrom(..."ABCXYZ 019_"), 16));
    case "UI":
      return list(fc.constantFrom("1.2.3", "2.25.12", "1.2.840.10008.5.1.4.1.1.4"));
    case "ST":
    case "LT":
    case "UT":
      return text(characters, 40);
    case "PN":
      // An empty name among several is dropped by the library.
      return fc.oneof(
        text(printable, 64),
        fc.array(
          text(printable, 60).map((name) => `A${name}`),
          { maxLength: 3 },
        ),
      );
    case "LO":
      return list(text(printable, 64));
    case "DA":
      return fc.constantFrom("20261122", "");
    case "DT":
      return fc.constantFrom("20261122120000.123+0100", "2026", "");
    case "TM":
      return fc.constantFrom("122046.123", "1220", "");
    case "AS":
      return fc.constantFrom("012W", "");
    default:
      return list(text(printable, 16));
  }
}

function drawValues(depth: number): fc.Arbitrary<AttributeValues> {
  return fc.subarray(keywords, { maxLength: 14 }).chain((chosen) => {
    const drawn = chosen.map((keyword) =>
      drawValue(writtenAttributes[keyword][1], depth).map((value) => [keyword, value] as const),
    );
    return fc.tuple(...drawn).map((entries) => Object.fromEntries(entries) as AttributeValues);
  });
}

/** The library's own writer leaves the character set out where it is not needed: a text that needs it is always there. */
const identity: AttributeValues = {
  SpecificCharacterSet: "ISO_IR 192",
  SOPClassUID: "1.2.840.10008.5.1.4.1.1.4",
  SOPInstanceUID: "2.25.77",
  PatientName: "Mäuse^Ω",
};
const pixels = Uint8Array.of(1, 2, 3, 255);

const folder = mkdtempSync(join(tmpdir(), "encode-file-"));
afterAll(() => rmSync(folder, { recursive: true }));

describe("the header of a file", () => {
  test("has the bytes dcmjs writes, for any attributes of any VR, shared or own", () => {
    const draw = fc.tuple(drawValues(2), drawValues(1), drawValues(1));
    const check = fc.property(draw, ([shared, first, second]) => {
      const encode = headerEncoder({ ...identity, ...shared });
      for (const own of [first, second, first]) {
        const expected = { ...identity, ...shared, ...own, PatientName: "Mäuse^Ω" };
        const file = Buffer.concat([
          encode({ ...own, PatientName: "Mäuse^Ω" }, pixels.length),
          pixels,
        ]);
        const library = encodeInstance(encodeAttributes({ ...expected, PixelData: pixels }));
        expect(file.equals(library)).toBe(true);
      }
    });
    fc.assert(check, { numRuns: 300, seed: 6 });
  });

  test("of plain ASCII without a character set likewise", () => {
    const { SpecificCharacterSet: _set, PatientName: _name, ...plain } = identity;
    const library = encodeInstance(encodeAttributes({ ...plain, PixelData: pixels }));
    expect(Buffer.from(encodeFile(plain, pixels)).equals(library)).toBe(true);
  });

  test("refuses what its VR cannot hold, and never shortens it", () => {
    const refused: readonly AttributeValues[] = [
      { StationName: "x".repeat(17) },
      { SeriesDescription: "x".repeat(65) },
      { PatientName: "x".repeat(65) },
      { BodyPartExamined: "whole" },
      { SeriesDescription: "a\\b" },
      { SliceThickness: Number.NaN },
      { SliceThickness: "0.0343340304721897" },
      { InstanceNumber: 1.5 },
      { Rows: 65536 },
      { Rows: Number.NaN },
      { DiffusionBValue: Number.POSITIVE_INFINITY },
    ];
    for (const own of refused) expect(() => encodeFile({ ...identity, ...own }, pixels)).toThrow();
    expect(() => encodeFile(identity, Uint8Array.of(1))).toThrow("odd");
    expect(() => encodeFile({ SOPClassUID: "1.2" }, pixels)).toThrow("SOPInstanceUID");
    const { SpecificCharacterSet: _set, ...withoutSet } = identity;
    expect(() => encodeFile(withoutSet, pixels)).toThrow("ISO_IR 192");
  });

  const dcmdump = spawnSync("dcmdump", ["--version"]).status === 0;
  test.skipIf(!dcmdump)("is read by DCMTK: text, numbers, nested items, pixels", () => {
    const path = join(folder, "one.dcm");
    writeFileSync(
      path,
      encodeFile(
        {
          ...identity,
          ImagePositionPatient: [-1 / 3, 0, 12.5],
          AcquisitionMatrix: [0, 128, 64, 0],
          RealWorldValueMappingSequence: [
            {
              RealWorldValueSlope: 0.25,
              MeasurementUnitsCodeSequence: [{ CodeValue: "mm2/s", CodeMeaning: "mm²/s" }],
            },
          ],
        },
        pixels,
      ),
    );
    const { stdout, stderr, status } = spawnSync("dcmdump", ["+E", path], { encoding: "utf8" });
    expect([status, stderr]).toEqual([0, ""]);
    expect(stdout).toContain("[-0.3333333333333\\0\\12.5]");
    expect(stdout).toMatch(/US 0\\128\\64\\0/);
    expect(stdout).toMatch(/FD 0\.25/);
    expect(stdout).toMatch(/LO \[mm²\/s\]/);
    expect(stdout).toMatch(/OW 0201\\ff03/);
  });
});
