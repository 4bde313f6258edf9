import { readFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, describe, expect, test } from "vitest";
import { readInstance } from "#shared/dicom/read-instance.ts";
import { readPublicAttributes } from "#shared/dicom/template.ts";
import { openPool } from "#shared/parallel/pool.ts";
import type { CollectionClaim } from "#shared/roi/match-collection.ts";
import { readReference } from "#shared/roi/read-reference.ts";
import type { Contour } from "#shared/roi/roi.ts";
import { lpsToRas } from "#shared/volume/grid.ts";
import type { DicomJson } from "#shared/volume/series-volume.ts";
import { findRegionDataset } from "../acceptance/dataset.ts";

// The reference series of the datasets of regions: planes against the affines they state, and which collection belongs to which.

const synthetic = findRegionDataset("preclinical-synthetic");
const bad = findRegionDataset("bad-inputs", "bad-inputs.json");
const pool = openPool(1, "");
afterAll(() => pool.close());
const nothing = { collections: [], allowOtherSeries: false };

interface Variant {
  readonly affine_index_to_ras?: readonly (readonly number[])[];
  readonly n_files: number;
  readonly series_description: string;
}

const variants: readonly (readonly [string, Variant])[] =
  synthetic === undefined
    ? []
    : Object.entries(
        JSON.parse(readFileSync(join(synthetic, "expected.json"), "utf8")).variants as Record<
          string,
          Variant
        >,
      );

/** What an RTSTRUCT claims, its contours included, read from its attributes one by one. */
function claimOf(path: string): CollectionClaim {
  const instance = readInstance(path, path)!;
  const dataset = readPublicAttributes({ instance });
  const items = (from: DicomJson, tag: string) => (from[tag]?.Value ?? []) as readonly DicomJson[];
  const text = (from: DicomJson, tag: string) => String(from[tag]?.Value?.[0] ?? "");
  const frames = items(dataset, "30060010");
  const series = frames.flatMap((frame) =>
    items(frame, "30060012").flatMap((study) => items(study, "30060014")),
  );
  const contours = items(dataset, "30060039")
    .flatMap((roi) => items(roi, "30060040"))
    .map(
      (item): Contour => ({
        kind: "closed",
        type: text(item, "30060042"),
        space: "patient",
        points: Float64Array.from((item["30060050"]?.Value ?? []) as number[]),
        images: items(item, "30060016").map((image) => ({
          sopInstanceUID: text(image, "00081155"),
          frameNumber: undefined,
        })),
        exclude: false,
      }),
    );
  return {
    kind: "RTSTRUCT",
    path,
    name: text(dataset, "30060002"),
    frameOfReferenceUID: frames[0] === undefined ? "" : text(frames[0], "00200052"),
    seriesInstanceUIDs: series.map((one) => text(one, "0020000E")),
    rois: [
      { number: 1, name: "", uid: "", colour: undefined, shape: { form: "contours", contours } },
    ],
  };
}

const axial = join(synthetic ?? "", "axial/dicom");
const rtstruct = (path: string) => claimOf(join(synthetic ?? "", path));

describe.skipIf(synthetic === undefined)("preclinical-synthetic", () => {
  test.each(variants)("the planes of %s are those of its affine", async (name, variant) => {
    const { planes, images, identity, seriesDescription, diagnostics } = await readReference(
      join(synthetic!, name, "dicom"),
      nothing,
      pool,
    );
    const affine = (variant.affine_index_to_ras ?? variants[0]![1].affine_index_to_ras!).flat();
    lpsToRas(planes.grid!.affineLps).forEach((value, at) => {
      expect(Math.abs(value - affine[at]!)).toBeLessThan(1e-6);
    });
    planes.origins.forEach((origin, k) => {
      origin.forEach((value, axis) => {
        const sign = axis < 2 ? -1 : 1;
        const expected = affine[4 * axis + 2]! * k + affine[4 * axis + 3]!;
        expect(Math.abs(sign * value - expected)).toBeLessThan(1e-6);
      });
    });
    expect([planes.shape, planes.thickness]).toEqual([[256, 192, 6], 0.8]);
    expect(planes.spacing).toBeCloseTo(1, 9);
    expect(images.map(({ length }) => length)).toEqual(
      new Array(6).fill(name === "multiecho" ? 4 : 1),
    );
    expect(identity.files).toHaveLength(variant.n_files);
    expect([seriesDescription, diagnostics]).toEqual([variant.series_description, []]);
  });

  test("frames of the enhanced object come in the order of slices", async () => {
    const folder = join(synthetic!, "enhanced/dicom");
    const { images } = await readReference(folder, nothing, pool);
    // Stored in the order of slices 3, 0, 5, 2, 1, 4.
    expect(images.flat().map(({ frameNumber }) => frameNumber)).toEqual([2, 5, 4, 1, 6, 3]);
  });

  test("all variants show the same pixels", async () => {
    const pixels = await Promise.all(
      ["axial", "coronal", "oblique", "enhanced"].map(async (name) => {
        const { loadImage } = await readReference(join(synthetic!, name, "dicom"), nothing, pool);
        return (await loadImage()).samples;
      }),
    );
    for (const samples of pixels.slice(1)) expect(samples).toEqual(pixels[0]);
  });

  test.each([
    ["axial/rtstruct/explicit-le.dcm", "images"],
    ["axial/rtstruct/implicit-le-headerless.dcm", "images"],
    ["axial/rtstruct/no-image-references.dcm", "series"],
    ["axial/rtstruct/stale-image-references.dcm", "planes"],
    ["axial/rtstruct/untidy-text.dcm", "images"],
  ])("%s belongs to the axial series by its %s", async (path, by) => {
    const wish = { collections: [rtstruct(path)], allowOtherSeries: false };
    expect((await readReference(axial, wish, pool)).matches[0]!.by).toBe(by);
  });

  test("stale references of the oblique series too", async () => {
    const collection = rtstruct("oblique/rtstruct/stale-image-references.dcm");
    const wish = { collections: [collection], allowOtherSeries: false };
    const reference = await readReference(join(synthetic!, "oblique/dicom"), wish, pool);
    expect(reference.matches[0]!.by).toBe("planes");
  });
});

describe.skipIf(bad === undefined)("bad-inputs", () => {
  const read = (folder: string, collection: CollectionClaim, allowOtherSeries = false) =>
    readReference(join(bad!, folder), { collections: [collection], allowOtherSeries }, pool);

  test("wrong-series names both series; AIM has no way out", async () => {
    const coronal = rtstruct("coronal/rtstruct/explicit-le.dcm");
    const expected = {
      code: "E-REFERENCE-SERIES",
      message: expect.stringMatching(
        /series 2\.25\.4153652346489054779659276675858302123,? .*"T2_TurboRARE_ax" \(2\.25\.9996971651610899761198086305651607763\)/,
      ),
    };
    const wish = { collections: [coronal], allowOtherSeries: false };
    await expect(readReference(axial, wish, pool)).rejects.toMatchObject(expected);
    const aim = { ...coronal, kind: "AIM" as const };
    for (const allowOtherSeries of [false, true]) {
      const want = { collections: [aim], allowOtherSeries };
      await expect(readReference(axial, want, pool)).rejects.toMatchObject(expected);
    }
  });

  test("another frame of reference is refused, or used by geometry with a warning", async () => {
    const other = claimOf(join(bad!, "rtstruct-other-frame-of-reference.dcm"));
    const wish = { collections: [other], allowOtherSeries: false };
    await expect(readReference(axial, wish, pool)).rejects.toMatchObject({
      code: "E-REFERENCE-FRAME",
    });
    const forced = await readReference(axial, { ...wish, allowOtherSeries: true }, pool);
    expect(forced.matches[0]!.diagnostics).toMatchObject([{ code: "FOR_MISMATCH" }]);
  });

  test("missing-sops: slices 3 and 4 of 6 are missing", async () => {
    const { diagnostics, planes } = await read(
      "missing-sops/dicom",
      rtstruct("axial/rtstruct/explicit-le.dcm"),
    );
    expect(diagnostics.map(({ code }) => code)).toEqual(["LARGE_SLICE_GAP"]);
    expect(diagnostics[0]!.text).toMatch(/Slices 3 and 4 of 6 are missing: 3 mm .* 1 mm is usual/);
    expect(planes.origins.map(([, , z]) => z)).toEqual([10, 11, 14, 15]);
  });

  test("truncated-reference-image: the plane stays, the pixels are NaN", async () => {
    const { diagnostics, planes, loadImage } = await read(
      "truncated/dicom",
      rtstruct("axial/rtstruct/explicit-le.dcm"),
    );
    expect(planes.origins.map(([, , z]) => z)).toEqual([11, 12, 13]);
    expect(diagnostics.map(({ code }) => code)).toEqual(["DAMAGED_IMAGE"]);
    expect(diagnostics[0]!.text).toContain("MRIm003.dcm");
    const { samples } = await loadImage();
    const lost = [0, 1, 2].map((k) =>
      samples.subarray(k * 49152, (k + 1) * 49152).every(Number.isNaN),
    );
    expect(lost).toEqual([false, true, false]);
  });

  test("mixed-orientations is refused", async () => {
    const collection = rtstruct("axial/rtstruct/explicit-le.dcm");
    await expect(read("mixed-orientations/dicom", collection)).rejects.toMatchObject({
      code: "E-ORIENTATION",
      message: expect.stringContaining("2 orientations"),
    });
  });

  test("two-series-in-folder: the series of the collection is used, 2 of its images are there", async () => {
    const { diagnostics, seriesInstanceUID } = await read(
      "two-series/dicom",
      rtstruct("axial/rtstruct/explicit-le.dcm"),
    );
    expect(seriesInstanceUID).toBe("2.25.9996971651610899761198086305651607763");
    expect(diagnostics.map(({ code }) => code)).toEqual(["SEVERAL_SERIES"]);
    expect(diagnostics[0]!.text).toMatch(
      /2 series; .*607763.* of the 5 images they name 2 are here/,
    );
  });

  test("reference-is-not-an-image says what there is", async () => {
    const wish = { collections: [], allowOtherSeries: false };
    await expect(readReference(join(synthetic!, "axial/rtstruct"), wish, pool)).rejects.toThrow(
      /no images, only 5 RTSTRUCT objects/,
    );
  });
});

const oblique = findRegionDataset("rtutils-oblique");
describe.skipIf(oblique === undefined)("rtutils-oblique", () => {
  test("seven decimals, no frame of reference, no numbers, no thickness", async () => {
    const wish = {
      collections: [claimOf(join(oblique!, "rtstruct/rtstruct.dcm"))],
      allowOtherSeries: false,
    };
    const reference = await readReference(join(oblique!, "dicom"), wish, pool);
    const { planes } = reference;
    expect(planes.shape).toEqual([100, 50, 3]);
    expect(planes.origins[1]).toEqual([122.50798485, -430.0798167, 34.0399029]);
    expect(Math.hypot(...planes.rowStep)).toBeCloseTo(2.5, 12);
    expect(Math.hypot(...planes.columnStep)).toBeCloseTo(3.5, 12);
    expect(planes.spacing).toBeCloseTo(4.5, 6);
    expect(planes.grid).toBeDefined();
    expect([
      reference.frameOfReferenceUID,
      reference.matches[0]!.by,
      reference.diagnostics,
    ]).toEqual(["", "images", []]);
  });

  test("one slice has no distance to a neighbour", async () => {
    const { planes } = await readReference(join(oblique!, "dicom-one-slice"), nothing, pool);
    expect([planes.spacing, planes.shape]).toEqual([undefined, [100, 50, 1]]);
  });
});

const highdicom = findRegionDataset("highdicom-seg");
describe.skipIf(highdicom === undefined)("highdicom-seg", () => {
  test("the planes of ct2-series stay where they are, with the gap named", async () => {
    const { planes, diagnostics } = await readReference(
      join(highdicom!, "ct2-series"),
      nothing,
      pool,
    );
    expect(planes.origins.map(([, , z]) => z)).toEqual([
      -99.480003, 103.019997, 104.269997, 105.519997,
    ]);
    expect([planes.spacing, planes.grid]).toEqual([1.25, undefined]);
    expect(diagnostics.map(({ code }) => code)).toEqual(["LARGE_SLICE_GAP"]);
    expect(diagnostics[0]!.text).toContain("202.5 mm");
  });
});

const archive = findRegionDataset("xnat-archive");
describe.skipIf(archive === undefined)("xnat-archive", () => {
  test("catalogs are no images, and of all scans the one the collection names is used", async () => {
    const root = join(archive!, "SYNTH_MOUSE01_MR1");
    const path = join(
      root,
      "ASSESSORS/RTSTRUCT_20240312_113000_S5/RTSTRUCT/RTSTRUCT_20240312_113000_S5.dcm",
    );
    const wish = { collections: [claimOf(path)], allowOtherSeries: false };
    const { identity, diagnostics } = await readReference(join(root, "SCANS"), wish, pool);
    expect([identity.seriesNumber, identity.files.length]).toEqual([5, 6]);
    expect(diagnostics.map(({ code }) => code)).toEqual(["SEVERAL_SERIES"]);
  });
});
