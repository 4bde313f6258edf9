import { compareNames } from "./compare-names.ts";
import type { Body, Call, XnatConnection } from "./connection.ts";
import { fieldText, readItem } from "./items.ts";
import { complain, restate, unexpected } from "./judge-answer.ts";
import { readBody } from "./read-body.ts";
import { readRows } from "./read-rows.ts";
import { requireLabel } from "./request-values.ts";
import { cell } from "./rows.schema.ts";
import { isXnatError } from "./xnat-error.ts";

export type CollectionType = "RTSTRUCT" | "SEG" | "AIM";

/** An ROI collection of a session: an assessor whose resource, labelled with its type, holds one file. */
export interface RoiCollection {
  readonly id: string;
  readonly label: string;
  readonly name: string;
  readonly sessionId: string;
  /** "RTSTRUCT", "SEG", "AIM", or what newer versions of the plugin add. */
  readonly type: string;
  /** SOP instance UID of the file, or the AIM UID. */
  readonly uid: string;
  /** yyyy-mm-dd. */
  readonly date: string;
}

/** Bytes of the largest file that is fetched: segmentations of whole bodies have some hundred MB. */
const longestCollection = 1024 * 1024 * 1024;
const roiType = "icr:roiCollectionData";

/** The ROI collections of a session, by label. The list does not tell their types, so each is asked for. */
export async function listRoiCollections(
  connection: XnatConnection,
  sessionId: string,
): Promise<readonly RoiCollection[]> {
  const assessors = ["data", "experiments", sessionId, "assessors"];
  const rows = await readRows(connection, assessors, { columns: "ID,label,xsiType" });
  const collections: RoiCollection[] = [];
  for (const row of rows) {
    if (cell(row, "xsiType") !== roiType) continue;
    collections.push(await readRoiCollection(connection, sessionId, cell(row, "ID")));
  }
  return collections.sort((a, b) => compareNames(a.label, b.label) || compareNames(a.id, b.id));
}

/** One ROI collection of a session, by its id or label. */
export async function readRoiCollection(
  connection: XnatConnection,
  sessionId: string,
  id: string,
): Promise<RoiCollection> {
  const path = ["data", "experiments", sessionId, "assessors", id];
  const item = await readItem(connection, path);
  return {
    id: fieldText(item, "ID"),
    label: fieldText(item, "label"),
    name: fieldText(item, "name"),
    sessionId,
    type: fieldText(item, "collectionType"),
    uid: fieldText(item, "UID"),
    date: fieldText(item, "date"),
  };
}

/** Whether a project has an ROI collection of this id or label. */
export async function hasRoiCollection(
  connection: XnatConnection,
  project: string,
  idOrLabel: string,
): Promise<boolean> {
  const call: Call = {
    method: "GET",
    path: ["xapi", "roi", "projects", project, "exists", idOrLabel],
  };
  const { text } = await asking(connection.text(call), call);
  if (text.trim() === "true") return true;
  if (text.trim() === "false") return false;
  throw unexpected(call, "neither true nor false", text);
}

/**
 * Stores a file as ROI collection and returns its id. The plugin takes it only when the UIDs it refers to are in the session.
 *
 * @param options.overwrite - replaces a collection of that label in the same session
 */
export async function storeRoiCollection(
  connection: XnatConnection,
  collection: {
    readonly project: string;
    readonly sessionId: string;
    readonly label: string;
    readonly type: CollectionType;
  },
  file: Omit<Body, "contentType">,
  options: { readonly overwrite?: boolean } = {},
): Promise<string> {
  const { project, sessionId, type } = collection;
  const label = requireLabel(collection.label, "ROI collection");
  const call: Call = {
    method: "PUT",
    path: ["xapi", "roi", "projects", project, "sessions", sessionId, "collections", label],
    query: { type, ...(options.overwrite === true ? { overwrite: "true" } : {}) },
    body: { length: file.length, open: file.open, contentType: "application/octet-stream" },
    repeatable: options.overwrite === true,
    // The plugin reads the spatial data of the whole session first.
    answerWithinMs: 300_000,
  };
  const { text } = await asking(connection.text(call), call);
  const id = text.trim();
  if (!/^[\w.-]+$/.test(id)) throw unexpected(call, "no id of a collection", text);
  if (await hasRoiCollection(connection, project, id)) return id;
  throw complain("not-stored", call, {
    rule: "O4",
    found: `the server answered with the id ${id} but does not have it`,
    hint: "Look at the session in XNAT, and try again.",
  });
}

/** The file of an ROI collection, whole. With a type the plugin converts between AIM and RTSTRUCT when it must. */
export async function fetchRoiCollection(
  connection: XnatConnection,
  project: string,
  idOrLabel: string,
  type?: CollectionType,
): Promise<Uint8Array> {
  const call: Call = {
    method: "GET",
    path: ["xapi", "roi", "projects", project, "collections", idOrLabel],
    ...(type === undefined ? {} : { query: { type } }),
  };
  return asking(
    connection.stream(call, (body) => readBody(body, call, longestCollection)),
    call,
  );
}

/** Deletes an ROI collection; false when there was none. Read back, since deletions may be accepted and not done (U12). */
export async function deleteRoiCollection(
  connection: XnatConnection,
  project: string,
  idOrLabel: string,
): Promise<boolean> {
  if (!(await hasRoiCollection(connection, project, idOrLabel))) return false;
  const call: Call = {
    method: "DELETE",
    path: ["xapi", "roi", "projects", project, "collections", idOrLabel],
  };
  await asking(connection.text(call), call);
  if (!(await hasRoiCollection(connection, project, idOrLabel))) return true;
  throw complain("not-stored", call, {
    rule: "U12",
    found: "the server accepted the deletion but still has the collection",
    hint: "Check the rights of the user.",
  });
}

/** Says what a 404 or 422 of the plugin means. */
async function asking<T>(answer: Promise<T>, call: Call): Promise<T> {
  try {
    return await answer;
  } catch (error) {
    if (isXnatError(error, "not-found")) {
      throw restate(error, call, {
        rule: "A10",
        found: "no such project, session or collection, no access to it, or no ROI plugin",
        hint: "Check the ids, and that the OHIF viewer plugin is installed.",
      });
    }
    if (isXnatError(error) && error.status === 422 && call.method === "PUT") {
      const exists = /exist/i.test(error.excerpt);
      throw restate(error, call, {
        kind: exists ? "exists" : "validation",
        rule: "ROI",
        found: exists
          ? "a collection of that label exists"
          : "the collection does not fit the session",
        hint: exists
          ? "Choose another label, or overwrite."
          : "Check that the images it was drawn on are in this session.",
      });
    }
    throw error;
  }
}
