import type { SignalModel } from "#shared/models/signal-model.ts";
import { buildCurveFitter, type CurveFitter } from "./curve-fitter.ts";
import { expectedRician } from "./expected-rician.ts";
import type { FitSettings } from "./fit-settings.ts";
import { polaritySearch } from "./polarity-search.ts";
import { polarityStarts } from "./polarity-starts.ts";
import { hasNoValue } from "./status.ts";

/**
 * A fitter of recoveries seen in magnitude (`SignalModel.magnitude`), by least squares on the signal with its sign restored
 * or on the expected Rician magnitude.
 */
export function buildMagnitudeRecovery(settings: FitSettings, model: SignalModel): CurveFitter {
  const { noise } = settings.model;
  const search = polaritySearch(model);
  if (noise.kind === "rician") {
    const { sigma } = noise;
    const solve = expectedRician(model, search.solve, sigma, polarityStarts(model, sigma));
    return buildCurveFitter(settings, model, solve);
  }
  const fitter = buildCurveFitter(settings, model, search.solve);
  const { result } = fitter;
  const at = model.sheet.parameters.findIndex(({ symbol }) => symbol === "polarity");
  return {
    ...fitter,
    fit: (y, offset) => {
      fitter.fit(y, offset);
      // What was searched, not the sign of the fitted curve: they differ where a sample is 0.
      if (!hasNoValue(result.status) && !Number.isNaN(result.values[0]!)) {
        result.values[at] = search.polarity();
      }
    },
  };
}
