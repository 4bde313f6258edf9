import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import type { FitSettings } from "#shared/fit/fit-settings.ts";
import { prepareFit } from "#shared/fit/prepare-fit.ts";
import {
  hasReference,
  median,
  quantile,
  readNiftiSamples,
  referencePath,
} from "../shared/fit/curves.ts";

// A measured block of many shells: 6 x 10 x 10 voxels, 102 images, b from 15 to 4065 s/mm2.

const folder = "dipy-dwi";
const voxels = 600;

function readNumbers(file: string): number[][] {
  const text = readFileSync(referencePath(folder, "nifti", file), "utf8");
  return text
    .trim()
    .split("\n")
    .map((line) => line.trim().split(/\s+/).map(Number));
}

/** Settings in the axes of the bvec file: no measure compared here depends on the axes. */
function settingsOf(estimator: "ols" | "wls" | "iwls" | "nlls"): FitSettings {
  const [bValues = []] = readNumbers("small_101D.bval");
  const [x = [], y = [], z = []] = readNumbers("small_101D.bvec");
  const bMatrices = bValues.map((b, i) => {
    const length = Math.hypot(x[i]!, y[i]!, z[i]!);
    const [u, v, w] = [x[i]! / length, y[i]! / length, z[i]! / length];
    return [b * u * u, b * v * v, b * w * w, b * u * v, b * u * w, b * v * w];
  });
  return {
    model: {
      name: "diffusion-kurtosis-tensor",
      noise: { kind: "gaussian" },
      options: { estimator, bMatrices },
    },
    abscissae: bValues,
    sigma: undefined,
    noiseThreshold: 0,
    solver: "own",
  };
}

/** Values and status of every voxel. */
function fitBlock(estimator: Parameters<typeof settingsOf>[0]) {
  const images = readNiftiSamples(referencePath(folder, "nifti", "small_101D.nii.gz"));
  const fitter = prepareFit(settingsOf(estimator)).build();
  const values = new Map(
    fitter.sheet.parameters.map(({ symbol }) => [symbol, new Float64Array(voxels)]),
  );
  const status = new Uint8Array(voxels);
  const rmse = new Float64Array(voxels);
  const y = new Float64Array(102);
  for (let v = 0; v < voxels; v++) {
    for (let c = 0; c < 102; c++) y[c] = images[c * voxels + v]!;
    fitter.fit(y, 0, 1);
    fitter.sheet.parameters.forEach(({ symbol }, k) => {
      values.get(symbol)![v] = fitter.result.values[k]!;
    });
    status[v] = fitter.result.status;
    rmse[v] = fitter.result.rmse;
  }
  return { values, status, rmse };
}

describe.skipIf(!hasReference(folder))("small_101D, kurtosis tensor", () => {
  test.each([
    ["ols", 0.71437675],
    ["wls", 0.755066231],
  ] as const)("%s: MD to 1e-9, FA to 1e-6, MK to 1e-4 in the median", (estimator, meanMK) => {
    const upper = estimator.toUpperCase();
    const map = (name: string) =>
      readNiftiSamples(
        referencePath(folder, "reference", `small_101D_DKI_${upper}_${name}.nii.gz`),
      );
    const mask = map("mask");
    const { values } = fitBlock(estimator);
    const differences = (symbol: string) => {
      const reference = map(symbol);
      const found = values.get(symbol)!;
      return [...found.keys()]
        .filter((v) => mask[v] === 1)
        .map((v) => Math.abs(found[v]! - reference[v]!));
    };
    const ofMD = differences("MD");
    expect(ofMD).toHaveLength(594);
    expect(Math.max(...ofMD)).toBeLessThan(1e-12);
    expect(Math.max(...differences("FA"))).toBeLessThan(1e-9);
    const ofMK = differences("MK");
    expect(median(ofMK)).toBeLessThan(1e-5);
    // One voxel has -1.03 where we stop at -3/7; the elliptic integrals of the reference are good to 1e-3 where two
    // eigenvalues are nearly equal.
    expect(quantile(ofMK, 0.99)).toBeLessThan(0.01);
    const inside = [...mask.keys()].filter((v) => mask[v] === 1);
    const mean = inside.reduce((sum, v) => sum + values.get("MK")![v]!, 0) / inside.length;
    expect(Math.abs(mean - meanMK)).toBeLessThan(2e-3);
  });

  test("AK, RK and KFA of three voxels are those of dipy 1.12.1, and MK is to the accuracy of its integrals", () => {
    // DiffusionKurtosisModel(gtab, fit_method="WLS").fit(data), b0_threshold=0, unit vectors; mk, ak, rk, kfa, md, fa.
    const probes = [
      [[3, 5, 5], 0.8032905736215395, 0.7042214684120937, 0.9643811016381831, 0.4134155720092078],
      [[1, 2, 3], 0.828432167201968, 0.6185030729339818, 1.051096836215007, 0.3483909714382316],
      [[4, 7, 6], 0.4730490361081527, 0.4443506236996782, 0.43833875368460545, 0.33601030576558727],
    ] as const;
    const { values } = fitBlock("wls");
    for (const [[i, j, k], mk, ak, rk, kfa] of probes) {
      const v = i + 6 * (j + 10 * k);
      expect(Math.abs(values.get("MK")![v]! - mk)).toBeLessThan(1e-3);
      expect(values.get("AK")![v]).toBeCloseTo(ak, 9);
      expect(values.get("RK")![v]).toBeCloseTo(rk, 9);
      expect(values.get("KFA")![v]).toBeCloseTo(kfa, 9);
    }
  });

  test("least squares of the signals leaves no more than the weighted fits", () => {
    const { status, rmse } = fitBlock("nlls");
    const weighted = [fitBlock("wls"), fitBlock("iwls")];
    // The weighted fits leave samples of 0 out.
    const positive = readNiftiSamples(
      referencePath(folder, "reference", "small_101D_mask_positive.nii.gz"),
    );
    let compared = 0;
    for (let v = 0; v < voxels; v++) {
      if (positive[v] !== 1) continue;
      compared++;
      for (const fit of weighted) expect(rmse[v]!).toBeLessThanOrEqual(fit.rmse[v]! * (1 + 1e-9));
    }
    expect(compared).toBe(594);
    expect(status.filter((code) => code === 4)).toHaveLength(0);
  });
});
