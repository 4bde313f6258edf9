import { readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { afterAll, describe, expect, test } from "vitest";
import { positionOf } from "#test/phantom/dicom-images.ts";
import { hasNibabel } from "#test/shared/nifti/debian-tools.ts";
import { mapPath, readRecord } from "./dataset.ts";
import {
  type Ended,
  expectRefusal,
  expectSuccess,
  fillFolder,
  launchProcessT2,
  newFolder,
} from "./launch.ts";
import { findMap, placeValues, readMaps } from "./read-maps.ts";
import {
  backgroundNoise,
  describeScan,
  isObject,
  type SmallScan,
  scanFiles,
} from "./small-scan.ts";

// What the first XNAT-PIC did wrong with T2, each shown right here, from DICOM to the NIfTI that nibabel reads.

const base = newFolder();
afterAll(() => rmSync(base, { recursive: true, force: true }));

let runs = 0;
async function processScan(
  wish: Partial<SmallScan>,
  ...options: readonly string[]
): Promise<Ended> {
  const home = join(base, String(++runs));
  const input = fillFolder(join(home, "in"), scanFiles(wish));
  return launchProcessT2(input, ["--dicom=none", ...options], { output: join(home, "out") });
}

/** T2 of pixel (i, j) in slice k, ms: another one everywhere, so that no exchange of axes goes unseen. */
const t2At = (i: number, j: number, k: number): number => 25 + 2 * i + 0.5 * j + 11 * k;

/** A scan whose every pixel has its own T2. */
function patchwork(size: Partial<SmallScan>): Partial<SmallScan> {
  const { columns, rows, echoTimesMs } = describeScan(size);
  return {
    ...size,
    value: (i, j, k, e) =>
      isObject(i, j, columns, rows)
        ? Math.round(30_000 * Math.exp(-echoTimesMs[e]! / t2At(i, j, k)))
        : backgroundNoise(i, j, k, e),
  };
}

/** Compares the T2 map of a run with the patchwork, place by place. */
function expectPatchwork(run: Ended, size: Partial<SmallScan>): void {
  expectSuccess(run);
  const { columns, rows, slices } = describeScan(size);
  const placed = placeValues(findMap(readMaps(join(run.output, "maps")), "_run-4_T2map.nii.gz"));
  expect(placed.size).toBe(columns * rows * slices);
  for (let k = 0; k < slices; k++) {
    for (let j = 0; j < rows; j++) {
      for (let i = 0; i < columns; i++) {
        const value = placed.get(`${i} ${j} ${k}`);
        const truth = isObject(i, j, columns, rows) ? t2At(i, j, k) : "NaN";
        if (truth === "NaN") expect(value).toBe("NaN");
        else expect(Number(value) * 1000).toBeCloseTo(truth, 0);
      }
    }
  }
}

describe.skipIf(!hasNibabel)("1, 2: slices and matrices", () => {
  test.concurrent.each([
    [{ columns: 20, rows: 12, slices: 5 }],
    [{ columns: 12, rows: 20, slices: 3 }],
    [{ columns: 16, rows: 16, slices: 1 }],
    [{ columns: 48, rows: 8, slices: 2 }],
  ])("T2 is right in every pixel of every slice: %o", async (size) => {
    expectPatchwork(await processScan(patchwork(size), "--model=2par"), size);
  });
});

describe.skipIf(!hasNibabel)("3: order", () => {
  test.concurrent("is that of geometry and echo time, whatever names and numbers say", async () => {
    const size = { slices: 4 };
    const bad = await processScan(
      {
        ...patchwork(size),
        // Names fall, numbers mix slices and echoes, and all times are one.
        name: (k, e) => `MRIm${99 - 9 * e - k}.dcm`,
        changes: (k, e) => ({
          "00080033": ["TM", "120000"],
          "00200012": ["IS", "1"],
          "00200013": ["IS", String(1 + ((k * 13 + e * 29) % 37))],
          "00201002": ["IS", "7"],
          "00540081": ["US", 99],
        }),
      },
      "--model=2par",
    );
    expectPatchwork(bad, size);
    const good = await processScan(
      { ...patchwork(size), name: (k, e) => `${e}${k}.dcm` },
      "--model=2par",
    );
    const map = (run: Ended) => readFileSync(mapPath(run, "T2map"));
    expect(map(bad)).toEqual(map(good));
  });
});

/** Attributes and names as MRI2DICOM wrote them. */
function legacy(slope: string, echoTime?: (k: number, e: number) => number): Partial<SmallScan> {
  return {
    ...patchwork({}),
    name: (k, e) => `MRIm${1 + k + 3 * e}.dcm`,
    writing: { implementationVersionName: "OFFIS_DCMTK_353" },
    changes: (k, e) => ({
      "00181314": undefined,
      "00189317": ["FD", 1.8],
      "00200052": ["UI", `1.2.3.${1 + k + 3 * e}.6.15.18`],
      "00201041": ["DS", positionOf(k)[2]!.toFixed(9)],
      "00281053": ["DS", slope],
      "00540081": ["US", 3],
      ...(echoTime === undefined ? {} : { "00180081": ["DS", String(echoTime(k, e))] as const }),
    }),
  };
}

describe.skipIf(!hasNibabel)("4: files of the old converter", () => {
  test.concurrent("are read, with its tags of another trade and a frame of reference per image; S0 is warned of", async () => {
    const run = await processScan(legacy("32768.5"), "--model=2par");
    expectPatchwork(run, {});
    expect(run.stdout).toMatch(/RescaleSlope may be the inverse.*W-LEGACY-SCALE/);
    expect(readRecord(run, "status.json")["verdict"]).toBe("check");
  });

  test.concurrent("whose echo times went to the wrong slices are refused", async () => {
    // Echo was the fastest index; the converter wrote the times as if slice had been.
    const run = await processScan(legacy("1", (k, e) => 10 * (1 + Math.floor((k * 8 + e) / 3))));
    expectRefusal(run, { exitCode: 3, code: "E-LEGACY-ORDER", says: /wrong order.*Convert/ });
  });

  test.concurrent("need none of the tags that only that converter wrote", async () => {
    const run = await processScan({
      changes: () => ({ "00540081": undefined, "00201002": undefined }),
    });
    expectSuccess(run);
  });
});

describe.skipIf(!hasNibabel)("5: geometry in the files", () => {
  test.concurrent("affine, voxel size, unit and description of every map, the old names included", async () => {
    const run = await processScan(patchwork({}), "--model=2par", "--legacy-outputs");
    expectSuccess(run);
    const maps = readMaps(join(run.output, "maps"));
    const old = readMaps(join(run.output, "maps/legacy"));
    expect([...old.keys()].sort()).toEqual(["4_R2_map.nii", "4_T2_map.nii"]);
    expect(maps.size).toBeGreaterThan(6);
    for (const [name, map] of [...maps, ...old]) {
      expect(
        map.zooms.map((size) => Number(size.toFixed(5))),
        name,
      ).toEqual([0.5, 0.75, 1.5]);
      expect(placeValues(map).has("19 11 2"), name).toBe(true);
      expect(map.codes, name).toEqual([1, 1]);
      expect(map.xyztUnits & 7, name).toBe(2);
      expect(map.slopeAndIntercept, name).toEqual([1, 0]);
      expect(map.description, name).toMatch(/process-t2/);
    }
    const values = (map: { values: readonly (number | string)[] }) => map.values.map(Number);
    const seconds = values(findMap(maps, "_run-4_T2map.nii.gz"));
    const milliseconds = values(old.get("4_T2_map.nii")!);
    const rates = values(old.get("4_R2_map.nii")!);
    milliseconds.forEach((t2, voxel) => {
      expect(Number.isNaN(seconds[voxel])).toBe(Number.isNaN(t2));
      if (Number.isNaN(t2)) return;
      expect(t2 / 1000 / seconds[voxel]!).toBeCloseTo(1, 5);
      expect((rates[voxel]! * t2) / 1000).toBeCloseTo(1, 5);
    });
    const log = readFileSync(join(run.output, "maps/legacy/4_log_file.txt"), "utf8");
    expect(log).toMatch(/process-t2 \d+\.\d+\.\d+/);
    expect(log).toMatch(/EchoTime \[ms\]: 10, 20, 30, 40, 50, 60, 70, 80/);
    expect(log).toMatch(/ok: 180/);
  });
});

describe.skipIf(!hasNibabel)("6: failed fits", () => {
  const sentinels = new Set([-1, -2, -1000, 1e9, "Infinity", "-Infinity"]);

  test.concurrent.each([
    ["2par", "none"],
    ["3par", "none"],
    ["auto", "auto"],
    ["epg", "none"],
  ])(
    "of noisy images are NaN with a status that says why, never a number: model %s, mask %s",
    async (model, mask) => {
      const scan = describeScan();
      const noisy = (i: number, j: number, k: number, e: number) => {
        const signal = isObject(i, j, 20, 12)
          ? 15 * (1 + (i % 5)) * Math.exp(-(e + 1) / (1 + k))
          : 0;
        const a = backgroundNoise(i, j, k, e);
        const angle = 6.28 * Math.abs(Math.sin(i * 3.7 + j * 1.9 + k * 7.3 + e * 5.1));
        return Math.round(Math.hypot(signal + a * Math.cos(angle), a * Math.sin(angle)));
      };
      const run = await processScan(
        { ...scan, value: noisy },
        `--model=${model}`,
        `--mask=${mask}`,
      );
      expectSuccess(run);
      const maps = readMaps(join(run.output, "maps"));
      const status = findMap(maps, "_desc-status_dseg.nii.gz").values;
      const codes = new Set(status);
      expect(codes.size).toBeGreaterThan(2);
      const numbers = [...maps].filter(([name]) => !/dseg|mask/.test(name));
      expect(numbers.length).toBeGreaterThan(5);
      for (const [name, { values }] of numbers) {
        values.forEach((value, voxel) => {
          if (sentinels.has(value)) throw new Error(`${name} holds ${value} in voxel ${voxel}`);
          if (status[voxel] === 1 && value === "NaN") {
            throw new Error(`${name} holds NaN in voxel ${voxel}, whose status is ok`);
          }
        });
      }
      const t2 = findMap(maps, "_run-4_T2map.nii.gz").values;
      const r2 = findMap(maps, "_run-4_R2map.nii.gz").values;
      t2.forEach((value, voxel) => {
        expect(r2[voxel] === "NaN").toBe(value === "NaN");
        if (value !== "NaN") expect(Number(value)).toBeGreaterThan(0);
      });
      const counts = readRecord(run, "summary.json")["voxelCounts"] as Record<string, number>;
      expect(counts["ok"]).toBe(status.filter((code) => code === 1).length);
      expect(Object.values(counts).reduce((sum, count) => sum + count)).toBe(status.length);
    },
  );
});

describe.skipIf(!hasNibabel)("9: what was done and how well", () => {
  test.concurrent("goodness of fit and errors are files; tags, times, counts and version are in records and log", async () => {
    const run = await processScan({ echoTimesMs: [7, 14, 21, 28, 35, 42] });
    expectSuccess(run);
    const names = [...readMaps(join(run.output, "maps")).keys()].join(" ");
    for (const part of [
      "M0map",
      "R2map",
      "stderr_T2map",
      "rsquared_T2map",
      "rmse_T2map",
      "status_dseg",
    ]) {
      expect(names).toContain(part);
    }
    expect(readRecord(run, "summary.json")).toMatchObject({
      program: { name: "process-t2", version: expect.stringMatching(/^\d+\.\d+\.\d+/) },
      contrast: {
        keyword: "EchoTime",
        unit: "ms",
        source: expect.stringContaining("0018,0081"),
        values: [7, 14, 21, 28, 35, 42],
      },
      mask: { voxels: 180 },
      voxelCounts: { ok: 180 },
    });
    expect(readRecord(run, "provenance.json")).toMatchObject({
      input: { seriesInstanceUID: "1.2.3.5" },
    });
    expect(run.stdout).toContain('"echoTimesMs":[7,14,21,28,35,42]');
    expect(run.stdout).toMatch(/"version":"\d+\.\d+\.\d+/);
    expect(run.stdout).toContain('"ok":180');
  });

  test.concurrent("the log of another scan is another log", async () => {
    const said = async (wish: Partial<SmallScan>) =>
      (await processScan(wish)).stdout.replace(/^\[[\d:]+\] /gm, "").replaceAll(base, "");
    const [one, other] = await Promise.all([said({}), said({ echoTimesMs: [9, 18, 27, 36] })]);
    expect(one).toContain("[10,20,30,40,50,60,70,80]");
    expect(other).toContain("[9,18,27,36]");
    expect(one).not.toContain("[9,18,27,36]");
  });
});

describe("11: failure", () => {
  test.concurrent("is a non-zero exit code and a readable message, and leaves no map", async () => {
    const run = await processScan({ value: () => 0 });
    expectRefusal(run, { exitCode: 3, code: "E-NO-SIGNAL", says: /No voxel is left/ });
  });
});
