import { inversionRecovery } from "#shared/models/inversion-recovery.ts";
import { type InversionChoice, requireFinite, requireNoise } from "#shared/models/model-choice.ts";
import { buildComplexRecovery } from "./complex-recovery.ts";
import { buildCurveFitter } from "./curve-fitter.ts";
import type { FitSettings } from "./fit-settings.ts";
import { buildMagnitudeRecovery } from "./magnitude-recovery.ts";
import type { PreparedFit } from "./prepare-fit.ts";

/**
 * The inversion-recovery fit of these settings: signals with sign are an ordinary curve, magnitudes and complex signals
 * have a search of their own.
 *
 * @throws RangeError when inversion times, limits, noise or solver do not suit
 */
export function prepareInversionRecovery(
  settings: FitSettings,
  { noise, options }: InversionChoice,
): PreparedFit {
  const times = Float64Array.from(settings.abscissae);
  requireFinite(times);
  requireNoise(noise);
  const { signal } = options;
  const model = inversionRecovery(times, options);
  if (noise.kind === "rician" && signal !== "magnitude") {
    throw new RangeError(`only magnitudes have an expected-Rician form, not ${signal} signals`);
  }
  if (settings.solver === "reference" && signal !== "signed") {
    throw new RangeError(`the reference solver has no inversion recovery of ${signal} signals`);
  }
  const { sheet } = model;
  switch (signal) {
    case "magnitude": {
      const build = () => buildMagnitudeRecovery(settings, model);
      return { sheet, samples: times.length, slabVoxels: 2048, build };
    }
    case "complex": {
      const build = () => buildComplexRecovery(settings, model, options);
      return { sheet, samples: 2 * times.length, slabVoxels: 2048, build };
    }
    case "signed": {
      const build = () => buildCurveFitter(settings, model);
      const slabVoxels = settings.solver === "reference" ? 64 : 4096;
      return { sheet, samples: times.length, slabVoxels, build };
    }
  }
}
