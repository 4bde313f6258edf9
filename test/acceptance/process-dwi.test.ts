import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { describe, expect, test } from "vitest";
import { findDataset, mapPath, type Run, runProgram } from "./dataset.ts";
import { compareMaps, hasNibabel } from "./peers.ts";

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
  ["dwi-dicom-siemens-mosaic", []],
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

const phantom = findDataset("synthetic-phantom-dicom");

describe.skipIf(phantom === undefined || !hasNibabel)("the synthetic ADC phantom", () => {
  const folder = phantom ?? "";
  const reference = (name: string) => join(folder, "reference", `${name}.nii.gz`);
  const compare = (run: Run, suffix: string, name: string, description?: string) =>
    compareMaps(mapPath(run, suffix, description), reference(name), reference("mask"), 1);
  const plain = ["--mask=none", "--noise=none", "--dicom=none"];
  const input = join(folder, "dicom/adc");

  test.each(["ols", "wls", "nlls"])(
    "ADC by %s is the least-squares map, median difference below 1e-6",
    (fit) => {
      const run = runProgram("process-dwi", input, `--fit=${fit}`, ...plain);
      expect(run.stderr).toBe("");
      const found = compare(run, "ADC", `ADC_${fit.toUpperCase()}`);
      expect(found.median).toBeLessThan(1e-6);
      expect(found.p99).toBeLessThan(1e-5);
      if (fit !== "nlls") return;
      expect(compare(run, "ADC", "SE_ADC_NLLS", "stderr").median).toBeLessThan(1e-5);
      expect(compare(run, "S0map", "S0_NLLS").median).toBeLessThan(1e-6);
    },
    longRun,
  );

  test(
    "the NIfTI form gives the same map",
    () => {
      const run = runProgram(
        "process-dwi",
        ...[join(folder, "nifti"), "--series=adc", "--fit=nlls"],
        ...plain,
      );
      expect(compare(run, "ADC", "ADC_NLLS").median).toBeLessThan(1e-6);
    },
    longRun,
  );
});

const dipy = findDataset("dipy-dwi");

describe.skipIf(dipy === undefined || !hasNibabel)("the measured blocks of dipy", () => {
  const folder = dipy ?? "";
  const reference = (name: string) => join(folder, "reference", `small_${name}.nii.gz`);
  const words = ["--mask=none", "--noise=none", "--noise-threshold=0", "--dicom=none"];
  const sources: readonly (readonly [string, string])[] = [
    ["nifti", "--series=small_64D"],
    ["dicom/small_64D_classic", "--model=dti"],
    ["dicom/small_64D_enhanced", "--model=dti"],
  ];

  test.each(
    sources.flatMap(([source, choice]) => ["ols", "wls"].map((fit) => [source, fit, choice])),
  )(
    "MD, FA and S0 of small_64D from %s by %s, to 1e-6",
    (source, fit, choice) => {
      const run = runProgram(
        "process-dwi",
        ...[join(folder, source!), choice!, `--fit=${fit}`],
        ...words,
      );
      expect(run.stderr).toBe("");
      const mask = reference("64D_mask_positive_definite");
      const upper = fit!.toUpperCase();
      for (const [suffix, name] of [
        ["MD", "MD"],
        ["FA", "FA"],
        ["S0map", "S0"],
      ] as const) {
        const found = compareMaps(mapPath(run, suffix), reference(`64D_${upper}_${name}`), mask, 1);
        expect(found).toMatchObject({ voxels: 965, missing: 0 });
        // float32 files keep seven digits.
        expect(found.max, suffix).toBeLessThan(suffix === "S0map" ? 2e-7 : 2e-6);
      }
    },
    longRun,
  );

  test.each(["ols", "wls", "nlls"])(
    "ADC of all images of small_64D in one fit by %s",
    (fit) => {
      const run = runProgram(
        "process-dwi",
        ...[join(folder, "nifti"), "--series=small_64D", "--model=adc", "--directions=joint"],
        ...[`--fit=${fit}`, ...words],
      );
      const map = reference(`64D_ADC_${fit.toUpperCase()}`);
      const found = compareMaps(mapPath(run, "ADC"), map, reference("64D_mask_positive"), 1);
      // The reference has no value where its nonlinear fit ended at a negative ADC.
      expect(found).toMatchObject({ voxels: 996, missing: fit === "nlls" ? 5 : 0 });
      expect(found.p99).toBeLessThan(1e-6);
    },
    longRun,
  );

  test.each(["25", "101D"])(
    "the block small_%s by ols and wls",
    (name) => {
      for (const fit of ["ols", "wls"]) {
        const run = runProgram(
          "process-dwi",
          ...[join(folder, "nifti"), `--series=small_${name}`, "--model=dti", `--fit=${fit}`],
          ...words,
        );
        const mask = reference(`${name}_mask_positive_definite`);
        const map = reference(`${name}_${fit.toUpperCase()}_MD`);
        expect(compareMaps(mapPath(run, "MD"), map, mask, 1).max).toBeLessThan(1e-5);
      }
    },
    longRun,
  );
});
