import {
  kurtosisTensorRows,
  kurtosisTensorSheet,
} from "#shared/models/diffusion-kurtosis-tensor.ts";
import type { KurtosisTensorChoice } from "#shared/models/model-choice.ts";
import { encodingRank, kurtosisUnknowns } from "#shared/volume/encoding-rank.ts";
import type { FitSettings } from "./fit-settings.ts";
import { kurtosisMeasures } from "./kurtosis-measures.ts";
import { buildLogLinearDesign } from "./log-linear-design.ts";
import type { PreparedFit } from "./prepare-fit.ts";
import { prepareTensor, requireTensorSettings } from "./prepare-tensor.ts";

/**
 * The fit of a diffusion and a kurtosis tensor. With Rician noise it is always least squares of the expected magnitude.
 *
 * @throws RangeError when the b-matrices are not one for each b-value, or do not determine the 22 unknowns
 */
export function prepareKurtosisTensor(
  settings: FitSettings,
  choice: KurtosisTensorChoice,
): PreparedFit {
  requireTensorSettings(settings, choice);
  const { bMatrices } = choice.options;
  const rows = kurtosisTensorRows(bMatrices);
  const rank = encodingRank(bMatrices, kurtosisUnknowns);
  const design = rank === kurtosisUnknowns ? buildLogLinearDesign(rows) : undefined;
  if (design === undefined) {
    throw new RangeError(
      `the ${settings.abscissae.length} images determine ${rank} of the 22 unknowns of a kurtosis tensor, which needs 15 directions that differ enough and two b-values above 0`,
    );
  }
  return prepareTensor(settings, choice, design, {
    sheetOf: kurtosisTensorSheet,
    measuresOf: kurtosisMeasures,
    slabVoxels: { logarithms: 1024, signals: 256 },
  });
}
