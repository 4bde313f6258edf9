import { copyFileSync, mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import {
  type MemoryRun,
  rowsOf,
  runInMemory,
} from "#test/containers/mask-average/run-in-memory.ts";
import {
  countDifferent,
  expectNear,
  expectRates,
  expectStatistics,
  maskBytes,
  rowOf,
  type Stated,
} from "./region-runs.ts";
import {
  type StatedRegion,
  type StatedSpecial,
  syntheticFolder,
  syntheticRegions,
} from "./synthetic-regions.ts";

// Maps that are stored oddly, hold odd values or lie oddly, under the regions of the synthetic set.

const axial = join(syntheticFolder ?? "", "axial");
const special = (name: string) => join(axial, "map/special", name);

const measure = (map: string, ...options: readonly string[]): Promise<MemoryRun> =>
  runInMemory(
    ...["--reference", join(axial, "dicom"), "--roi", join(axial, "rtstruct/explicit-le.dcm")],
    ...["--map", map, "--output=unused", "--dicom=none", ...options],
  );

/** The regions that have numbers on a special map, with these. */
function statedOn(name: string): readonly (readonly [StatedRegion, StatedSpecial])[] {
  return syntheticRegions.flatMap((region) => {
    const stated = region.maps["axial special maps"]?.[name];
    return stated === undefined ? [] : [[region, stated] as const];
  });
}

/** Holds every region of a run on a map to what is stated for a special map. */
function expectAll(run: MemoryRun, map: string, name: string): void {
  const stated = statedOn(name);
  expect(stated).toHaveLength(10);
  for (const [region, own] of stated) {
    const stats =
      own === "same as t2map_128x96" ? region.maps.t2map_128x96.stats : (own["stats"] as Stated);
    expectStatistics(rowOf(run, region.number, map), stats, `${region.name} on ${map}`);
  }
}

describe.skipIf(syntheticFolder === undefined)("maps of preclinical-synthetic", () => {
  test.each(["int16_scaled", "micrometre_units"])("%s", async (name) => {
    const run = await measure(special(`${name}.nii.gz`));
    expectAll(run, name, name);
    const { geometry } = syntheticRegions[0]!.maps.t2map_128x96;
    expectNear(rowOf(run, 1, name)["volume_mm3"], geometry.volume_mm3, 2e-7, "volume");
  });

  test("of two volumes the first, the second, both", async () => {
    const map = special("four_d_t2_then_m0.nii.gz");
    const stem = "four_d_t2_then_m0";
    const first = await measure(map);
    expectAll(first, stem, `${stem} volume 0`);
    expect(rowOf(first, 1, stem)["map_volume"]).toBe(1);
    const second = await measure(map, "--volume=2");
    expectAll(second, stem, `${stem} volume 1`);
    expect(rowOf(second, 1, stem)["map_volume"]).toBe(2);
    const both = await measure(map, "--all-volumes");
    expectAll(both, `${stem}_vol-1`, `${stem} volume 0`);
    expectAll(both, `${stem}_vol-2`, `${stem} volume 1`);
  });

  test("without orientation it is refused, and measured on the field of view of the reference when told", async () => {
    const name = "legacy_no_orientation_float64";
    const map = special(`${name}.nii`);
    await expect(measure(map)).rejects.toMatchObject({
      code: "E-MAP-ORIENTATION",
      message: expect.stringMatching(/no orientation/),
    });
    const run = await measure(map, "--assume-same-fov");
    expectAll(run, name, `${name} (same field of view assumed)`);
  });

  test("failed fits are counted under every choice of what counts", async () => {
    const map = special("failed_fits_nan_zero_negative_inf.nii.gz");
    const name = "failed_fits_nan_zero_negative_inf";
    const choices = [
      [[], "finite_only"],
      [["--zeros=keep"], "finite_only"],
      [["--zeros=exclude"], "finite_nonzero"],
      [["--zeros=exclude", "--lowest=0"], "finite_positive"],
    ] as const;
    for (const [options, key] of choices) {
      const run = await measure(map, ...options);
      for (const [region, stated] of statedOn(name)) {
        const own = stated as Readonly<Record<string, number>>;
        const row = rowOf(run, region.number, name);
        const what = `${region.name} ${options.join(" ")}`;
        expectStatistics(row, own[key] as unknown as Stated, what);
        expect(row["n_voxels"], what).toBe(own["n_voxels"]);
        expect(row["n_excluded_nan"], what).toBe(own["n_nan"]! + own["n_infinite"]!);
        const [zeros, negative] = [own["n_zero"], own["n_negative"]];
        const keeps = key === "finite_only";
        expect([row["n_zero"], row["n_excluded_zero"]], what).toEqual(
          keeps ? [zeros, 0] : [0, zeros],
        );
        expect([row["n_negative"], row["n_excluded_range"]], what).toEqual(
          key === "finite_positive" ? [0, negative] : [negative, 0],
        );
      }
    }
  });

  test("failed fits of a T2 map have no rate", async () => {
    const map = join(mkdtempSync(join(tmpdir(), "acceptance-")), "T2map.nii.gz");
    copyFileSync(special("failed_fits_nan_zero_negative_inf.nii.gz"), map);
    const run = await measure(map);
    for (const [region, stated] of statedOn("failed_fits_nan_zero_negative_inf")) {
      const own = stated as Readonly<Record<string, unknown>>;
      const positive = own["finite_positive"] as Stated;
      const row = rowOf(run, region.number, "R2map");
      expect(row["n_valid"]).toBe(positive["n"]);
      expect(row["n_excluded_no_rate"]).toBe(Number(own["n_zero"]) + Number(own["n_negative"]));
      if (positive["n"] !== 0) expectRates(row, positive, region.name);
    }
  });

  test("four of six slices: what is missing of a region is told", async () => {
    const name = "four_of_six_slices";
    const run = await measure(special(`${name}.nii.gz`));
    expectAll(run, name, name);
    for (const [region, stated] of statedOn(name)) {
      const own = stated as Readonly<Record<string, unknown>>;
      const row = rowOf(run, region.number, name);
      expect(row["n_voxels"], region.name).toBe(own["n_voxels_inside_map"]);
      // The share is one of the area as drawn, of which the image itself cuts off a part.
      const inside = (own["fraction_inside"] ?? 1) as number;
      const drawn = region.contour_area?.fraction_inside_image ?? 1;
      expectNear(row["coverage_inside_fov_pct"], 100 * inside * drawn, 1e-6, region.name);
      const lost = own["slices_outside_map"] as readonly number[];
      if (lost.length > 0) expect(row["status"]).toBe("partial");
      const slices = Object.keys(region.maps.t2map_128x96.geometry.n_per_slice).map(Number);
      // The first slice of the map is the second of the reference.
      const kept = slices.filter((slice) => !lost.includes(slice)).map((slice) => slice - 1);
      expect(row["slices"], region.name).toEqual(kept);
    }
  });

  test("a map turned in its plane: outlines are filled on its own grid", async () => {
    const name = "rotated_15deg_96x96";
    const run = await measure(special(`${name}.nii.gz`));
    expectAll(run, name, name);
    for (const [region, stated] of statedOn(name)) {
      const { mask } = stated as { readonly mask: string | null };
      const own = maskBytes(run, "rotated-15deg-96x96", region.number);
      if (mask === null) expect(own, region.name).toBeUndefined();
      else expect(countDifferent(own!, join(axial, mask)), region.name).toBe(0);
    }
    expect(rowOf(run, 10, name)["status"]).toMatch(/^(outside|sub-voxel)$/);
  });
});

describe.skipIf(syntheticFolder === undefined)("the images themselves as a map", () => {
  // DICOM holds positions as decimals: areas and volumes to the gate of the data set.
  test.each(["axial", "coronal", "oblique"])("%s: areas and volumes", async (variant) => {
    const folder = join(syntheticFolder!, variant);
    const run = await runInMemory(
      ...["--reference", join(folder, "dicom"), "--map", join(folder, "dicom")],
      ...["--roi", join(folder, "rtstruct/explicit-le.dcm"), "--output=unused", "--dicom=none"],
    );
    const map = rowsOf(run)[0]!["map"] as string;
    for (const { number, name: region, reference_grid: stated } of syntheticRegions) {
      const row = rowOf(run, number, map!);
      expect(row["n_voxels"], region).toBe(stated.n_voxels);
      if (stated.n_voxels === 0) continue;
      expectNear(row["area_mm2"], stated.area_mm2, 1e-9, region);
      expectNear(row["volume_mm3"], stated.volume_mm3, 1e-9, region);
      const thin = [row["volume_slice_thickness_mm3"], stated.volume_mm3_slice_thickness] as const;
      expectNear(...thin, 1e-9, region);
    }
  });
});
