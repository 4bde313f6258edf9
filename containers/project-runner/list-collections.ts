import type { XnatConnection } from "#shared/xnat/connection.ts";
import { readRows } from "#shared/xnat/read-rows.ts";
import { cell, hasColumn } from "#shared/xnat/rows.schema.ts";
import { listSessions } from "#shared/xnat/sessions.ts";
import type { ListedCollection, SessionScan } from "./project-server.ts";

const roiType = "icr:roiCollectionData";

/**
 * ROI collections of a project by one query; where the server does not tell their sessions, session by session.
 *
 * Assessors of the project and nothing else have this type, so no session is left out.
 */
export async function* listCollections(
  x: XnatConnection,
  project: string,
): AsyncGenerator<ListedCollection> {
  const sessionColumn = `${roiType}/imagesession_id`;
  const rows = await readRows(x, ["data", "experiments"], {
    project,
    xsiType: roiType,
    columns: `ID,label,xsiType,${roiType}/imageSession_ID`,
  });
  const [first] = rows;
  if (first === undefined) return;
  if (hasColumn(first, sessionColumn) && cell(first, sessionColumn) !== "") {
    for (const row of rows) {
      const sessionId = cell(row, sessionColumn);
      if (sessionId === "") continue;
      yield { sessionId, assessorId: cell(row, "ID"), label: cell(row, "label") };
    }
    return;
  }
  for (const { sessionId } of await listSessions(x, project)) {
    const path = ["data", "experiments", sessionId, "assessors"];
    for (const row of await readRows(x, path, { columns: "ID,label,xsiType" })) {
      if (cell(row, "xsiType") !== roiType) continue;
      yield { sessionId, assessorId: cell(row, "ID"), label: cell(row, "label") };
    }
  }
}

/** Scans of a session with their series. */
export async function listSessionScans(
  x: XnatConnection,
  sessionId: string,
): Promise<readonly SessionScan[]> {
  const path = ["data", "experiments", sessionId, "scans"];
  const rows = await readRows(x, path, { columns: "ID,id,uid,UID" });
  return rows.map((row) => ({ scanId: cell(row, "ID"), seriesUid: cell(row, "uid") }));
}
