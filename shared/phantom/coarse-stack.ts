import { obliqueGrid, type StackSize } from "./oblique-grid.ts";
import type { ScanPlan } from "./scan-plan.ts";

/** 64 x 48 pixels of 0.5 x 0.6 mm, four slices of 2 mm with gaps of 1 mm: the field of view of the fine stack. */
const coarseStack: StackSize = { shape: [64, 48, 4], spacing: [0.5, 0.6, 3] };

/** Voxels 8 times as large as in the fine stack, from a quarter as many readings of the signal. */
const fineNoise = 1 / (8 * Math.sqrt(1 / 4));

/** Grid and noise of a scan on coarse slices, which takes a quarter of the time and of the files. */
export function coarseScan(
  averages: number,
): Pick<ScanPlan, "grid" | "sliceThicknessMm" | "averages" | "relativeNoise"> {
  return {
    grid: obliqueGrid(coarseStack),
    sliceThicknessMm: 2,
    averages,
    relativeNoise: fineNoise / Math.sqrt(averages),
  };
}
