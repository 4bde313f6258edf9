import { mkdtempSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import type { ConversionChoices } from "#shared/paravision/raw-scan.ts";
import { type Verification, verifyReconstruction } from "#shared/paravision/verify.ts";
import {
  group,
  type ReconstructionSpec,
  slices,
  writeReconstruction,
} from "../../phantom/paravision-study.ts";
import { convertStudy, plainChoices, reconstructionsOf } from "./convert-study.ts";

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "verify-"));
});
afterEach(() => rmSync(folder, { recursive: true }));

const images = "M01/day1/1_1";
const file = (n: number) => join(folder, "output/dicom", images, `MRIm00${n}.dcm`);

/** Converts one reconstruction, lets `change` do something to the files, and verifies. */
async function verifyAfter(
  change: () => void,
  spec: ReconstructionSpec = {},
  choices: ConversionChoices = plainChoices,
): Promise<Verification> {
  const study = join(folder, "study");
  await writeReconstruction(study, { groups: [slices(3)], size: [8, 6], ...spec });
  const [result] = await convertStudy(study, join(folder, "output"), { choices });
  expect(result?.status).toBe("converted");
  change();
  return verifyReconstruction.work({
    reconstruction: reconstructionsOf(study)[0]!,
    choices,
    output: join(folder, "output"),
    folder: images,
  });
}

/** Changes bytes of a file where a text stands. */
function replaceBytes(n: number, from: string, to: string): void {
  const bytes = readFileSync(file(n));
  const at = bytes.indexOf(from, 0, "latin1");
  expect(at).toBeGreaterThan(0);
  bytes.write(to, at, "latin1");
  writeFileSync(file(n), bytes);
}

const kinds = ({ differences }: Verification) =>
  differences.map(({ file: path, kind }) => `${path.slice(-7, -4)} ${kind}`);

describe("verification", () => {
  test("finds nothing in what was just written", async () => {
    const { status, files, differences, series } = await verifyAfter(() => {});
    expect({ status, files, differences, series }).toEqual({
      status: "same",
      files: 3,
      differences: [],
      series: [
        { ...{ folder: images, files: 3, images: 3 }, largestError: 0, allowedError: 0, unit: "" },
      ],
    });
  });

  test.each([
    ["slopes and offsets of each frame", { slopes: [2, 0.125, 3.3e-5], offsets: [0, 5, -1] }],
    ["8 bits", { wordType: "uint8" }],
    ["big-endian", { bigEndian: true }],
    [
      "32 bits",
      { wordType: "int32", stored: (frame, x, y) => (x - y) * 1e8 + frame, slopes: 0.01 },
    ],
    ["floating point", { wordType: "float32", stored: (frame, x, y) => Math.sin(x + y + frame) }],
    ["3D", { size: [8, 6, 4], groups: [group("FG_ECHO", 2)] }],
  ] satisfies [string, ReconstructionSpec][])(
    "finds nothing in pixels with %s, within the error that was reported",
    async (_what, spec) => {
      const { status, differences, series } = await verifyAfter(() => {}, spec);
      const [{ largestError, allowedError } = { largestError: Number.NaN, allowedError: 0 }] =
        series;
      expect({ status, differences }).toEqual({ status: "same", differences: [] });
      expect(largestError).toBeLessThanOrEqual(allowedError * (1 + 1e-9) + 1e-6);
    },
  );

  test("finds nothing in Enhanced MR that was just written", async () => {
    const enhanced = { ...plainChoices, objects: "enhanced" } as const;
    const { status, files, images: count } = await verifyAfter(() => {}, {}, enhanced);
    expect({ status, files, count }).toEqual({ status: "same", files: 1, count: 3 });
  });

  test("finds one flipped bit of a pixel", async () => {
    const found = await verifyAfter(() => {
      const bytes = readFileSync(file(2));
      bytes[bytes.length - 20]! ^= 1;
      writeFileSync(file(2), bytes);
    });
    expect(found.status).toBe("different");
    expect(kinds(found)).toEqual(["002 changed", "002 pixels"]);
    expect(found.differences[1]?.text).toMatch(
      /^frame 2: 1 of 48 pixels differ, .* row 5, column 7/,
    );
  });

  test("finds it without the record of the conversion too", async () => {
    const found = await verifyAfter(() => {
      rmSync(join(folder, "output/.mri2dicom"), { recursive: true });
      const bytes = readFileSync(file(2));
      bytes[bytes.length - 20]! ^= 1;
      writeFileSync(file(2), bytes);
    });
    expect(kinds(found)).toEqual(["002 pixels"]);
  });

  test("finds two files that changed places", async () => {
    const found = await verifyAfter(() => {
      renameSync(file(1), `${file(1)}.x`);
      renameSync(file(3), file(1));
      renameSync(`${file(1)}.x`, file(3));
    });
    expect(new Set(kinds(found))).toEqual(
      new Set([
        "001 changed",
        "001 attribute",
        "001 pixels",
        "003 changed",
        "003 attribute",
        "003 pixels",
      ]),
    );
    expect(found.differences.map(({ text }) => text).join()).toContain("InstanceNumber is");
  });

  test("finds a changed attribute", async () => {
    const found = await verifyAfter(() => replaceBytes(2, "MONOCHROME2", "MONOCHROME1"));
    expect(kinds(found)).toEqual(["002 changed", "002 attribute"]);
    expect(found.differences[1]?.text).toBe(
      'PhotometricInterpretation is "MONOCHROME1" instead of "MONOCHROME2"',
    );
  });

  test("finds a missing file, a foreign one, one that is cut and one that is no DICOM", async () => {
    const found = await verifyAfter(() => {
      rmSync(file(1));
      writeFileSync(file(9), "hello");
      writeFileSync(file(2), readFileSync(file(2)).subarray(0, 700));
      writeFileSync(file(3), "hello");
    });
    expect(found.status).toBe("different");
    expect(kinds(found)).toContain("001 missing");
    expect(kinds(found)).toContain("009 foreign");
    expect(kinds(found)).toContain("003 unreadable");
    expect(kinds(found).some((one) => /002 (unreadable|pixels)/.test(one))).toBe(true);
  });

  test("says when nothing was written, and when there is nothing to write", async () => {
    const absent = await verifyAfter(() =>
      rmSync(join(folder, "output/dicom"), { recursive: true }),
    );
    expect(absent.status).toBe("absent");
  });
});
