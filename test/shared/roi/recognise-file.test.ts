import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { afterAll, describe, expect, test } from "vitest";
import { recogniseFile } from "#shared/roi/recognise-file.ts";
import { encodeDicom } from "#test/phantom/dicom-bytes.ts";
import { writeRtstruct } from "#test/phantom/rtstruct-bytes.ts";

const folder = mkdtempSync(join(tmpdir(), "recognise-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

function recognise(name: string, bytes: string | Uint8Array) {
  const absolutePath = join(folder, "file");
  writeFileSync(absolutePath, bytes);
  return recogniseFile({ path: name, absolutePath });
}
const dicom = (sopClass: string, modality: string) =>
  encodeDicom([
    ["00080016", "UI", sopClass],
    ["00080060", "CS", modality],
  ]);
const nifti = Buffer.alloc(352);
nifti.write("n+1\0", 344, "latin1");

describe("kind of a file by its content", () => {
  test.each([
    ["RTSTRUCT", "x", writeRtstruct({ rois: [] })],
    ["RTSTRUCT", "x.xml", writeRtstruct({ rois: [] }, { writing: "implicit", header: "none" })],
    ["RTSTRUCT", "x", dicom("1.2.3", "RTSTRUCT")],
    ["SEG", "x", dicom("1.2.840.10008.5.1.4.1.1.66.4", "")],
    ["SEG", "x", dicom("1.2.840.10008.5.1.4.1.1.66.7", "SEG")],
    ["AIM", "x.dcm", "<a/>"],
    ["AIM", "x", "\ufeff \n<?xml version='1.0'?>"],
    ["AIM", "x", Buffer.from("\ufeff<a/>", "utf16le")],
    ["NIFTI", "x", nifti],
    ["NIFTI", "mask.nii.gz", gzipSync(nifti)],
  ])("%s", (kind, name, bytes) => {
    expect(recognise(name, bytes)).toEqual({ kind });
  });

  test.each([
    ["empty", "x.dcm", ""],
    ["neither DICOM nor AIM (XML) nor NIfTI", "x.dcm", Buffer.alloc(100)],
    ["DICOM of modality MR", "x", dicom("1.2.840.10008.5.1.4.1.1.4", "MR")],
    ["DICOM of modality unknown", "x", dicom("1.2.3", "<script>")],
    ["measurements (JSON), which are not regions", "x", '{"imageMeasurements": []}'],
    ["measurements (JSON), which are not regions", "MEAS/x.json", "[]"],
    ["JSON", "x.json", '{"Units": "ms"}'],
  ])("%s", (what, name, bytes) => {
    expect(recognise(name, bytes)).toEqual({ kind: "other", what });
  });

  test("a file cut short is damaged", () => {
    const bytes = writeRtstruct({ rois: [{ number: 1, contours: [{ data: [1, 2, 3] }] }] });
    const { kind, ...rest } = recognise("x.dcm", bytes.subarray(0, bytes.length - 9));
    expect(kind).toBe("damaged");
    expect(rest).toMatchObject({ error: { code: "E-TRUNCATED" } });
  });
});
