import { describe, expect, test } from "vitest";
import { isErrorLarge, judgeFit, qualityRules } from "#shared/fit/fit-quality.ts";
import { hasNoValue, statusCode } from "#shared/fit/status.ts";
import { newFittedVoxel } from "#shared/fit/voxel-fitter.ts";
import { saturationRecoverySheet } from "#shared/models/saturation-recovery.ts";
import type { Plausibility } from "#shared/models/signal-model.ts";
import { gaussian } from "./curves.ts";

const settings = gaussian("saturation-recovery", [1, 2, 3, 4, 5], { saturationEfficiency: true });

/** Status of a result with T1 1000 +- 10 and a residual sum of 8 of 100. */
function judge(
  status: number,
  plausibility: Plausibility,
  { error = 10, value = 1000, limits = {}, samples = 5 } = {},
) {
  const result = newFittedVoxel(saturationRecoverySheet(true));
  result.values.fill(value);
  result.standardErrors.fill(error);
  const rules = qualityRules({ ...settings, sigma: 2, ...limits }, samples, 3);
  return { code: judgeFit(rules, result, 8, 100, status, plausibility), result };
}

const { ok } = statusCode;

test("R², RMSE and reduced chi-square have their definitions", () => {
  const { result, code } = judge(ok, "plausible");
  expect(code).toBe(ok);
  expect(result.rSquared).toBe(1 - 8 / 100);
  expect(result.rmse).toBe(Math.sqrt(8 / 5));
  expect(result.reducedChiSquare).toBe(8 / (2 * 4));
});

test("with as many parameters as samples there is nothing to judge by", () => {
  const { result, code } = judge(ok, "plausible", { samples: 3, error: Number.NaN });
  expect(code).toBe(ok);
  expect(result.rSquared).toBeNaN();
  expect(result.reducedChiSquare).toBeNaN();
});

describe("precedence", () => {
  test("what cannot be is not converged, whatever else applies", () => {
    expect(judge(statusCode["upper-bound"], "impossible").code).toBe(statusCode["not-converged"]);
    expect(judge(ok, "plausible", { value: 1e39 }).code).toBe(statusCode["not-converged"]);
  });

  test("a bound comes before information, error and plausibility", () => {
    for (const plausibility of ["implausible", "unidentified"] as const) {
      const { code } = judge(statusCode["lower-bound"], plausibility, { error: 1e6 });
      expect(code).toBe(statusCode["lower-bound"]);
    }
  });

  test("a curve without information has no values", () => {
    const { code, result } = judge(ok, "unidentified");
    expect(code).toBe(statusCode["not-identifiable"]);
    expect(result.values.every(Number.isNaN)).toBe(true);
    expect(result.standardErrors.every(Number.isNaN)).toBe(true);
  });

  test("a large error comes before a poor fit", () => {
    expect(judge(ok, "implausible", { error: 2000 }).code).toBe(statusCode["large-error"]);
    expect(judge(ok, "implausible").code).toBe(statusCode["poor-fit"]);
    expect(judge(ok, "plausible", { limits: { poorFitRSquared: 0.95 } }).code).toBe(
      statusCode["poor-fit"],
    );
  });
});

test("noise, unusable and failed curves have no value", () => {
  const without = Object.values(statusCode).filter(hasNoValue);
  expect(without).toEqual([2, 3, 4]);
});

test("the error of a quantity that may be 0 is judged by a size that makes sense", () => {
  const result = newFittedVoxel(saturationRecoverySheet(true));
  result.values[0] = -0.1;
  result.standardErrors[0] = 0.3;
  expect(isErrorLarge(result, 1)).toBe(true);
  expect(isErrorLarge(result, 1, 1)).toBe(false);
  expect(isErrorLarge(result, 0.2, 1)).toBe(true);
  result.values[0] = -10;
  expect(isErrorLarge(result, 0.1, 1)).toBe(false);
  result.standardErrors[0] = Number.NaN;
  expect(isErrorLarge(result, 1, 1)).toBe(true);
});

test("noise that is not known screens nothing", () => {
  expect(qualityRules(settings, 5, 3).noiseFloor).toBe(Number.NEGATIVE_INFINITY);
  expect(qualityRules({ ...settings, sigma: 2 }, 5, 3).noiseFloor).toBe(6);
});
