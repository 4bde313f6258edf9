import { voxelCount } from "#shared/volume/grid.ts";
import { drawLabels, drawRefocusingAngles } from "./anatomy.ts";
import { addRicianNoise, uniformNumbers } from "./random.ts";
import type { ScanPlan } from "./scan-plan.ts";
import { echoTrainSignals, gradientEchoSignal, spinEchoSignal } from "./signals.ts";
import { type Tissue, tissues } from "./tissue-table.ts";

/** Stored value per unit of signal: water, 1000, becomes 20,000 of the 65,535 that 16 bits hold. */
export const storedPerSignal = 20;

/** How a scan is simulated. */
export interface Simulation {
  /** Noise SD of one real channel, in signal units; 0 for none. */
  readonly sigma: number;
  readonly seed: number;
  /** Refocusing angles of drawRefocusingAngles instead of 180 degrees. */
  readonly stimulatedEchoes: boolean;
}

/**
 * Magnitude images of a scan as stored numbers (storedPerSignal), shape [contrasts, nz, ny, nx].
 *
 * The noise depends on seed and scan number only.
 */
export function simulateScan(
  plan: ScanPlan,
  { sigma, seed, stimulatedEchoes }: Simulation,
): Uint16Array {
  const labels = drawLabels(plan.grid);
  const signals =
    plan.train && stimulatedEchoes ? trainSignals(plan, labels) : tableSignals(plan, labels);
  const uniform = uniformNumbers(`digital mouse, seed ${seed}, scan ${plan.number}`);
  const stored = new Uint16Array(signals.length);
  for (let i = 0; i < signals.length; i++) {
    const signal = signals[i]!;
    const measured = sigma === 0 ? signal : addRicianNoise(signal, sigma, uniform);
    stored[i] = Math.min(65535, Math.round(measured * storedPerSignal));
  }
  return stored;
}

/** Noise-free signal of a tissue in each image of a scan, with perfect refocusing. */
export function tissueSignals(plan: ScanPlan, tissue: Tissue): number[] {
  return plan.contrasts.map((contrast) =>
    plan.echo === "spin"
      ? spinEchoSignal(tissue, contrast)
      : gradientEchoSignal(tissue, contrast, plan.flipAngleDeg),
  );
}

function tableSignals(plan: ScanPlan, labels: Uint8Array): Float64Array {
  const count = voxelCount(plan.grid);
  const signals = new Float64Array(plan.contrasts.length * count);
  const table = new Map(tissues.map((tissue) => [tissue.label, tissueSignals(plan, tissue)]));
  plan.contrasts.forEach((_, n) => {
    const byLabel = Float64Array.from({ length: 256 }, (_, label) => table.get(label)?.[n] ?? 0);
    for (let v = 0; v < count; v++) signals[n * count + v] = byLabel[labels[v]!]!;
  });
  return signals;
}

function trainSignals(plan: ScanPlan, labels: Uint8Array): Float64Array {
  const count = voxelCount(plan.grid);
  const angles = drawRefocusingAngles(plan.grid);
  const byLabel = new Map(tissues.map((tissue) => [tissue.label, tissue]));
  const signals = new Float64Array(plan.contrasts.length * count);
  for (let v = 0; v < count; v++) {
    const tissue = byLabel.get(labels[v]!);
    if (tissue === undefined) continue;
    const train = echoTrainSignals(tissue, plan.contrasts, angles[v]!);
    for (let n = 0; n < train.length; n++) signals[n * count + v] = train[n]!;
  }
  return signals;
}
