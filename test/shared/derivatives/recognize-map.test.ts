import { describe, expect, test } from "vitest";
import { recognizeMap } from "#shared/derivatives/recognize-map.ts";

describe("the names of our own files", () => {
  test.each([
    ["sub-a_ses-1_run-5_T2map", "map", "T2map", "T2", "sub-a_ses-1_run-5_"],
    ["T2map", "map", "T2map", "T2", ""],
    ["sub-a_desc-fDstar_Dslow", "map", "desc-fDstar_Dslow", "fDstar", "sub-a_"],
    ["sub-a_desc-dir2_ADC", "map", "desc-dir2_ADC", "dir2", "sub-a_"],
    ["sub-a_perffraction", "map", "perffraction", "f", "sub-a_"],
    ["sub-a_acq-MR1_run-5_M0map", "map", "M0map", "M0", "sub-a_acq-MR1_run-5_"],
    ["sub-a_desc-stderr_T2map", "standard error", "desc-stderr_T2map", "stderr", "sub-a_"],
    [
      "sub-a_desc-stderrfDstar_Dslow",
      "standard error",
      "desc-stderrfDstar_Dslow",
      "stderrfDstar",
      "sub-a_",
    ],
    ["sub-a_desc-rsquared_T2map", "quality of fit", "desc-rsquared_T2map", "rsquared", "sub-a_"],
    ["sub-a_desc-rmse_ADC", "quality of fit", "desc-rmse_ADC", "rmse", "sub-a_"],
  ])("%s: %s", (stem, kind, name, quantity, prefix) => {
    expect(recognizeMap(stem)).toMatchObject({ kind, name, quantity, prefix, legacy: false });
  });

  test.each([
    ["sub-a_desc-status_dseg", "status"],
    ["sub-a_desc-polarity_dseg", "mask or labels"],
    ["sub-a_desc-fit_mask", "mask or labels"],
    ["sub-a_V1", "vector or tensor"],
    ["sub-a_tensor", "vector or tensor"],
    ["sub-a_colFA", "vector or tensor"],
    ["sub-a_dwi", "measured image"],
  ])("%s: %s", (stem, kind) => {
    expect(recognizeMap(stem).kind).toBe(kind);
  });
});

describe("the names of others", () => {
  test.each([
    ["8_T2_map", "T2", true],
    ["8_T1_SR_map", "T1", true],
    ["8_R2_map", "R2", true],
    ["7-MR1_ADC_map", "ADC", true],
    ["T2_map", "T2", false],
    ["t2map_128x96", "T2", false],
    ["kidney-T2star-map", "T2star", false],
    ["dti_FA", "FA", false],
  ])("%s is a map of %s", (stem, quantity, legacy) => {
    expect(recognizeMap(stem)).toMatchObject({ kind: "map", name: stem, quantity, legacy });
  });

  test.each([
    ["mask", "mask or labels"],
    ["kidney_mask2", "mask or labels"],
    ["T2_stderr", "standard error"],
    ["fit_rsquared", "quality of fit"],
    ["sub-1_T2w", "measured image"],
    ["image", "unknown"],
    ["four_d_t2_then_m0", "unknown"],
  ])("%s: %s", (stem, kind) => {
    expect(recognizeMap(stem).kind).toBe(kind);
  });
});
