import { firstNumber } from "./first-value.ts";
import type { RawScan } from "./raw-scan.ts";

/** The numbers by which people name a reconstruction. */
export interface ScanNumbers {
  readonly examination: number;
  readonly processing: number;
}

/** VisuSeriesNumber of ParaVision 5 holds both: examination x this + processing. */
const packed = 65_536;

/**
 * Examination and reconstruction number: those of the folders, which are unique in a study even where scans were copied; else
 * those of visu_pars; 0 and 1 where nothing says them.
 */
export function scanNumbers(scan: RawScan): ScanNumbers {
  const { examination, processing } = scan.reconstruction;
  const both = firstNumber(scan, "", ["VisuSeriesNumber"]);
  return {
    examination:
      positive(examination) ??
      positive(firstNumber(scan, "", ["VisuExperimentNumber"])) ??
      positive(both === undefined ? undefined : Math.floor(both / packed)) ??
      0,
    processing:
      positive(processing) ??
      positive(firstNumber(scan, "", ["VisuProcessingNumber"])) ??
      positive(both === undefined ? undefined : both % packed) ??
      1,
  };
}

const positive = (value: number | undefined): number | undefined =>
  value !== undefined && Number.isSafeInteger(value) && value > 0 ? value : undefined;
