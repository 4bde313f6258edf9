import type { ScanRecord } from "#shared/xnat/scans.ts";

/** A scan of the project as the one listing tells it. Missing values are "". */
export type ListedScan = ScanRecord;

/** One pipeline on one scan (for mask-average: the maps of that scan and one ROI collection): the unit of work and of resume. */
export interface Item {
  /** `<session id>/<scan id>/<pipeline>[/<assessor id>]`: the same in every run. */
  readonly key: string;
  readonly pipeline: string;
  readonly scan: ListedScan;
  readonly assessorId: string;
}

/**
 * How an item stands: `done` processed in this run; `current` done before with the same input, version and options; `kept` another
 * result is there and was left alone; `failed`; `left-out` by a rule or for want of files; `not-started` because the run ended first.
 */
export type ItemStatus = "done" | "current" | "kept" | "failed" | "left-out" | "not-started";

/** One statistic row of a map, as the program's summary.json states it. */
export interface Measure {
  readonly map: string;
  readonly unit: string;
  /** Whole map: "". */
  readonly region: string;
  /** Name of the statistic -> number in `unit`; null where there is none. */
  readonly values: Readonly<Record<string, number | null>>;
}

/** What became of an item. */
export interface ItemOutcome {
  readonly key: string;
  readonly status: ItemStatus;
  /** Stable code, "" when there is nothing to say: E-... of the program, or of the runner. */
  readonly code: string;
  /** One sentence for a person; no secrets. */
  readonly reason: string;
  /** Whether another try may succeed. */
  readonly repeatable: boolean;
  readonly seconds: number;
  /** SHA-256 over program, version, options and the input files (name, size, digest). "" when it was not found out. */
  readonly fingerprint: string;
  readonly measures: readonly Measure[];
  /** Of the program that made a result of ours that was kept, where it may be another than this run's. */
  readonly version?: string | undefined;
}
