import { compareNames } from "./compare-names.ts";
import type { XnatConnection } from "./connection.ts";
import { pause as ordinaryPause, type Pause, tryAgain } from "./pause.ts";
import { readRows } from "./read-rows.ts";
import { cell, hasColumn, type Row } from "./rows.schema.ts";
import {
  compareSessions,
  imagingSessionsOf,
  listSessions,
  type SessionRecord,
  sessionColumns,
  toSession,
} from "./sessions.ts";
import { streamRows } from "./stream-rows.ts";

/** A scan with its session, as the list of a project tells it. Missing values are "". */
export interface ScanRecord extends SessionRecord, ScanOfSession {}

interface ScanOfSession {
  readonly scanId: string;
  readonly scanType: string;
  readonly seriesDescription: string;
  readonly quality: string;
  readonly frames: string;
  readonly seriesUid: string;
  /** Of the scan, else the one its session type implies: "MR". */
  readonly modality: string;
}

/** A session with its scans while they are being gathered. */
interface Gathered {
  readonly session: SessionRecord;
  readonly scans: Map<string, ScanOfSession>;
}

const columns = {
  scanId: "id",
  scanType: "type",
  seriesDescription: "series_description",
  quality: "quality",
  frames: "frames",
  seriesUid: "uid",
  modality: "modality",
} as const;

/** Requests at a time where each session must be asked. */
const abreast = 4;

/** How often a long list that breaks off is asked for again. */
const tries = 3;

/**
 * All scans of the imaging sessions of a project, by subject, date and session; a session's scans come together, by their ids.
 *
 * One request, whatever the number of sessions; sessions without scans do not come (`listSessions` has them). A server that
 * does not know the columns of scans is asked session by session (L4). Sessions that are shared into the project have another
 * `owner` (L7). Texts are as the server holds them: descriptions come from DICOM and are not escaped.
 */
export async function* listScans(
  connection: XnatConnection,
  project: string,
  { pause = ordinaryPause }: { readonly pause?: Pause } = {},
): AsyncGenerator<ScanRecord, void, undefined> {
  // Rows of a list that broke off cannot be continued, for want of an order (L6): all of it is asked for again.
  const gathered = await tryAgain(tries, pause, () => gather(connection, project));
  if (gathered === "unknown-columns") {
    yield* askEachSession(connection, project);
    return;
  }
  const sessions = [...gathered.values()].sort((a, b) => compareSessions(a.session, b.session));
  for (const session of sessions) yield* recordsOf(session);
}

/** The list in one request. */
async function gather(
  connection: XnatConnection,
  project: string,
): Promise<ReadonlyMap<string, Gathered> | "unknown-columns"> {
  const gathered = new Map<string, Gathered>();
  const kept = new Map<string, string>();
  /** One copy of each text that many scans share, so that 100,000 scans stay small. */
  const once = (text: string): string => {
    const known = kept.get(text);
    if (known === undefined) kept.set(text, text);
    return known ?? text;
  };
  const scanColumns = Object.values(columns).map((name) => `xnat:imagescandata/${name}`);
  const rows = streamRows(connection, ["data", "experiments"], {
    ...imagingSessionsOf(project),
    columns: [sessionColumns, ...scanColumns].join(","),
  });
  for await (const row of rows) {
    if (!hasColumn(row, "xnat:imagescandata/id")) return "unknown-columns";
    const sessionId = cell(row, "ID");
    const scanId = cell(row, "xnat:imagescandata/id");
    if (sessionId === "" || scanId === "") continue;
    let place = gathered.get(sessionId);
    if (place === undefined) {
      place = { session: toSession(row, project), scans: new Map() };
      gathered.set(sessionId, place);
    }
    // Columns with several values multiply rows (L5): the first row of a scan speaks for it.
    if (place.scans.has(scanId)) continue;
    place.scans.set(scanId, toScan(row, "xnat:imagescandata/", place.session.sessionType, once));
  }
  return gathered;
}

async function* askEachSession(
  connection: XnatConnection,
  project: string,
): AsyncGenerator<ScanRecord> {
  const sessions = await listSessions(connection, project);
  for (let start = 0; start < sessions.length; start += abreast) {
    const group = sessions.slice(start, start + abreast);
    const gathered = await Promise.all(group.map((session) => askSession(connection, session)));
    for (const session of gathered) yield* recordsOf(session);
  }
}

async function askSession(connection: XnatConnection, session: SessionRecord): Promise<Gathered> {
  const path = ["data", "experiments", session.sessionId, "scans"];
  const rows = await readRows(connection, path, {
    columns: [...Object.values(columns), "ID", "UID"].join(","),
  });
  const scans = new Map<string, ScanOfSession>();
  for (const row of rows) {
    const scan = toScan(row, "", session.sessionType);
    if (scan.scanId !== "" && !scans.has(scan.scanId)) scans.set(scan.scanId, scan);
  }
  return { session, scans };
}

function toScan(
  row: Row,
  prefix: string,
  sessionType: string,
  once = (text: string): string => text,
): ScanOfSession {
  const text = (name: keyof typeof columns): string => once(cell(row, prefix + columns[name]));
  return {
    scanId: text("scanId"),
    scanType: text("scanType"),
    seriesDescription: text("seriesDescription"),
    quality: text("quality"),
    frames: text("frames"),
    seriesUid: cell(row, prefix + columns.seriesUid),
    modality: text("modality") || once(impliedModality(sessionType)),
  };
}

/** "xnat:mrSessionData" -> "MR"; "" for types that do not say. */
function impliedModality(sessionType: string): string {
  const name = /^xnat:(mr|pet|ct|us|petmr)SessionData$/.exec(sessionType)?.[1] ?? "";
  return name === "pet" ? "PT" : name === "petmr" ? "" : name.toUpperCase();
}

function* recordsOf({ session, scans }: Gathered): Generator<ScanRecord> {
  const ordered = [...scans.values()].sort((a, b) => compareNames(a.scanId, b.scanId));
  for (const scan of ordered) yield { ...session, ...scan };
}
