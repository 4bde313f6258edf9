import type { Call, XnatConnection } from "./connection.ts";
import { fieldText, readItem } from "./items.ts";
import { complain } from "./judge-answer.ts";
import { requireLabel, requirePlainValue } from "./request-values.ts";
import { listSubjects, type SubjectRecord } from "./subjects.ts";

export interface NewSubject {
  readonly project: string;
  readonly label: string;
  readonly group?: string;
  /** Why, for sites that ask for a reason of every change (O8). */
  readonly eventReason?: string;
}

/**
 * The subject of that label, made unless it is there; one that is there stays as it is.
 *
 * Refuses a label that differs from another only by case, since the archive takes both for one (O6). The label goes into the
 * path alone: as a parameter it would rename the subject and drop all else (O3).
 */
export async function createSubject(
  connection: XnatConnection,
  subject: NewSubject,
): Promise<SubjectRecord & { readonly created: boolean }> {
  const label = requireLabel(subject.label, "subject");
  const group = requirePlainValue(subject.group ?? "", "group");
  const { project } = subject;
  const path = ["data", "projects", project, "subjects", label];
  const call: Call = {
    method: "PUT",
    path,
    query: {
      ...(group === "" ? {} : { group }),
      ...(subject.eventReason === undefined ? {} : { event_reason: subject.eventReason }),
    },
    repeatable: true,
  };
  const subjects = await listSubjects(connection, project);
  const known = subjects.find((other) => other.label === label);
  if (known !== undefined) return { ...known, created: false };
  const twin = subjects.find((other) => other.label.toLowerCase() === label.toLowerCase());
  if (twin !== undefined) {
    throw complain("conflict", call, {
      rule: "O6",
      found: `project ${project} has a subject "${twin.label}", which differs from "${label}" only by case`,
      hint: `Use "${twin.label}".`,
    });
  }
  await connection.text(call);
  const item = await readItem(connection, path);
  if (fieldText(item, "label") !== label || fieldText(item, "group") !== group) {
    throw complain("not-stored", call, {
      rule: "O4",
      found: `the server accepted subject "${label}" but reads back label "${fieldText(item, "label")}" and group "${fieldText(item, "group")}"`,
      hint: "Check the rights of the user and the subject in XNAT.",
    });
  }
  return { id: fieldText(item, "ID"), label, project, owner: project, group, created: true };
}
