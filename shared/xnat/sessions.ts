import { compareNames } from "./compare-names.ts";
import type { XnatConnection } from "./connection.ts";
import { readRows } from "./read-rows.ts";
import { cell, type Row } from "./rows.schema.ts";

/** An imaging session of a project, as a list tells it. Missing values are "". */
export interface SessionRecord {
  /** The asked project. */
  readonly project: string;
  /** The project the session belongs to; another one when it is shared into `project` (L7). */
  readonly owner: string;
  readonly subjectId: string;
  readonly subjectLabel: string;
  readonly sessionId: string;
  readonly sessionLabel: string;
  /** yyyy-mm-dd. */
  readonly date: string;
  /** "xnat:mrSessionData", ... */
  readonly sessionType: string;
}

/** Columns from which `toSession` reads. */
export const sessionColumns = "ID,label,subject_label,subject_ID,date,xsiType,project";

/** The query for the imaging sessions of a project, shared ones too. */
export function imagingSessionsOf(project: string): Readonly<Record<string, string>> {
  return { project, xsiType: "xnat:imageSessionData" };
}

/** The imaging sessions of a project, with and without scans, by subject, date and label. */
export async function listSessions(
  connection: XnatConnection,
  project: string,
): Promise<readonly SessionRecord[]> {
  const rows = await readRows(connection, ["data", "experiments"], {
    ...imagingSessionsOf(project),
    columns: sessionColumns,
  });
  const byId = new Map<string, SessionRecord>();
  for (const row of rows) {
    const session = toSession(row, project);
    if (session.sessionId !== "" && !byId.has(session.sessionId)) {
      byId.set(session.sessionId, session);
    }
  }
  return [...byId.values()].sort(compareSessions);
}

/** What a row of a list of sessions says. */
export function toSession(row: Row, project: string): SessionRecord {
  return {
    project,
    owner: cell(row, "project") || project,
    subjectId: cell(row, "subject_ID"),
    subjectLabel: cell(row, "subject_label"),
    sessionId: cell(row, "ID"),
    sessionLabel: cell(row, "label"),
    date: cell(row, "date"),
    sessionType: cell(row, "xsiType"),
  };
}

export function compareSessions(a: SessionRecord, b: SessionRecord): number {
  return (
    compareNames(a.subjectLabel, b.subjectLabel) ||
    compareNames(a.date, b.date) ||
    compareNames(a.sessionLabel, b.sessionLabel) ||
    compareNames(a.sessionId, b.sessionId)
  );
}
