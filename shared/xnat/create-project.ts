import type { Call, XnatConnection } from "./connection.ts";
import { restate } from "./judge-answer.ts";
import { type ProjectRecord, readProject } from "./project.ts";
import { requireLabel, requirePlainValue } from "./request-values.ts";
import { isXnatError } from "./xnat-error.ts";

export interface NewProject {
  readonly id: string;
  readonly name?: string;
  readonly description?: string;
  readonly accessibility?: "public" | "protected" | "private";
}

/** Makes a project and reads it back. Ids and titles are taken whatever their case, and for ever (O7). */
export async function createProject(
  connection: XnatConnection,
  project: NewProject,
): Promise<ProjectRecord> {
  const id = requireLabel(project.id, "project");
  const name = requirePlainValue(project.name ?? id, "title");
  const call: Call = {
    method: "PUT",
    path: ["data", "projects", id],
    query: {
      name,
      secondary_ID: id,
      description: requirePlainValue(project.description ?? "", "description"),
      accessibility: project.accessibility ?? "private",
    },
  };
  try {
    await connection.text(call);
  } catch (error) {
    if (!isXnatError(error, "exists", "conflict", "forbidden")) throw error;
    throw restate(error, call, {
      rule: "O7",
      found: `the server refuses the project id "${id}" or title "${name}"`,
      hint: "It may be in use, also by a hidden project or one that was deleted, or the user may not create projects: try another id.",
    });
  }
  return readProject(connection, id);
}
