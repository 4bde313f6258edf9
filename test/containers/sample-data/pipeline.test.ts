import { spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { beforeAll, describe, expect, test } from "vitest";
import { parseArgv } from "#command-json/parse-argv.ts";
import { command } from "#containers/sample-data/command.ts";
import { sampleData } from "#containers/sample-data/pipeline.ts";
import { memorySource } from "#shared/dicom/byte-source.ts";
import { readLayout } from "#shared/dicom/file-layout.ts";
import { readDataset } from "#shared/dicom/read-dataset.ts";
import { readDicomSeries } from "#shared/dicom/read-series.ts";
import { listFiles } from "#shared/files/list-files.ts";
import { openPool } from "#shared/parallel/pool.ts";
import { imageFileName } from "#shared/phantom/archive-layout.ts";
import { sessionPlan } from "#shared/phantom/scan-plan.ts";
import type { ProgramContext } from "#shared/program/run-program.ts";
import { type DicomJson, gatherCurves, signalSource } from "#shared/volume/series-volume.ts";
import { hasDciodvfy, judge } from "#test/shared/dicom/dicom-tools.ts";
import {
  hasDcm2niix,
  hasNibabel,
  inFolder,
  readWithNibabel,
} from "#test/shared/nifti/debian-tools.ts";

const hasMrtrix = spawnSync("dwi2tensor", ["-version"], { stdio: "ignore" }).error === undefined;

type Files = Map<string, Uint8Array>;

/** What the program writes, kept in memory. */
async function generate(...args: string[]): Promise<Files> {
  const call = parseArgv(command, args);
  if (call.kind !== "run") throw new Error("not a run");
  const files: Files = new Map();
  const write = async (path: string, content: Uint8Array | string) => {
    if (files.has(path)) throw new Error(`${path} written twice`);
    files.set(path, typeof content === "string" ? Buffer.from(content) : content);
  };
  const context = {
    log: { info: () => {} },
    output: { write },
    progress: () => () => {},
  } as unknown as ProgramContext;
  await sampleData(call.options, context);
  return files;
}

function digest(files: Files): string {
  const hash = createHash("sha256");
  for (const [path, bytes] of files) hash.update(path).update(bytes);
  return hash.digest("hex");
}

function isImage(path: string): boolean {
  return path.includes("/SCANS/") && path.endsWith(".dcm");
}

function scanFiles(files: Files, scan: number): [string, Uint8Array][] {
  return [...files].filter(([path]) => path.includes(`/SCANS/${scan}/DICOM/`));
}

function writeAll(folder: string, files: Iterable<[string, Uint8Array]>): void {
  for (const [path, bytes] of files) {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), bytes);
  }
}

let files: Files;
beforeAll(async () => {
  files = await generate();
});

test("the same options give the same bytes, another seed other ones", async () => {
  expect(digest(await generate())).toBe(digest(files));
  const other = await generate("--seed=2");
  const shared = [...other.keys()].filter((path) => files.has(path) && isImage(path));
  // Other content never has the UID, and so never the name, of this one.
  expect(shared).toEqual([]);
  expect(other.size).toBe(files.size);
});

test("the whole session is below 50 MB", () => {
  const total = [...files.values()].reduce((sum, bytes) => sum + bytes.length, 0);
  expect(total).toBeLessThan(50e6);
});

test("raw data of the session lie in ParaVision's layout", () => {
  const study = "raw/20260105_100000_DM01_DM01_MR1_1_1";
  const raw = [...files.keys()].filter((path) => path.startsWith("raw/"));
  expect(raw.every((path) => path.startsWith(`${study}/`))).toBe(true);
  expect(files.has(`${study}/subject`)).toBe(true);
  const images = raw.filter((path) => path.endsWith("/2dseq"));
  const places = images.map((path) => path.slice(study.length + 1, -"/2dseq".length)).sort();
  const numbers = [1, 2, 3, 4, 5, 6, 10, 11, 12, 13, 14, 15];
  const expected = [...numbers.map((number) => `${number}/pdata/1`), "3/pdata/2"];
  expect(places).toEqual(expected.sort());
  for (const place of places) {
    const described = files.has(`${study}/${place}/visu_pars`);
    expect(described).toBe(place !== "15/pdata/1");
  }
});

test.each(sessionPlan())(
  "scan $number lies in XNAT's layout, its catalog lists every file",
  (plan) => {
    const folder = `SAMPLE/arc001/DM01_MR1/SCANS/${plan.number}/DICOM`;
    const names = scanFiles(files, plan.number).map(([path]) => path.slice(folder.length + 1));
    const catalogName = `scan_${plan.number}_catalog.xml`;
    expect(names).toContain(catalogName);
    const images = names.filter((name) => name.endsWith(".dcm")).sort();
    expect(images).toHaveLength(plan.contrasts.length * plan.grid.shape[2]);
    const catalog = Buffer.from(files.get(`${folder}/${catalogName}`)!).toString();
    const entries = [...catalog.matchAll(/URI="([^"]+)".*instanceNumber="(\d+)" digest="(\w+)"/g)];
    expect(entries.map((entry) => entry[1])).toEqual(images);
    for (const [, name, , md5] of entries) {
      const bytes = files.get(`${folder}/${name}`)!;
      expect(createHash("md5").update(bytes).digest("hex")).toBe(md5);
    }
    // Sorted by name the images are in no order at all.
    const numbers = entries.map((entry) => Number(entry[2]));
    const rising = numbers.filter((number, i) => i > 0 && number > numbers[i - 1]!).length;
    expect(rising / (numbers.length - 1)).toBeLessThan(0.9);
  },
);

test("the regions lie beside the scans, and what is true of them beside the truth", () => {
  const assessors = [...files.keys()].filter((path) => path.includes("/ASSESSORS/"));
  const forms = assessors.map((path) => path.split("/")).map((parts) => [parts[3], parts[5]]);
  expect(forms.every(([folder]) => folder === "ASSESSORS")).toBe(true);
  expect(new Set(forms.map(([, form]) => form))).toEqual(new Set(["AIM", "RTSTRUCT", "SEG"]));
  const { collections } = JSON.parse(Buffer.from(files.get("truth/regions.json")!).toString()) as {
    collections: { label: string }[];
  };
  const labels = new Set(assessors.map((path) => path.split("/")[4]));
  expect(collections.map(({ label }) => label)).toEqual([...labels]);
});

test("regions refer to images that are there", () => {
  const names = new Set([...files.keys()].map((path) => path.split("/").at(-1)));
  const aims = [...files].filter(([path]) => path.includes("/AIM/") && !path.includes("catalog"));
  expect(aims).toHaveLength(2);
  for (const [, bytes] of aims) {
    const xml = Buffer.from(bytes).toString();
    const uids = [...xml.matchAll(/<imageReferenceUid root="([^"]+)"/g)].map(([, uid]) => uid!);
    expect(uids.filter((uid) => !names.has(imageFileName(uid)))).toEqual([]);
  }
});

test("read by our reader, the T2 scan is a full rectangle of slices and echoes on the planned grid", () =>
  inFolder(async (folder) => {
    writeAll(folder, scanFiles(files, 3));
    const pool = openPool(1, import.meta.url);
    const found = await listFiles(folder);
    const series = await readDicomSeries(folder, found, { contrast: "EchoTime", atLeast: 2 }, pool);
    const { grid } = sessionPlan().find((plan) => plan.number === 3)!;
    expect(series.axis.values).toEqual(Array.from({ length: 16 }, (_, n) => 10 * (n + 1)));
    expect(series.grid.shape).toEqual(grid.shape);
    series.grid.affineLps.forEach((value, i) => {
      expect(value).toBeCloseTo(grid.affineLps[i]!, 10);
    });
    expect(series.identity.sliceSources.map((sources) => sources.length)).toEqual(
      new Array(8).fill(16),
    );
    const curve = new Float64Array(16);
    gatherCurves(signalSource(series), [...curve.keys()], 64 + 128 * (60 + 96 * 4), 1, curve);
    expect(curve[0]!).toBeGreaterThan(curve[15]!);
  }));

test.each([
  [7, "InversionTime", [25, 80, 200, 400, 800, 1400, 2500, 4500], "ms"],
  [8, "FlipAngle", [3, 6, 10, 15, 22, 30], "deg"],
] as const)("read by our reader, scan %d varies in %s", (number, contrast, values, unit) =>
  inFolder(async (folder) => {
    writeAll(folder, scanFiles(files, number));
    const pool = openPool(1, import.meta.url);
    const found = await listFiles(folder);
    const series = await readDicomSeries(folder, found, { contrast, atLeast: 3 }, pool);
    expect(series.axis).toMatchObject({ values, unit });
    expect(series.grid.shape).toEqual([64, 48, 4]);
  }),
);

test.each([10, 11, 12])(
  "read by our reader, scan %d has the b-values and directions planned, in order",
  (number) =>
    inFolder(async (folder) => {
      const { contrasts } = sessionPlan().find((plan) => plan.number === number)!;
      writeAll(folder, scanFiles(files, number));
      const pool = openPool(1, import.meta.url);
      const found = await listFiles(folder);
      const wish = { contrast: "DiffusionBValue", atLeast: 3 } as const;
      const { axis, diffusion } = await readDicomSeries(folder, found, wish, pool);
      expect(axis.values).toEqual(contrasts.map(({ bValue = 0 }) => bValue).sort((a, b) => a - b));
      diffusion!.acquisitionOrder.forEach((place, n) => {
        const { bValue = 0, direction } = contrasts[place]!;
        expect(diffusion!.bValues[n]).toBe(bValue);
        expect(diffusion!.directions[n]?.map((x) => x.toFixed(9))).toEqual(
          direction?.map((x) => x.toFixed(9)),
        );
      });
    }),
);

test("images of one slice at the same b and direction are told apart by the volume they belong to", () => {
  for (const number of [10, 11, 12]) {
    const plan = sessionPlan().find((one) => one.number === number)!;
    const volumes = scanFiles(files, number)
      .filter(([path]) => path.endsWith(".dcm"))
      .map(([path, bytes]) => readLayout(memorySource(path, bytes))!)
      .map((layout) => readDataset(layout, (tag) => tag < 0x00280000).dataset);
    const key = (tags: readonly string[], json: DicomJson) =>
      tags.map((tag) => json[tag]?.Value?.join()).join("; ");
    const [positions, seen] = [new Set<string>(), new Set<string>()];
    for (const json of volumes) {
      positions.add(key(["00200032"], json));
      seen.add(key(["00200032", "00200012", "00200100"], json));
      expect(json["00200012"]).toEqual(json["00200100"]);
    }
    expect(positions.size).toBe(4);
    expect(seen.size).toBe(4 * plan.contrasts.length);
  }
});

describe.skipIf(!hasDciodvfy)("judged by dciodvfy (Debian package dicom3tools)", () => {
  // b-values are an extension of the classic MR object; every scanner that writes them adds them so.
  const diffusionOnly = /\(0x0018,0x90(75|87|89)\)|Standard Extended SOP Class/;

  test.each(sessionPlan())(
    "scan $number: no error, and no warning but of b-values",
    async (plan) => {
      const images = scanFiles(files, plan.number).filter(([path]) => path.endsWith(".dcm"));
      for (const [, bytes] of [images[0]!, images.at(-1)!]) {
        const { errors, warnings } = await judge(bytes);
        expect(errors).toEqual([]);
        expect(warnings.filter((line) => !diffusionOnly.test(line))).toEqual([]);
      }
    },
  );
});

describe.skipIf(!hasDcm2niix || !hasNibabel)("beside dcm2niix and nibabel", () => {
  test("without noise, the echoes dcm2niix writes decay from voxel to voxel with the true T2", async () => {
    const silent = await generate("--snr=none");
    await inFolder((folder) => {
      writeAll(folder, scanFiles(silent, 3));
      writeAll(
        folder,
        [...silent].filter(([path]) => path.startsWith("truth/")),
      );
      spawnSync("dcm2niix", [
        "-z",
        "n",
        "-b",
        "n",
        "-f",
        "t2",
        "-o",
        folder,
        join(folder, "SAMPLE"),
      ]);
      expect(readdirSync(folder).filter((name) => name.startsWith("t2_e"))).toHaveLength(16);
      const paths = ["t2_e1.nii", "t2_e2.nii", "truth/T2map.nii", "truth/S0map.nii"];
      const [first, second, t2, s0] = readWithNibabel(...paths.map((path) => join(folder, path)));
      t2!.affine.forEach((value, i) => {
        expect(value).toBeCloseTo(first!.affine[i]!, 5);
      });
      let voxels = 0;
      t2!.values.forEach((seconds, v) => {
        if (seconds === null) {
          expect(first!.values[v]).toBe(0);
          return;
        }
        voxels++;
        const decay = Math.exp(-0.01 / seconds);
        // Stored values are rounded to whole numbers.
        expect(Math.abs(first!.values[v]! - s0!.values[v]! * decay)).toBeLessThan(0.51);
        expect(Math.abs(second!.values[v]! - s0!.values[v]! * decay ** 2)).toBeLessThan(0.51);
      });
      expect(voxels).toBeGreaterThan(40_000);
    });
  });

  test.each([10, 12])("dcm2niix finds b and directions of scan %d as they were planned", (number) =>
    inFolder((folder) => {
      const plan = sessionPlan().find((one) => one.number === number)!;
      writeAll(folder, scanFiles(files, number));
      const names = ["-z", "n", "-f", "dwi", "-o", folder];
      spawnSync("dcm2niix", [...names, join(folder, "SAMPLE")]);
      const numbers = (name: string) =>
        readFileSync(join(folder, name), "utf8")
          .trim()
          .split("\n")
          .map((line) => line.trim().split(/\s+/).map(Number));
      const [bValues] = numbers("dwi.bval") as [number[]];
      const vectors = numbers("dwi.bvec");
      const [image] = readWithNibabel(join(folder, "dwi.nii"));
      expect(image!.shape).toEqual([64, 48, 4, plan.contrasts.length]);
      const { affine } = image!;
      // FSL's frame: the axes of the image, the first one turned round when their triple product is positive.
      const axes = [0, 1, 2].map((c) => {
        const column = [0, 4, 8].map((r) => affine[r + c]!);
        return column.map((value) => value / Math.hypot(...column));
      });
      const [a, b, c] = axes as [number[], number[], number[]];
      const triple =
        a[0]! * (b[1]! * c[2]! - b[2]! * c[1]!) -
        a[1]! * (b[0]! * c[2]! - b[2]! * c[0]!) +
        a[2]! * (b[0]! * c[1]! - b[1]! * c[0]!);
      plan.contrasts.forEach(({ bValue = 0, direction = [0, 0, 0] }, n) => {
        expect(Math.abs(bValues[n]! - bValue)).toBeLessThan(0.01);
        // NIfTI's right and anterior are DICOM's left and posterior turned round.
        const ras = [-direction[0], -direction[1], direction[2]];
        axes.forEach((axis, row) => {
          const along = axis.reduce((sum, value, i) => sum + value * ras[i]!, 0);
          const expected = row === 0 && triple > 0 ? -along : along;
          expect(Math.abs(vectors[row]![n]! - expected)).toBeLessThan(2e-3);
        });
      });
    }),
  );

  test("with stimulated echoes the truth has the refocusing angle, and only then", async () => {
    const imperfect = await generate("--snr=none", "--stimulated-echoes");
    expect(imperfect.has("truth/refocusingangle.nii")).toBe(true);
    expect(files.has("truth/refocusingangle.nii")).toBe(false);
    const kept = [...imperfect.keys()].filter((path) => files.has(path) && isImage(path));
    expect(kept).toEqual([]);
  });
});

describe.skipIf(!hasMrtrix || !hasNibabel)("beside MRtrix3", () => {
  test("the tensor it fits to scan 10 without noise has the true MD, FA and direction", async () => {
    const silent = await generate("--snr=none");
    await inFolder((folder) => {
      writeAll(folder, scanFiles(silent, 10));
      writeAll(
        folder,
        [...silent].filter(([path]) => path.startsWith("truth/scan-10/")),
      );
      const mrtrix = (command: string, ...args: string[]) => {
        const { status, stderr } = spawnSync(command, ["-quiet", ...args], {
          cwd: folder,
          encoding: "utf8",
        });
        if (status !== 0) throw new Error(stderr);
      };
      mrtrix("dwi2tensor", "SAMPLE", "tensor.mif");
      const metrics = ["-adc", "md.nii", "-fa", "fa.nii", "-vector", "v1.nii", "-modulate", "none"];
      mrtrix("tensor2metric", ...metrics, "tensor.mif");
      const paths = ["md", "fa", "v1", "truth/scan-10/dseg"];
      const [md, fa, v1, labels] = readWithNibabel(
        ...paths.map((path) => join(folder, `${path}.nii`)),
      );
      const { regions } = JSON.parse(
        readFileSync(join(folder, "truth/scan-10/truth.json"), "utf8"),
      ) as {
        regions: { label: number; MD: number; FA: number; V1: number[] | null }[];
      };
      const count = labels!.values.length;
      // The rows of MRtrix's file run the other way. (Its grid is not compared: version 3.0.3 takes the two numbers of
      // PixelSpacing in the wrong order.)
      const [nx, ny] = labels!.shape as [number, number];
      const flip = (v: number) => {
        const row = Math.floor(v / nx) % ny;
        return v + nx * (ny - 1 - 2 * row);
      };
      let directed = 0;
      labels!.values.forEach((label, v) => {
        const region = regions.find((one) => one.label === label);
        if (region === undefined) return;
        expect(Math.abs(md!.values[flip(v)]! / region.MD - 1)).toBeLessThan(2e-3);
        expect(Math.abs(fa!.values[flip(v)]! - region.FA)).toBeLessThan(3e-3);
        if (region.V1 === null) return;
        const [x, y, z] = region.V1 as [number, number, number];
        const vector = [0, 1, 2].map((c) => v1!.values[flip(v) + c * count]!);
        const cosine = Math.abs(-x * vector[0]! - y * vector[1]! + z * vector[2]!);
        expect(cosine).toBeGreaterThan(Math.cos((0.3 * Math.PI) / 180));
        directed++;
      });
      expect(directed).toBeGreaterThan(500);
    });
  });
});
