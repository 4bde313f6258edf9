import { execFileSync, spawnSync } from "node:child_process";
import { mkdtempSync, readdirSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

/** Whether Debian's python3 has nibabel. */
export const hasNibabel =
  spawnSync("/usr/bin/python3", ["-c", "import nibabel"], { stdio: "ignore" }).status === 0;

/** Whether dcm2niix is installed. */
export const hasDcm2niix =
  spawnSync("dcm2niix", ["--version"], { stdio: "ignore" }).error === undefined;

/** How two maps differ, voxel by voxel at the same place in the patient. */
export interface Comparison {
  readonly misplacedVoxels: number;
  readonly voxels: number;
  readonly missing: number;
  readonly median: number;
  readonly p99: number;
  readonly max: number;
  /** [ours, reference] of each probe. */
  readonly probes: readonly (readonly [number, number])[];
  readonly oursAffine: readonly (readonly number[])[];
}

/**
 * Compares a map with a reference map by nibabel.
 *
 * @param factor - from our unit to the reference's
 * @param probes - voxels in the order of the reference
 */
export function compareMaps(
  ours: string,
  reference: string,
  mask: string,
  factor: number,
  probes: readonly (readonly number[])[] = [],
): Comparison {
  const script = fileURLToPath(new URL("compare_maps.py", import.meta.url));
  const args = [
    script,
    ours,
    reference,
    mask,
    String(factor),
    ...probes.map((probe) => probe.join(",")),
  ];
  return JSON.parse(execFileSync("/usr/bin/python3", args, { encoding: "utf8" })) as Comparison;
}

/** Affine (R, A, S) and shape that dcm2niix gives the first image of a DICOM folder. */
export function convertByDcm2niix(folder: string): {
  readonly affine: readonly (readonly number[])[];
  readonly shape: readonly number[];
} {
  const out = mkdtempSync(join(tmpdir(), "dcm2niix-"));
  spawnSync("dcm2niix", ["-z", "n", "-b", "n", "-o", out, folder], { stdio: "ignore" });
  const image = readdirSync(out).find((name) => name.endsWith(".nii"));
  if (image === undefined) throw new Error(`dcm2niix made nothing of ${folder}`);
  const script =
    "import nibabel, json, sys; i = nibabel.load(sys.argv[1]); print(json.dumps({'affine': i.affine.tolist(), 'shape': list(i.shape)}))";
  return JSON.parse(
    execFileSync("/usr/bin/python3", ["-c", script, join(out, image)], { encoding: "utf8" }),
  );
}
