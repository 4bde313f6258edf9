import { smoothAbscissae } from "#shared/models/exponential-basis.ts";
import { defaultThresholdB, ivimSheetOf, leastFractionForDstar } from "#shared/models/ivim.ts";
import { type IvimChoice, requireFinite, requireNoise } from "#shared/models/model-choice.ts";
import { newCurveSums, sumCurve } from "./estimate.ts";
import type { FitSettings } from "./fit-settings.ts";
import { countFree, newIvimEstimate, place, statusOfLimits } from "./ivim-estimate.ts";
import { type IvimSolver, ivimNlls } from "./ivim-nlls.ts";
import { predictIvim } from "./ivim-prediction.ts";
import { ivimExpectedRician } from "./ivim-rician.ts";
import { ivimSegmented } from "./ivim-segmented.ts";
import type { PreparedFit } from "./prepare-fit.ts";
import { hasNoValue, statusCode } from "./status.ts";
import { clearFittedVoxel, newFittedVoxel, type VoxelFitter } from "./voxel-fitter.ts";

/** Free parameters: S0, f, D, D*. */
const parameterCount = 4;

/** Places in the sheet. */
const sheetPlace = { d: 0, f: 1, dStar: 2, fDstar: 3, s0: 4 } as const;

/**
 * The IVIM fit of these settings.
 *
 * @throws RangeError when there are too few b-values, or the noise, the solver or the threshold do not suit
 */
export function prepareIvimFit(settings: FitSettings, choice: IvimChoice): PreparedFit {
  requireSoundChoice(settings, choice);
  return {
    sheet: ivimSheetOf(choice.options?.method),
    samples: settings.abscissae.length,
    slabVoxels: 512,
    build: () => buildIvimFitter(settings, choice),
  };
}

function requireSoundChoice(settings: FitSettings, { noise, options }: IvimChoice): void {
  const { abscissae, solver } = settings;
  requireFinite(abscissae);
  requireNoise(noise);
  if (solver === "reference") throw new RangeError("the reference solver has no IVIM");
  if (abscissae.some((b) => b < 0)) throw new RangeError("a b-value is negative");
  const distinct = new Set(abscissae);
  if (distinct.size < parameterCount) {
    throw new RangeError(
      `IVIM needs at least 4 different b-values, and there are ${distinct.size}`,
    );
  }
  if (options?.method !== "segmented") return;
  if (noise.kind === "rician") {
    throw new RangeError("the segmented fit has no expected-Rician form; the one-stage fit has");
  }
  const threshold = options.thresholdB ?? defaultThresholdB;
  const high = [...distinct].filter((b) => b >= threshold).length;
  if (high < 2 || distinct.size - high < 2) {
    throw new RangeError(
      `the segmented fit needs 2 different b-values from ${threshold} s/mm2 on and 2 below; there are ${high} and ${distinct.size - high}`,
    );
  }
}

function chooseSolver(bValues: Float64Array, { noise, options }: IvimChoice): IvimSolver {
  if (options?.method === "segmented") {
    return ivimSegmented(bValues, options.thresholdB ?? defaultThresholdB);
  }
  const plain = ivimNlls(bValues);
  return noise.kind === "rician" ? ivimExpectedRician(bValues, plain, noise.sigma) : plain;
}

function buildIvimFitter(settings: FitSettings, choice: IvimChoice): VoxelFitter {
  const { sigma, abscissae } = settings;
  const bValues = Float64Array.from(abscissae);
  const n = bValues.length;
  const solve = chooseSolver(bValues, choice);
  const sums = newCurveSums();
  const estimate = newIvimEstimate();
  const floor = sigma === undefined ? Number.NEGATIVE_INFINITY : settings.noiseThreshold * sigma;
  const largeErrorFraction = settings.largeErrorFraction ?? 1;
  const poorFit = settings.poorFitRSquared ?? Number.NEGATIVE_INFINITY;
  const spare = n - parameterCount;
  const sheet = ivimSheetOf(choice.options?.method);
  const result = newFittedVoxel(sheet);
  const { values, standardErrors } = result;
  const knownNoise = choice.noise.kind === "rician" ? choice.noise.sigma : undefined;

  function writeValues(): void {
    const { parameters, covariance } = estimate;
    const f = parameters[place.f]!;
    const dStar = parameters[place.dStar]!;
    values[sheetPlace.d] = parameters[place.d]!;
    values[sheetPlace.f] = f;
    values[sheetPlace.s0] = parameters[place.s0]!;
    const freedom = n - countFree(estimate);
    result.freedom = knownNoise === undefined ? freedom : Number.POSITIVE_INFINITY;
    const variance =
      knownNoise !== undefined ? 1 : freedom > 0 ? estimate.ssr / freedom : Number.NaN;
    for (let k = 0; k < covariance.length; k++) covariance[k] = covariance[k]! * variance;
    standardErrors[sheetPlace.d] = rootOf(place.d, place.d);
    standardErrors[sheetPlace.f] = rootOf(place.f, place.f);
    standardErrors[sheetPlace.s0] = rootOf(place.s0, place.s0);
    const known = f >= leastFractionForDstar;
    values[sheetPlace.dStar] = known ? dStar : Number.NaN;
    values[sheetPlace.fDstar] = known ? f * dStar : Number.NaN;
    standardErrors[sheetPlace.dStar] = known ? rootOf(place.dStar, place.dStar) : Number.NaN;
    const ofProduct =
      dStar * dStar * at(place.f, place.f) +
      2 * f * dStar * at(place.f, place.dStar) +
      f * f * at(place.dStar, place.dStar);
    standardErrors[sheetPlace.fDstar] = known ? Math.sqrt(ofProduct) : Number.NaN;
  }

  function at(a: number, b: number): number {
    return estimate.covariance[4 * a + b]!;
  }

  function rootOf(a: number, b: number): number {
    return Math.sqrt(at(a, b));
  }

  function isLargeError(k: number): boolean {
    return !(standardErrors[k]! <= largeErrorFraction * values[k]!);
  }

  function judge(): number {
    const status = statusOfLimits(estimate);
    if (status !== statusCode.ok) return status;
    if (spare > 0 && (isLargeError(sheetPlace.d) || isLargeError(sheetPlace.f))) {
      return statusCode["large-error"];
    }
    // D* is the first to be lost in noise. The voxel then still tells D and f, and f D* as far as its own error says: they
    // must not leave the statistics with it.
    if (spare > 0 && isLargeError(sheetPlace.dStar)) {
      values[sheetPlace.dStar] = Number.NaN;
      standardErrors[sheetPlace.dStar] = Number.NaN;
      return statusCode["not-identifiable"];
    }
    return result.rSquared < poorFit ? statusCode["poor-fit"] : status;
  }

  function describe(): number {
    if (!(estimate.parameters[place.s0]! > 0)) {
      clearFittedVoxel(result);
      return statusCode["not-identifiable"];
    }
    if (!estimate.converged) return statusCode["not-converged"];
    writeValues();
    const { ssr } = estimate;
    result.rmse = Math.sqrt(ssr / n);
    result.rSquared = spare > 0 ? 1 - ssr / sums.total : Number.NaN;
    result.reducedChiSquare =
      sigma === undefined || spare === 0 ? Number.NaN : ssr / (sigma * sigma * spare);
    return values[sheetPlace.s0]! <= 3.4e38 ? judge() : statusCode["not-converged"];
  }

  function fit(y: Float64Array, offset: number): void {
    sumCurve(y, offset, n, sums);
    if (!(sums.squares < Number.POSITIVE_INFINITY && sums.total > 0)) {
      result.status = statusCode["invalid-input"];
    } else if (y[offset]! < floor) {
      result.status = statusCode.noise;
    } else {
      solve(y, offset, sums.squares, estimate);
      result.status = describe();
    }
    if (hasNoValue(result.status)) clearFittedVoxel(result);
  }

  const predict = (at: ArrayLike<number>) => {
    const hasFit = Number.isFinite(values[sheetPlace.s0]!);
    return predictIvim(Float64Array.from(at), hasFit ? estimate : undefined, {
      freedom: result.freedom,
      residualVariance: estimate.ssr / (n - countFree(estimate)),
      sigma: knownNoise,
    });
  };
  return {
    sheet,
    samples: n,
    result,
    fit,
    predictSamples: (out) => out.set(predict(bValues).signal),
    predict,
    drawnAbscissae: smoothAbscissae(bValues),
  };
}
