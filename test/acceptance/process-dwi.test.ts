import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { describe, expect, test } from "vitest";
import { findDataset, mapPath, type Run, runProgram } from "./dataset.ts";
import { hasNibabel } from "./peers.ts";

// The gates of the reference datasets, through the program as a user runs it, read back by nibabel.

const longRun = 180_000;

interface Probe {
  readonly patient_lps_mm: readonly number[];
  readonly expected: { readonly OLS: { readonly FA: number; readonly V1_patient_lps: number[] } };
}

interface ScannerSet {
  readonly b_values: readonly number[];
  readonly gradients_patient_lps: readonly (readonly number[])[];
  readonly DTI: {
    readonly mask: { readonly n_voxels: number };
    readonly results: Record<"OLS" | "WLS", Record<"MD" | "FA", { readonly median: number }>>;
    readonly probes: readonly Probe[];
  };
}

function readExpected<T>(dataset: string): T {
  return JSON.parse(readFileSync(join(dataset, "expected.json"), "utf8")) as T;
}

interface TensorComparison {
  readonly misplacedVoxels: number;
  readonly voxels: number;
  readonly missing: number;
  readonly medianMD: number;
  readonly p999MD: number;
  readonly medianFA: number;
  readonly oursMedianMD: number;
  readonly oursMedianFA: number;
  readonly cosines: readonly number[];
}

function compareTensor(run: Run, dataset: string, probes: readonly Probe[]): TensorComparison {
  const script = fileURLToPath(new URL("compare_tensor.py", import.meta.url));
  const wanted = probes.map(({ patient_lps_mm, expected }) => ({
    lps: patient_lps_mm,
    v1: expected.OLS.V1_patient_lps,
  }));
  const args = [
    script,
    ...["MD", "FA", "V1"].map((suffix) => mapPath(run, suffix)),
    mapPath(run, "dseg", "status"),
    join(dataset, "reference/OLS_MD.nii.gz"),
    join(dataset, "reference/OLS_FA.nii.gz"),
    join(dataset, "reference/mask.nii.gz"),
    JSON.stringify(wanted),
  ];
  const printed = execFileSync("/usr/bin/python3", args, { encoding: "utf8" });
  return JSON.parse(printed) as TensorComparison;
}

const ols = ["--model=dti", "--fit=ols", "--mask=none", "--noise=none", "--dicom=none"];

const wls = ols.map((word) => word.replace("ols", "wls"));

describe.each([
  // The tensor of Siemens' b-matrices, with imaging gradients, is another one than that of b and direction.
  ["dwi-dicom-philips-classic", []],
  ["dwi-dicom-canon-enhanced", []],
  ["dwi-dicom-siemens-mosaic", ["--b-matrix=directions"]],
])("scanner images of %s", (name, options) => {
  const dataset = findDataset(name);
  const folder = dataset ?? "";
  describe.skipIf(dataset === undefined || !hasNibabel)("through the program", () => {
    test(
      "give the MD, FA and V1 of the reference by ols, and its medians by wls",
      () => {
        const { DTI } = readExpected<ScannerSet>(folder);
        const run = runProgram("process-dwi", join(folder, "dicom"), ...ols, ...options);
        expect(run.stderr).toBe("");
        const probes = DTI.probes.filter(({ expected }) => expected.OLS.FA > 0.3);
        expect(probes.length).toBeGreaterThan(0);
        const found = compareTensor(run, folder, probes);
        expect(found.voxels).toBe(DTI.mask.n_voxels);
        expect(found.misplacedVoxels).toBeLessThan(0.005);
        expect(found.medianMD).toBeLessThan(1e-5);
        expect(found.p999MD).toBeLessThan(1e-4);
        expect(found.medianFA).toBeLessThan(1e-5);
        for (const cosine of found.cosines) expect(cosine).toBeGreaterThan(0.9999);
        const weighted = runProgram("process-dwi", join(folder, "dicom"), ...wls, ...options);
        const medians = compareTensor(weighted, folder, []);
        const { MD, FA } = DTI.results.WLS;
        expect(Math.abs(medians.oursMedianMD / MD.median - 1)).toBeLessThan(1e-5);
        expect(Math.abs(medians.oursMedianFA / FA.median - 1)).toBeLessThan(1e-5);
      },
      longRun,
    );
  });
});
