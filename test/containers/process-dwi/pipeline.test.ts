import { spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { fillFolder } from "#test/acceptance/launch.ts";
import { findMap, placeValues, type ReadMap, readMaps } from "#test/acceptance/read-maps.ts";
import {
  diffusivities,
  smallDwi,
  type Weighting,
  weightingsOf,
} from "#test/acceptance/small-dwi.ts";
import { isObject, scanFiles } from "#test/acceptance/small-scan.ts";
import { hasNibabel } from "#test/shared/nifti/debian-tools.ts";
import { spreadDirections } from "#test/shared/volume/gradients.ts";
import { runInMemory } from "./run-in-memory.ts";

// The whole program on a small scan of one tensor, whose eigenvalues lie along the axes of the patient; the slices do not.

const base = mkdtempSync(join(tmpdir(), "dwi-pipeline-"));
const scan = join(base, "scan");
const directed = weightingsOf(2, [500, 1000], spreadDirections(12));
const md = (diffusivities[0] + diffusivities[1] + diffusivities[2]) / 3;

beforeAll(() => {
  fillFolder(scan, scanFiles(smallDwi(directed)));
});
afterAll(() => rmSync(base, { recursive: true, force: true }));

/** Runs the pipeline and writes what it makes into a folder. */
async function run(input: string, ...options: string[]): Promise<string> {
  const folder = mkdtempSync(join(base, "run-"));
  for (const [path, bytes] of await runInMemory(input, "--dicom=none", ...options)) {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), bytes);
  }
  return folder;
}

/** Values of a map inside the object, which every slice has in its middle. */
function valuesInside(folder: string, ending: string): readonly number[] {
  const placed = placeValues(findMap(readMaps(join(folder, "maps")), ending));
  const inside = [...placed].filter(([place]) => {
    const [i = 0, j = 0] = place.split(" ").map(Number);
    return isObject(i, j, 20, 12);
  });
  return inside.map(([, value]) => Number(value));
}

/**
 * Vectors of a 4D map in R, A, S. FSL keeps them along the axes of the file, the first one reversed where these are right-handed;
 * MRtrix in the axes of the scanner.
 */
function scannerVectors(map: ReadMap, frame: "fsl" | "scanner"): readonly (readonly number[])[] {
  const a = map.affine;
  const steps = [0, 1, 2].map((column) => {
    const step = [a[column]!, a[4 + column]!, a[8 + column]!];
    return step.map((value) => value / Math.hypot(...step));
  });
  const [x = [], y = [], z = []] = steps;
  const handed = x.reduce((sum, value, n) => {
    const [m, l] = [(n + 1) % 3, (n + 2) % 3];
    return sum + value * (y[m]! * z[l]! - y[l]! * z[m]!);
  }, 0);
  const voxels = map.values.length / 3;
  return Array.from({ length: voxels }, (_, v) => {
    const vector = [0, 1, 2].map((c) => Number(map.values[c * voxels + v]));
    if (frame === "scanner") return vector;
    const [p = 0, q = 0, r = 0] = vector;
    return [0, 1, 2].map((n) => (handed > 0 ? -p : p) * x[n]! + q * y[n]! + r * z[n]!);
  });
}

function medianOf(values: readonly number[]): number {
  return values.toSorted((one, other) => one - other)[values.length >> 1]!;
}

const largest = (values: readonly number[], truth: number) =>
  Math.max(...values.map((value) => Math.abs(value / truth - 1)));

describe.skipIf(!hasNibabel)("the tensor of a scan", () => {
  test("has the MD, FA and eigenvalues it was made with, to the rounding of the stored values", async () => {
    const folder = await run(scan);
    expect(largest(valuesInside(folder, "_run-4_MD.nii.gz"), md)).toBeLessThan(2e-3);
    const deviations = diffusivities.map((d) => d - md);
    const fa = Math.sqrt(1.5) * (Math.hypot(...deviations) / Math.hypot(...diffusivities));
    expect(largest(valuesInside(folder, "_run-4_FA.nii.gz"), fa)).toBeLessThan(1e-2);
    expect(largest(valuesInside(folder, "_L1.nii.gz"), diffusivities[0])).toBeLessThan(5e-3);
    expect(largest(valuesInside(folder, "_L3.nii.gz"), diffusivities[2])).toBeLessThan(5e-3);
  });

  test("has one V1, along x of the patient", async () => {
    const folder = await run(scan);
    const map = findMap(readMaps(join(folder, "maps")), "_V1.nii.gz");
    const cosines = scannerVectors(map, "fsl").flatMap(([x]) =>
      Number.isFinite(x) ? [Math.abs(x!)] : [],
    );
    expect(cosines.length).toBeGreaterThan(100);
    expect(medianOf(cosines)).toBeGreaterThan(0.9999);
  });
});

describe.skipIf(!hasNibabel)("the ADC of a scan with directions", () => {
  test("is a third of the trace of twelve spread directions", async () => {
    const folder = await run(scan, "--model=adc");
    // Twelve directions are spread well enough for 2 %.
    expect(largest(valuesInside(folder, "_run-4_ADC.nii.gz"), md)).toBeLessThan(0.02);
  });

  test("is that of each of three directions with --directions per-direction", async () => {
    const three: readonly Weighting[] = weightingsOf(
      1,
      [300, 600],
      [
        [1, 0, 0],
        [0, 1, 0],
        [0, 0, 1],
      ],
    );
    const input = fillFolder(join(base, "three"), scanFiles(smallDwi(three)));
    const folder = await run(input, "--directions=per-direction");
    for (const [k, diffusivity] of diffusivities.entries()) {
      const found = valuesInside(folder, `_desc-dir${k + 1}_ADC.nii.gz`);
      expect(largest(found, diffusivity)).toBeLessThan(2e-3);
    }
    const report = readFileSync(join(folder, "report/report.html"), "utf8");
    expect(report).toContain("What change is real");
  });
});

test("the report lists the shells, and the files beside the maps their order", async () => {
  const files = await runInMemory(scan, "--dicom=none");
  const text = (ending: string) => {
    const found = [...files].find(([path]) => path.endsWith(ending));
    return Buffer.from(found?.[1] ?? "").toString("utf8");
  };
  const report = text("report.html");
  expect(report).toContain("b-values and directions");
  expect(report).toContain("Negative eigenvalues");
  expect(text("_dwi.bval")).toBe(`${directed.map(({ bValue }) => bValue).join(" ")}\n`);
  expect(text("_dwi.bvec").split("\n")[0]!.split(" ")).toHaveLength(26);
  expect(JSON.parse(text("_dwi.json"))).toMatchObject({
    VolumeOrder: expect.stringContaining("order of acquisition"),
    DirectionSource: expect.stringContaining("dicom:0018,9089"),
  });
  expect([...files.keys()].some((path) => path.endsWith("_dwi.nii.gz"))).toBe(false);
});

const hasMrtrix = spawnSync("dwi2tensor", ["--version"], { stdio: "ignore" }).error === undefined;

describe.skipIf(!hasMrtrix || !hasNibabel)("the exported images", () => {
  test("give MRtrix's dwi2tensor our tensor: the same MD and V1 in every voxel", async () => {
    const folder = await run(scan, "--export-dwi", "--fit=ols", "--mask=threshold", "--noise=none");
    const maps = join(folder, "maps");
    const bval = readdirSync(maps).find((path) => path.endsWith("_dwi.bval"));
    const name = bval!.replace(/\.bval$/, "");
    const call = (program: string, ...words: string[]) => {
      const ended = spawnSync(program, [...words, "-quiet"], { cwd: maps, encoding: "utf8" });
      expect(ended.status, ended.stderr).toBe(0);
    };
    const fsl = ["-fslgrad", `${name}.bvec`, `${name}.bval`];
    call("dwi2tensor", `${name}.nii.gz`, "mrtrix_dt.nii", "-ols", "-iter", "0", ...fsl);
    call("tensor2metric", "mrtrix_dt.nii", "-adc", "mrtrix_md.nii");
    call("tensor2metric", "mrtrix_dt.nii", "-vector", "mrtrix_v1.nii", "-modulate", "none");
    const all = readMaps(maps);
    const [ours, theirs] = [findMap(all, "_run-4_MD.nii.gz"), findMap(all, "mrtrix_md.nii")];
    const differences = ours.values.flatMap((value, v) =>
      typeof value === "number" ? [Math.abs(value / Number(theirs.values[v]) - 1)] : [],
    );
    expect(differences.length).toBeGreaterThan(100);
    expect(Math.max(...differences)).toBeLessThan(1e-5);
    const vectors = scannerVectors(findMap(all, "_V1.nii.gz"), "fsl");
    const reference = scannerVectors(findMap(all, "mrtrix_v1.nii"), "scanner");
    const cosines = vectors.flatMap((vector, v) => {
      const cosine = vector.reduce((sum, value, n) => sum + value * reference[v]![n]!, 0);
      return Number.isFinite(cosine) ? [Math.abs(cosine)] : [];
    });
    expect(Math.min(...cosines)).toBeGreaterThan(0.99999);
  });
});
