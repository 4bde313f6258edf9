import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import {
  jsonOf,
  type MemoryRun,
  rowsOf,
  runInMemory,
} from "#test/containers/mask-average/run-in-memory.ts";
import { findRegionDataset } from "./dataset.ts";
import {
  countDifferent,
  expectNear,
  expectRates,
  expectStatistics,
  expectWeighted,
  maskBytes,
  rowOf,
  type Stated,
} from "./region-runs.ts";
import { numberIn, syntheticFolder, syntheticRegions } from "./synthetic-regions.ts";

// A session in the layout of an XNAT archive: each collection as the folder of its assessor, the session's scans as reference.

interface StatedCollection {
  readonly assessor: string;
  readonly use: "AIM" | "RTSTRUCT" | "SEG" | null;
  readonly n_rois: number;
  readonly reference_scan: string;
  readonly expected:
    | string
    | {
        readonly n_voxels: number;
        readonly volume_mm3: number;
        readonly mask: string;
        readonly stats: Stated;
      };
}

const archive = findRegionDataset("xnat-archive");
const collections: readonly StatedCollection[] =
  archive === undefined
    ? []
    : JSON.parse(readFileSync(join(archive, "expected.json"), "utf8")).collections;
const session = join(archive ?? "", "SYNTH_MOUSE01_MR1");
const scanMap = (scan: string) => join(session, "SCANS", scan, "NIFTI/T2_map.nii.gz");
const oldMap = join(session, "SCANS/8/PROCESSED_T2/8_T2_map.nii");

const measure = (assessor: string, map: string, ...options: readonly string[]) =>
  runInMemory(
    ...["--reference", join(session, "SCANS"), "--roi", join(session, "ASSESSORS", assessor)],
    ...["--map", map, "--output=unused", "--dicom=none", ...options],
  );

const codesOf = ({ written }: MemoryRun): readonly string[] =>
  (
    jsonOf(written, "report/diagnostics.json") as { diagnostics: readonly { code: string }[] }
  ).diagnostics.map(({ code }) => code);

/** Holds a run on a map of scan 8 to the numbers of the synthetic set. */
function expectSynthetic(run: MemoryRun, { use, n_rois }: StatedCollection, map: string): void {
  const form = use === "SEG" ? "seg" : use === "AIM" ? "aim" : "rtstruct";
  const here = syntheticRegions
    .filter((region) => numberIn(form, region) !== undefined)
    .slice(0, n_rois);
  const rows = rowsOf(run).filter((row) => row["map"] === map);
  expect(rows.map((row) => row["roi_name"])).toEqual(here.map(({ name }) => name));
  for (const region of here) {
    const number = numberIn(form, region)!;
    const row = rowOf(run, number, map);
    expect(row["source"]).toBe(use);
    const stated = region.maps.t2map_128x96;
    const voxels = use === "SEG" ? stated.from_reference_mask : undefined;
    const stats = voxels?.gt_half ?? stated.stats;
    expectStatistics(row, stats, region.name);
    if (stats["n"] !== 0) {
      const rates = rowsOf(run).find(
        (other) => other["roi_number"] === number && other["unit"] === "1/s",
      );
      expectRates(rates!, stats, region.name);
    }
    expectWeighted(row, (voxels?.coverage_weighted ?? stated.exact_area_weighted)!, region.name);
    const { mask } = region.reference_grid;
    const own = maskBytes(run, "reference", number);
    if (mask === undefined) expect(own).toBeUndefined();
    else expect(countDifferent(own!, join(syntheticFolder!, "axial", mask)), region.name).toBe(0);
  }
}

describe.skipIf(archive === undefined || syntheticFolder === undefined)("xnat-archive", () => {
  const onMaps = collections.filter(({ reference_scan }) => /^[58]$/.test(reference_scan));

  test.each(onMaps.filter(({ use }) => use !== null))(
    "$assessor: $use is measured on the map of scan 8",
    async (stated) => {
      const run = await measure(stated.assessor, scanMap("8"));
      expectSynthetic(run, stated, "T2_map");
      const codes = codesOf(run);
      const disagrees = stated.assessor.startsWith("RTSTRUCT");
      expect(codes.includes("RTSTRUCT_DISAGREES_WITH_AIM")).toBe(disagrees);
      const paired = stated.assessor === "AIM_20240312_101500_123_S5";
      expect(codes.includes("UNMATCHED_ROI")).toBe(paired);
      const provenance = JSON.stringify(jsonOf(run.written, "report/provenance.json"));
      const scan = JSON.parse(readFileSync(join(archive!, "expected.json"), "utf8")).scans.find(
        ({ id }: { id: string }) => id === stated.reference_scan,
      );
      expect(provenance).toContain(scan.series);
    },
  );

  test("the older map without orientation is refused, and measured when told", async () => {
    const stated = onMaps.find(({ assessor }) => assessor.endsWith("S8"))!;
    await expect(measure(stated.assessor, oldMap)).rejects.toMatchObject({
      code: "E-MAP-ORIENTATION",
    });
    const run = await measure(stated.assessor, oldMap, "--assume-same-fov");
    expectSynthetic(run, stated, "8_T2_map");
    expect(codesOf(run)).toContain("NO_ORIENTATION");
  });

  test("images without a frame of reference", async () => {
    const { assessor, expected } = collections.find(
      ({ reference_scan }) => reference_scan === "10",
    )!;
    if (typeof expected === "string") throw new Error("no numbers");
    const run = await measure(assessor, scanMap("10"));
    const row = rowOf(run, 1, "T2_map");
    expect([row["roi_name"], row["n_voxels"], row["status"]]).toEqual([
      ...["kidney1", expected.n_voxels, "ok"],
    ]);
    expectStatistics(row, expected.stats, "kidney1");
    expectNear(row["volume_mm3"], expected.volume_mm3, 3 * 2 ** -24, "volume");
    const own = maskBytes(run, "reference", 1)!;
    expect(countDifferent(own, join(archive!, expected.mask))).toBe(0);
  });

  test("measurements are no regions", async () => {
    const { assessor } = collections.find(({ use }) => use === null)!;
    await expect(measure(assessor, scanMap("8"))).rejects.toMatchObject({
      message: expect.stringMatching(/measurements.*not regions/),
    });
  });
});
