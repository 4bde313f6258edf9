import type { Call, XnatConnection } from "./connection.ts";
import { fieldText, type Item, readItem } from "./items.ts";
import { complain } from "./judge-answer.ts";
import { requireLabel, requirePlainValue } from "./request-values.ts";
import { listSubjects } from "./subjects.ts";
import { isXnatError } from "./xnat-error.ts";

export interface NewSession {
  readonly project: string;
  /** Label or accession id of a subject that is there. */
  readonly subject: string;
  readonly label: string;
  /** "xnat:mrSessionData". */
  readonly xsiType: string;
  /** yyyy-mm-dd. */
  readonly date?: string;
  /** Why, for sites that ask for a reason of every change (O8). */
  readonly eventReason?: string;
}

/**
 * The session of that label, made unless it is there; one that is there stays as it is.
 *
 * XNAT would move a session that belongs to another subject (O1) and invent an unknown subject (O2): both are refused here.
 */
export async function createSession(
  connection: XnatConnection,
  session: NewSession,
): Promise<{ readonly id: string; readonly label: string; readonly created: boolean }> {
  const label = requireLabel(session.label, "session");
  const { project } = session;
  const call: Call = {
    method: "PUT",
    path: ["data", "projects", project, "subjects", session.subject, "experiments", label],
    query: {
      xsiType: session.xsiType,
      ...(session.date === undefined ? {} : { date: requirePlainValue(session.date, "date") }),
      ...(session.eventReason === undefined ? {} : { event_reason: session.eventReason }),
    },
    repeatable: true,
  };
  const subjects = await listSubjects(connection, project);
  const subject =
    subjects.find(({ id }) => id === session.subject) ??
    subjects.find((known) => known.label === session.subject);
  if (subject === undefined) {
    throw complain("not-found", call, {
      rule: "O2",
      found: `project ${project} has no subject "${session.subject}"`,
      hint: "Create the subject first.",
    });
  }
  const known = await findSession(connection, project, label);
  if (known !== undefined) {
    const owner = fieldText(known, "subject_ID");
    if (owner === subject.id) return { id: fieldText(known, "ID"), label, created: false };
    throw complain("conflict", call, {
      rule: "O1",
      found: `the session "${label}" of project ${project} belongs to another subject (${owner})`,
      hint: "Choose another label: sessions are unique in a project.",
    });
  }
  await connection.text(call);
  const made = await findSession(connection, project, label);
  if (made === undefined || made.xsiType !== session.xsiType) {
    throw complain("not-stored", call, {
      rule: "O4",
      found: `the server accepted session "${label}" but ${made === undefined ? "does not have it" : `has it as ${made.xsiType}`}`,
      hint: "Check the rights of the user and whether the site knows this kind of session.",
    });
  }
  return { id: fieldText(made, "ID"), label, created: true };
}

async function findSession(
  connection: XnatConnection,
  project: string,
  label: string,
): Promise<Item | undefined> {
  try {
    return await readItem(connection, ["data", "projects", project, "experiments", label]);
  } catch (error) {
    if (isXnatError(error, "not-found")) return undefined;
    throw error;
  }
}
