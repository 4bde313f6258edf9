import { globSync } from "node:fs";
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
  expectWeighted,
  maskBytes,
  rowOf,
} from "./region-runs.ts";
import {
  numberIn,
  type StatedRegion,
  syntheticFolder,
  syntheticRegions,
} from "./synthetic-regions.ts";

// The mouse-like phantom with every contour trap: each file of each variant gives the same masks and the same table.

const variants = ["axial", "coronal", "oblique", "multiecho", "enhanced"] as const;
type Form = "rtstruct" | "aim" | "seg";

const files = variants.flatMap((variant) =>
  (["rtstruct", "aim", "seg"] as const).flatMap((form) =>
    globSync(`${form}/*`, { cwd: join(syntheticFolder ?? "/nowhere", variant) })
      .filter((file) => /\.(dcm|xml)$/.test(file))
      .sort()
      .map((file) => ({ variant, form, file })),
  ),
);
const special = ["bom-crlf.xml", "prefixed-namespace.xml"].map((name) => ({
  ...{ variant: "axial" as const, form: "aim" as const, file: `aim/special/${name}` },
}));
const maps = ["t2map_samegrid", "t2map_128x96"] as const;

/** NIfTI stores affines as float32: areas of a map cannot be nearer to the stated ones than three roundings. */
const float32Gate = 3 * 2 ** -24;

/** Maps and expected masks of a variant; the multi-frame object has those of the axial one. */
function placeOf(variant: string): string {
  return join(syntheticFolder!, variant === "enhanced" ? "axial" : variant);
}

describe.skipIf(syntheticFolder === undefined)("preclinical-synthetic", () => {
  test("all files are here", () => {
    expect(files.map(({ form }) => form).filter((form) => form === "rtstruct")).toHaveLength(14);
    expect(files).toHaveLength(14 + 5 + 8);
  });

  test.each([...files, ...special])("$variant/$file", async ({ variant, form, file }) => {
    const place = placeOf(variant);
    const run = await runInMemory(
      ...["--reference", join(syntheticFolder!, variant, "dicom")],
      ...["--roi", join(syntheticFolder!, variant, file)],
      ...maps.flatMap((map) => ["--map", join(place, "map", `${map}.nii.gz`)]),
      ...["--output=unused", "--dicom=none"],
    );
    const few = /viewer-style|mirrored-cropped/.test(file);
    const here = syntheticRegions.filter(
      (region) => numberIn(form, region) !== undefined && !(few && region.number > 3),
    );
    const names = rowsOf(run).map((row) => row["roi_name"]);
    expect(names).toEqual(maps.flatMap(() => here.flatMap(({ name }) => [name, name])));
    for (const region of here) {
      const number = numberIn(form, region)!;
      expectReference(run, place, number, region, !/mirrored-cropped/.test(file));
      for (const map of maps) expectOnMap(run, place, form, number, region, map);
    }
  });
});

describe.skipIf(syntheticFolder === undefined)("other rules, when asked for", () => {
  test.each([
    ["--nested=union", 7, "nested contours joined instead of subtracted"],
    ["--edge=inclusive", 19, "inclusive"],
  ] as const)("%s", async (option, number, key) => {
    const folder = join(syntheticFolder!, "axial");
    const run = await runInMemory(
      ...["--reference", join(folder, "dicom"), "--roi", join(folder, "rtstruct/explicit-le.dcm")],
      ...maps.flatMap((map) => ["--map", join(folder, "map", `${map}.nii.gz`)]),
      ...["--output=unused", "--dicom=none", option],
    );
    const region = syntheticRegions.find((one) => one.number === number)!;
    const stated = region.alternatives![key]!;
    const row = rowOf(run, number, "t2map_samegrid");
    expect(row["n_voxels"]).toBe(stated.n_reference);
    expectStatistics(row, stated.stats_samegrid, region.name);
    expectRates(rowOf(run, number, "r2map_samegrid"), stated.stats_samegrid, region.name);
    if (stated.stats_128x96 !== undefined) {
      expectStatistics(rowOf(run, number, "t2map_128x96"), stated.stats_128x96, region.name);
    }
    // The other regions do not change.
    const other = syntheticRegions[0]!.maps.t2map_samegrid.stats;
    expectStatistics(rowOf(run, 1, "t2map_samegrid"), other, "kidney1");
  });
});

/** The mask on the images the regions were drawn on. */
function expectReference(
  run: MemoryRun,
  place: string,
  number: number,
  { name, reference_grid: { mask } }: StatedRegion,
  whole: boolean,
): void {
  const own = maskBytes(run, "reference", number);
  if (mask === undefined) expect(own, name).toBeUndefined();
  else expect(countDifferent(own!, join(place, mask)), `${name}: voxels`).toBe(0);
  expect(whole || own !== undefined).toBe(true);
}

function expectOnMap(
  run: MemoryRun,
  place: string,
  form: Form,
  number: number,
  region: StatedRegion,
  map: (typeof maps)[number],
): void {
  const what = `${region.name} on ${map}`;
  const stated = region.maps[map];
  const row = rowOf(run, number, map);
  const rates = rowOf(run, number, map.replace("t2", "r2"));
  const voxels = form === "seg" ? stated.from_reference_mask : undefined;
  const stats = voxels?.gt_half ?? stated.stats;
  expectStatistics(row, stats, what);
  if (stats["n"] !== 0) expectRates(rates, stats, what);
  expect(row["n_voxels"], what).toBe(stats["n"]);
  expect(row["status"], what).toMatch(statusOf(form, region, stats["n"] as number));
  const weights =
    voxels?.coverage_weighted ?? (form === "seg" ? undefined : stated.exact_area_weighted);
  if (weights !== undefined) expectWeighted(row, weights, what);
  if (form === "seg" && weights === undefined) {
    expect([row["n_touched"], row["sum_of_shares"]]).toEqual([stats["n"], stats["n"]]);
  }
  if (voxels !== undefined) return;
  const { geometry } = stated;
  expect(row["slices"], what).toEqual(Object.keys(geometry.n_per_slice).map(Number));
  expectNear(row["area_mm2"], geometry.area_mm2, float32Gate, `${what}: area`);
  expectNear(row["volume_mm3"], geometry.volume_mm3, float32Gate, `${what}: volume`);
  const own = maskBytes(run, map.replace("_", "-"), number);
  if (stated.mask === null) expect(own, what).toBeUndefined();
  else expect(countDifferent(own!, join(place, stated.mask)), `${what}: voxels`).toBe(0);
  if (form === "seg" || region.contour_area === undefined) return;
  const { sum_of_polygons_mm2, sum_of_polygons_volume_mm3, fraction_inside_image } =
    region.contour_area;
  expectNear(row["contour_area_mm2"], sum_of_polygons_mm2, 1e-9, `${what}: contour area`);
  expectNear(
    row["contour_volume_mm3"],
    sum_of_polygons_volume_mm3,
    1e-9,
    `${what}: contour volume`,
  );
  const share = 100 * (fraction_inside_image ?? 1);
  expectNear(row["coverage_inside_fov_pct"], share, 1e-6, `${what}: share inside`);
}

/** `warning` is a sound number with a remark. */
function statusOf(form: Form, { status }: StatedRegion, voxels: number): RegExp {
  if (/^(no area|empty)/.test(status)) return /^no-area$/;
  if (voxels === 0) return /^sub-voxel$/;
  // A segmentation does not hold what lay outside its images.
  return status.startsWith("partial") && form !== "seg" ? /^partial$/ : /^(ok|warning)$/;
}
