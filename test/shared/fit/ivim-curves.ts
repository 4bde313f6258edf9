import type { FitSettings } from "#shared/fit/fit-settings.ts";
import type { IvimOptions } from "#shared/models/ivim.ts";
import type { NoiseModel } from "#shared/models/model-choice.ts";

// IVIM curves with known truth.

/** The b-values of the OSIPI curves, s/mm2. */
export const osipiBValues: readonly number[] = [
  0, 1, 2, 5, 10, 20, 30, 50, 75, 100, 150, 250, 350, 400, 550, 700, 850, 1000,
];

/** True parameters; diffusivities in mm2/s. */
export interface IvimTruth {
  readonly s0?: number;
  readonly f: number;
  readonly d: number;
  readonly dStar: number;
}

/** The signal without noise. */
export function ivimSignal(
  { s0 = 1000, f, d, dStar }: IvimTruth,
  bValues: readonly number[] = osipiBValues,
): number[] {
  return bValues.map((b) => s0 * (f * Math.exp(-b * dStar) + (1 - f) * Math.exp(-b * d)));
}

/** Settings of an IVIM fit. */
export function ivimSettings(
  bValues: readonly number[] = osipiBValues,
  options: IvimOptions = {},
  noise: NoiseModel = { kind: "gaussian" },
): FitSettings {
  return {
    model: { name: "ivim", noise, options },
    abscissae: bValues,
    sigma: undefined,
    noiseThreshold: 3,
    solver: "own",
  };
}
