import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { describe, expect, test } from "vitest";
import { readLabelMap } from "#shared/roi/read-label-map.ts";
import type { Roi, RoiCollection } from "#shared/roi/roi.ts";
import { encodeNiftiBytes, type NiftiImage } from "#test/phantom/nifti-bytes.ts";
import { inFolder } from "#test/shared/nifti/debian-tools.ts";

type Value = NiftiImage["value"];

/** Reads a file of 5 x 4 x 3 voxels of 0.5 x 0.75 x 1.5 mm, with other files beside it. */
function read(
  value: Value,
  options: {
    readonly name?: string;
    readonly type?: NiftiImage["type"];
    readonly volumes?: number;
    readonly beside?: Readonly<Record<string, string>>;
    readonly change?: (bytes: Buffer) => void;
  } = {},
): Promise<RoiCollection> {
  const { name = "labels.nii.gz", type = "int16", volumes } = options;
  const shape = volumes === undefined ? [5, 4, 3] : [5, 4, 3, volumes];
  const bytes = encodeNiftiBytes({ shape, type, value });
  options.change?.(bytes);
  return inFolder((folder) => {
    writeFileSync(join(folder, name), name.endsWith(".gz") ? gzipSync(bytes) : bytes);
    for (const [path, text] of Object.entries(options.beside ?? {})) {
      writeFileSync(join(folder, path), text);
    }
    return readLabelMap({ path: name, absolutePath: join(folder, name) });
  });
}

function voxels({ shape }: Roi) {
  if (shape.form !== "voxels") throw new Error("no voxels");
  return shape;
}

const named = ({ rois }: RoiCollection) => rois.map(({ number, name }) => [number, name]);

/** Label 3 in columns 1 and 2 of row 1, slices 0 and 1; label 7 in one voxel of slice 2. */
const labels: Value = (i, j, k) =>
  (i === 1 || i === 2) && j === 1 && k < 2 ? 3 : i === 4 && j === 3 && k === 2 ? 7 : 0;

describe("whole numbers", () => {
  test("are labels: a region for each but 0, ascending, in the box that holds it", async () => {
    const collection = await read(labels);
    expect(named(collection)).toEqual([
      [3, "label 3"],
      [7, "label 7"],
    ]);
    expect(collection).toMatchObject({ kind: "NIFTI", name: "labels", diagnostics: [] });
    const [three, seven] = collection.rois.map(voxels);
    expect(three).toMatchObject({ fractional: false, shares: Uint8Array.of(1, 1, 1, 1) });
    expect(three!.planes.shape).toEqual([2, 1, 2]);
    // NIfTI has R, A, S: the axes of DICOM point the other way.
    expect(three!.planes.origins).toEqual([
      [-0.5, -0.75, 0],
      [-0.5, -0.75, 1.5],
    ]);
    expect(three!.planes.rowStep).toEqual([-0.5, 0, 0]);
    expect(three!.planes).toMatchObject({ spacing: 1.5, thickness: undefined });
    expect(three!.planes.grid?.origin).toBe("nifti");
    expect(seven!.planes.origins).toEqual([[-2, -2.25, 3]]);
  });

  test("stored as floats, or with a slope, are labels too; NaN is none", async () => {
    const asFloat = await read((...at) => (labels(...at) === 7 ? Number.NaN : labels(...at)), {
      type: "float32",
    });
    expect(named(asFloat)).toEqual([[3, "labels"]]);
    const scaled = await read((...at) => labels(...at) * 10, {
      change: (bytes) => bytes.writeFloatLE(0.1, 112),
    });
    expect(named(scaled)).toEqual([
      [3, "label 3"],
      [7, "label 7"],
    ]);
  });

  test("planes without the region are not held; a gap is no even grid", async () => {
    const { rois } = await read((_i, _j, k) => (k === 1 ? 0 : 2));
    const shape = voxels(rois[0]!);
    expect(shape.planes.shape).toEqual([5, 4, 2]);
    expect(shape.planes).toMatchObject({ spacing: 1.5, grid: undefined });
  });

  test("negative ones, too many and infinite ones are no regions", async () => {
    const refused = { code: "E-LABELS", tag: "input" };
    await expect(read(() => -3)).rejects.toMatchObject(refused);
    await expect(
      read((i) => (i === 0 ? Number.POSITIVE_INFINITY : 1), { type: "float32" }),
    ).rejects.toMatchObject(refused);
    const many = {
      shape: [101, 100, 1],
      type: "int16",
      value: (i: number, j: number) => i + 101 * j,
    };
    await inFolder(async (folder) => {
      writeFileSync(join(folder, "t2.nii"), encodeNiftiBytes(many as NiftiImage));
      await expect(
        readLabelMap({ path: "t2.nii", absolutePath: join(folder, "t2.nii") }),
      ).rejects.toThrow("holds more than 10000 different values: it does not hold regions");
    });
  });
});

describe("shares", () => {
  test("of one volume are one region", async () => {
    const { rois } = await read((i, j) => (j === 2 ? i / 8 : 0), {
      type: "float32",
      name: "liver.nii",
    });
    expect(rois).toMatchObject([{ number: 1, name: "liver" }]);
    expect(voxels(rois[0]!)).toMatchObject({ fractional: true });
    expect([...voxels(rois[0]!).shares].slice(0, 4)).toEqual([0.125, 0.25, 0.375, 0.5]);
  });

  test("of several volumes are a region each, named by the table beside them", async () => {
    const collection = await read((i, _j, _k, t) => (i === t ? 0.5 + t / 4 : 0), {
      type: "float32",
      volumes: 3,
      beside: { "labels.tsv": "index\tname\tcolor\n1\tcortex\t#ff8000\n3\tstriatum\tnone\n" },
    });
    expect(collection.rois).toMatchObject([
      { number: 1, name: "cortex", colour: [255, 128, 0] },
      { number: 2, name: "label 2", colour: undefined },
      { number: 3, name: "striatum", colour: undefined },
    ]);
    expect(collection.rois.map((roi) => voxels(roi).fractional)).toEqual([true, true, false]);
  });

  test("values of a map are none", async () => {
    await expect(read((i) => 40.5 + i, { type: "float32" })).rejects.toThrow(
      "holds values from 0 to 44.5 that are neither whole nor between 0 and 1",
    );
    await expect(read((i) => 3 * i, { type: "float32", volumes: 2 })).rejects.toMatchObject({
      code: "E-LABELS",
    });
  });

  test("several volumes of whole numbers could mean anything", async () => {
    await expect(read(labels, { volumes: 2 })).rejects.toMatchObject({
      code: "E-LABELS",
      tag: "unsupported",
    });
  });
});

describe("masks", () => {
  test.each([1, 255])(
    "of the original pipeline with %d inside are named after the file",
    async (inside) => {
      const { rois } = await read((i) => (i === 2 ? inside : 0), { name: "mask_kidney 2.nii.gz" });
      expect(rois).toMatchObject([{ number: 1, name: "kidney 2" }]);
      expect(voxels(rois[0]!).shares.every((share) => share === 1)).toBe(true);
    },
  );

  test("without a voxel give an empty region", async () => {
    const { rois } = await read(() => 0, { name: "mask_cyst.nii" });
    expect(rois).toMatchObject([{ number: 1, name: "cyst" }]);
    expect(voxels(rois[0]!)).toMatchObject({ shares: new Uint8Array(0), fractional: false });
    expect(voxels(rois[0]!).planes.shape).toEqual([5, 4, 0]);
  });
});

describe("names", () => {
  const expected = [
    { number: 3, name: "left kidney", colour: [255, 0, 128] },
    { number: 7, name: "Liver", colour: [1, 2, 3] },
  ];
  test.each([
    [
      "BIDS table",
      "labels.tsv",
      "name\tindex\tcolor\nleft kidney\t3\t#FF0080\nLiver\t7\t#010203\n",
    ],
    [
      "JSON by number",
      "labels.json",
      '{"labels": {"3": {"name": "left kidney", "color": "#ff0080"}, "7": {"name": "Liver", "colour": [1, 2, 3]}}}',
    ],
    [
      "JSON list",
      "labels.json",
      '{"labels": [{"index": 7, "name": "Liver", "color": [1, 2, 3]}, {"index": 3, "name": "left kidney", "color": "#ff0080"}]}',
    ],
    [
      "ITK-SNAP text",
      "labels.txt",
      '# ITK-SnAP\n    0     0    0    0        0  0  0    "Clear Label"\n    3   255    0  128        1  1  1    "left kidney"\r\n    7 1 2 3 1 1 1 "Liver"\n',
    ],
    [
      "FreeSurfer text",
      "labels.label",
      "#No. Name R G B A\n7 Liver 1 2 3 0\n3 left_kidney 255 0 128 0",
    ],
  ])("are read from a %s", async (_, file, text) => {
    const { rois } = await read(labels, { beside: { [file]: text } });
    expect(rois.map((roi) => ({ ...roi, name: roi.name.replace("_", " ") }))).toMatchObject(
      expected,
    );
  });

  test("a file that names nothing is passed over, a broken one is mentioned", async () => {
    const collection = await read(labels, {
      beside: {
        "labels.tsv": "a\tb\n",
        "labels.json": "{",
        "labels.txt": "3 Liver 1 2 3 0",
      },
    });
    expect(collection.rois[0]).toMatchObject({ name: "Liver" });
    expect(collection.diagnostics).toMatchObject([{ code: "SKIPPED_FILE" }]);
  });
});

test("a file without orientation says so", async () => {
  const { diagnostics } = await read(labels, { change: (bytes) => bytes.writeInt16LE(0, 254) });
  expect(diagnostics).toMatchObject([{ code: "NO_ORIENTATION", collection: "labels.nii.gz" }]);
});
