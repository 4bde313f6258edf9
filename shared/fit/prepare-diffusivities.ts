import { type DiffusionEstimator, diffusionDecaySheet } from "#shared/models/diffusion-decay.ts";
import {
  countDirections,
  diffusionDirectionsRows,
  diffusionDirectionsSheet,
} from "#shared/models/diffusion-directions.ts";
import { asExpectedRician } from "#shared/models/expected-rician-sheet.ts";
import { smoothAbscissae } from "#shared/models/exponential-basis.ts";
import {
  type DiffusionDecayChoice,
  type DiffusionDirectionsChoice,
  type NoiseModel,
  requireFinite,
  requireNoise,
} from "#shared/models/model-choice.ts";
import { diffusivityMeasures, predictDecay } from "./diffusivity-measures.ts";
import { exponentialLeastSquares } from "./exponential-least-squares.ts";
import type { FitSettings } from "./fit-settings.ts";
import type { LinearFormFit } from "./linear-form-fit.ts";
import { linearFormFitter } from "./linear-form-fitter.ts";
import { buildLogLinearDesign, type LogLinearDesign } from "./log-linear-design.ts";
import { logLinearFit } from "./log-linear-fit.ts";
import type { PreparedFit } from "./prepare-fit.ts";
import { hasNoValue } from "./status.ts";
import type { VoxelFitter } from "./voxel-fitter.ts";

/**
 * The mono-exponential fit to geometric means of several images, each weighing as many images as it is made of.
 *
 * @throws RangeError when there are less than two b-values, when counts do not suit the samples, and for Rician noise: a mean of
 *   several images has another distribution
 */
export function prepareAveragedDecay(
  settings: FitSettings,
  { noise, options: { estimator, averaged = [] } }: DiffusionDecayChoice,
): PreparedFit {
  const { abscissae, solver } = settings;
  requireFinite(abscissae);
  if (noise.kind === "rician") throw new RangeError("averaged images have no Rician noise");
  if (solver === "reference") throw new RangeError("the reference solver takes no averaged images");
  if (averaged.length !== abscissae.length || !averaged.every((count) => count >= 1)) {
    throw new RangeError(`${averaged.length} numbers of images for ${abscissae.length} samples`);
  }
  const rows = abscissae.map((b) => [1, -b]);
  const design = requireDesign(rows, "two different b-values", averaged);
  const sheet = diffusionDecaySheet(estimator);
  return {
    sheet,
    samples: abscissae.length,
    slabVoxels: slabOf(estimator),
    build: () => {
      const form = buildForm(design, estimator, noise);
      const fitter = linearFormFitter(settings, sheet, form, diffusivityMeasures(form));
      return withCurve(fitter, form, abscissae);
    },
  };
}

/**
 * The fit of one diffusivity for each direction with a common S0.
 *
 * @throws RangeError when the samples do not determine one of the diffusivities
 */
export function prepareDirections(
  settings: FitSettings,
  { noise, options }: DiffusionDirectionsChoice,
): PreparedFit {
  const { abscissae, solver } = settings;
  requireFinite(abscissae);
  requireNoise(noise);
  if (solver === "reference") throw new RangeError("the reference solver has no directions");
  if (options.directionOf.length !== abscissae.length) {
    throw new RangeError(`${options.directionOf.length} directions for ${abscissae.length} images`);
  }
  const rows = diffusionDirectionsRows(abscissae, options);
  const design = requireDesign(rows, "b = 0, or two b-values along each direction");
  const onSignals = noise.kind === "rician" ? "nlls" : options.estimator;
  const plain = diffusionDirectionsSheet(onSignals, countDirections(options));
  const sheet = noise.kind === "rician" ? asExpectedRician(plain) : plain;
  return {
    sheet,
    samples: abscissae.length,
    slabVoxels: slabOf(onSignals),
    build: () => {
      const form = buildForm(design, options.estimator, noise);
      return linearFormFitter(settings, sheet, form, diffusivityMeasures(form));
    },
  };
}

function requireDesign(
  rows: readonly (readonly number[])[],
  needs: string,
  counts?: readonly number[],
): LogLinearDesign {
  const design = buildLogLinearDesign(rows, counts);
  if (design !== undefined) return design;
  throw new RangeError(`the ${rows.length} samples do not determine the fit, which needs ${needs}`);
}

function buildForm(
  design: LogLinearDesign,
  estimator: DiffusionEstimator,
  noise: NoiseModel,
): LinearFormFit {
  return estimator === "nlls" || noise.kind === "rician"
    ? exponentialLeastSquares(design, noise)
    : logLinearFit(design, estimator);
}

function slabOf(estimator: DiffusionEstimator): number {
  return estimator === "nlls" ? 1024 : 8192;
}

/** The b-value alone decides the signal: the curve can be drawn. */
function withCurve(
  fitter: VoxelFitter,
  form: LinearFormFit,
  abscissae: readonly number[],
): VoxelFitter {
  const { result } = fitter;
  return {
    ...fitter,
    drawnAbscissae: smoothAbscissae(Float64Array.from(abscissae)),
    predict: (at) => {
      const curve = predictDecay(form, result, at);
      if (!hasNoValue(result.status)) return curve;
      for (const line of [curve.signal, curve.confidence, curve.prediction]) line.fill(Number.NaN);
      return curve;
    },
  };
}
