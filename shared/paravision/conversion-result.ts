import type { Conversion } from "./conversion-record.ts";
import type { Skip } from "./reconstruction.ts";

/**
 * What became of a reconstruction: written now; there already from an earlier run, unchanged; there already from an earlier run of
 * other raw data, choices or version, and kept because --overwrite was not given; nothing to convert or not convertible; or not
 * readable half way.
 */
export type ConversionStatus = "converted" | "current" | "kept" | "skipped" | "failed";

/** One line of the report. Plain data. */
export interface ConversionResult {
  /** Reconstruction.path. */
  readonly reconstruction: string;
  /** Its folder below `dicom`; several when it is several series. */
  readonly folder: string;
  readonly status: ConversionStatus;
  /** Why it was skipped, kept or failed. */
  readonly skip?: Skip;
  /** What is in the output: of the earlier run where that was kept; undefined when nothing is. */
  readonly conversion?: Conversion;
  readonly seconds: number;
}
