import { encodeDicom } from "#test/phantom/dicom-bytes.ts";
import type { Changes } from "#test/phantom/dicom-images.ts";
import type { Refusal } from "./launch.ts";
import {
  backgroundNoise,
  type ScanFiles,
  type SmallScan,
  scanFiles,
  scanImage,
} from "./small-scan.ts";
import type { SoundScan } from "./sound-scans.ts";

// Images that no program can make a map of, whatever it measures: the damage, and what has to be said of it.

/** One scan after another in one folder, each in a folder of its own. */
export function together(scans: Readonly<Record<string, ScanFiles>>): ScanFiles {
  return Object.fromEntries(
    Object.entries(scans).flatMap(([folder, files]) =>
      Object.entries(files).map(([name, bytes]) => [`${folder}/${name}`, bytes] as const),
    ),
  );
}

/** Elements of a series apart from the sound scan. */
export function seriesChanges(number: number, description: string, more: Changes = {}) {
  return (k: number, e: number): Changes => ({
    "00080018": ["UI", `1.2.3.4.${number}.${k + 1}.${e + 1}`],
    "0008103E": ["LO", description],
    "0020000E": ["UI", `1.2.3.5.${number}`],
    "00200011": ["IS", String(number)],
    ...more,
  });
}

/** Files that are refused, and how. */
export interface Case extends Refusal {
  readonly files: () => ScanFiles;
  readonly options?: readonly string[];
}

/** A folder whose data are refused. */
export const input = (
  code: string,
  says: RegExp,
  files: () => ScanFiles,
  ...options: string[]
): Case => ({
  ...{ exitCode: 3, code, says, files, options },
});
/** Options that do not go with the data. */
export const usage = (
  code: string,
  says: RegExp,
  files: () => ScanFiles,
  ...options: string[]
): Case => ({
  ...{ exitCode: 2, code, says, files, options },
});
const unsupported = (code: string, says: RegExp, files: () => ScanFiles): Case => ({
  ...{ exitCode: 4, code, says, files },
});

/** Every such case for the scan of one program. */
export function badImages(scan: SoundScan): Readonly<Record<string, Case>> {
  const make = (wish: Partial<SmallScan> = {}) => scanFiles(scan.describe(wish));
  const modality = (sopClass: string, name: string) => () =>
    make({
      changes: () => ({ "00080016": ["UI", sopClass], "00080060": ["CS", name] }),
    });
  const withoutPixels = (sopClass: string, name: string) => () =>
    make({
      slices: 1,
      echoTimesMs: [10],
      changes: () => ({
        ...{ "00080016": ["UI", sopClass], "00080060": ["CS", name] },
        ...{ "00280010": undefined, "00280011": undefined, "7FE00010": undefined },
      }),
    });
  const syntax = (transferSyntaxUID: string) => () => make({ writing: { transferSyntaxUID } });
  const withOneFile = (change: (bytes: Uint8Array) => Uint8Array): ScanFiles => {
    const files = make();
    const name = Object.keys(files)[5]!;
    return { ...files, [name]: change(files[name]!) };
  };

  return {
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
      () => together({ a: make(), b: make({ changes: seriesChanges(9, "MSME again") }) }),
    ),
    "a frame twice under another SOPInstanceUID": input("E-DUPLICATE", /occurs 2 times/, () => ({
      ...make(),
      "again.dcm": encodeDicom(
        scanImage(scan.describe({ changes: () => ({ "00080018": ["UI", "1.2.3.4.99"] }) }), 1, 2),
      ),
    })),
    "two different files with one SOPInstanceUID": input(
      "E-DUPLICATE",
      /SOPInstanceUID.*differ/,
      () => ({
        ...make(),
        "again.dcm": encodeDicom(scanImage(scan.describe({ value: () => 7 }), 1, 2)),
      }),
    ),
    "a missing slice": input("E-SLICE-GAP", /a slice is missing at position/, () =>
      make({ slices: 5, name: (k, e) => (k === 2 ? undefined : `${k}-${e}.dcm`) }),
    ),
    "a missing image on one slice": input(
      "E-RECTANGLE",
      new RegExp(`slice 2 of 3.*missing ${scan.fourthValue}`),
      () => make({ name: (k, e) => (k === 1 && e === 3 ? undefined : `${k}-${e}.dcm`) }),
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
      make({
        writing: { transferSyntaxUID: "1.2.840.10008.1.2.4.70" },
        changes: () => ({
          "7FE00010": ["OB", { table: [], fragments: [new Uint8Array(300).fill(77)] }],
        }),
      }),
    ),
    "a transfer syntax that lies: little-endian announced, big-endian inside": input(
      "E-BROKEN-DICOM",
      /says its transfer syntax is Explicit VR Little Endian, but is written in Explicit VR Big Endian/,
      () => make({ writing: { writing: "big endian", transferSyntaxUID: "1.2.840.10008.1.2.1" } }),
    ),
    "all zeros": input("E-NO-SIGNAL", /No voxel is left/, () => make({ value: () => 0 })),
    "all zeros in every voxel": input(
      "E-NO-RESULT",
      /None of the 720 voxels/,
      () => make({ value: () => 0 }),
      "--mask",
      "none",
    ),
    "noise alone": input("E-NO-SIGNAL", /No voxel is left/, () => make({ value: backgroundNoise })),
    "the same constant in every image": input("E-NO-RESULT", /720 voxels/, () =>
      make({ value: () => 500 }),
    ),
    "a parametric map": input("E-DERIVED", /map/, () =>
      make({
        changes: () => ({ "00080008": ["CS", "DERIVED\\PRIMARY\\M\\MAP"] }),
      }),
    ),
    "a map with RealWorldValueMapping in ms": input("E-DERIVED", /map.*Choose the measured/, () =>
      make({
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
      make({ changes: () => ({ "00080008": ["CS", "ORIGINAL\\PRIMARY\\P"] }) }),
    ),
    "a localizer: three orientations": input("E-ORIENTATION", /orientation/i, () =>
      make({
        changes: (k) => ({
          "00200037": ["DS", ["1\\0\\0\\0\\1\\0", "1\\0\\0\\0\\0\\-1", "0\\1\\0\\0\\0\\-1"][k]!],
        }),
      }),
    ),
    "images of two matrices": input("E-MATRIX", /./, () => ({
      ...make({ name: (k, e) => (k === 2 ? undefined : `${k}-${e}.dcm`) }),
      ...make({ columns: 24, name: (k, e) => (k === 2 ? `${k}-${e}.dcm` : undefined) }),
    })),
    "images without position": input("E-GEOMETRY", /ImagePositionPatient/, () =>
      make({ changes: () => ({ "00200032": undefined }) }),
    ),
    "a slope of 0": input("E-RESCALE", /RescaleSlope/, () =>
      make({ changes: () => ({ "00281053": ["DS", "0"] }) }),
    ),
    "colour pictures": unsupported("E-PIXELS", /3 samples per pixel/, () =>
      make({ changes: () => ({ "00280002": ["US", 3] }) }),
    ),
    "a header that claims a huge matrix": input("E-PIXELS", /60000 x 60000/, () =>
      make({ changes: () => ({ "00280010": ["US", 60000], "00280011": ["US", 60000] }) }),
    ),
    "a header that claims more pixels than the file has": input("E-TRUNCATED", /cut short/, () =>
      make({ changes: () => ({ "00280010": ["US", 2000], "00280011": ["US", 2000] }) }),
    ),
    "a mosaic": unsupported("E-MOSAIC", /mosaic/, () =>
      make({ changes: () => ({ "00080008": ["CS", "ORIGINAL\\PRIMARY\\M\\MOSAIC"] }) }),
    ),
  };
}
