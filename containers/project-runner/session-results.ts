import { compareNames } from "#shared/xnat/compare-names.ts";
import { plainOutcome } from "./failed-outcome.ts";
import type { Item, ItemOutcome } from "./item.ts";
import type { PlannedSession, PlanRow } from "./list-items.ts";
import type { CustomVariables, ListedSession, ListedSubject } from "./project-server.ts";

type Variables = Readonly<Record<string, string>>;

/** What is known of a session besides its images. */
export interface SessionFacts {
  readonly session: ListedSession;
  /** Of the subject; "" when it has none. */
  readonly group: string;
  /** Of the session; "" when it has none. */
  readonly timepoint: string;
  readonly subjectVariables: Variables;
  readonly sessionVariables: Variables;
}

/** One pipeline on one scan and what became of it; without `item` a pipeline for which the session has no scan. */
export interface PipelineResult {
  readonly pipeline: string;
  readonly item: Item | undefined;
  readonly outcome: ItemOutcome;
}

/** A session and everything that became of it. */
export interface SessionResult {
  readonly facts: SessionFacts;
  /** At least one entry for each pipeline. */
  readonly results: readonly PipelineResult[];
}

/** Counts why scans are left out, so that a session without a match can say why. */
export interface LeftOut {
  count(row: PlanRow): void;
  /** The commonest reason of the scans of a session for a pipeline; undefined when no scan of it was looked at. */
  reasonOf(sessionId: string, pipeline: string): string | undefined;
}

/** An empty count of scans left out. */
export function countLeftOut(): LeftOut {
  const reasons = new Map<string, Map<string, number>>();
  return {
    count: ({ taken, pipeline, scan, reason }) => {
      if (taken) return;
      const key = `${scan.sessionId}/${pipeline}`;
      const counts = reasons.get(key) ?? new Map<string, number>();
      reasons.set(key, counts.set(reason, (counts.get(reason) ?? 0) + 1));
    },
    reasonOf: (sessionId, pipeline) => {
      const counts = reasons.get(`${sessionId}/${pipeline}`);
      return counts && [...counts].sort(([, a], [, b]) => b - a)[0]?.[0];
    },
  };
}

/**
 * Every session of the project with its outcomes, in order of subject, date and label.
 *
 * @param outcomes - of the items, by key
 */
export function joinSessions(
  plan: { readonly items: readonly Item[]; readonly sessions: readonly PlannedSession[] },
  pipelines: readonly string[],
  outcomes: ReadonlyMap<string, ItemOutcome>,
  leftOut: Pick<LeftOut, "reasonOf">,
  facts: (session: ListedSession) => SessionFacts,
): readonly SessionResult[] {
  const items = Map.groupBy(plan.items, ({ scan }) => scan.sessionId);
  const joined = plan.sessions.map(({ session, reason }): SessionResult => {
    const own = items.get(session.id) ?? [];
    const results = pipelines.flatMap((pipeline): PipelineResult[] => {
      const found = own.filter((item) => item.pipeline === pipeline);
      if (found.length > 0) {
        return found.map((item) => {
          const outcome = outcomes.get(item.key) ?? notStarted(item.key);
          return { pipeline, item, outcome };
        });
      }
      const why = leftOut.reasonOf(session.id, pipeline) ?? (reason || "the session has no scans");
      return [{ pipeline, item: undefined, outcome: noMatch(session.id, pipeline, why) }];
    });
    return { facts: facts(session), results };
  });
  return joined.sort((a, b) => compare(a.facts.session, b.facts.session));
}

/** Joins what XNAT says of subjects and sessions; names of variables are in lower case. */
export function describeSessions(
  subjects: readonly ListedSubject[],
  variables: CustomVariables,
): (session: ListedSession) => SessionFacts {
  const byId = new Map(subjects.map((subject) => [subject.id, subject]));
  return (session) => {
    const subjectVariables = variables.subjects.get(session.subjectId) ?? {};
    const sessionVariables = variables.sessions.get(session.id) ?? {};
    const group = byId.get(session.subjectId)?.group || pick(subjectVariables, groupNames);
    const timepoint = pick(sessionVariables, timepointNames);
    return { session, group, timepoint, subjectVariables, sessionVariables };
  };
}

const groupNames = ["group", "treatment", "cohort"];
const timepointNames = ["timepoint", "time_point", "time-point", "time point", "visit"];

function pick(variables: Variables, names: readonly string[]): string {
  return names.map((name) => variables[name] ?? "").find((value) => value !== "") ?? "";
}

function notStarted(key: string): ItemOutcome {
  const said = { code: "", reason: "The run ended before its turn.", repeatable: true };
  return plainOutcome(key, "not-started", said);
}

function noMatch(sessionId: string, pipeline: string, reason: string): ItemOutcome {
  const said = { code: "LEFT-NO-MATCH", reason };
  return plainOutcome(`${sessionId}//${pipeline}`, "left-out", said);
}

function compare(a: ListedSession, b: ListedSession): number {
  return (
    compareNames(a.subjectLabel, b.subjectLabel) ||
    compareNames(a.date, b.date) ||
    compareNames(a.label, b.label)
  );
}
