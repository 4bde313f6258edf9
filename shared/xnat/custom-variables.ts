import type { XnatConnection } from "./connection.ts";
import { unescapeOnce } from "./html-entities.ts";
import { childrenAt, fieldText, type Item, readItem } from "./items.ts";
import { readRows } from "./read-rows.ts";
import { cell, type Row } from "./rows.schema.ts";
import { imagingSessionsOf, listSessions } from "./sessions.ts";
import { listSubjects } from "./subjects.ts";

/** Custom variables of one subject or session: lower-case name -> value, unescaped once since they came in as parameters. */
export type Variables = ReadonlyMap<string, string>;

/** Custom variables by accession id; subjects or sessions without any may be missing. */
export type VariablesById = ReadonlyMap<string, Variables>;

/** Requests at a time where each subject or session must be asked. */
const abreast = 4;

/** Custom variables of all subjects of a project: one list, or one request per subject where the list lacks the columns (L4). */
export async function readSubjectVariables(
  connection: XnatConnection,
  project: string,
): Promise<VariablesById> {
  const subjects = ["data", "projects", project, "subjects"];
  const found = await listVariables(connection, subjects, {}, "xnat:subjectData");
  if (found !== undefined) {
    return completed(found, (id) => readItem(connection, [...subjects, id]));
  }
  const ids = (await listSubjects(connection, project)).map(({ id }) => id);
  return askEach(ids, (id) => readItem(connection, [...subjects, id]));
}

/** Custom variables of all imaging sessions of a project: one list, or one request per session. */
export async function readSessionVariables(
  connection: XnatConnection,
  project: string,
): Promise<VariablesById> {
  const ask = (id: string): Promise<Item> => readItem(connection, ["data", "experiments", id]);
  // The path of the common type reaches sessions of every modality; servers that want a concrete type know the one of MR.
  for (const xsiType of ["xnat:imageSessionData", "xnat:mrSessionData"]) {
    const query = { ...imagingSessionsOf(project), xsiType };
    const found = await listVariables(connection, ["data", "experiments"], query, xsiType);
    if (found !== undefined) return completed(found, ask);
  }
  const ids = (await listSessions(connection, project)).map(({ sessionId }) => sessionId);
  return askEach(ids, ask);
}

/** Custom variables that an item document shows. */
export function variablesOf(item: Item): Variables {
  const pairs = childrenAt(item, "fields/field").map(
    (field) =>
      [fieldText(field, "name").toLowerCase(), unescapeOnce(fieldText(field, "field"))] as const,
  );
  return new Map(pairs.filter(([name, value]) => name !== "" && value !== ""));
}

interface Listed {
  readonly variables: ReadonlyMap<string, Map<string, string>>;
  /** Those whose rows contradict each other. */
  readonly unclear: ReadonlySet<string>;
}

/** What the list says; undefined when it does not have the columns. */
async function listVariables(
  connection: XnatConnection,
  path: readonly string[],
  query: Readonly<Record<string, string>>,
  xsiType: string,
): Promise<Listed | undefined> {
  const nameColumn = `${xsiType}/fields/field/name`;
  const valueColumn = `${xsiType}/fields/field/field`;
  const rows = await readRows(connection, path, {
    ...query,
    columns: ["ID", nameColumn, valueColumn].join(","),
  });
  const keyOf = (row: Row, end: string): string | undefined =>
    Object.keys(row).find((key) => key.endsWith(`/fields/field/${end}`));
  const first = rows[0];
  if (first === undefined) return { variables: new Map(), unclear: new Set() };
  const nameKey = keyOf(first, "name");
  const valueKey = keyOf(first, "field");
  if (nameKey === undefined || valueKey === undefined) return undefined;
  const variables = new Map<string, Map<string, string>>();
  const unclear = new Set<string>();
  for (const row of rows) {
    const id = cell(row, "ID");
    const name = cell(row, nameKey).toLowerCase();
    const value = unescapeOnce(cell(row, valueKey));
    if (id === "") continue;
    const ofOne = variables.get(id) ?? new Map<string, string>();
    variables.set(id, ofOne);
    if (name === "") continue;
    // Every name with every value: the server joined the two columns apart (L5). Only the object itself can tell.
    if ((ofOne.get(name) ?? value) !== value) unclear.add(id);
    if (value !== "") ofOne.set(name, value);
  }
  return { variables, unclear };
}

async function completed(
  { variables, unclear }: Listed,
  ask: (id: string) => Promise<Item>,
): Promise<VariablesById> {
  return new Map([...variables, ...(await askEach([...unclear], ask))]);
}

async function askEach(
  ids: readonly string[],
  ask: (id: string) => Promise<Item>,
): Promise<VariablesById> {
  const all = new Map<string, Variables>();
  for (let start = 0; start < ids.length; start += abreast) {
    const group = ids.slice(start, start + abreast);
    const items = await Promise.all(group.map(ask));
    for (const [index, id] of group.entries()) all.set(id, variablesOf(items[index]!));
  }
  return all;
}
