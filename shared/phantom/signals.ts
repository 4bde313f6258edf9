import { cpmgEchoTrain } from "#shared/models/cpmg-echo-train.ts";
import type { Tissue } from "./tissue-table.ts";

/** What decides the signal of one image. */
export interface Contrast {
  readonly repetitionTimeMs: number;
  readonly echoTimeMs: number;
  /** s/mm²; 0 when left out. */
  readonly bValue?: number;
  /** Direction of the diffusion gradient in patient coordinates. */
  readonly direction?: readonly [number, number, number];
}

/**
 * Spin-echo signal of a tissue, the noise-free equations that the fits invert:
 *
 *     S = M0 (1 - exp(-TR/T1)) exp(-TE/T2) exp(-b ADC)
 */
export function spinEchoSignal(tissue: Tissue, contrast: Contrast): number {
  const { repetitionTimeMs, echoTimeMs, bValue = 0 } = contrast;
  return (
    recoveredSignal(tissue, repetitionTimeMs) *
    Math.exp(-echoTimeMs / tissue.t2Ms - bValue * tissue.adc)
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
