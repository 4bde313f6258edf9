import { buildSignalModel } from "#shared/models/model-choice.ts";
import type { ModelSheet, SignalModel } from "#shared/models/signal-model.ts";
import { buildCurveFitter } from "./curve-fitter.ts";
import type { FitSettings } from "./fit-settings.ts";
import { prepareFlipAngles } from "./flip-angle-fitter.ts";
import { prepareInversionRecovery } from "./inversion-fitter.ts";
import { prepareIvimFit } from "./ivim-fitter.ts";
import { prepareDiffusionDecay, prepareDiffusionTensor } from "./prepare-diffusion.ts";
import { prepareAveragedDecay, prepareDirections } from "./prepare-diffusivities.ts";
import { prepareKurtosisTensor } from "./prepare-kurtosis.ts";
import type { VoxelFitter } from "./voxel-fitter.ts";

/** A fit whose settings were found sound, and what is known of it before its fitter is built. */
export interface PreparedFit {
  readonly sheet: ModelSheet;
  /** Samples of a voxel (see VoxelFitter). */
  readonly samples: number;
  /** Voxels of a piece of work that takes some hundredths of a second. */
  readonly slabVoxels: number;
  /** Builds the fitter with its grids and tables; once for each thread. */
  readonly build: () => VoxelFitter;
}

/**
 * The fit that settings ask for. A family of models with a solver of its own is one case here.
 *
 * @throws RangeError when abscissae, limits or options do not suit the model
 */
export function prepareFit(settings: FitSettings): PreparedFit {
  const { model } = settings;
  switch (model.name) {
    case "inversion-recovery":
      return prepareInversionRecovery(settings, model);
    case "variable-flip-angle":
      return prepareFlipAngles(settings, model);
    case "ivim":
      return prepareIvimFit(settings, model);
    case "diffusion-decay":
      return model.options.averaged === undefined
        ? prepareDiffusionDecay(settings, model)
        : prepareAveragedDecay(settings, model);
    case "diffusion-directions":
      return prepareDirections(settings, model);
    case "diffusion-tensor":
      return prepareDiffusionTensor(settings, model);
    case "diffusion-kurtosis-tensor":
      return prepareKurtosisTensor(settings, model);
    default:
      return prepareCurveFit(
        settings,
        buildSignalModel(model, Float64Array.from(settings.abscissae)),
      );
  }
}

/** The fit by one signal equation. */
function prepareCurveFit(settings: FitSettings, model: SignalModel): PreparedFit {
  const slow = settings.solver === "reference" ? 64 : undefined;
  return {
    sheet: model.sheet,
    samples: model.abscissae.length,
    slabVoxels: slow ?? (model.variables.length === 1 ? 4096 : 512),
    build: () => buildCurveFitter(settings, model),
  };
}
