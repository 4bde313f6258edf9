import { mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import {
  type MemoryRun,
  rowsOf,
  runInMemory,
} from "#test/containers/mask-average/run-in-memory.ts";
import { hasDciodvfy, judge } from "#test/shared/dicom/dicom-tools.ts";
import { findRegionDataset } from "./dataset.ts";
import {
  countDifferent,
  expectNear,
  expectRates,
  expectStatistics,
  expectWeighted,
  maskBytes,
  rowOf,
} from "./region-runs.ts";
import { syntheticFolder, syntheticRegions } from "./synthetic-regions.ts";

// The DICOM objects of a run: sound, and the segmentation given back as regions gives the same masks and numbers.

const oblique = findRegionDataset("rtutils-oblique");
const highdicom = findRegionDataset("highdicom-seg");
const dcmqi = findRegionDataset("dcmqi-seg");

/** DICOM objects of a run by the end of their names. */
function objectsOf({ written }: MemoryRun): readonly (readonly [string, Uint8Array])[] {
  return [...written].filter(([path]) => path.startsWith("stats/dicom/"));
}

interface Given {
  readonly reference: string;
  readonly roi: string;
  readonly map: string;
}

const synthetic = (variant: string, roi: string): Given => {
  const maps = variant === "enhanced" ? "axial" : variant;
  return {
    reference: join(syntheticFolder!, variant, "dicom"),
    roi: join(syntheticFolder!, variant, roi),
    map: join(syntheticFolder!, maps, "map/t2map_samegrid.nii.gz"),
  };
};

const below = (folder: string, reference: string, roi: string, map: string): Given => ({
  ...{ reference: join(folder, reference), roi: join(folder, roi), map: join(folder, map) },
});

const sources: readonly (readonly [string, Given])[] = [
  ...(syntheticFolder === undefined
    ? []
    : ([
        ["axial RTSTRUCT", synthetic("axial", "rtstruct/explicit-le.dcm")],
        ["oblique AIM", synthetic("oblique", "aim/AIM_20240312_101500_123_S7.xml")],
        ["multi-echo AIM", synthetic("multiecho", "aim/AIM_20240312_101500_123_S8.xml")],
        ["multi-frame RTSTRUCT", synthetic("enhanced", "rtstruct/explicit-le.dcm")],
        ["axial SEG on another grid", synthetic("axial", "seg/mirrored-cropped-grid.dcm")],
      ] as const)),
  ...(oblique === undefined
    ? []
    : ([
        [
          "images without a frame of reference",
          below(oblique, "dicom", "rtstruct/rtstruct.dcm", "map/image.nii.gz"),
        ],
      ] as const)),
  ...(highdicom === undefined
    ? []
    : ([
        [
          "uneven planes",
          below(highdicom, "ct2-series", "seg/seg_image_ct_binary_overlap.dcm", "ct2-series"),
        ],
      ] as const)),
  ...(dcmqi === undefined
    ? []
    : ([
        [
          "CT, overlapping segments",
          below(dcmqi, "ct-3slice", "partial_overlaps.dcm", "map/ct-3slice_hu.nii.gz"),
        ],
      ] as const)),
];

const measure = ({ reference, roi, map }: Given, ...options: readonly string[]) =>
  runInMemory(
    ...["--reference", reference, "--roi", roi, "--map", map, "--output=unused", ...options],
  );

describe.skipIf(sources.length === 0 || !hasDciodvfy)("judged by dciodvfy", () => {
  test.each(sources)("%s", async (_, given) => {
    const objects = objectsOf(await measure(given));
    expect(objects.map(([path]) => path.slice(-8))).toEqual(
      ["_seg.dcm", "_sr.dcm"].map((end) => expect.stringContaining(end)),
    );
    for (const [path, bytes] of objects) {
      expect((await judge(bytes)).errors, path).toEqual([]);
    }
  });
});

test.skipIf(oblique === undefined || !hasDciodvfy)(
  "of one image that states no slice thickness none is made up, which is all dciodvfy misses",
  async () => {
    const images = "dicom-one-slice";
    const given = below(oblique!, images, "rtstruct/one-slice.dcm", images);
    const judged = await Promise.all(
      objectsOf(await measure(given)).map(async ([, bytes]) => (await judge(bytes)).errors),
    );
    expect(judged).toEqual([[expect.stringMatching(/Missing.*<SliceThickness>/)], []]);
  },
);

/** A file with the segmentation of a run. */
function storeSegmentation(run: MemoryRun): string {
  const [, bytes] = objectsOf(run).find(([path]) => path.endsWith("_seg.dcm"))!;
  const path = join(mkdtempSync(join(tmpdir(), "acceptance-")), "regions.dcm");
  writeFileSync(path, bytes);
  return path;
}

describe.skipIf(syntheticFolder === undefined)("the segmentation of a run as regions", () => {
  test.each(["axial", "coronal", "oblique", "multiecho"])(
    "%s: the same masks and numbers",
    async (variant) => {
      const given = synthetic(variant, "rtstruct/explicit-le.dcm");
      const roi = storeSegmentation(await measure(given, "--dicom=seg"));
      const coarse = given.map.replace("samegrid", "128x96");
      const again = await measure({ ...given, roi }, "--map", coarse, "--dicom=none");
      const regions = syntheticRegions.filter(({ reference_grid }) => reference_grid.n_voxels > 0);
      const rows = rowsOf(again).filter((row) => row["map"] === "t2map_samegrid");
      const held = rows.filter((row) => row["n_voxels"] !== 0);
      expect(held.map((row) => row["roi_name"])).toEqual(regions.map(({ name }) => name));
      for (const [n, { name, maps, reference_grid }] of regions.entries()) {
        const number = held[n]!["roi_number"] as number;
        expect(held[n]!["source"]).toBe("SEG");
        const { stats } = maps.t2map_samegrid;
        expectStatistics(held[n]!, stats, name);
        expectRates(rowOf(again, number, "r2map_samegrid"), stats, name);
        expectNear(held[n]!["weighted_mean"], stats["mean"] as number, 1e-6, name);
        const own = maskBytes(again, "reference", number)!;
        const mask = join(syntheticFolder!, variant, reference_grid.mask!);
        expect(countDifferent(own, mask), name).toBe(0);
        const { gt_half, coverage_weighted } = maps.t2map_128x96.from_reference_mask!;
        const row = rowOf(again, number, "t2map_128x96");
        expectStatistics(row, gt_half, `${name} on the coarse map`);
        expectWeighted(row, coverage_weighted, `${name} on the coarse map`);
      }
    },
  );
});
