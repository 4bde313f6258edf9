import { voxelCount } from "#shared/volume/grid.ts";
import { drawLabels, drawRefocusingAngles } from "./anatomy.ts";
import { addRicianNoise, uniformNumbers } from "./random.ts";
import type { ScanPlan } from "./scan-plan.ts";
import { echoTrainSignals, gradientEchoSignal, spinEchoSignal } from "./signals.ts";
import { type Tissue, tissues } from "./tissue-table.ts";
import { drawTransmitField } from "./transmit-field.ts";

/** Stored value per unit of signal: water, 1000, becomes 20,000 of the 65,535 that 16 bits hold. */
export const storedPerSignal = 20;

/** How a scan is simulated. */
export interface Simulation {
  /** Noise SD of one real channel in scans on the fine stack, in signal units; 0 for none. */
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
  const signals = chooseSignals(plan, stimulatedEchoes)(plan, labels);
  const uniform = uniformNumbers(`digital mouse, seed ${seed}, scan ${plan.number}`);
  const noise = sigma * plan.relativeNoise;
  const stored = new Uint16Array(signals.length);
  for (let i = 0; i < signals.length; i++) {
    const signal = signals[i]!;
    const measured = noise === 0 ? Math.abs(signal) : addRicianNoise(signal, noise, uniform);
    stored[i] = Math.min(65535, Math.round(measured * storedPerSignal));
  }
  return stored;
}

/**
 * Noise-free signal of a tissue in each image of a scan, with perfect pulses; negative before the null of an
 * inversion recovery.
 *
 * @param relativeB1 - flip angle that is reached over the nominal one, of gradient echoes
 */
export function tissueSignals(plan: ScanPlan, tissue: Tissue, relativeB1 = 1): number[] {
  return plan.contrasts.map((contrast) =>
    plan.echo === "spin"
      ? spinEchoSignal(tissue, contrast, plan.diffusion)
      : gradientEchoSignal(
          tissue,
          contrast,
          relativeB1 * (contrast.flipAngleDeg ?? plan.flipAngleDeg),
        ),
  );
}

/** Signals of a whole scan, shape [contrasts, nz, ny, nx]. */
type ScanSignals = (plan: ScanPlan, labels: Uint8Array) => Float64Array;

function chooseSignals(plan: ScanPlan, stimulatedEchoes: boolean): ScanSignals {
  if (plan.transmitField) return transmitSignals;
  return plan.train && stimulatedEchoes ? trainSignals : tableSignals;
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

function transmitSignals(plan: ScanPlan, labels: Uint8Array): Float64Array {
  const field = drawTransmitField(plan.grid);
  return voxelSignals(plan, labels, (tissue, voxel) =>
    tissueSignals(plan, tissue, field[voxel]! / 100),
  );
}

function trainSignals(plan: ScanPlan, labels: Uint8Array): Float64Array {
  const angles = drawRefocusingAngles(plan.grid);
  return voxelSignals(plan, labels, (tissue, voxel) =>
    echoTrainSignals(tissue, plan.contrasts, angles[voxel]!),
  );
}

function voxelSignals(
  plan: ScanPlan,
  labels: Uint8Array,
  signalsOf: (tissue: Tissue, voxel: number) => ArrayLike<number>,
): Float64Array {
  const count = voxelCount(plan.grid);
  const byLabel = new Map(tissues.map((tissue) => [tissue.label, tissue]));
  const signals = new Float64Array(plan.contrasts.length * count);
  for (let v = 0; v < count; v++) {
    const tissue = byLabel.get(labels[v]!);
    if (tissue === undefined) continue;
    const curve = signalsOf(tissue, v);
    for (let n = 0; n < curve.length; n++) signals[n * count + v] = curve[n]!;
  }
  return signals;
}
