import { existsSync, mkdirSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { imageFileName } from "#shared/phantom/archive-layout.ts";
import { tensorPlan } from "#shared/phantom/diffusion-plans.ts";
import { encodeScan } from "#shared/phantom/encode-scan.ts";
import { obliqueGrid, type StackSize } from "#shared/phantom/oblique-grid.ts";
import { echoTrainPlan, type ScanPlan } from "#shared/phantom/scan-plan.ts";
import { simulateScan } from "#shared/phantom/simulate-scan.ts";
import { inversionRecoveryPlan } from "#shared/phantom/t1-plans.ts";
import { waterSignal } from "#shared/phantom/tissue-table.ts";

/** Size of a multi-echo scan of the digital mouse. */
export interface ScanSize {
  /** Columns and rows. */
  readonly matrix: number;
  readonly slices: number;
  readonly echoes: number;
}

/** Field of view, mm: the body fills about half of it, as in a scan of a mouse's abdomen. */
const fieldOfViewMm = 28;
/** Length of the stack, mm: more slices are thinner ones, so that the share of the body stays. */
const stackMm = 16;
/** Signal of water over noise. */
const snr = 50;

/** `256 x 256 x 20, 16 echoes`. */
export function nameScan({ matrix, slices, echoes }: ScanSize): string {
  return `${matrix} x ${matrix} x ${slices}, ${echoes} echoes`;
}

/**
 * Folder with the DICOM files of a scan: one file for each echo of each slice, Rician noise. Made once and kept.
 *
 * @param cache - folder in which the scans are kept
 */
export function makeExampleScan(cache: string, size: ScanSize): string {
  const { matrix, slices, echoes } = size;
  const stack = stackOf(size);
  const plan = { ...echoTrainPlan(stack, echoes), sliceThicknessMm: stack.spacing[2] };
  return writeScan(join(cache, `scan-${matrix}-${slices}-${echoes}`), plan);
}

/**
 * The same for an inversion recovery (eight inversion times) or a diffusion tensor scan (five images without weighting,
 * thirty directions).
 */
export function makeOtherScan(
  cache: string,
  kind: "inversion" | "tensor",
  size: Omit<ScanSize, "echoes">,
): { readonly folder: string; readonly images: number } {
  const stack = stackOf(size);
  const plan = {
    ...(kind === "tensor" ? tensorPlan() : inversionRecoveryPlan()),
    grid: obliqueGrid(stack),
    sliceThicknessMm: stack.spacing[2],
  };
  const folder = writeScan(join(cache, `${kind}-${size.matrix}-${size.slices}`), plan);
  return { folder, images: plan.contrasts.length * size.slices };
}

function stackOf({ matrix, slices }: Omit<ScanSize, "echoes">): StackSize {
  const inPlane = fieldOfViewMm / matrix;
  return { shape: [matrix, matrix, slices], spacing: [inPlane, inPlane, stackMm / slices] };
}

function writeScan(folder: string, plan: ScanPlan): string {
  if (existsSync(folder)) return folder;
  const simulation = { sigma: waterSignal / snr, seed: 1, stimulatedEchoes: false };
  const identity = {
    project: "BENCH",
    subject: "DM01",
    session: "DM01_MR1",
    fingerprint: JSON.stringify({ shape: plan.grid.shape, simulation }),
  };
  const unfinished = `${folder}.unfinished`;
  rmSync(unfinished, { recursive: true, force: true });
  mkdirSync(unfinished, { recursive: true });
  for (const image of encodeScan(plan, simulateScan(plan, simulation), identity)) {
    writeFileSync(join(unfinished, imageFileName(image.sopInstanceUID)), image.bytes);
  }
  renameSync(unfinished, folder);
  return folder;
}
