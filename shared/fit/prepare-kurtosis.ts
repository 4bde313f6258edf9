import {
  kurtosisTensorRows,
  kurtosisTensorSheet,
} from "#shared/models/diffusion-kurtosis-tensor.ts";
import { asExpectedRician } from "#shared/models/expected-rician-sheet.ts";
import { type KurtosisTensorChoice, requireNoise } from "#shared/models/model-choice.ts";
import { encodingRank, kurtosisUnknowns } from "#shared/volume/encoding-rank.ts";
import { exponentialLeastSquares } from "./exponential-least-squares.ts";
import type { FitSettings } from "./fit-settings.ts";
import { kurtosisMeasures } from "./kurtosis-measures.ts";
import { linearFormFitter } from "./linear-form-fitter.ts";
import { buildLogLinearDesign } from "./log-linear-design.ts";
import { logLinearFit } from "./log-linear-fit.ts";
import type { PreparedFit } from "./prepare-fit.ts";

/**
 * The fit of a diffusion and a kurtosis tensor. With Rician noise it is always least squares of the expected magnitude.
 *
 * @throws RangeError when the b-matrices are not one for each b-value, or do not determine the 22 unknowns
 */
export function prepareKurtosisTensor(
  settings: FitSettings,
  { noise, options: { estimator, bMatrices } }: KurtosisTensorChoice,
): PreparedFit {
  requireNoise(noise);
  if (settings.solver === "reference") throw new RangeError("the reference solver has no tensor");
  const samples = settings.abscissae.length;
  if (bMatrices.length !== samples) {
    throw new RangeError(`${bMatrices.length} b-matrices for ${samples} images`);
  }
  const rows = kurtosisTensorRows(bMatrices);
  const rank = encodingRank(bMatrices, kurtosisUnknowns);
  const design = rank === kurtosisUnknowns ? buildLogLinearDesign(rows) : undefined;
  if (design === undefined) {
    throw new RangeError(
      `the ${samples} images determine ${rank} of the 22 unknowns of a kurtosis tensor, which needs 15 directions that differ enough and two b-values above 0`,
    );
  }
  const onSignals = estimator === "nlls" || noise.kind === "rician";
  const plain = kurtosisTensorSheet(onSignals ? "nlls" : estimator);
  const sheet = noise.kind === "rician" ? asExpectedRician(plain) : plain;
  return {
    sheet,
    samples,
    slabVoxels: onSignals ? 256 : 1024,
    build: () => {
      const form =
        estimator === "nlls" || noise.kind === "rician"
          ? exponentialLeastSquares(design, noise)
          : logLinearFit(design, estimator);
      return linearFormFitter(settings, sheet, form, kurtosisMeasures(form));
    },
  };
}
