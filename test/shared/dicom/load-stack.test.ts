import { existsSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { encodeDicom } from "#test/phantom/dicom-bytes.ts";
import { classicImage, columns, pixelBytes, rows } from "#test/phantom/dicom-images.ts";
import { hasNibabel } from "#test/shared/nifti/debian-tools.ts";
import { classicFolder, readContent, readFolder, refusal } from "./dicom-folder.ts";
import { largestDifference, matchVoxels, qmri, readTwin } from "./nifti-twin.ts";

describe.skipIf(!hasNibabel || !existsSync(qmri))("signals equal the NIfTI twin's, exactly", () => {
  test.each([
    ["qmri-uq-phantom/dicom/t2_sese", "qmri-uq-phantom/nifti/t2_sese.nii.gz", "EchoTime"],
    ["t2map-prostate/dicom/prostate_t2", "t2map-prostate/nifti/prostate_t2.nii.gz", "EchoTime"],
    [
      "synthetic-phantom-dicom/dicom/t2star",
      "synthetic-phantom-dicom/nifti/t2star.nii.gz",
      "EchoTime",
    ],
    [
      "synthetic-phantom-dicom/dicom/adc",
      "synthetic-phantom-dicom/nifti/adc.nii.gz",
      "DiffusionBValue",
    ],
    ["qmri-uq-phantom/dicom/t1_seir", "qmri-uq-phantom/nifti/t1_seir.nii.gz", "InversionTime"],
    [
      "qmri-uq-phantom/dicom/t1_sr_derived",
      "qmri-uq-phantom/nifti/t1_sr_derived.nii.gz",
      "RepetitionTime",
    ],
  ] as const)("%s", async (dicom, nifti, contrast) => {
    const series = await readFolder(join(qmri, dicom), { contrast });
    const twin = await readTwin(join(qmri, nifti));
    expect(twin.shape[3]).toBe(series.axis.values.length);
    const places = matchVoxels(series, twin);
    const differences = series.axis.values.map((_, n) =>
      largestDifference(series, n, twin, n, places),
    );
    expect(Math.max(...differences)).toBe(0);
  });

  test("a slope that changes from file to file is that of the file (qmrust mono_t2)", async () => {
    const series = await readFolder(join(qmri, "qmrust-playground/dicom/mono_t2"));
    expect(new Set(series.slope).size).toBeGreaterThan(1);
    const twin = await readTwin(join(qmri, "qmrust-playground/nifti/mono_t2.nii.gz"));
    // The source has no geometry: its voxel (i, j) is column i, row j.
    const places = Int32Array.from({ length: 87 * 107 }, (_, at) => at);
    series.axis.values.forEach((_, n) => {
      // Signals were rounded to the slope of their file.
      expect(largestDifference(series, n, twin, n, places)).toBeLessThanOrEqual(
        series.slope[n]! / 2,
      );
    });
  });

  test("an oblique Enhanced MR object of another vendor (Canon)", async () => {
    const want = { contrast: "DiffusionBValue" } as const;
    const series = await readFolder(join(qmri, "dwi-dicom-canon-enhanced/dicom"), want);
    const twin = await readTwin(
      join(qmri, "dwi-dicom-canon-enhanced/reference/source_repository.nii.gz"),
    );
    const places = matchVoxels(series, twin);
    // The order of the directions is ours: every volume must be one of the twin's.
    const volumes = series.axis.values.map((_, n) =>
      Array.from({ length: twin.shape[3] }, (_unused, v) => v).filter(
        (v) => largestDifference(series, n, twin, v, places) === 0,
      ),
    );
    expect(volumes.every((found) => found.length === 1)).toBe(true);
    expect(new Set(volumes.flat()).size).toBe(13);
  });

  test("classic and enhanced encodings of one measurement are the same series (dipy)", async () => {
    const want = { contrast: "DiffusionBValue" } as const;
    const classic = await readFolder(join(qmri, "dipy-dwi/dicom/small_64D_classic"), want);
    const enhanced = await readFolder(join(qmri, "dipy-dwi/dicom/small_64D_enhanced"), want);
    expect(enhanced.axis.values).toEqual(classic.axis.values);
    expect(enhanced.grid.affineLps).toEqual(classic.grid.affineLps);
    expect(enhanced.stored).toEqual(classic.stored);
    const twin = await readTwin(join(qmri, "dipy-dwi/nifti/small_64D.nii"));
    const places = matchVoxels(classic, twin);
    expect(largestDifference(classic, 0, twin, 0, places)).toBe(0);
  });
});

describe("stored values", () => {
  const pixels =
    (bytes: number, write: (buffer: Buffer, value: number, at: number) => void) =>
    (k: number, e: number) => {
      const buffer = Buffer.alloc(columns * rows * bytes);
      for (let at = 0; at < columns * rows; at++) write(buffer, at - 7 + 20 * (k + e), at * bytes);
      return buffer;
    };
  const kinds = [
    ["8 bits", Uint8Array, 8, 0, pixels(1, (b, v, at) => b.writeUInt8(v + 10, at)), 10],
    ["8 bits signed", Int8Array, 8, 1, pixels(1, (b, v, at) => b.writeInt8(v, at)), 0],
    ["16 bits signed", Int16Array, 16, 1, pixels(2, (b, v, at) => b.writeInt16LE(v, at)), 0],
    ["32 bits", Uint32Array, 32, 0, pixels(4, (b, v, at) => b.writeUInt32LE(v + 3e9, at)), 3e9],
    [
      "32 bits signed",
      Int32Array,
      32,
      1,
      pixels(4, (b, v, at) => b.writeInt32LE(v - 1e9, at)),
      -1e9,
    ],
  ] as const;

  test.each(kinds)("%s keep their type", async (_name, type, bits, sign, bytesOf, shift) => {
    const series = await readContent(
      classicFolder(1, {}, (k, e) =>
        classicImage(k, e, {
          "00280100": ["US", bits],
          "00280101": ["US", bits],
          "00280102": ["US", bits - 1],
          "00280103": ["US", sign],
          "7FE00010": [bits === 8 ? "OB" : "OW", bytesOf(k, e)],
        }),
      ),
    );
    expect(series.stored).toBeInstanceOf(type);
    expect(series.stored.buffer).toBeInstanceOf(SharedArrayBuffer);
    expect([...series.stored.subarray(0, 20)]).toEqual(
      Array.from({ length: 20 }, (_, at) => at - 7 + shift),
    );
  });

  test.each([
    ["FloatPixelData", "7FE00008", "OF", 32, Float32Array],
    ["DoubleFloatPixelData", "7FE00009", "OD", 64, Float64Array],
  ] as const)("%s is read", async (_name, tag, vr, bits, type) => {
    const values = new type(columns * rows).map((_, at) => at / 3 - 2);
    const series = await readContent(
      classicFolder(1, {}, (k, e) =>
        classicImage(k, e, {
          "00280100": ["US", bits],
          "00280101": undefined,
          "00280102": undefined,
          "00280103": undefined,
          "7FE00010": undefined,
          [tag]: [vr, new Uint8Array(values.buffer)],
        }),
      ),
    );
    expect(series.stored.subarray(0, columns * rows)).toEqual(values);
  });

  test("bits above the stored ones are no part of the value, the highest is the sign", async () => {
    const bytes = Buffer.alloc(columns * rows * 2);
    bytes.writeUInt16LE(0xf801, 0);
    bytes.writeUInt16LE(0x07ff, 2);
    const series = await readContent(
      classicFolder(1, {}, (k, e) =>
        classicImage(k, e, {
          "00280101": ["US", 12],
          "00280102": ["US", 11],
          "00280103": ["US", 1],
          "7FE00010": ["OW", bytes],
        }),
      ),
    );
    expect([...series.stored.subarray(0, 2)]).toEqual([-2047, 2047]);
  });

  test("files of different types are held by one type that holds them all", async () => {
    const content = classicFolder(1);
    const signed = encodeDicom(classicImage(0, 0, { "00280103": ["US", 1] }));
    const first = Object.keys(content).find((name) => name.endsWith("-0-0.dcm"))!;
    const series = await readContent({ ...content, [first]: signed });
    expect(series.stored).toBeInstanceOf(Int32Array);
    expect(series.stored[0]).toBe(1000);
  });

  test.each([
    ["US", 65236, 1, -300],
    ["US", 7, 0, 7],
  ] as const)("padding %s %i is the stored value it stands for", async (vr, value, sign, low) => {
    const series = await readContent(
      classicFolder(1, {}, (k, e) =>
        classicImage(k, e, { "00280103": ["US", sign], "00280120": [vr, value] }),
      ),
    );
    expect(series.padding).toEqual({ low, high: low });
  });

  test("a padding range is a range, in whichever order it is written", async () => {
    const series = await readContent(
      classicFolder(1, {}, (k, e) =>
        classicImage(k, e, { "00280120": ["US", 9], "00280121": ["US", 2] }),
      ),
    );
    expect(series.padding).toEqual({ low: 2, high: 9 });
  });

  test("paddings that differ are refused", async () => {
    const content = classicFolder(1, {}, (k, e) => classicImage(k, e, { "00280120": ["US", e] }));
    expect(await refusal(content)).toMatchObject({ code: "E-PADDING" });
  });

  test("pixels longer than the header explains are refused", async () => {
    const long = Buffer.concat([pixelBytes(0, 0), pixelBytes(0, 1)]);
    const content = classicFolder(1, {}, (k, e) =>
      classicImage(k, e, { "7FE00010": ["OW", long] }),
    );
    expect(await refusal(content)).toMatchObject({ tag: "input", code: "E-PIXELS" });
  });

  test("pixels shorter than the header asks for are a file cut short", async () => {
    const content = classicFolder(1, {}, (k, e) =>
      classicImage(k, e, { "7FE00010": ["OW", pixelBytes(0, 0).subarray(0, 20)] }),
    );
    expect(await refusal(content)).toMatchObject({ tag: "input", code: "E-TRUNCATED" });
  });

  test("colour pictures are refused as such", async () => {
    const content = classicFolder(1, {}, (k, e) => classicImage(k, e, { "00280002": ["US", 3] }));
    expect(await refusal(content)).toMatchObject({ tag: "unsupported", code: "E-PIXELS" });
  });
});
