import { compareNames } from "./compare-names.ts";
import type { XnatConnection } from "./connection.ts";
import { unescapeOnce } from "./html-entities.ts";
import { readRows } from "./read-rows.ts";
import { cell } from "./rows.schema.ts";

/** A subject of a project, as the list tells it. Missing values are "". */
export interface SubjectRecord {
  readonly id: string;
  readonly label: string;
  /** The asked project. */
  readonly project: string;
  /** The project the subject belongs to; another one when it is shared into `project` (L7). */
  readonly owner: string;
  readonly group: string;
}

/** The subjects of a project, shared ones too, by label. The group came in as a parameter, so it is unescaped once. */
export async function listSubjects(
  connection: XnatConnection,
  project: string,
): Promise<readonly SubjectRecord[]> {
  const rows = await readRows(connection, ["data", "projects", project, "subjects"], {
    columns: "ID,label,group,project",
  });
  const byId = new Map<string, SubjectRecord>();
  for (const row of rows) {
    const id = cell(row, "ID");
    if (id === "" || byId.has(id)) continue;
    byId.set(id, {
      id,
      label: cell(row, "label"),
      project,
      owner: cell(row, "project") || project,
      group: unescapeOnce(cell(row, "group")),
    });
  }
  return [...byId.values()].sort(
    (a, b) => compareNames(a.label, b.label) || compareNames(a.id, b.id),
  );
}
