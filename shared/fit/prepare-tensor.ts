import type { DiffusionEstimator } from "#shared/models/diffusion-decay.ts";
import { asExpectedRician } from "#shared/models/expected-rician-sheet.ts";
import {
  type DiffusionTensorChoice,
  type KurtosisTensorChoice,
  requireNoise,
} from "#shared/models/model-choice.ts";
import type { ModelSheet } from "#shared/models/signal-model.ts";
import { exponentialLeastSquares } from "./exponential-least-squares.ts";
import type { FitSettings } from "./fit-settings.ts";
import type { LinearFormFit } from "./linear-form-fit.ts";
import { type LinearFormMeasures, linearFormFitter } from "./linear-form-fitter.ts";
import type { LogLinearDesign } from "./log-linear-design.ts";
import { logLinearFit } from "./log-linear-fit.ts";
import type { PreparedFit } from "./prepare-fit.ts";

type TensorChoice = DiffusionTensorChoice | KurtosisTensorChoice;

/** What tells one tensor model from another. */
export interface TensorModel {
  readonly sheetOf: (estimator: DiffusionEstimator) => ModelSheet;
  readonly measuresOf: (form: LinearFormFit) => LinearFormMeasures;
  /** Voxels of a piece of work, for fits of logarithms and of the signals themselves. */
  readonly slabVoxels: { readonly logarithms: number; readonly signals: number };
}

/**
 * Refuses settings that no tensor model can serve.
 *
 * @throws RangeError for noise that is none, the reference solver, or b-matrices that are not one for each b-value
 */
export function requireTensorSettings(
  settings: FitSettings,
  { noise, options: { bMatrices } }: TensorChoice,
): void {
  requireNoise(noise);
  if (settings.solver === "reference") throw new RangeError("the reference solver has no tensor");
  const samples = settings.abscissae.length;
  if (bMatrices.length !== samples) {
    throw new RangeError(`${bMatrices.length} b-matrices for ${samples} images`);
  }
}

/** The fit of a tensor model to a design. With Rician noise it is always least squares of the expected magnitude. */
export function prepareTensor(
  settings: FitSettings,
  { noise, options: { estimator } }: TensorChoice,
  design: LogLinearDesign,
  { sheetOf, measuresOf, slabVoxels }: TensorModel,
): PreparedFit {
  const effective = noise.kind === "rician" ? "nlls" : estimator;
  const plain = sheetOf(effective);
  const sheet = noise.kind === "rician" ? asExpectedRician(plain) : plain;
  return {
    sheet,
    samples: settings.abscissae.length,
    slabVoxels: effective === "nlls" ? slabVoxels.signals : slabVoxels.logarithms,
    build: () => {
      const form =
        effective === "nlls"
          ? exponentialLeastSquares(design, noise)
          : logLinearFit(design, effective);
      return linearFormFitter(settings, sheet, form, measuresOf(form));
    },
  };
}
