import { describe, expect, test } from "vitest";
import { readDicomVolume } from "#shared/dicom/read-volume.ts";
import { listFiles } from "#shared/files/list-files.ts";
import { openPool } from "#shared/parallel/pool.ts";
import { voxelCentre } from "#shared/volume/grid.ts";
import { encodeDicom } from "#test/phantom/dicom-bytes.ts";
import {
  type Changes,
  classicImage,
  columns,
  positionOf,
  rows,
  storedValue,
} from "#test/phantom/dicom-images.ts";
import { type FolderContent, withFolder } from "./dicom-folder.ts";

const map = (changes: Changes = {}): FolderContent =>
  Object.fromEntries(
    [2, 0, 1].map((k) => [`${7 * k}.dcm`, encodeDicom(classicImage(k, 0, changes))]),
  );
const read = (content: FolderContent) =>
  withFolder(content, async (folder) =>
    readDicomVolume("b1", await listFiles(folder), openPool(1, "")),
  );

test("the images of a map are a volume, slope applied, ordered by place", async () => {
  const volume = await read(map({ "00281053": ["DS", "0.5"], "00281052": ["DS", "3"] }));
  expect(volume.grid.shape).toEqual([columns, rows, 3]);
  expect(volume.unit).toBe("");
  for (const k of [0, 1, 2]) {
    const at = 1 + columns * (2 + rows * k);
    expect(volume.values[at]).toBe(0.5 * storedValue(1, 2, k, 0) + 3);
    voxelCentre(volume.grid, [0, 0, k]).forEach((value, axis) => {
      expect(value).toBeCloseTo(positionOf(k)[axis]!, 9);
    });
  }
});

test("a map that was computed is welcome, with the unit it states", async () => {
  const percent: Changes = {
    "00080008": ["CS", "DERIVED\\PRIMARY\\B1 MAP"],
    "00409096": [
      "SQ",
      [
        [
          [
            "004008EA",
            "SQ",
            [
              [
                ["00080100", "SH", "%"],
                ["00080102", "SH", "UCUM"],
              ],
            ],
          ],
        ],
      ],
    ],
  };
  expect((await read(map(percent))).unit).toBe("%");
});

describe("refused:", () => {
  const code = (value: string) => expect.objectContaining({ code: value, exitCode: 3 });

  test("an empty folder, and one without images", async () => {
    await expect(read({})).rejects.toThrow(code("E-NO-DICOM"));
    await expect(read({ "a.txt": Buffer.from("x") })).rejects.toThrow(code("E-NO-DICOM"));
  });

  test("two series", async () => {
    const other = map({ "0020000E": ["UI", "1.2.9"], "00080018": ["UI", "1.2.9.1"] });
    const [bytes] = Object.values(other);
    await expect(read({ ...map(), "other.dcm": bytes! })).rejects.toThrow(code("E-MIXED-SERIES"));
  });

  test("two images of one slice", async () => {
    const echo = encodeDicom(classicImage(1, 1));
    await expect(read({ ...map(), "echo.dcm": echo })).rejects.toThrow(
      /Slice 2 of b1 has 2 images/,
    );
  });

  test("a missing slice", async () => {
    const images = [0, 1, 3].map((k) => [`${k}.dcm`, encodeDicom(classicImage(k, 0))] as const);
    await expect(read(Object.fromEntries(images))).rejects.toThrow(code("E-SLICE-GAP"));
  });
});
