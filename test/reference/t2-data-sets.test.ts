import { describe, expect, test } from "vitest";
import { buildCurveFitter } from "#shared/fit/curve-fitter.ts";
import type { FitSettings } from "#shared/fit/fit-settings.ts";
import {
  gaussian,
  hasReference,
  median,
  quantile,
  readNiftiSamples,
  readReferenceJson,
  referencePath,
  rician,
} from "../shared/fit/curves.ts";

// Measured series with maps that other programs computed, read from their NIfTI form.

interface Case {
  readonly id: string;
  readonly input: { readonly nifti: string; readonly values: number[] };
  readonly mask: { readonly file: string };
  readonly noise_sigma?: number;
  readonly probes: {
    readonly nifti_ijk: [number, number, number];
    readonly expected: Record<string, number>;
  }[];
}

function caseOf(folder: string, id: string): Case {
  const { cases } = readReferenceJson<{ cases: Case[] }>(folder, "expected.json");
  return cases.find((one) => one.id === id)!;
}

/** Fits every voxel with mask 1; arrays of all voxels, in double precision. */
function fitImage(
  settings: FitSettings,
  folder: string,
  file: string,
  inside: (v: number) => boolean,
) {
  const samples = readNiftiSamples(referencePath(folder, file));
  const n = settings.abscissae.length;
  const voxels = samples.length / n;
  const fitter = buildCurveFitter(settings);
  const count = fitter.model.sheet.parameters.length;
  const values = Array.from({ length: count }, () => new Float64Array(voxels).fill(Number.NaN));
  const errors = values.map((row) => row.slice());
  const rSquared = new Float64Array(voxels);
  const rmse = new Float64Array(voxels);
  const y = new Float64Array(n);
  for (let v = 0; v < voxels; v++) {
    if (!inside(v)) continue;
    for (let c = 0; c < n; c++) y[c] = samples[c * voxels + v]!;
    fitter.fit(y, 0);
    for (let k = 0; k < count; k++) {
      values[k]![v] = fitter.result.values[k]!;
      errors[k]![v] = fitter.result.standardErrors[k]!;
    }
    rSquared[v] = fitter.result.rSquared;
    rmse[v] = fitter.result.rmse;
  }
  return { values, errors, rSquared, rmse, voxels };
}

/** |found / expected - 1| over a mask. */
function relative(found: Float64Array, expected: Float64Array, mask: Float64Array): number[] {
  const list: number[] = [];
  mask.forEach((inside, v) => {
    if (inside === 1) list.push(Math.abs(found[v]! / expected[v]! - 1));
  });
  return list;
}

const map = (folder: string, file: string) =>
  readNiftiSamples(referencePath(folder, "reference", file));

describe.skipIf(!hasReference("qmri-uq-phantom"))("qmri-uq phantom, T2", () => {
  const folder = "qmri-uq-phantom";
  const one = () => caseOf(folder, "t2_two_parameter");

  test("two parameters: T2 to 1e-6, standard errors to 4 digits, R² and RMSE", () => {
    const { input, mask: maskFile, probes } = one();
    const mask = readNiftiSamples(referencePath(folder, maskFile.file));
    const fit = fitImage(
      gaussian("mono-exponential-decay", input.values),
      folder,
      input.nifti,
      (v) => mask[v] === 1,
    );
    const differences = relative(fit.values[0]!, map(folder, "T2map_ms_stored.nii.gz"), mask);
    expect(differences).toHaveLength(2345);
    expect(median(differences)).toBeLessThan(1e-9);
    expect(Math.max(...differences)).toBeLessThan(1e-7);
    const ofError = relative(fit.errors[0]!, map(folder, "T2_SE_ms_recomputed.nii.gz"), mask);
    expect(Math.max(...ofError)).toBeLessThan(1e-6);
    const ofS0 = relative(fit.values[2]!, map(folder, "T2_M0_recomputed.nii.gz"), mask);
    expect(Math.max(...ofS0)).toBeLessThan(1e-7);
    const ofQuality = relative(fit.rSquared, map(folder, "T2_Rsquared_recomputed.nii.gz"), mask);
    expect(Math.max(...ofQuality)).toBeLessThan(1e-9);
    const ofRmse = relative(fit.rmse, map(folder, "T2_rmse_recomputed.nii.gz"), mask);
    expect(Math.max(...ofRmse)).toBeLessThan(1e-6);
    for (const { nifti_ijk, expected } of probes) {
      const v = nifti_ijk[0] + 128 * nifti_ijk[1];
      expect(Math.abs(fit.values[0]![v]! / expected["T2_ms"]! - 1)).toBeLessThan(1e-9);
      expect(Math.abs(fit.errors[0]![v]! / expected["SE_T2_ms"]! - 1)).toBeLessThan(1e-6);
      expect(Math.abs(fit.errors[2]![v]! / expected["SE_M0"]! - 1)).toBeLessThan(1e-6);
    }
  });

  test("offset model: median of T2 to 1e-6", () => {
    const { input, mask: maskFile } = one();
    const mask = readNiftiSamples(referencePath(folder, maskFile.file));
    const fit = fitImage(
      gaussian("mono-exponential-offset", input.values),
      folder,
      input.nifti,
      (v) => mask[v] === 1,
    );
    const differences = relative(
      fit.values[0]!,
      map(folder, "T2_offset3p_ms_recomputed.nii.gz"),
      mask,
    );
    expect(median(differences)).toBeLessThan(1e-9);
    expect(quantile(differences, 0.99)).toBeLessThan(1e-6);
  });
});

describe.skipIf(!hasReference("qmrust-playground"))("qmrust, mono_t2", () => {
  test("probes of the other program to 1e-6, and the whole mask", () => {
    const folder = "qmrust-playground";
    const { input, mask: maskFile, probes } = caseOf(folder, "mono_t2");
    const mask = readNiftiSamples(referencePath(folder, maskFile.file));
    const fit = fitImage(
      gaussian("mono-exponential-decay", input.values),
      folder,
      input.nifti,
      () => true,
    );
    const differences = relative(
      fit.values[0]!,
      map(folder, "mono_t2_T2_ms_from_nifti.nii.gz"),
      mask,
    );
    expect(differences).toHaveLength(2731);
    expect(median(differences)).toBeLessThan(1e-9);
    expect(quantile(differences, 0.99)).toBeLessThan(1e-7);
    for (const { nifti_ijk, expected } of probes) {
      const v = nifti_ijk[0] + 87 * nifti_ijk[1];
      expect(Math.abs(fit.values[0]![v]! / expected["T2_ms_stored_by_source"]! - 1)).toBeLessThan(
        1e-6,
      );
      expect(Math.abs(fit.values[0]![v]! / expected["T2_ms_from_nifti"]! - 1)).toBeLessThan(1e-9);
      expect(Math.abs(fit.errors[0]![v]! / expected["SE_T2_ms_from_nifti"]! - 1)).toBeLessThan(
        1e-6,
      );
    }
  });
});

describe.skipIf(!hasReference("t2map-prostate"))("t2map prostate", () => {
  const folder = "t2map-prostate";

  test("the authors' map to the accuracy of their optimiser", () => {
    const { input, mask: maskFile, probes } = caseOf(folder, "prostate_t2");
    const mask = readNiftiSamples(referencePath(folder, maskFile.file));
    const fit = fitImage(
      gaussian("mono-exponential-decay", input.values),
      folder,
      input.nifti,
      (v) => mask[v] === 1,
    );
    const recomputed = relative(fit.values[0]!, map(folder, "T2map_ms_recomputed.nii.gz"), mask);
    expect(median(recomputed)).toBeLessThan(1e-9);
    expect(quantile(recomputed, 0.99)).toBeLessThan(1e-8);
    const stored = relative(fit.values[0]!, map(folder, "T2map_ms_stored.nii.gz"), mask);
    expect(median(stored)).toBeLessThan(2e-6);
    expect(quantile(stored, 0.99)).toBeLessThan(1e-4);
    const ofError = relative(fit.errors[0]!, map(folder, "SE_T2_ms_recomputed.nii.gz"), mask);
    expect(quantile(ofError, 0.99)).toBeLessThan(1e-4);
    for (const { nifti_ijk, expected } of probes) {
      const v = nifti_ijk[0] + 128 * nifti_ijk[1];
      expect(Math.abs(fit.values[0]![v]! / expected["T2_ms"]! - 1)).toBeLessThan(1e-9);
    }
  });

  test("synthetic Rician set: the expected-Rician fit has a median bias of at most 2 %, the plain one does not", () => {
    const { input, noise_sigma } = caseOf(folder, "synthetic_rician_t2");
    const truth = map(folder, "synthetic_T2_true_ms.nii.gz");
    const amplitude = map(folder, "synthetic_S0_true.nii.gz");
    const chosen = (v: number) => amplitude[v]! > 0.3 && truth[v]! > 30 && truth[v]! < 300;
    const bias = (settings: FitSettings) => {
      const { values } = fitImage({ ...settings, noiseThreshold: 0 }, folder, input.nifti, chosen);
      const errors: number[] = [];
      truth.forEach((t2, v) => {
        if (chosen(v)) errors.push(values[0]![v]! / t2 - 1);
      });
      expect(errors).toHaveLength(5336);
      return median(errors.filter(Number.isFinite));
    };
    const corrected = bias(rician("mono-exponential-decay", input.values, noise_sigma!));
    const plain = bias(gaussian("mono-exponential-decay", input.values));
    expect(Math.abs(corrected)).toBeLessThan(0.02);
    // The value another program found for plain least squares: 0.04105334547237893.
    expect(plain).toBeCloseTo(0.0410533, 4);
  });
});
