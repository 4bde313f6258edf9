import { existsSync, mkdirSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { imageFileName } from "#shared/phantom/archive-layout.ts";
import { encodeScan } from "#shared/phantom/encode-scan.ts";
import { echoTrainPlan } from "#shared/phantom/scan-plan.ts";
import { simulateScan } from "#shared/phantom/simulate-scan.ts";
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
  const folder = join(cache, `scan-${matrix}-${slices}-${echoes}`);
  if (existsSync(folder)) return folder;
  const inPlane = fieldOfViewMm / matrix;
  const spacing = stackMm / slices;
  const stack = { shape: [matrix, matrix, slices], spacing: [inPlane, inPlane, spacing] } as const;
  const plan = { ...echoTrainPlan(stack, echoes), sliceThicknessMm: spacing };
  const simulation = { sigma: waterSignal / snr, seed: 1, stimulatedEchoes: false };
  const identity = {
    project: "BENCH",
    subject: "DM01",
    session: "DM01_MR1",
    fingerprint: JSON.stringify({ size, simulation }),
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
