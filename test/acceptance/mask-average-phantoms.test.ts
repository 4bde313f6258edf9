import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { rowsOf, runInMemory } from "#test/containers/mask-average/run-in-memory.ts";
import { findRegionDataset } from "./dataset.ts";
import {
  countDifferent,
  expectNear,
  expectStatistics,
  maskBytes,
  rowOf,
  type Stated,
} from "./region-runs.ts";
import { syntheticFolder, syntheticRegions } from "./synthetic-regions.ts";

// Consensus values of IBSI, an oblique series without the usual attributes, and an AIM file of another program.

const readStated = (folder: string | undefined) =>
  folder === undefined ? {} : JSON.parse(readFileSync(join(folder, "expected.json"), "utf8"));

interface Feature {
  readonly tag: string;
  readonly reference: number;
  readonly tolerance: number;
  readonly recomputed: number;
}

const ibsi = findRegionDataset("ibsi-digital-phantom");

/** Column of the table for each feature of IBSI it has. */
const features: Readonly<Record<string, string>> = {
  stat_mean: "mean",
  stat_var: "variance",
  stat_skew: "skewness",
  stat_kurt: "excess_kurtosis",
  stat_median: "median",
  stat_min: "min",
  stat_p10: "p10",
  stat_p90: "p90",
  stat_max: "max",
  stat_iqr: "iqr",
  stat_range: "range",
  stat_mad: "mad",
  stat_rmad: "rmad",
  stat_medad: "medad",
  stat_cov: "cov",
  stat_qcod: "qcod",
  stat_energy: "energy",
  stat_rms: "rms",
  morph_vol_approx: "volume_mm3",
  ih_entropy: "entropy",
  ih_uniformity: "uniformity",
};

/** Features of a surface, which the table does not have. */
const meshFeatures = ["morph_volume", "morph_area_mesh", "morph_integ_int"];

describe.skipIf(ibsi === undefined)("ibsi-digital-phantom", () => {
  test("every value of the table agrees with the consensus", async () => {
    const stated = readStated(ibsi);
    const run = await runInMemory(
      ...["--map", join(ibsi!, "image/phantom.nii.gz"), "--roi", join(ibsi!, "mask/mask.nii.gz")],
      "--output=unused",
    );
    const [row, ...others] = rowsOf(run);
    expect(others).toEqual([]);
    expectStatistics(row!, stated.general_statistics as Stated, "phantom");
    expect(row!["n_voxels"]).toBe(stated.n_voxels);
    const list = stated.ibsi as readonly Feature[];
    expect(list.map(({ tag }) => tag).sort()).toEqual(
      [...Object.keys(features), ...meshFeatures].sort(),
    );
    for (const { tag, reference, tolerance, recomputed } of list) {
      const column = features[tag];
      if (column === undefined) continue;
      expectNear(row![column], recomputed, 1e-6, tag);
      const rounded = Number((row![column] as number).toPrecision(3));
      expect(Math.abs(rounded - reference), tag).toBeLessThanOrEqual(tolerance);
    }
  });
});

interface ObliqueRoi {
  readonly number: number;
  readonly name: string;
  readonly n_voxels: number;
  readonly n_per_slice: Readonly<Record<string, number>>;
  readonly area_mm2: number;
  readonly volume_mm3: number;
  readonly net_contour_area_mm2: number;
  readonly mask: string;
  readonly stats: Stated;
}

const oblique = findRegionDataset("rtutils-oblique");

describe.skipIf(oblique === undefined)("rtutils-oblique", () => {
  const stated = readStated(oblique);
  const rois: readonly ObliqueRoi[] = stated.rois ?? [];

  test.each([
    ["rtstruct/rtstruct.dcm", rois.map(({ number }) => number)],
    ["aim.xml", [1, 2, 3, 4]],
  ] as const)("%s", async (file, numbers) => {
    const run = await runInMemory(
      ...["--reference", join(oblique!, "dicom"), "--map", join(oblique!, "map/image.nii.gz")],
      ...["--roi", join(oblique!, file), "--output=unused", "--dicom=none"],
    );
    expect(rowsOf(run).map((row) => row["roi_name"])).toEqual(rois.map(({ name }) => name));
    for (const [n, roi] of rois.entries()) {
      const row = rowOf(run, numbers[n]!, "image");
      expect(row["n_voxels"]).toBe(roi.n_voxels);
      expectStatistics(row, roi.stats, roi.name);
      // The map's affine is float32.
      expectNear(row["area_mm2"], roi.area_mm2, 3 * 2 ** -24, roi.name);
      expectNear(row["volume_mm3"], roi.volume_mm3, 3 * 2 ** -24, roi.name);
      expect(row["slices"]).toEqual(Object.keys(roi.n_per_slice).map(Number));
      // Coordinates of seven decimals; of the ring both outlines count.
      if (roi.name !== "ring") {
        expectNear(row["contour_area_mm2"], roi.net_contour_area_mm2, 1e-7, roi.name);
      }
      expect(row["status"]).toBe(roi.name === "right edge" ? "partial" : "ok");
      const own = maskBytes(run, "reference", numbers[n]!)!;
      expect(countDifferent(own, join(oblique!, roi.mask)), roi.name).toBe(0);
    }
  });

  test("one slice: an area, and no volume", async () => {
    const images = join(oblique!, "dicom-one-slice");
    const run = await runInMemory(
      ...["--reference", images, "--map", images, "--output=unused", "--dicom=none"],
      ...["--roi", join(oblique!, "rtstruct/one-slice.dcm")],
    );
    const rows = rowsOf(run);
    const [rowSpacing, columnSpacing] = stated.pixel_spacing_row_col_mm as readonly [
      number,
      number,
    ];
    expect(rows.map((row) => [row["roi_number"], row["roi_name"], row["n_voxels"]])).toEqual(
      (stated.one_slice.rois as readonly ObliqueRoi[]).map(({ number, name, n_voxels }) => [
        ...[number, name, n_voxels],
      ]),
    );
    for (const row of rows) {
      const area = (row["n_voxels"] as number) * rowSpacing * columnSpacing;
      expectNear(row["area_mm2"], area, 1e-7, "area");
      const volumes = ["volume_mm3", "voxel_volume_mm3", "volume_slice_thickness_mm3"];
      expect(volumes.map((name) => row[name])).toEqual([null, null, null]);
      expect(row["contour_volume_mm3"]).toBeNull();
      expect(row["mean"]).not.toBeNull();
    }
  });
});

describe.skipIf(syntheticFolder === undefined)("AIM of another program", () => {
  interface Listed {
    readonly name: string;
    readonly n_reference: number;
    readonly same_mask_as_roi?: number;
    readonly slice?: number;
  }

  test("circles, ellipses, points and an exclusion", async () => {
    const axial = join(syntheticFolder!, "axial");
    const { rois } = readStated(syntheticFolder).special_aim_files_axial["other-producer.xml"] as {
      readonly rois: readonly Listed[];
    };
    const run = await runInMemory(
      ...["--reference", join(axial, "dicom"), "--map", join(axial, "map/t2map_samegrid.nii.gz")],
      ...["--roi", join(axial, "aim/special/other-producer.xml")],
      ...["--output=unused", "--dicom=none", "--rates=none"],
    );
    const rows = rowsOf(run);
    expect(rows.map((row) => row["roi_name"])).toEqual(rois.map(({ name }) => name));
    for (const [n, { name, n_reference, same_mask_as_roi, slice }] of rois.entries()) {
      const row = rows[n]!;
      expect(row["n_voxels"], name).toBe(n_reference);
      expect(row["status"], name).toMatch(n_reference === 0 ? /^no-area$/ : /^(ok|warning)$/);
      if (slice !== undefined) expect(row["slices"], name).toEqual([slice]);
      if (same_mask_as_roi === undefined) continue;
      const same = syntheticRegions.find(({ number }) => number === same_mask_as_roi)!;
      expectStatistics(row, same.maps.t2map_samegrid.stats, name);
      const own = maskBytes(run, "reference", row["roi_number"] as number)!;
      expect(countDifferent(own, join(axial, same.reference_grid.mask!)), name).toBe(0);
    }
  });
});
