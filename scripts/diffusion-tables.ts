import { fitCurve } from "#shared/fit/fit-curve.ts";
import type { ModelChoice } from "#shared/models/model-choice.ts";
import { ricianMoments } from "#shared/models/rician-mean.ts";

// What the diffusion models make of signals with known truth: the numbers in docs/models, by the program's own solver.

/** One row of the table of the segmented fit: true values, and what it returns without noise. */
export interface SegmentedRow {
  readonly tissue: string;
  readonly f: number;
  /** mm2/s. */
  readonly dStar: number;
  readonly d: number;
  readonly foundF: number;
  readonly foundDstar: number;
  readonly foundD: number;
}

/** b-values of the OSIPI IVIM curves, s/mm2. */
const ivimBValues = [0, 1, 2, 5, 10, 20, 30, 50, 75, 100, 150, 250, 350, 400, 550, 700, 850, 1000];

/** f, D* and D (mm2/s) that the OSIPI IVIM code collection takes for tissues. */
const tissues: Readonly<Record<string, readonly [number, number, number]>> = {
  brain: [0.0764, 0.01088, 0.00083],
  kidney: [0.1888, 0.04053, 0.00189],
  liver: [0.2305, 0.07002, 0.00109],
  muscle: [0.1034, 0.03088, 0.00147],
  pancreas: [0.2003, 0.02539, 0.00141],
};

/** The segmented fit of noise-free curves. */
export function tabulateSegmented(): readonly SegmentedRow[] {
  const model: ModelChoice = {
    name: "ivim",
    options: { method: "segmented" },
    noise: { kind: "gaussian" },
  };
  return Object.entries(tissues).map(([tissue, [f, dStar, d]]) => {
    const signals = ivimBValues.map(
      (b) => 1000 * (f * Math.exp(-b * dStar) + (1 - f) * Math.exp(-b * d)),
    );
    const found = fitValues(model, ivimBValues, signals);
    return {
      ...{ tissue, f, dStar, d },
      foundF: found["f"]!,
      foundDstar: found["Dstar"]!,
      foundD: found["D"]!,
    };
  });
}

/** One row of the table of kurtosis on the noise floor. */
export interface KurtosisFloorRow {
  /** Signal at b = 0 over the noise. */
  readonly snr: number;
  /** D in mm2/s and K of the plain and of the expected-Rician fit. */
  readonly plain: { readonly d: number; readonly k: number };
  readonly expectedRician: { readonly d: number; readonly k: number };
}

/** The table of kurtosis: true D (mm2/s) and K, b-values (s/mm2). */
export const kurtosisSetting = {
  d: 1e-3,
  k: 0.6,
  bValues: [0, 500, 1000, 1500, 2000, 2500],
} as const;

/** D and K of expected magnitudes, without scatter, by two fits. */
export function tabulateKurtosisFloor(): readonly KurtosisFloorRow[] {
  const { d, k, bValues } = kurtosisSetting;
  return [50, 30, 20, 10].map((snr) => {
    const sigma = 1000 / snr;
    const signals = bValues.map(
      (b) => ricianMoments(1000 * Math.exp(-b * d + (b * b * d * d * k) / 6), sigma).mean,
    );
    const recover = (noise: ModelChoice["noise"]) => {
      const found = fitValues({ name: "diffusion-kurtosis", noise }, bValues, signals);
      return { d: found["D"]!, k: found["K"]! };
    };
    return {
      snr,
      plain: recover({ kind: "gaussian" }),
      expectedRician: recover({ kind: "rician", sigma }),
    };
  });
}

function fitValues(
  model: ModelChoice,
  abscissae: readonly number[],
  signals: readonly number[],
): Readonly<Record<string, number>> {
  const settings = {
    ...{ model, abscissae, sigma: undefined },
    ...{ noiseThreshold: 0, solver: "own" as const },
  };
  const { parameters } = fitCurve(settings, signals);
  return Object.fromEntries(parameters.map(({ symbol, value }) => [symbol, value]));
}
