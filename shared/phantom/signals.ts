import { cpmgEchoTrain } from "#shared/models/cpmg-echo-train.ts";
import type { Vector3 } from "#shared/volume/grid.ts";
import { type DiffusionPhysics, diffusionAttenuation } from "./diffusion-signals.ts";
import { saturatedFraction } from "./saturation-pools.ts";
import type { Tissue } from "./tissue-table.ts";

/** What decides the signal of one image. */
export interface Contrast {
  readonly repetitionTimeMs: number;
  readonly echoTimeMs: number;
  /** From the middle of the inversion pulse to that of the excitation; without one when left out. */
  readonly inversionTimeMs?: number;
  /** Nominal flip angle where it is not that of the whole scan. */
  readonly flipAngleDeg?: number;
  /** s/mm²; 0 when left out. */
  readonly bValue?: number;
  /** Direction of the diffusion gradient in patient coordinates, a unit vector. */
  readonly direction?: Vector3;
  /** Where water is saturated before the excitation, ppm from its line; nowhere when left out. */
  readonly saturationOffsetPpm?: number;
}

/** Share of the magnetization that the inversion pulse turns over: 1 for a perfect one. */
export const inversionEfficiency = 0.96;

/**
 * Spin-echo signal of a tissue, the noise-free equations that the fits invert:
 *
 *     S = M0 (1 - exp(-TR/T1)) exp(-TE/T2) A(b) Z(offset)
 *
 * with A(b) of diffusionAttenuation and Z of saturatedFraction, 1 where nothing is saturated. After an inversion pulse the excitation finds `invertedSignal` instead, which is
 * negative before the null.
 */
export function spinEchoSignal(
  tissue: Tissue,
  contrast: Contrast,
  physics: DiffusionPhysics = "isotropic",
): number {
  const { repetitionTimeMs, echoTimeMs, inversionTimeMs, saturationOffsetPpm } = contrast;
  const longitudinal =
    inversionTimeMs === undefined
      ? recoveredSignal(tissue, repetitionTimeMs)
      : invertedSignal(tissue, inversionTimeMs, repetitionTimeMs);
  return (
    longitudinal *
    Math.exp(-echoTimeMs / tissue.t2Ms) *
    diffusionAttenuation(tissue, contrast, physics) *
    (saturationOffsetPpm === undefined ? 1 : saturatedFraction(tissue, saturationOffsetPpm))
  );
}

/**
 * Longitudinal magnetization TI after an inversion pulse, in the steady state of a repetition time:
 *
 *     M = M0 (1 - 2 e exp(-TI/T1) + (2 e - 1) exp(-TR/T1)),  e the inversion efficiency
 *
 * The excitation leaves none; from it to the next pulse there is TR - TI, so the pulse finds
 * M0 (1 - exp(-(TR - TI)/T1)) and turns it into 1 - 2 e times as much. Echo times are neglected against TR.
 */
export function invertedSignal(
  { m0, t1Ms }: Tissue,
  inversionTimeMs: number,
  repetitionTimeMs: number,
): number {
  const twice = 2 * inversionEfficiency;
  return (
    m0 *
    (1 -
      twice * Math.exp(-inversionTimeMs / t1Ms) +
      (twice - 1) * Math.exp(-repetitionTimeMs / t1Ms))
  );
}

/** M0 (1 - exp(-TR/T1)): what an excitation by 90 degrees finds; the S0 of a T2 fit. */
export function recoveredSignal(tissue: Tissue, repetitionTimeMs: number): number {
  return -tissue.m0 * Math.expm1(-repetitionTimeMs / tissue.t1Ms);
}

/**
 * Spoiled gradient-echo signal of a tissue:
 *
 *     S = M0 sin(a) (1 - E1) / (1 - E1 cos(a)) exp(-TE/T2*),  E1 = exp(-TR/T1)
 *
 * @param flipAngleDeg - the angle that is reached: nominal angle times relative B1
 * @see Ernst RR, Anderson WA, Rev Sci Instrum 1966;37:93
 */
export function gradientEchoSignal(
  tissue: Tissue,
  { repetitionTimeMs, echoTimeMs }: Contrast,
  flipAngleDeg: number,
): number {
  const angle = (flipAngleDeg * Math.PI) / 180;
  const e1 = Math.exp(-repetitionTimeMs / tissue.t1Ms);
  const steady = (Math.sin(angle) * (1 - e1)) / (1 - e1 * Math.cos(angle));
  return tissue.m0 * steady * Math.exp(-echoTimeMs / tissue.t2StarMs);
}

/** Signals of an equally spaced spin-echo train with imperfect refocusing (stimulated echoes). */
export function echoTrainSignals(
  tissue: Tissue,
  contrasts: readonly Contrast[],
  refocusingDeg: number,
): Float64Array {
  const { repetitionTimeMs, echoTimeMs: echoSpacingMs } = contrasts[0]!;
  const train = cpmgEchoTrain({
    t2Ms: tissue.t2Ms,
    t1Ms: tissue.t1Ms,
    echoSpacingMs,
    refocusingDeg,
    echoes: contrasts.length,
  });
  const amplitude = recoveredSignal(tissue, repetitionTimeMs);
  return train.map((echo) => amplitude * echo);
}
