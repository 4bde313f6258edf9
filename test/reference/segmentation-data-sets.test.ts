import { existsSync, readFileSync } from "node:fs";
import { basename, join } from "node:path";
import { describe, expect, test } from "vitest";
import { readSegmentation } from "#shared/roi/read-segmentation.ts";
import type { Roi, VoxelShape } from "#shared/roi/roi.ts";
import { eachVoxel, findRegions, putOnGrid, readImage } from "./placed-voxels.ts";

// Segmentations of other programs against what those programs, or an independent decoder, say they hold.

const read = (folder: string, file: string) =>
  readSegmentation({ path: basename(file), absolutePath: join(folder, file) });

const voxels = (roi: Roi | undefined) => {
  if (roi?.shape.form !== "voxels") throw new Error("no voxels");
  return roi.shape;
};

const count = (shape: VoxelShape, test: (share: number) => boolean) =>
  Array.from(shape.shares).filter(test).length;

const readExpected = (folder: string | undefined, name: string) =>
  folder === undefined ? undefined : JSON.parse(readFileSync(join(folder, name), "utf8"));

interface DcmqiSegment {
  readonly segment_number: number;
  readonly label: string;
  readonly n_voxels: number;
  readonly n_per_slice: Record<string, number>;
  readonly golden: readonly string[];
  readonly golden_label: number;
}
interface DcmqiObject {
  readonly file: string;
  readonly segments: readonly DcmqiSegment[];
}

const dcmqi = findRegions("dcmqi-seg");
const dcmqiObjects: readonly DcmqiObject[] = readExpected(dcmqi, "expected.json")?.objects ?? [];

describe.skipIf(dcmqi === undefined)("objects of dcmqi", () => {
  test.each(dcmqiObjects.map((object) => [object.file, object] as const))(
    "%s holds the voxels of its golden label image",
    async (file, object) => {
      const { rois } = await read(dcmqi!, file);
      const expected = object.segments.filter(({ segment_number }) => segment_number !== 0);
      expect(rois.map(({ number }) => number)).toEqual(expected.map((s) => s.segment_number));
      for (const segment of expected) {
        const roi = rois.find(({ number }) => number === segment.segment_number);
        expect(roi?.name).toBe(segment.label);
        const shape = voxels(roi);
        expect(count(shape, (share) => share === 1)).toBe(segment.n_voxels);
        for (const golden of segment.golden) {
          const image = await readImage(join(dcmqi!, golden));
          const wanted = image.values.map((value) => (value === segment.golden_label ? 1 : 0));
          expect(putOnGrid(shape, image.grid)).toEqual(wanted);
        }
        const stored = Object.keys(segment.n_per_slice).length;
        expect(shape.planes.origins).toHaveLength(stored);
      }
    },
  );

  test("the spacing of a label map that leaves out a slice is that of the slices", async () => {
    const { rois } = await read(dcmqi!, "sparse-labelmap-noppv.dcm");
    expect(voxels(rois[0]).planes).toMatchObject({ spacing: 2.5, thickness: 2.5, grid: undefined });
  });
});

interface HighdicomSegment {
  readonly segment_number: number;
  readonly label: string;
  readonly slice_positions_z_mm: readonly number[];
  readonly n_nonzero: number;
  readonly n_ge_half: number;
  readonly n_gt_half: number;
  readonly sum_of_fractions: number;
  readonly frames?: readonly { readonly z_mm: number; readonly rows: readonly string[] }[];
}
interface HighdicomObject {
  readonly file: string;
  readonly maximum_fractional_value: number | null;
  readonly segments: readonly HighdicomSegment[];
}

const highdicom = findRegions("highdicom-seg");
const highdicomObjects: readonly HighdicomObject[] =
  readExpected(highdicom, "expected.json")?.objects ?? [];
const radiograph = "seg/seg_image_cr_binary.dcm";

describe.skipIf(highdicom === undefined)("objects of highdicom", () => {
  test.each(
    highdicomObjects
      .filter(({ file }) => file !== radiograph)
      .map((object) => [object.file, object] as const),
  )("%s holds the counts, fractions and frames", async (file, object) => {
    const { rois } = await read(highdicom!, file);
    expect(rois).toHaveLength(object.segments.length);
    for (const segment of object.segments) {
      const roi = rois.find(({ number }) => number === segment.segment_number);
      expect(roi?.name).toBe(segment.label);
      const shape = voxels(roi);
      expect(count(shape, (share) => share > 0)).toBe(segment.n_nonzero);
      expect(count(shape, (share) => share >= 0.5)).toBe(segment.n_ge_half);
      expect(count(shape, (share) => share > 0.5)).toBe(segment.n_gt_half);
      const sum = Array.from(shape.shares).reduce((total, share) => total + share, 0);
      expect(Math.abs(sum / segment.sum_of_fractions - 1)).toBeLessThan(1e-6);
      for (const frame of segment.frames ?? []) expectFrame(shape, frame, object);
    }
  });

  test("an object that refers to a radiograph is refused: it has no place in space", async () => {
    await expect(read(highdicom!, radiograph)).rejects.toMatchObject({
      code: "E-SEG-GEOMETRY",
      tag: "unsupported",
      message: expect.stringMatching(/does not say where its frames lie.*radiographs/),
    });
  });

  test("a fraction of all or nothing is no fraction", async () => {
    const { rois } = await read(highdicom!, "seg/seg_image_ct_binary_fractional.dcm");
    expect(voxels(rois[0])).toMatchObject({ fractional: false });
    const others = await read(highdicom!, "seg/seg_image_ct_true_fractional.dcm");
    expect(voxels(others.rois[0])).toMatchObject({ fractional: true });
  });
});

function expectFrame(
  shape: VoxelShape,
  frame: { readonly z_mm: number; readonly rows: readonly string[] },
  { maximum_fractional_value: largest }: HighdicomObject,
): void {
  // Columns and rows of these axial images lie along x and y, in order of their voxels' places.
  const { rowStep, columnStep } = shape.planes;
  const found = new Map<string, number>();
  eachVoxel(shape, ([x, y, z], share) => {
    if (Math.abs(z - frame.z_mm) > 0.01) return;
    found.set(
      `${Math.round((x + 125) / rowStep[0])} ${Math.round((y + 128.100006) / columnStep[1])}`,
      share,
    );
  });
  const wanted = new Map<string, number>();
  frame.rows.forEach((text, j) => {
    const stored = largest === null ? [...text] : text.split(" ");
    stored.forEach((value, i) => {
      if (value !== "0") wanted.set(`${i} ${j}`, Math.fround(Number(value) / (largest ?? 1)));
    });
  });
  expect(found).toEqual(wanted);
}

const preclinical = findRegions("preclinical-synthetic");
interface PreclinicalRoi {
  readonly number: number;
  readonly name: string;
  readonly color_rgb: readonly number[];
  readonly present_in: { readonly seg_segment_number: number | null };
  readonly reference_grid: { readonly n_voxels: number; readonly mask?: string };
}
const preclinicalRois: readonly PreclinicalRoi[] =
  readExpected(preclinical, "expected.json")?.rois ?? [];

describe.skipIf(preclinical === undefined)("the synthetic mouse", () => {
  const files = ["axial", "coronal", "oblique", "multiecho"].flatMap((variant) =>
    ["standard", "viewer-style", "mirrored-cropped-grid"].map(
      (style) => `${variant}/seg/${style}.dcm`,
    ),
  );
  test.each(
    files.filter((file) => preclinical !== undefined && existsSync(join(preclinical, file))),
  )("%s gives the masks of the reference grid", async (file) => {
    const [variant = ""] = file.split("/");
    const collection = await read(preclinical!, file);
    const expected: Record<string, unknown> = readExpected(preclinical, "expected.json").variants[
      variant
    ];
    expect(collection.seriesInstanceUIDs).toEqual([expected["series_instance_uid"]]);
    expect(collection).toMatchObject({ kind: "SEG", name: "mouse ROIs" });
    const { rois } = collection;
    expect(rois.length).toBe(file.includes("standard") ? 17 : 3);
    for (const roi of rois) {
      const truth = preclinicalRois.find(
        ({ present_in }) => present_in.seg_segment_number === roi.number,
      )!;
      expect([roi.name, roi.colour]).toEqual([truth.name, truth.color_rgb]);
      const shape = voxels(roi);
      expect(count(shape, (share) => share === 1)).toBe(truth.reference_grid.n_voxels);
      expect(shape.planes.spacing).toBe(1);
      // The masks are stored once, for the axial variant; the others have the same in index space.
      const mask = await readImage(join(preclinical!, "axial", truth.reference_grid.mask!));
      const grid = { ...mask.grid, affineLps: affineOf(expected) };
      expect(putOnGrid(shape, grid)).toEqual(mask.values.map((value) => (value > 0 ? 1 : 0)));
    }
  });

  function affineOf(variant: Record<string, unknown>): number[] {
    const ras = (variant["affine_index_to_ras"] as number[][]).flat();
    return ras.map((value, index) => (index < 8 ? -value : value));
  }
});

const bad = findRegions("bad-inputs");

describe.skipIf(bad === undefined)("objects that contradict themselves", () => {
  test.each([
    ["seg-frames-more-than-data.dcm", "E-SEG-FRAMES", /13 frames, but describes 11 .* hold 11/],
    ["seg-missing-frame-description.dcm", "E-SEG-FRAMES", /11 frames, but describes 10 .* hold 11/],
    [
      "seg-unknown-segment.dcm",
      "E-SEG-SEGMENT",
      /Frame 4 .* segment 9, but the object defines segments 1 to 3/,
    ],
  ])("%s is refused with what was found", async (file, code, message) => {
    await expect(read(bad!, file)).rejects.toMatchObject({
      code,
      tag: "input",
      message: expect.stringMatching(message),
    });
  });

  test("one that lies outside the images is read: only the images tell", async () => {
    const { rois } = await read(bad!, "seg-outside-stack.dcm");
    expect(rois).toHaveLength(3);
  });

  test("other DICOM objects are no segmentations", async () => {
    const file = "rtstruct-other-frame-of-reference.dcm";
    await expect(read(bad!, file)).rejects.toMatchObject({ code: "E-SEG-CLASS" });
  });
});
