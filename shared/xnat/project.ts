import type { XnatConnection } from "./connection.ts";
import { fieldText, readItem } from "./items.ts";
import { restate } from "./judge-answer.ts";
import { readRows } from "./read-rows.ts";
import { cell } from "./rows.schema.ts";
import { isXnatError } from "./xnat-error.ts";

export interface ProjectRecord {
  readonly id: string;
  readonly name: string;
  readonly secondaryId: string;
  readonly description: string;
}

/** A project. One that is hidden from the user looks exactly like one that is not there (A10). */
export async function readProject(
  connection: XnatConnection,
  project: string,
): Promise<ProjectRecord> {
  const path = ["data", "projects", project];
  try {
    const item = await readItem(connection, path);
    return {
      id: fieldText(item, "ID") || project,
      name: fieldText(item, "name"),
      secondaryId: fieldText(item, "secondary_ID"),
      description: fieldText(item, "description"),
    };
  } catch (error) {
    if (!isXnatError(error, "not-found")) throw error;
    throw restate(
      error,
      { method: "GET", path },
      {
        rule: "A10",
        found: `project ${project} does not exist, or ${connection.user} has no access to it`,
        hint: "Check the id of the project (not its title), or ask its owner to add the user.",
      },
    );
  }
}

/** Ids of the projects in which the user may change data of a type: "xnat:subjectData" is what members may change. */
export async function listEditableProjects(
  connection: XnatConnection,
  dataType: string,
): Promise<ReadonlySet<string>> {
  const query = { permissions: "edit", dataType };
  const rows = await readRows(connection, ["data", "projects"], query);
  return new Set(rows.map((row) => cell(row, "id")));
}
