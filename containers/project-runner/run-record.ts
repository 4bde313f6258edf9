import type { RunJudgement } from "./judge-run.ts";
import type { Plan } from "./list-items.ts";
import type { ResultColumn } from "./result-columns.ts";
import type { PlanTable } from "./result-table.ts";
import type { LoopEnd } from "./run-items.ts";
import type { SessionResult } from "./session-results.ts";

/** One pipeline of a run, as it was asked for. */
export interface RunPipeline {
  readonly name: string;
  readonly version: string;
  /** Which scans; "" takes every scan. */
  readonly rule: string;
  /** Text of the options given to the program; "" for its defaults. */
  readonly options: string;
}

/** What a run was asked, whatever came of it. */
export interface RunRequest {
  readonly runId: string;
  readonly server: string;
  readonly user: string;
  readonly project: string;
  readonly mode: "here" | "container-service";
  readonly pipelines: readonly RunPipeline[];
}

/** A run at its end: what the tables, the page and the records are made from. */
export interface RunRecord {
  readonly request: RunRequest;
  readonly dryRun: boolean;
  readonly plan: Plan;
  readonly planTable: PlanTable;
  readonly end: LoopEnd;
  readonly judgement: RunJudgement;
  readonly sessions: readonly SessionResult[];
  readonly columns: readonly ResultColumn[];
}
