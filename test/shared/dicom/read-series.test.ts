import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { looksLikeDicom, readDicomSeries } from "#shared/dicom/read-series.ts";
import { listFiles } from "#shared/files/list-files.ts";
import { openPool } from "#shared/parallel/pool.ts";
import { voxelCentre } from "#shared/volume/grid.ts";
import type { SeriesVolume } from "#shared/volume/series-volume.ts";
import { encodeDicom, type Writing } from "#test/phantom/dicom-bytes.ts";
import {
  axes,
  classicImage,
  columns,
  echoTimes,
  enhancedImage,
  origin,
  rows,
  spacing,
  storedValue,
} from "#test/phantom/dicom-images.ts";
import { classicFolder, readContent, refusal, withFolder } from "./dicom-folder.ts";

function expectPhantom(series: SeriesVolume, slices: number): void {
  expect(series.grid.shape).toEqual([columns, rows, slices]);
  expect(series.axis).toMatchObject({ keyword: "EchoTime", values: [...echoTimes], unit: "ms" });
  for (let e = 0; e < echoTimes.length; e++) {
    for (let k = 0; k < slices; k++) {
      for (let j = 0; j < rows; j++) {
        for (let i = 0; i < columns; i++) {
          const at = i + columns * (j + rows * (k + slices * e));
          if (series.stored[at] !== storedValue(i, j, k, e)) {
            expect([i, j, k, e, series.stored[at]]).toEqual([i, j, k, e, storedValue(i, j, k, e)]);
          }
        }
      }
    }
  }
  // Two opposite corners fix the affine of this grid.
  const last = slices - 1;
  for (const [i, j, k] of [
    [0, 0, 0],
    [columns - 1, 0, 0],
    [0, rows - 1, 0],
    [0, 0, last],
  ] as const) {
    const centre = voxelCentre(series.grid, [i, j, k]);
    const steps = [i * spacing[0], j * spacing[1], k * spacing[2]];
    origin.forEach((value, axis) => {
      const expected = value + steps.reduce((sum, step, a) => sum + step * axes[a]![axis]!, 0);
      expect(centre[axis]).toBeCloseTo(expected, 9);
    });
  }
}

describe("classic images", () => {
  test.each<Writing>(["explicit", "implicit", "big endian", "deflated"])(
    "written %s are read in their places, whatever the files are called",
    async (writing) => {
      expectPhantom(await readContent(classicFolder(3, { writing })), 3);
    },
  );

  test.each([
    ["implicit", "none"],
    ["explicit", "none"],
    ["big endian", "none"],
    ["explicit", "no preamble"],
  ] as const)("written %s with header: %s are recognised", async (writing, header) => {
    expectPhantom(await readContent(classicFolder(2, { writing, header })), 2);
  });

  test("an XNAT folder is read for its images, not for its catalog, DICOMDIR and thumbnails", async () => {
    const content = {
      ...classicFolder(2),
      "scan_catalog.xml": Buffer.from("<cat:DCMCatalog/>"),
      "SNAPSHOTS/thumb.gif": Buffer.from("GIF89a"),
      DICOMDIR: encodeDicom([
        ["00041130", "CS", "DISK"],
        ["00041220", "SQ", [[["00041430", "CS", "PATIENT"]]]],
      ]),
    };
    const series = await readContent(content);
    expectPhantom(series, 2);
    expect(series.identity.files).toHaveLength(6);
    expect(series.warnings).toEqual([]);
  });

  test("every file has its SHA-256, every slice its sources", async () => {
    const series = await readContent(classicFolder(2));
    expect(series.identity.files.every(({ sha256 }) => /^[0-9a-f]{64}$/.test(sha256))).toBe(true);
    expect(series.identity.sliceSources[1]?.map((source) => source.sopInstanceUID)).toEqual([
      "1.2.3.4.2.1",
      "1.2.3.4.2.2",
      "1.2.3.4.2.3",
    ]);
  });

  test("who and how was scanned comes with the tag it was read from", async () => {
    const { acquisition, identity } = await readContent(classicFolder(1));
    expect(acquisition).toContainEqual({
      keyword: "RepetitionTime",
      value: 2500,
      unit: "ms",
      source: "dicom:0018,0080",
    });
    expect(acquisition.find(({ keyword }) => keyword === "EchoTime")?.value).toEqual([8, 16, 24]);
    expect(identity).toMatchObject({ patientID: "M1", seriesNumber: 4, modality: "MR" });
    expect(identity.template?.["00100010"]).toEqual({
      vr: "PN",
      Value: [{ Alphabetic: "Mäuse^Eins" }],
    });
    expect(identity.template?.["7FE00010"]).toBeUndefined();
  });
});

describe("enhanced images", () => {
  test.each([false, true])(
    "are taken apart by their functional groups (delimited sequences: %s)",
    async (delimited) => {
      const series = await readContent({ IM1: encodeDicom(enhancedImage(3), { delimited }) });
      expectPhantom(series, 3);
      expect([...series.slope]).toEqual([1, 1, 1, 1.5, 1.5, 1.5, 2, 2, 2]);
      expect([...series.intercept]).toEqual([0, 1, 2, 0, 1, 2, 0, 1, 2]);
      expect(series.axis.source).toBe("dicom:0018,9082");
      expect(series.identity.sliceSources[1]?.[0]?.frameNumbers).toEqual([4, 5, 6]);
    },
  );

  test.each<Writing>(["implicit", "deflated"])("are read when written %s", async (writing) => {
    expectPhantom(await readContent({ IM1: encodeDicom(enhancedImage(2), { writing }) }), 2);
  });

  test("a frame count that does not fit the functional groups is refused", async () => {
    const elements = enhancedImage(2, { "00280008": ["IS", "5"] });
    const error = await refusal({ IM1: encodeDicom(elements) });
    expect(error).toMatchObject({ tag: "input", code: "E-PIXELS" });
  });
});

describe("folders that cannot be read", () => {
  test("an empty folder is refused with a word about the Container Service", async () => {
    const error = await refusal({});
    expect(error).toMatchObject({ tag: "input", code: "E-NO-DICOM" });
    expect(error.message).toContain("path translation");
  });

  test("a folder of other files is refused with their counts", async () => {
    const error = await refusal({ "a.xml": Buffer.from("<x/>"), "b.xml": Buffer.from("<y/>") });
    expect(error.code).toBe("E-NO-DICOM");
    expect(error.message).toContain("2 .xml");
  });

  test("a file cut short is refused by name, with both lengths", async () => {
    const content = classicFolder(1);
    const [name, bytes] = Object.entries(content)[0]!;
    const error = await refusal({ ...content, [name]: bytes.subarray(0, bytes.length - 10) });
    expect(error).toMatchObject({ tag: "input", code: "E-TRUNCATED" });
    expect(error.message).toContain(name);
    expect(error.message).toContain(String(bytes.length));
    expect(error.message).toContain(String(bytes.length - 10));
  });

  test("a file cut in its header is refused by name", async () => {
    const content = classicFolder(1);
    const [name, bytes] = Object.entries(content)[0]!;
    const error = await refusal({ ...content, [name]: bytes.subarray(0, 400) });
    expect(error).toMatchObject({ code: "E-TRUNCATED" });
    expect(error.message).toContain(name);
  });

  test("an empty file named like an image is what is left of a transfer", async () => {
    const error = await refusal({ ...classicFolder(1), "IM9.dcm": new Uint8Array() });
    expect(error).toMatchObject({ tag: "input", code: "E-TRUNCATED" });
    expect(error.message).toContain("IM9.dcm");
  });

  test("a file named like an image that is none is spoken of", async () => {
    const series = await readContent({ ...classicFolder(1), "IM9.dcm": Buffer.alloc(500, 0x41) });
    expect(series.warnings).toMatchObject([{ code: "W-NOT-DICOM" }]);
  });

  test("a file that cannot be opened is refused by name", () =>
    withFolder(classicFolder(1), async (folder) => {
      const files = await listFiles(folder);
      const gone = { path: "gone.dcm", absolutePath: join(folder, "gone.dcm") };
      const read = readDicomSeries(
        folder,
        [...files, gone],
        { contrast: "EchoTime", atLeast: 2 },
        openPool(1, ""),
      );
      await expect(read).rejects.toMatchObject({ tag: "input", code: "E-UNREADABLE" });
      await expect(read).rejects.toThrow(/gone\.dcm.*ENOENT/);
    }));

  test("objects of another modality are refused", async () => {
    const content = classicFolder(1, {}, (k, e, _, writing) =>
      classicImage(k, e, { "00080060": ["CS", "CT"] }, writing),
    );
    expect(await refusal(content)).toMatchObject({ tag: "input", code: "E-MODALITY" });
  });

  test("looksLikeDicom tells DICOM from NIfTI and text", async () => {
    const look = (content: Record<string, Uint8Array>) =>
      withFolder(content, async (folder) => looksLikeDicom(await listFiles(folder)));
    const nifti = Buffer.alloc(400);
    nifti.writeInt32LE(348);
    expect(await look({ "a.nii": nifti, "a.json": Buffer.from("{}") })).toBe(false);
    expect(await look({})).toBe(false);
    expect(await look({ "a.nii": nifti, ...classicFolder(1) })).toBe(true);
    expect(await look(classicFolder(1, { writing: "implicit", header: "none" }))).toBe(true);
  });
});

describe("copies", () => {
  test("a file that is there twice, byte for byte, counts once", async () => {
    const content = classicFolder(1);
    const [, bytes] = Object.entries(content)[0]!;
    const series = await readContent({ ...content, "copy/again.dcm": bytes });
    expectPhantom(series, 1);
    expect(series.warnings).toMatchObject([{ code: "W-COPIES" }]);
  });

  test("two files with one SOPInstanceUID that differ are refused", async () => {
    const other = encodeDicom(classicImage(0, 0, { "00180050": ["DS", "2.2"] }));
    const error = await refusal({ ...classicFolder(1), "other.dcm": other });
    expect(error).toMatchObject({ tag: "input", code: "E-DUPLICATE" });
    expect(error.message).toContain("other.dcm");
  });
});
