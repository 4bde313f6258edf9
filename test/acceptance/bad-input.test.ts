import { rmSync } from "node:fs";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { afterAll, describe, expect, test } from "vitest";
import { encodeDicom } from "#test/phantom/dicom-bytes.ts";
import type { Changes } from "#test/phantom/dicom-images.ts";
import { readRecord } from "./dataset.ts";
import {
  type Ended,
  expectRefusal,
  expectSuccess,
  fillFolder,
  fingerprint,
  launchProcessT2,
  newFolder,
  type Refusal,
} from "./launch.ts";
import {
  backgroundNoise,
  describeScan,
  isObject,
  niftiFiles,
  type ScanFiles,
  scanFiles,
  scanImage,
} from "./small-scan.ts";

// Images no map can be made of, each through the program as a user runs it: exit code, one clear line, nothing left.

const base = newFolder();
afterAll(() => rmSync(base, { recursive: true, force: true }));
let folders = 0;

/** Runs the program on files; the input is as it was afterwards. */
async function runOn(files: ScanFiles, ...options: readonly string[]): Promise<Ended> {
  const home = join(base, String(++folders));
  const input = fillFolder(join(home, "in"), files);
  const before = fingerprint(input);
  const run = await launchProcessT2(input, options, { output: join(home, "out") });
  expect(fingerprint(input)).toBe(before);
  return run;
}

/** One scan after another in one folder, each in a folder of its own. */
function together(scans: Readonly<Record<string, ScanFiles>>): ScanFiles {
  return Object.fromEntries(
    Object.entries(scans).flatMap(([folder, files]) =>
      Object.entries(files).map(([name, bytes]) => [`${folder}/${name}`, bytes] as const),
    ),
  );
}

/** The sound scan with one of its files changed. */
function withOneFile(change: (bytes: Uint8Array) => Uint8Array): ScanFiles {
  const files = scanFiles();
  const name = Object.keys(files)[5]!;
  return { ...files, [name]: change(files[name]!) };
}

/** Elements of a series apart from the sound scan. */
function seriesChanges(number: number, description: string, more: Changes = {}) {
  return (k: number, e: number): Changes => ({
    "00080018": ["UI", `1.2.3.4.${number}.${k + 1}.${e + 1}`],
    "0008103E": ["LO", description],
    "0020000E": ["UI", `1.2.3.5.${number}`],
    "00200011": ["IS", String(number)],
    ...more,
  });
}

const secondSeries = scanFiles({ changes: seriesChanges(9, "MSME again") });

interface Case extends Refusal {
  readonly files: () => ScanFiles;
  readonly options?: readonly string[];
}

const input = (code: string, says: RegExp, files: () => ScanFiles, ...options: string[]): Case => ({
  ...{ exitCode: 3, code, says, files, options },
});
const unsupported = (code: string, says: RegExp, files: () => ScanFiles): Case => ({
  ...{ exitCode: 4, code, says, files },
});
const modality = (sopClass: string, name: string) => () =>
  scanFiles({
    changes: () => ({ "00080016": ["UI", sopClass], "00080060": ["CS", name] }),
  });
const withoutPixels = (sopClass: string, name: string) => () =>
  scanFiles({
    slices: 1,
    echoTimesMs: [10],
    changes: () => ({
      ...{ "00080016": ["UI", sopClass], "00080060": ["CS", name] },
      ...{ "00280010": undefined, "00280011": undefined, "7FE00010": undefined },
    }),
  });
const syntax = (transferSyntaxUID: string) => () => scanFiles({ writing: { transferSyntaxUID } });

const images: Readonly<Record<string, Case>> = {
  "an empty folder": input("E-NO-DICOM", /is empty\. Give the folder/, () => ({})),
  "a folder without images": input("E-NO-DICOM", /2 files \(1 × \.txt, 1 × \.xml\)/, () => ({
    "notes.txt": Buffer.from("T2 of mouse 7"),
    "scan_4_catalog.xml": Buffer.from("<cat:Catalog/>"),
  })),
  "empty files with the names of images": input(
    "E-NO-DICOM",
    /3 files .* 3 of them are empty/,
    () => ({
      ...{ "1.dcm": Buffer.alloc(0), "2.dcm": Buffer.alloc(0), "3.dcm": Buffer.alloc(0) },
    }),
  ),
  "one echo": input("E-TE-CONSTANT", /All 3 images have TE 10 ms/, () =>
    scanFiles({ echoTimesMs: [10] }),
  ),
  "one echo measured at several repetition times": input(
    "E-TE-CONSTANT",
    /RepetitionTime \(3 values\)\. Did you mean process-t1/,
    () =>
      scanFiles({
        echoTimesMs: [10, 10, 10],
        changes: (_, e) => ({ "00180080": ["DS", String(500 * (e + 1))] }),
      }),
  ),
  "CT images": input(
    "E-MODALITY",
    /CT.*Choose an MR scan/,
    modality("1.2.840.10008.5.1.4.1.1.2", "CT"),
  ),
  "a segmentation": input("E-MODALITY", /SEG/, modality("1.2.840.10008.5.1.4.1.1.66.4", "SEG")),
  "a structured report": input(
    "E-MODALITY",
    /SR.*Choose an MR scan/,
    withoutPixels("1.2.840.10008.5.1.4.1.1.88.22", "SR"),
  ),
  "MR objects without pixels (spectra)": input(
    "E-MODALITY",
    /MR, 1 object without pixels/,
    withoutPixels("1.2.840.10008.5.1.4.1.1.4.2", "MR"),
  ),
  "two series that could be meant": input(
    "E-MIXED-SERIES",
    /2 series: series 4 "multi-echo" .*; series 9 "MSME again" .*--series/,
    () => together({ a: scanFiles(), b: secondSeries }),
  ),
  "EchoTime missing in all images": input("E-MISSING-TE", /EchoTime.*24 of 24 images.*--te/, () =>
    scanFiles({ changes: () => ({ "00180081": undefined }) }),
  ),
  "EchoTime missing in one image": input(
    "E-MISSING-TE",
    /1 of 24 images \(first: IM\S+_1_2\.dcm\)/,
    () => scanFiles({ changes: (k, e) => (k === 1 && e === 2 ? { "00180081": undefined } : {}) }),
  ),
  "an empty EchoTime": input("E-MISSING-TE", /1 of 24 images/, () =>
    scanFiles({ changes: (k, e) => (k === 1 && e === 2 ? { "00180081": ["DS", ""] } : {}) }),
  ),
  "a frame twice under another SOPInstanceUID": input("E-DUPLICATE", /occurs 2 times/, () => ({
    ...scanFiles(),
    "again.dcm": encodeDicom(
      scanImage(describeScan({ changes: () => ({ "00080018": ["UI", "1.2.3.4.99"] }) }), 1, 2),
    ),
  })),
  "two different files with one SOPInstanceUID": input(
    "E-DUPLICATE",
    /SOPInstanceUID.*differ/,
    () => ({
      ...scanFiles(),
      "again.dcm": encodeDicom(scanImage(describeScan({ value: () => 7 }), 1, 2)),
    }),
  ),
  "a missing slice": input("E-SLICE-GAP", /a slice is missing at position/, () =>
    scanFiles({ slices: 5, name: (k, e) => (k === 2 ? undefined : `${k}-${e}.dcm`) }),
  ),
  "a missing echo on one slice": input("E-RECTANGLE", /slice 2 of 3.*missing TE 40 ms/, () =>
    scanFiles({ name: (k, e) => (k === 1 && e === 3 ? undefined : `${k}-${e}.dcm`) }),
  ),
  "a file cut in its header": input("E-TRUNCATED", /IM\S+\.dcm is cut short.*again/, () =>
    withOneFile((bytes) => bytes.subarray(0, 400)),
  ),
  "a file cut in its pixels": input("E-TRUNCATED", /IM\S+\.dcm is cut short.*again/, () =>
    withOneFile((bytes) => bytes.subarray(0, bytes.length - 100)),
  ),
  "a file cut right after the meta header": input("E-TRUNCATED", /cut short/, () =>
    withOneFile((bytes) => bytes.subarray(0, 128 + 4 + 12 + 130)),
  ),
  "an unknown transfer syntax": unsupported(
    "E-TRANSFER-SYNTAX",
    /transfer syntax 1\.2\.3\.4\.5.*Convert/,
    syntax("1.2.3.4.5"),
  ),
  "a video transfer syntax": unsupported(
    "E-TRANSFER-SYNTAX",
    /Convert/,
    syntax("1.2.840.10008.1.2.4.103"),
  ),
  "a transfer syntax that lies: JPEG announced, raw values inside": input(
    "E-PIXELS",
    /JPEG.*but its pixels are not/,
    syntax("1.2.840.10008.1.2.4.70"),
  ),
  "fragments that are no JPEG": input("E-DECODE", /JPEG/, () =>
    scanFiles({
      writing: { transferSyntaxUID: "1.2.840.10008.1.2.4.70" },
      changes: () => ({
        "7FE00010": ["OB", { table: [], fragments: [new Uint8Array(300).fill(77)] }],
      }),
    }),
  ),
  "a transfer syntax that lies: little-endian announced, big-endian inside": input(
    "E-BROKEN-DICOM",
    /says its transfer syntax is Explicit VR Little Endian, but is written in Explicit VR Big Endian/,
    () =>
      scanFiles({ writing: { writing: "big endian", transferSyntaxUID: "1.2.840.10008.1.2.1" } }),
  ),
  "all zeros": input("E-NO-SIGNAL", /No voxel is left/, () => scanFiles({ value: () => 0 })),
  "all zeros in every voxel": input(
    "E-NO-RESULT",
    /None of the 720 voxels/,
    () => scanFiles({ value: () => 0 }),
    "--mask",
    "none",
  ),
  "noise alone": input("E-NO-SIGNAL", /No voxel is left/, () =>
    scanFiles({ value: backgroundNoise }),
  ),
  "the same constant in every image": input("E-NO-RESULT", /720 voxels/, () =>
    scanFiles({ value: () => 500 }),
  ),
  "a parametric map": input("E-DERIVED", /map/, () =>
    scanFiles({
      changes: () => ({ "00080008": ["CS", "DERIVED\\PRIMARY\\M\\T2 MAP"] }),
    }),
  ),
  "a map with RealWorldValueMapping in ms": input("E-DERIVED", /map.*Choose the measured/, () =>
    scanFiles({
      changes: () => ({
        "00409096": [
          "SQ",
          [
            [
              ["00409210", "SH", "T2"],
              ["00409211", "US", 4095],
              ["00409216", "US", 0],
              ["00409224", "FD", 0],
              ["00409225", "FD", 0.1],
              [
                "004008EA",
                "SQ",
                [
                  [
                    ["00080100", "SH", "ms"],
                    ["00080102", "SH", "UCUM"],
                    ["00080104", "LO", "millisecond"],
                  ],
                ],
              ],
            ],
          ],
        ],
      }),
    }),
  ),
  "phase images only": input("E-COMPLEX", /no magnitude images/, () =>
    scanFiles({ changes: () => ({ "00080008": ["CS", "ORIGINAL\\PRIMARY\\P"] }) }),
  ),
  "a localizer: three orientations": input("E-ORIENTATION", /orientation/i, () =>
    scanFiles({
      changes: (k) => ({
        "00200037": ["DS", ["1\\0\\0\\0\\1\\0", "1\\0\\0\\0\\0\\-1", "0\\1\\0\\0\\0\\-1"][k]!],
      }),
    }),
  ),
  "images of two matrices": input("E-MATRIX", /./, () => ({
    ...scanFiles({ name: (k, e) => (k === 2 ? undefined : `${k}-${e}.dcm`) }),
    ...scanFiles({ columns: 24, name: (k, e) => (k === 2 ? `${k}-${e}.dcm` : undefined) }),
  })),
  "images without position": input("E-GEOMETRY", /ImagePositionPatient/, () =>
    scanFiles({ changes: () => ({ "00200032": undefined }) }),
  ),
  "a slope of 0": input("E-RESCALE", /RescaleSlope/, () =>
    scanFiles({ changes: () => ({ "00281053": ["DS", "0"] }) }),
  ),
  "colour pictures": unsupported("E-PIXELS", /3 samples per pixel/, () =>
    scanFiles({ changes: () => ({ "00280002": ["US", 3] }) }),
  ),
  "a header that claims a huge matrix": input("E-PIXELS", /60000 x 60000/, () =>
    scanFiles({ changes: () => ({ "00280010": ["US", 60000], "00280011": ["US", 60000] }) }),
  ),
  "a header that claims more pixels than the file has": input("E-TRUNCATED", /cut short/, () =>
    scanFiles({ changes: () => ({ "00280010": ["US", 2000], "00280011": ["US", 2000] }) }),
  ),
  "a mosaic": unsupported("E-MOSAIC", /mosaic/, () =>
    scanFiles({ changes: () => ({ "00080008": ["CS", "ORIGINAL\\PRIMARY\\M\\MOSAIC"] }) }),
  ),
};

const niftis: Readonly<Record<string, Case>> = {
  "NIfTI without sidecar": input("E-MISSING-TE", /echoes\.json, or give --te/, () => {
    const { "echoes.nii": image } = niftiFiles();
    return { "echoes.nii": image! };
  }),
  "NIfTI cut short": input("E-TRUNCATED", /echoes\.nii/, () => {
    const files = niftiFiles();
    return { ...files, "echoes.nii": files["echoes.nii"]!.subarray(0, 5000) };
  }),
  "NIfTI cut in its header": input("E-NOT-NIFTI", /echoes\.nii/, () => {
    const files = niftiFiles();
    return { ...files, "echoes.nii": files["echoes.nii"]!.subarray(0, 100) };
  }),
  "a compressed NIfTI whose gzip is broken": input("E-GZIP", /echoes\.nii\.gz/, () => {
    const { "echoes.nii": image, "echoes.json": sidecar } = niftiFiles();
    const packed = gzipSync(image!);
    packed.fill(0xaa, 2000, 2400);
    return { "echoes.nii.gz": packed, "echoes.json": sidecar! };
  }),
  "a compressed NIfTI cut short": input("E-TRUNCATED|E-GZIP", /echoes\.nii\.gz/, () => {
    const { "echoes.nii": image, "echoes.json": sidecar } = niftiFiles();
    return { "echoes.nii.gz": gzipSync(image!).subarray(0, 2000), "echoes.json": sidecar! };
  }),
  "a NIfTI header that claims a terabyte": input(
    "E-NIFTI-SIZE|E-TOO-LARGE|E-TRUNCATED",
    /echoes\.nii/,
    () => {
      const files = niftiFiles();
      const bytes = Buffer.from(files["echoes.nii"]!);
      for (const axis of [1, 2, 3]) bytes.writeInt16LE(32_000, 40 + 2 * axis);
      return { ...files, "echoes.nii": bytes };
    },
  ),
  "a NIfTI header with negative sizes": input("E-NIFTI-HEADER", /echoes\.nii/, () => {
    const files = niftiFiles();
    const bytes = Buffer.from(files["echoes.nii"]!);
    bytes.writeInt16LE(-3, 42);
    return { ...files, "echoes.nii": bytes };
  }),
  "a NIfTI of NaN": input(
    "E-NO-SIGNAL",
    /No voxel is left/,
    () => niftiFiles(undefined, () => Number.NaN),
    "--te",
    "10,20,30,40",
  ),
  "echo times in milliseconds where seconds belong": input("E-SIDECAR-UNIT", /seconds/, () =>
    niftiFiles({ EchoTime: [10, 20, 30, 40] }),
  ),
  "a sidecar that is no JSON": input("E-SIDECAR", /echoes\.json/, () => ({
    ...niftiFiles(),
    "echoes.json": Buffer.from("{EchoTime: 0.01"),
  })),
  "a sidecar with another number of echo times": input(
    "E-TE-COUNT",
    /4 volumes, but 3 echo times/,
    () => niftiFiles({ EchoTime: [0.01, 0.02, 0.03] }),
  ),
};

describe.each([
  ["DICOM", images],
  ["NIfTI", niftis],
] as const)("refused, %s", (_, cases) => {
  test.concurrent.each(Object.entries(cases))(
    "%s",
    async (_claim, { files, options = [], ...refusal }) => {
      const run = await runOn(files(), ...options);
      expectRefusal(run, refusal);
    },
  );
});

describe("a refusal", () => {
  test.concurrent("by --series: the question about two series is answered by number or UID", async () => {
    const files = together({ a: scanFiles(), b: secondSeries });
    const run = await runOn(files, "--series", "9", "--dicom", "none");
    expectSuccess(run);
    expect(run.stdout).toContain("T2 map: 100.0 % of 180 voxels");
    const other = await runOn(files, "--series", "1.2.3.5", "--dicom", "none");
    expectSuccess(other);
  });

  test.concurrent("by --series: a series that is not there is refused with those that are", async () => {
    const run = await runOn(together({ a: scanFiles(), b: secondSeries }), "--series", "7");
    expectRefusal(run, {
      ...{ exitCode: 2, code: "E-SERIES", says: /no such series.*series 4.*series 9/ },
    });
  });

  test.concurrent("leaves worker threads as the same one line", async () => {
    const home = join(base, "threads");
    const input = fillFolder(join(home, "in"), images["fragments that are no JPEG"]!.files());
    const run = await launchProcessT2(input, [], { output: join(home, "out"), workers: 2 });
    expectRefusal(run, { exitCode: 3, code: "E-DECODE", says: /JPEG/ });
  });
});

describe("images with a flaw that a map can be made of", () => {
  test.concurrent("clipped values: the run succeeds, says so, and wants to be checked", async () => {
    const scan = describeScan({ s0: 8000 });
    const run = await runOn(
      scanFiles({ value: (i, j, k, e) => Math.min(scan.value(i, j, k, e), 4095) }),
    );
    expectSuccess(run);
    expect(run.stdout).toContain("W-SATURATED");
    expect(readRecord(run, "status.json")).toMatchObject({
      verdict: "check",
      warnings: [{ code: "W-SATURATED", text: expect.stringContaining("4095") }],
    });
  });

  test.concurrent("phase images among the magnitude images: the magnitude is fitted", async () => {
    const phase = scanFiles({
      value: (i, j) => 100 * i + j,
      name: (k, e) => `phase-${k}-${e}.dcm`,
      changes: (k, e) => ({
        "00080008": ["CS", "ORIGINAL\\PRIMARY\\P"],
        "00080018": ["UI", `1.2.3.4.77.${k + 1}.${e + 1}`],
      }),
    });
    const run = await runOn({ ...scanFiles(), ...phase });
    expectSuccess(run);
    expect(run.stdout).toMatch(/W-PARTS/);
    expect(run.stdout).toContain("T2 map: 100.0 % of 180 voxels");
  });

  test.concurrent("copies of files are left out, and said to be", async () => {
    const files = scanFiles();
    const copies = Object.entries(files).slice(0, 4);
    const run = await runOn({
      ...files,
      ...Object.fromEntries(copies.map(([name, bytes]) => [`copy of ${name}`, bytes])),
    });
    expectSuccess(run);
    expect(run.stdout).toMatch(/4 files are copies of others.*W-COPIES/);
    expect(readRecord(run, "status.json")["verdict"]).toBe("ok");
  });

  test.concurrent("signals that do not decay: no T2 is invented, the verdict is check", async () => {
    const noise = describeScan({ value: backgroundNoise });
    const run = await runOn(
      scanFiles({
        value: (i, j, k, e) => (isObject(i, j, 20, 12) ? 500 : 0) + noise.value(i, j, k, e),
      }),
    );
    expectSuccess(run);
    expect(readRecord(run, "status.json")["verdict"]).toBe("check");
    expect(run.stdout).toContain("only 0.0 % of 180 voxels in the mask are valid");
  });

  test.concurrent("NaN in some voxels of a NIfTI file: those have a status, the others a T2", async () => {
    const scan = describeScan();
    const run = await runOn(
      niftiFiles(undefined, (i, j, k, t) =>
        i === 8 && j === 6 ? Number.NaN : scan.value(i, j, k, t),
      ),
      ...["--te", "10,20,30,40", "--mask", "none"],
    );
    expectSuccess(run);
    expect(readRecord(run, "provenance.json")["voxelCounts"]).toMatchObject({ "invalid-input": 3 });
  });
});
