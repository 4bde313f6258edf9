import { mkdtempSync, readFileSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { readSegmentation } from "#shared/roi/read-segmentation.ts";
import {
  jsonOf,
  type MemoryRun,
  rowsOf,
  runInMemory,
} from "#test/containers/mask-average/run-in-memory.ts";
import { eachVoxel } from "#test/reference/placed-voxels.ts";
import { readPlanes } from "#test/reference/roi-folder.ts";
import { findRegionDataset } from "./dataset.ts";
import {
  countDifferent,
  expectNear,
  expectStatistics,
  expectWeighted,
  maskBytes,
  rowOf,
  type Stated,
  type StatedWeights,
} from "./region-runs.ts";

// Segmentations of other programs as regions of the program, on the images they were made on.

interface DcmqiObject {
  readonly file: string;
  readonly reference: string;
  readonly map: string;
  readonly segments: readonly {
    readonly segment_number: number;
    readonly label: string;
    readonly n_voxels: number;
    readonly n_per_slice: Readonly<Record<string, number>>;
    readonly golden: readonly string[];
    readonly golden_label: number;
    readonly stats: Stated;
    readonly volume_mm3: number;
  }[];
}

const dcmqi = findRegionDataset("dcmqi-seg");
const dcmqiObjects: readonly DcmqiObject[] =
  dcmqi === undefined ? [] : JSON.parse(readFileSync(join(dcmqi, "expected.json"), "utf8")).objects;

describe.skipIf(dcmqi === undefined)("dcmqi-seg", () => {
  test("all objects are here", () => expect(dcmqiObjects).toHaveLength(6));

  test.each(dcmqiObjects)("$file", async ({ file, reference, map, segments }) => {
    const run = await runInMemory(
      ...["--reference", join(dcmqi!, reference), "--roi", join(dcmqi!, file)],
      ...["--map", join(dcmqi!, map), "--output=unused", "--dicom=none"],
    );
    // Label 0 of a label map is what is no region.
    const stated = segments.filter(({ segment_number }) => segment_number !== 0);
    expect(rowsOf(run).map((row) => [row["roi_number"], row["roi_name"]])).toEqual(
      stated.map(({ segment_number, label }) => [segment_number, label]),
    );
    const name = map.replace(/^map\/|\.nii\.gz$/g, "");
    for (const segment of stated) {
      const row = rowOf(run, segment.segment_number, name);
      expect(row["n_voxels"], segment.label).toBe(segment.n_voxels);
      expectStatistics(row, segment.stats, segment.label);
      expect(row["slices"]).toEqual(Object.keys(segment.n_per_slice).map(Number));
      // The map's affine is float32.
      expectNear(row["volume_mm3"], segment.volume_mm3, 3 * 2 ** -24, segment.label);
      expect(row["status"]).toBe("ok");
      for (const golden of segment.golden) {
        const own = maskBytes(run, "reference", segment.segment_number)!;
        expect(countDifferent(own, join(dcmqi!, golden), segment.golden_label)).toBe(0);
      }
    }
  });
});

interface HighdicomObject {
  readonly file: string;
  readonly reference: string | null;
  readonly segments: readonly {
    readonly segment_number: number;
    readonly label: string;
    readonly slice_positions_z_mm: readonly number[];
    readonly n_nonzero: number;
    readonly n_ge_half: number;
    readonly stats_nonzero: Stated;
    readonly stats_ge_half: Stated;
    readonly fraction_weighted: StatedWeights;
    readonly frames?: readonly { readonly z_mm: number; readonly rows: readonly string[] }[];
    readonly mask?: string;
  }[];
}

const highdicom = findRegionDataset("highdicom-seg");
const highdicomObjects: readonly HighdicomObject[] =
  highdicom === undefined
    ? []
    : JSON.parse(readFileSync(join(highdicom, "expected.json"), "utf8")).objects;

describe.skipIf(highdicom === undefined)("highdicom-seg", () => {
  const placed = highdicomObjects.filter(({ reference }) => reference !== null);
  const measure = (file: string, reference: string, ...options: readonly string[]) =>
    runInMemory(
      ...["--reference", join(highdicom!, reference), "--map", join(highdicom!, reference)],
      ...["--roi", join(highdicom!, file), "--output=unused", ...options],
    );

  test("all objects are here", () => expect(placed).toHaveLength(5));

  test.each(placed)("$file on its CT images", async ({ file, reference, segments }) => {
    const run = await measure(file, reference!, "--dicom=seg");
    const map = rowsOf(run)[0]!["map"] as string;
    expect(rowsOf(run).map((row) => row["roi_name"])).toEqual(segments.map(({ label }) => label));
    for (const segment of segments) {
      const row = rowOf(run, segment.segment_number, map);
      expect([row["n_voxels"], row["unit"]]).toEqual([segment.n_ge_half, "HU"]);
      expectStatistics(row, segment.stats_ge_half, segment.label);
      expectWeighted(row, segment.fraction_weighted, segment.label);
      expect(row["n_slices"]).toBe(segment.slice_positions_z_mm.length);
      if (segment.mask !== undefined) {
        const own = maskBytes(run, "reference", segment.segment_number)!;
        expect(countDifferent(own, join(highdicom!, segment.mask))).toBe(0);
      }
    }
    await expectFrames(run, join(highdicom!, reference!), segments);
    if (reference !== "ct2-series") return;
    const { diagnostics } = jsonOf(run.written, "report/diagnostics.json") as {
      readonly diagnostics: readonly { readonly code: string }[];
    };
    expect(diagnostics.map(({ code }) => code)).toContain("LARGE_SLICE_GAP");
    // No affine holds planes 202 mm and 1.25 mm apart.
    expect([...run.written.keys()].filter((path) => path.startsWith("stats/masks/"))).toEqual([]);
  });

  test("a fractional segmentation at other thresholds", async () => {
    const { file, reference, segments } = placed.find(({ file }) => /true_fractional/.test(file))!;
    const { n_nonzero, stats_nonzero, fraction_weighted } = segments[0]!;
    // The fractions are 64/255 and 128/255.
    for (const threshold of [0.1, 64 / 255]) {
      const run = await measure(
        ...([file, reference!, "--dicom=none", `--fractional-threshold=${threshold}`] as const),
      );
      const row = rowsOf(run)[0]!;
      expect(row["n_voxels"]).toBe(n_nonzero);
      expectStatistics(row, stats_nonzero, `threshold ${threshold}`);
      expectWeighted(row, fraction_weighted, `threshold ${threshold}`);
      expect(row["diagnostics"]).toContain("FRACTIONAL_THRESHOLD");
    }
    await expect(
      measure(file, reference!, "--dicom=none", "--fractional-threshold=0.51"),
    ).rejects.toMatchObject({ code: "E-NO-REGION" });
  });

  test("a segmentation of a radiograph has no place in space", async () => {
    await expect(
      measure("seg/seg_image_cr_binary.dcm", "ct2-series", "--dicom=none"),
    ).rejects.toMatchObject({
      message: expect.stringMatching(/position|orientation|frame of ref/i),
    });
  });
});

/** Holds the segmentation a run wrote to the stated frames: of fractions what is at least one half. */
async function expectFrames(
  run: MemoryRun,
  folder: string,
  segments: HighdicomObject["segments"],
): Promise<void> {
  const [path, bytes] = [...run.written].find(([name]) => name.endsWith("_seg.dcm"))!;
  const absolutePath = join(mkdtempSync(join(tmpdir(), "acceptance-")), "seg.dcm");
  writeFileSync(absolutePath, bytes);
  const { rois } = await readSegmentation({ path, absolutePath });
  expect(rois).toHaveLength(segments.length);
  const { origins, rowStep, columnStep } = readPlanes(folder).planes;
  const [x0, y0] = origins[0]!;
  for (const [n, { frames }] of segments.entries()) {
    const { shape } = rois[n]!;
    if (shape.form !== "voxels") throw new Error("no voxels");
    if (frames === undefined) continue;
    const stated = frames.flatMap(({ z_mm, rows }) =>
      rows.flatMap((row, j) =>
        readRow(row).flatMap((one, i) => (one ? [`${i} ${j} ${z_mm.toFixed(2)}`] : [])),
      ),
    );
    const own: string[] = [];
    eachVoxel(shape, ([x, y, z], share) => {
      expect(share).toBe(1);
      const [i, j] = [(x - x0) / rowStep[0], (y - y0) / columnStep[1]].map(Math.round);
      own.push(`${i} ${j} ${z.toFixed(2)}`);
    });
    expect(own.sort()).toEqual(stated.sort());
  }
}

/** A row of stored values: digits of a binary frame, numbers up to 255 of a fractional one. */
function readRow(row: string): readonly boolean[] {
  const values = row.includes(" ") ? row.split(" ") : row.split("");
  const most = row.includes(" ") ? 255 : 1;
  return values.map((value) => Number(value) / most >= 0.5);
}
