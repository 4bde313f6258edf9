import { diffusionDecay, diffusionDecaySheet } from "#shared/models/diffusion-decay.ts";
import { diffusionTensorRows, diffusionTensorSheet } from "#shared/models/diffusion-tensor.ts";
import { asExpectedRician } from "#shared/models/expected-rician-sheet.ts";
import {
  type DiffusionDecayChoice,
  type DiffusionTensorChoice,
  requireFinite,
  requireNoise,
} from "#shared/models/model-choice.ts";
import type { SignalModel } from "#shared/models/signal-model.ts";
import { buildCurveFitter } from "./curve-fitter.ts";
import type { FitSettings } from "./fit-settings.ts";
import { logLinearDecay, tissueStatus } from "./log-linear-decay.ts";
import { buildLogLinearDesign } from "./log-linear-design.ts";
import type { PreparedFit } from "./prepare-fit.ts";
import { prepareTensor, requireTensorSettings } from "./prepare-tensor.ts";
import { hasNoValue } from "./status.ts";
import { tensorMeasures } from "./tensor-measures.ts";
import type { VoxelFitter } from "./voxel-fitter.ts";

/**
 * The mono-exponential diffusion fit. With Rician noise it is always least squares of the expected magnitude.
 *
 * @throws RangeError when there are less than two b-values or a b-value is negative
 */
export function prepareDiffusionDecay(
  settings: FitSettings,
  { noise, options: { estimator } }: DiffusionDecayChoice,
): PreparedFit {
  const { abscissae } = settings;
  requireFinite(abscissae);
  requireNoise(noise);
  const negative = abscissae.find((b) => b < 0);
  if (negative !== undefined) throw new RangeError(`b = ${negative} s/mm2 is below 0`);
  if (new Set(abscissae).size < 2) {
    throw new RangeError(
      `an apparent diffusion coefficient needs two different b-values, and there is ${new Set(abscissae).size}`,
    );
  }
  const samples = abscissae.length;
  if (noise.kind === "gaussian" && estimator !== "nlls" && settings.solver === "own") {
    const sheet = diffusionDecaySheet(estimator);
    return { sheet, samples, slabVoxels: 16384, build: () => logLinearDecay(settings, estimator) };
  }
  const plain = diffusionDecay(Float64Array.from(abscissae));
  const model = noise.kind === "rician" ? withSheet(plain, asExpectedRician(plain.sheet)) : plain;
  return {
    sheet: model.sheet,
    samples,
    slabVoxels: settings.solver === "reference" ? 64 : noise.kind === "rician" ? 1024 : 4096,
    build: () => flagOutsideTissue(buildCurveFitter(settings, model)),
  };
}

function withSheet(model: SignalModel, sheet: SignalModel["sheet"]): SignalModel {
  return { ...model, sheet };
}

/** Flags diffusivities that no tissue has, which the search allows. */
function flagOutsideTissue(fitter: VoxelFitter): VoxelFitter {
  const { result } = fitter;
  return {
    ...fitter,
    fit: (y, offset, scale) => {
      fitter.fit(y, offset, scale);
      if (!hasNoValue(result.status))
        result.status = tissueStatus(result.values[0]!, result.status);
    },
  };
}

/**
 * The fit of a diffusion tensor. With Rician noise it is always least squares of the expected magnitude.
 *
 * @throws RangeError when the b-matrices are not one for each b-value, or do not determine a tensor
 */
export function prepareDiffusionTensor(
  settings: FitSettings,
  choice: DiffusionTensorChoice,
): PreparedFit {
  requireTensorSettings(settings, choice);
  const design = buildLogLinearDesign(diffusionTensorRows(choice.options.bMatrices));
  if (design === undefined) {
    throw new RangeError(
      `the ${settings.abscissae.length} images do not determine a tensor, which needs six directions that differ enough and two b-values`,
    );
  }
  return prepareTensor(settings, choice, design, {
    sheetOf: diffusionTensorSheet,
    measuresOf: tensorMeasures,
    slabVoxels: { logarithms: 8192, signals: 1024 },
  });
}
