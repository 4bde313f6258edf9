import { prepareFit } from "#shared/fit/prepare-fit.ts";
import type { ModelChoice } from "#shared/models/model-choice.ts";
import {
  fillFlipAngles,
  newFlipAngles,
  steadyStateOf,
} from "#shared/models/spoiled-steady-state.ts";
import { uniformNumbers } from "#shared/phantom/random.ts";

// What the T1 models make of signals with known truth: the numbers in docs/models, computed by the program's own solver.

/** The delay table: recovery starts some time after the excitation that ended the one before. */
export const delaySetting = {
  t1Ms: 1400,
  repetitionTimesMs: [300, 500, 800, 1500, 3000, 6000],
} as const;

/** One row of the delay table. */
export interface DelayRow {
  readonly delayMs: number;
  /** T1 of the fit with two parameters, ms. */
  readonly twoParameterMs: number;
  /** T1 of the fit with three, ms, and its saturation B. */
  readonly threeParameterMs: number;
  readonly saturation: number;
}

/** T1 from noise-free recoveries M0 (1 - exp(-(TR - delay)/T1)). */
export function tabulateDelay(): readonly DelayRow[] {
  const { t1Ms, repetitionTimesMs } = delaySetting;
  return [0, 20, 60, 120].map((delayMs) => {
    const signals = repetitionTimesMs.map((tr) => 1000 * (1 - Math.exp(-(tr - delayMs) / t1Ms)));
    const fitted = (saturationEfficiency: boolean) => {
      const options = { saturationEfficiency };
      const model = { name: "saturation-recovery", noise: gaussian, options } as const;
      return fitterOf(model, repetitionTimesMs)(signals);
    };
    const [threeParameterMs = Number.NaN, , , saturation = Number.NaN] = fitted(true);
    return { delayMs, twoParameterMs: fitted(false)[0]!, threeParameterMs, saturation };
  });
}

/** The table of magnitudes after an inversion. */
export const nullSetting = {
  inversionTimesMs: [30, 100, 200, 400, 600, 800, 1000, 1500, 2500, 4000],
  efficiency: 0.95,
  m0: 1000,
  runs: 400,
} as const;

/** One row of the table of magnitudes: medians of T1, ms. */
export interface NullRow {
  readonly t1Ms: number;
  readonly snr: number;
  readonly plainMs: number;
  readonly expectedRicianMs: number;
  readonly complexMs: number;
}

/** T1 from noisy recoveries: from their magnitudes by two models, and from the complex signals. */
export function tabulateNull(): readonly NullRow[] {
  const { inversionTimesMs, efficiency, m0, runs } = nullSetting;
  return [300, 800, 1600].flatMap((t1Ms) =>
    [5, 10, 20].map((snr) => {
      const sigma = m0 / snr;
      const uniform = uniformNumbers(`inversion recovery, T1 ${t1Ms}, SNR ${snr}`);
      const truth = inversionTimesMs.map((ti) => m0 * (1 - 2 * efficiency * Math.exp(-ti / t1Ms)));
      const complex = Array.from({ length: runs }, () => [
        ...truth.map((signal) => signal + sigma * normalFrom(uniform)),
        ...truth.map(() => sigma * normalFrom(uniform)),
      ]);
      const count = truth.length;
      const magnitudes = complex.map((curve) =>
        truth.map((_, i) => Math.hypot(curve[i]!, curve[count + i]!)),
      );
      const recover = (noise: ModelChoice["noise"], signal: "magnitude" | "complex") => {
        const model = { name: "inversion-recovery", noise, options: { signal } } as const;
        const curves = signal === "complex" ? complex : magnitudes;
        const valuesOf = fitterOf(model, inversionTimesMs);
        return median(curves.map((curve) => valuesOf(curve)[0]!));
      };
      return {
        t1Ms,
        snr,
        plainMs: recover(gaussian, "magnitude"),
        expectedRicianMs: recover({ kind: "rician", sigma }, "magnitude"),
        complexMs: recover(gaussian, "complex"),
      };
    }),
  );
}

/** The table of flip angles whose B1 is not known to the fit. */
export const transmitSetting = {
  t1Ms: 1500,
  repetitionTimeMs: 15,
  flipAnglesDeg: [3, 20],
} as const;

/** One row of the B1 table. */
export interface TransmitRow {
  readonly b1: number;
  /** T1 of a fit that takes B1 for 1, ms. */
  readonly ignoredMs: number;
  /** T1 of a fit that knows it, ms. */
  readonly knownMs: number;
}

/** T1 from noise-free flip angles with a B1 that is ignored or known. */
export function tabulateTransmit(): readonly TransmitRow[] {
  const { t1Ms, repetitionTimeMs, flipAnglesDeg } = transmitSetting;
  const options = { repetitionTimeMs, method: "nonlinear" } as const;
  const valuesOf = fitterOf(
    { name: "variable-flip-angle", noise: gaussian, options },
    flipAnglesDeg,
  );
  return [0.7, 0.8, 0.9, 1, 1.1, 1.2].map((b1) => {
    const angles = newFlipAngles(flipAnglesDeg.length);
    fillFlipAngles(flipAnglesDeg, b1, angles);
    const w = steadyStateOf(1 / t1Ms, repetitionTimeMs);
    const signals = flipAnglesDeg.map(
      (_, i) => (1000 * angles.sine[i]!) / (1 + w * angles.lift[i]!),
    );
    return { b1, ignoredMs: valuesOf(signals)[0]!, knownMs: valuesOf(signals, b1)[0]! };
  });
}

const gaussian = { kind: "gaussian" } as const;

/** Fits curves of one model at given abscissae; parameters of each in the order of the sheet, flagged ones included. */
function fitterOf(model: ModelChoice, abscissae: readonly number[]) {
  const settings = {
    model,
    abscissae,
    sigma: undefined,
    noiseThreshold: 0,
    solver: "own",
  } as const;
  const fitter = prepareFit(settings).build();
  return (signals: readonly number[], scale = 1): readonly number[] => {
    fitter.fit(Float64Array.from(signals), 0, scale);
    return [...fitter.result.values];
  };
}

/** A normal number with SD 1, by Box and Muller's transform. */
function normalFrom(uniform: () => number): number {
  return Math.sqrt(-2 * Math.log(uniform())) * Math.cos(2 * Math.PI * uniform());
}

/** The middle value; curves without a result do not count. */
function median(values: readonly number[]): number {
  const sorted = values.filter(Number.isFinite).toSorted((a, b) => a - b);
  const half = (sorted.length - 1) / 2;
  return (sorted[Math.floor(half)]! + sorted[Math.ceil(half)]!) / 2;
}
