import { mkdirSync, mkdtempSync, statSync, truncateSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, test } from "vitest";
import { openPool } from "#shared/parallel/pool.ts";
import { readReference } from "#shared/roi/read-reference.ts";
import { encodeDicom } from "../../phantom/dicom-bytes.ts";
import {
  axes,
  type Changes,
  classicImage,
  columns,
  enhancedImage,
  positionOf,
  rows,
  spacing,
  storedValue,
} from "../../phantom/dicom-images.ts";

const pool = openPool(1, "");
afterAll(() => pool.close());
const wish = { collections: [], allowOtherSeries: false };

function newFolder(): string {
  return mkdtempSync(join(tmpdir(), "reference-"));
}

/** Classic images of slices and echoes, named against their order. */
function writeSeries(
  slices: readonly number[],
  echoes: number,
  changes: (k: number, e: number) => Changes = () => ({}),
  folder = newFolder(),
): string {
  slices.forEach((k) => {
    for (let e = 0; e < echoes; e++) {
      const bytes = encodeDicom(classicImage(k, e, changes(k, e)));
      writeFileSync(join(folder, `${9 - k}-${e}.dcm`), bytes);
    }
  });
  return folder;
}

test("images of several echoes come together by plane, with the geometry of the headers", async () => {
  const reference = await readReference(writeSeries([2, 0, 1], 3), wish, pool);
  const { planes, images } = reference;
  expect(planes.shape).toEqual([columns, rows, 3]);
  for (const axis of [0, 1, 2]) {
    expect(planes.rowStep[axis]).toBeCloseTo(spacing[0] * axes[0][axis]!, 11);
    expect(planes.columnStep[axis]).toBeCloseTo(spacing[1] * axes[1][axis]!, 11);
  }
  planes.origins.forEach((origin, k) => {
    for (const axis of [0, 1, 2]) expect(origin[axis]).toBeCloseTo(positionOf(k)[axis]!, 10);
  });
  expect(planes.spacing).toBeCloseTo(spacing[2], 10);
  expect(planes.thickness).toBe(1.2);
  expect(planes.grid?.shape).toEqual(planes.shape);
  expect(images.map((plane) => plane.map(({ sopInstanceUID }) => sopInstanceUID))).toEqual(
    [1, 2, 3].map((k) => [1, 2, 3].map((e) => `1.2.3.4.${k}.${e}`)),
  );
  expect(reference.identity.template["00100020"]?.Value).toEqual(["M1"]);
  expect(reference.identity.files).toHaveLength(9);
  expect(reference.identity.files[0]).toEqual({
    path: "7-0.dcm",
    sha256: expect.stringMatching(/^[0-9a-f]{64}$/),
    sopInstanceUID: "1.2.3.4.3.1",
  });
  expect(reference.identity.sliceSources[1]).toHaveLength(3);
  expect(reference.diagnostics).toEqual([]);
});

test("the first echo is drawn", async () => {
  const { loadImage } = await readReference(writeSeries([0, 1], 3), wish, pool);
  const { samples, diagnostics } = await loadImage();
  expect(samples).toHaveLength(2 * rows * columns);
  expect(samples[rows * columns + 2 * columns + 3]).toBe(storedValue(3, 2, 1, 0));
  expect(diagnostics).toEqual([]);
});

test("frames of one object are told apart by plane, with their numbers", async () => {
  const folder = newFolder();
  writeFileSync(join(folder, "a"), encodeDicom(enhancedImage(2)));
  const { planes, images, loadImage } = await readReference(folder, wish, pool);
  expect(planes.shape[2]).toBe(2);
  expect(images.map((plane) => plane.map(({ frameNumber }) => frameNumber))).toEqual([
    [1, 2, 3],
    [4, 5, 6],
  ]);
  const { samples } = await loadImage();
  // Slope 1 + e / 2 and intercept k of the generator, at the first echo.
  expect(samples[rows * columns]).toBe(storedValue(0, 0, 1, 0) + 1);
});

test("a missing slice is named, and the planes stay where they are", async () => {
  const { planes, diagnostics } = await readReference(writeSeries([0, 1, 4, 5], 1), wish, pool);
  expect(planes.grid).toBeUndefined();
  expect(planes.origins).toHaveLength(4);
  expect(planes.spacing).toBeCloseTo(spacing[2], 9);
  expect(diagnostics).toMatchObject([{ code: "LARGE_SLICE_GAP", severity: "warning", plane: 1 }]);
  expect(diagnostics[0]!.text).toMatch(/Slices 3 and 4 of 6 are missing: 4.5 mm .* 1.5 mm/);
});

test("a single slice, no frame of reference, no instance number, empty texts: nothing of it is needed", async () => {
  const without: Changes = {
    "00080060": ["CS", "CT"],
    "00180050": undefined,
    "00180088": undefined,
    "00200011": ["IS", ""],
    "00200013": undefined,
    "00200052": undefined,
  };
  const { planes, frameOfReferenceUID, modality, diagnostics } = await readReference(
    writeSeries([3], 1, () => without),
    wish,
    pool,
  );
  expect([planes.spacing, planes.thickness, planes.grid?.shape]).toEqual([
    undefined,
    undefined,
    [columns, rows, 1],
  ]);
  expect([frameOfReferenceUID, modality, diagnostics]).toEqual(["", "CT", []]);
});

test("a damaged image keeps its plane, and only its pixels are lost", async () => {
  const folder = writeSeries([0, 1, 2], 1);
  const damaged = join(folder, "8-0.dcm");
  truncateSync(damaged, statSync(damaged).size - 20);
  const { planes, diagnostics, loadImage } = await readReference(folder, wish, pool);
  expect(planes.grid?.shape[2]).toBe(3);
  expect(diagnostics).toMatchObject([{ code: "DAMAGED_IMAGE", severity: "warning" }]);
  expect(diagnostics[0]!.text).toMatch(/8-0.dcm .* cut short: it has \d+ bytes/);
  const { samples } = await loadImage();
  const size = rows * columns;
  expect(samples.subarray(size, 2 * size).every(Number.isNaN)).toBe(true);
  expect(samples[2 * size]).toBe(storedValue(0, 0, 2, 0));
});

test("colour and unknown compression are no obstacle, since no pixel is needed", async () => {
  const folder = writeSeries([0, 1], 1, () => ({ "00280002": ["US", 3] }));
  const { planes } = await readReference(folder, wish, pool);
  expect(planes.shape[2]).toBe(2);
});

test("several orientations are refused", async () => {
  const turned: Changes = { "00200037": ["DS", "1\\0\\0\\0\\0\\-1"] };
  const folder = writeSeries([0, 1, 2], 1, (k) => (k === 2 ? turned : {}));
  await expect(readReference(folder, wish, pool)).rejects.toMatchObject({
    code: "E-ORIENTATION",
    message: expect.stringMatching(/2 orientations \(7-0.dcm, 8-0.dcm\)/),
  });
});

test("images of one slice at different places are refused", async () => {
  const beside = positionOf(1).map((value, axis) => value + 0.4 * axes[0][axis]!);
  const folder = writeSeries([0, 1], 2, (k, e) =>
    k === 1 && e === 1 ? { "00200032": ["DS", beside.map((x) => x.toFixed(9)).join("\\")] } : {},
  );
  await expect(readReference(folder, wish, pool)).rejects.toMatchObject({ code: "E-ORIENTATION" });
});

test("of two series the one the collections refer to is used, with a word on the other", async () => {
  const folder = writeSeries([0, 1], 1);
  mkdirSync(join(folder, "b"));
  writeSeries(
    [0, 1, 2],
    1,
    (k) => ({ "0020000E": ["UI", "1.2.3.8"], "00080018": ["UI", `1.2.3.8.${k}`] }),
    join(folder, "b"),
  );
  const contour = (sopInstanceUID: string) => ({
    ...({ kind: "closed", type: "CLOSED_PLANAR", space: "patient", exclude: false } as const),
    points: Float64Array.of(0, 0, 0),
    images: [{ sopInstanceUID, frameNumber: undefined }],
  });
  const contours = ["1.2.3.4.1.1", "1.2.3.4.2.1", "1.2.3.4.3.1"].map(contour);
  const collection = {
    ...({ kind: "RTSTRUCT", path: "r.dcm", name: "", frameOfReferenceUID: "1.2.3.6" } as const),
    seriesInstanceUIDs: ["1.2.3.5"],
    rois: [
      {
        number: 1,
        name: "",
        uid: "",
        colour: undefined,
        shape: { form: "contours", contours } as const,
      },
    ],
  };
  const reference = await readReference(
    folder,
    { collections: [collection], allowOtherSeries: false },
    pool,
  );
  expect(reference.seriesInstanceUID).toBe("1.2.3.5");
  expect(reference.matches).toMatchObject([{ by: "images", images: { named: 3, present: 2 } }]);
  expect(reference.diagnostics).toMatchObject([{ code: "SEVERAL_SERIES", severity: "warning" }]);
  expect(reference.diagnostics[0]!.text).toMatch(
    /holds 2 series; .* of the 3 images they name 2 are here/,
  );
  await expect(readReference(folder, wish, pool)).rejects.toMatchObject({
    code: "E-REFERENCE-SERIES",
  });
});

test("a folder without images says what it holds", async () => {
  const empty = newFolder();
  await expect(readReference(empty, wish, pool)).rejects.toMatchObject({
    code: "E-REFERENCE-IMAGES",
    message: expect.stringMatching(/is empty.*path translation/),
  });
  writeFileSync(join(empty, "map.nii"), "no image");
  await expect(readReference(empty, wish, pool)).rejects.toThrow(/1 × \.nii/);
  const noPixels: Changes = { "00080060": ["CS", "RTSTRUCT"], "7FE00010": undefined };
  const structures = writeSeries([0, 1], 1, () => noPixels);
  await expect(readReference(structures, wish, pool)).rejects.toThrow(/only 2 RTSTRUCT objects/);
  await expect(readReference(join(empty, "x"), wish, pool)).rejects.toMatchObject({
    code: "E-INPUT-FOLDER",
    message: expect.stringMatching(/Give --reference/),
  });
});
