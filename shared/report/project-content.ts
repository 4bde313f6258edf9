import type { Unit } from "#shared/units.ts";
import type { Fact, Reference, Remark, Verdict } from "./report-content.ts";

/** How a scan came out; the words of the page. */
export type ProjectStatus = "done" | "current" | "kept" | "failed" | "left-out" | "not-started";

/** One pipeline on one scan. */
export interface ProjectResult {
  /** Position in `pipelines`. */
  readonly pipeline: number;
  /** `3`, or `3 · RoiCollection_1`; "" where the session has no scan for the pipeline. */
  readonly scan: string;
  readonly status: ProjectStatus;
  readonly code: string;
  /** Empty where there is nothing to say. */
  readonly reason: string;
}

/** A session as a row of the page. */
export interface ProjectSession {
  readonly subject: string;
  readonly label: string;
  /** Page of the session in XNAT. */
  readonly url: string;
  readonly date: string;
  readonly group: string;
  readonly timepoint: string;
  readonly results: readonly ProjectResult[];
}

/** The values of the sessions of one group at one time point. */
export interface ValueGroup {
  readonly group: string;
  readonly timepoint: string;
  /** One for each scan, ascending, in the unit of the measure. */
  readonly values: Float64Array;
}

/** A quantity that was measured in many sessions. */
export interface ProjectMeasure {
  /** `T2`. */
  readonly name: string;
  /** `whole map`, or the name of the region. */
  readonly where: string;
  readonly pipeline: string;
  readonly unit: Unit | undefined;
  /** Shown only on demand: standard errors, quality of fit, and what follows from other quantities. */
  readonly secondary: boolean;
  readonly groups: readonly ValueGroup[];
}

/** Everything the page about a run over a project says; `renderProjectReport` makes the page. */
export interface ProjectReportContent {
  readonly title: string;
  readonly program: { readonly name: string; readonly version: string };
  readonly verdict: Verdict;
  readonly header: readonly Fact[];
  readonly remarks: readonly Remark[];
  readonly pipelines: readonly string[];
  readonly sessions: readonly ProjectSession[];
  /** What each value of a measure is: `median over the voxels`. */
  readonly statistic: string;
  readonly measures: readonly ProjectMeasure[];
  /** What was asked for: rules and options. */
  readonly plan: readonly Fact[];
  readonly options: readonly {
    readonly name: string;
    readonly value: string;
    readonly isDefault: boolean;
  }[];
  readonly citations: readonly Reference[];
  /** Files beside the page, with what is in them. */
  readonly files: readonly { readonly path: string; readonly content: string }[];
}
