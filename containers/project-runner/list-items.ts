import type { Item, ListedScan } from "./item.ts";
import type { ListedSession, ProjectServer } from "./project-server.ts";
import type { Rule } from "./rule.ts";

/** What to do for which scans. */
export interface ListChoices {
  /** In the order they were given; mask-average comes last. */
  readonly pipelines: readonly string[];
  /** By pipeline; for mask-average the scans whose maps are measured. */
  readonly rules: ReadonlyMap<string, Rule>;
  /** Globs on labels or ids, any of them; empty: all. */
  readonly subjects: readonly string[];
  readonly sessions: readonly string[];
}

/** What was decided about one scan and one pipeline: a row of the plan. */
export interface PlanRow {
  readonly pipeline: string;
  readonly scan: ListedScan;
  /** mask-average: the ROI collection; else "". */
  readonly assessorId: string;
  readonly taken: boolean;
  /** LEFT-...; "" when taken. */
  readonly code: string;
  readonly reason: string;
}

/** A session and how many items it has. */
export interface PlannedSession {
  readonly session: ListedSession;
  readonly scans: number;
  readonly items: number;
  /** Why it has none: "no scans", "shared from OTHER", or the commonest reason of its scans. "" when it has items. */
  readonly reason: string;
}

export interface Plan {
  /** Session by session, in each the maps before what is measured on them. */
  readonly items: readonly Item[];
  /** Every session of the project, those without an item too. */
  readonly sessions: readonly PlannedSession[];
}

/** Items of a project: one listing, then the rules. Every scan taken or left is told to `onRow` with its reason. */
export async function listItems(
  _server: ProjectServer,
  _choices: ListChoices,
  _onRow: (row: PlanRow) => void | Promise<void>,
): Promise<Plan> {
  throw new Error("not written yet");
}
