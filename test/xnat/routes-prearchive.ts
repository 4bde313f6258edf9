import { existsSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { setTimeout as wait } from "node:timers/promises";
import { ArchiveRefused, archive, fieldsOf } from "./archive-session.ts";
import { trackWork } from "./event-tracking.ts";
import { type Exchange, type Handler, Refusal, type Route, send } from "./exchange.ts";
import { findSession } from "./find.ts";
import { build, removeRow, seriesOf, uriOfRow } from "./prearchive.ts";
import { rebuildIdle } from "./rebuild-idle.ts";
import { resultSet } from "./result-set.ts";
import { canEdit, requireEdit } from "./rights.ts";
import type { PrearchiveRow, Session, Site } from "./site.ts";

const keys = [
  "scan_time",
  "status",
  "subject",
  "tag",
  "TIMEZONE",
  "uploaded",
  "lastmod",
  "scan_date",
  "url",
  "timestamp",
  "prevent_auto_commit",
  "project",
  "SOURCE",
  "prevent_anon",
  "autoarchive",
  "name",
  "folderName",
  "VISIT",
  "PROTOCOL",
];

const timeText = (time: number): string =>
  new Date(time)
    .toISOString()
    .replace("T", " ")
    .replace(/\d\dZ$/, "");

const cellsOf = (row: PrearchiveRow): readonly string[] => [
  row.scanTime,
  row.status,
  row.subject,
  row.tag,
  "",
  timeText(row.uploaded),
  timeText(row.lastmod),
  row.scanDate,
  uriOfRow(row).replace(/^\/data/, ""),
  row.timestamp,
  String(row.preventAutoCommit),
  row.project,
  row.source,
  String(row.preventAnon),
  row.autoarchive,
  row.name,
  row.folderName,
  "",
  "",
];

const list: Handler = async (exchange) => {
  const { site, params } = exchange;
  await rebuildIdle(site);
  const seen = site.prearchive.filter(({ project }) => {
    if (params["project"] !== undefined && params["project"] !== project) return false;
    const known = site.projects.get(project);
    return known === undefined
      ? exchange.user?.roles.includes("SiteAdmin") === true
      : canEdit(exchange.user, known);
  });
  await resultSet(exchange, { keys, rows: seen.map(cellsOf) });
};

async function rowOf(exchange: Exchange): Promise<PrearchiveRow> {
  const { project = "", timestamp, folder } = exchange.params;
  requireEdit(exchange, project);
  await rebuildIdle(exchange.site);
  return known(exchange.site, project, timestamp ?? "", folder ?? "");
}

function known(site: Site, project: string, timestamp: string, folder: string): PrearchiveRow {
  const row = site.prearchive.find(
    (one) => one.project === project && one.timestamp === timestamp && one.folderName === folder,
  );
  if (row === undefined) throw new Refusal(404, "Unable to find the specified prearchive session.");
  return row;
}

const readRow: Handler = async (exchange) => {
  const row = await rowOf(exchange);
  if (exchange.query("format") !== "xml") {
    await resultSet(exchange, { keys, rows: [cellsOf(row)] });
    return;
  }
  if (!existsSync(`${row.folder}.xml`)) throw new Refusal(404, "Session XML not found");
  send(exchange, 200, "text/xml", await readFile(`${row.folder}.xml`));
};

const listScans: Handler = async (exchange) => {
  const series = [...seriesOf(await rowOf(exchange)).values()];
  await resultSet(exchange, {
    keys: ["ID", "type", "series_description", "frames", "UID"],
    rows: series.map(({ scanId, description, files, uid }) => [
      scanId,
      description,
      description,
      String(files.length),
      uid,
    ]),
  });
};

const readLogs: Handler = async (exchange) => {
  const { logs } = await rowOf(exchange);
  await resultSet(exchange, {
    keys: ["id", "entry"],
    rows: logs.map((entry, n) => [String(n), entry]),
  });
};

function wishOf(exchange: Exchange) {
  return {
    subject: exchange.query("subject"),
    session: exchange.query("session"),
    overwrite: exchange.query("overwrite"),
    overwriteFiles: exchange.query("overwrite_files") === "true",
    fields: fieldsOf(exchange),
    user: exchange.user?.login ?? "admin",
  };
}

const archiveUri = ({ project, subjectId, id }: Session): string =>
  `/data/archive/projects/${project}/subjects/${subjectId}/experiments/${id}`;

/** P8. */
function requireUnlocked(exchange: Exchange, status: number, text: string): void {
  if (exchange.fault("lockPrearchive") === undefined) return;
  exchange.touch("P8");
  throw new Refusal(status, text);
}

const actions: Readonly<Record<string, (exchange: Exchange, row: PrearchiveRow) => Promise<void>>> =
  {
    build: async (exchange, row) => {
      await build(exchange.site, row);
      send(exchange, 200, "text/uri-list", uriOfRow(row));
    },
    commit: async (exchange, row) => {
      await build(exchange.site, row);
      if (exchange.query("AA") !== "true") {
        send(exchange, 200, "text/uri-list", uriOfRow(row));
        return;
      }
      const key = exchange.query("http-session-listener");
      const wish = wishOf(exchange);
      const slow = exchange.fault("archiveSlow")?.seconds;
      const inBackground = (name: string) =>
        trackWork(exchange.site, name, async () => {
          if (slow !== undefined) await wait(slow * 1000);
          return archiveUri(await archive(exchange.site, row, wish));
        });
      if (key !== undefined) {
        inBackground(key);
        send(exchange, 200, "text/plain", "Archival initiated");
        return;
      }
      if (slow !== undefined) {
        // P4: the answer gives up, the work goes on.
        exchange.touch("P4");
        inBackground("slow");
        throw new Refusal(
          500,
          "The archive operation did not complete within the configured timeout interval.",
        );
      }
      const session = await refusing(400, () => archive(exchange.site, row, wish));
      exchange.touch("P1");
      send(exchange, 301, "text/uri-list", archiveUri(session), { Location: archiveUri(session) });
    },
    move: async (exchange, row) => {
      const target = exchange.query("newProject") ?? "";
      requireEdit(exchange, target);
      row.project = target;
      send(exchange, 301, "text/uri-list", uriOfRow(row), { Location: uriOfRow(row) });
    },
    "reset-status": async (exchange, row) => {
      row.status = "READY";
      send(exchange, 200, "text/plain", "");
    },
    "set-status": async (exchange, row) => {
      row.status = exchange.query("status") ?? row.status;
      send(exchange, 200, "text/plain", "");
    },
  };

async function refusing<T>(
  status: number,
  work: () => Promise<T>,
  words = (reason: string) => reason,
): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (error instanceof ArchiveRefused) throw new Refusal(status, words(error.message));
    throw error;
  }
}

const act: Handler = async (exchange) => {
  const row = await rowOf(exchange);
  requireUnlocked(exchange, 409, "session document locked");
  const action = exchange.query("action");
  const known = action === undefined ? undefined : actions[action];
  if (known === undefined) {
    throw new Refusal(
      400,
      `No action parameter was specified for the request by user ${exchange.user?.login}`,
    );
  }
  await known(exchange, row);
};

const remove: Handler = async (exchange) => {
  await removeRow(exchange.site, await rowOf(exchange));
  send(exchange, 200, "text/plain", "");
};

function rowsOfSources(exchange: Exchange): readonly PrearchiveRow[] {
  return exchange.all("src").map((src) => {
    const [, project = "", timestamp = "", folder = ""] =
      /prearchive\/projects\/([^/]+)\/([^/]+)\/([^/]+)/.exec(src) ?? [];
    requireEdit(exchange, project);
    return known(exchange.site, project, timestamp, folder);
  });
}

const archiveSources: Handler = async (exchange) => {
  const uris: string[] = [];
  for (const row of rowsOfSources(exchange)) {
    requireUnlocked(exchange, 403, "Operation already in progress on this prearchive entry.");
    const failure = exchange.fault("archiveFails")?.text;
    // Inner 409, 423 and 400 become 500 (P3).
    const words = (reason: string) => `FAILED: Unable to archive ${row.folderName}: ${reason}`;
    if (failure !== undefined) throw new Refusal(500, words(failure));
    if (row.status === "RECEIVING") await build(exchange.site, row);
    const session = await refusing(500, () => archive(exchange.site, row, wishOf(exchange)), words);
    uris.push(archiveUri(session));
  }
  if (exchange.query("redirect") === "true") {
    exchange.touch("P1");
    send(exchange, 303, "text/plain", "", { Location: exchange.site.url });
    return;
  }
  send(exchange, 200, "text/uri-list", uris.map((uri) => `${uri}\r\n`).join(""));
};

/** Codes of xnat's validation, as far as they can occur here. */
const validate: Handler = async (exchange) => {
  const { site } = exchange;
  const rows = rowsOfSources(exchange).flatMap((row) => {
    const found: string[][] = [];
    const session = findSession(site, exchange.query("session") ?? row.name, row.project);
    const subject = exchange.query("subject") ?? row.subject;
    if (subject === "") found.push(["11", "FAIL", "Unable to identify subject."]);
    else if (
      ![...site.subjects.values()].some(
        ({ project, label }) =>
          project === row.project && label.toLowerCase() === subject.toLowerCase(),
      )
    ) {
      found.push(["12", "WARN", `Subject ${subject} will be created.`]);
    }
    if (session === undefined) return found;
    found.push(["1", "CONFLICT", "Session already exists."]);
    const owner = site.subjects.get(session.subjectId)?.label ?? "";
    if (owner.toLowerCase() !== subject.toLowerCase()) {
      found.push(["4", "FAIL", "Already Exists for another Subject"]);
    }
    if (session.uid !== row.tag)
      found.push(["5", "CONFLICT", "Session has another StudyInstanceUID."]);
    for (const { uid, scanId } of seriesOf(row).values()) {
      const same = session.scans.find((scan) => scan.uid === uid);
      if (same?.id === scanId)
        found.push([
          "16",
          "CONFLICT",
          `Session already contains a scan (${scanId}) with the same UID and number.`,
        ]);
      else if (same !== undefined)
        found.push(["18", "CONFLICT", `Scan ${scanId} is there as ${same.id}.`]);
      else if (session.scans.some(({ id }) => id === scanId))
        found.push(["17", "WARN", `Scan ${scanId} will be renamed.`]);
    }
    return found;
  });
  await resultSet(exchange, { keys: ["code", "type", "message"], rows });
};

const removeSources: Handler = async (exchange) => {
  for (const row of rowsOfSources(exchange)) await removeRow(exchange.site, row);
  send(exchange, 200, "text/plain", "");
};

const rebuildSources: Handler = async (exchange) => {
  for (const row of rowsOfSources(exchange)) await build(exchange.site, row);
  send(exchange, 200, "text/plain", "");
};

const one = "/data/prearchive/projects/:project/:timestamp/:folder";

/** Prearchive: rows, build, commit, move, delete, validation and archiving. */
export const prearchiveRoutes: readonly Route[] = [
  { method: "GET", pattern: "/data/prearchive", handler: list },
  { method: "GET", pattern: "/data/prearchive/projects", handler: list },
  { method: "GET", pattern: "/data/prearchive/projects/:project", handler: list },
  { method: "GET", pattern: one, handler: readRow },
  { method: "GET", pattern: `${one}/scans`, handler: listScans },
  { method: "GET", pattern: `${one}/logs`, handler: readLogs },
  { method: "POST", pattern: one, handler: act },
  { method: "DELETE", pattern: one, handler: remove },
  { method: "POST", pattern: "/data/services/validate-archive", handler: validate },
  { method: "POST", pattern: "/data/services/archive", handler: archiveSources },
  { method: "POST", pattern: "/data/services/prearchive/delete", handler: removeSources },
  { method: "POST", pattern: "/data/services/prearchive/rebuild", handler: rebuildSources },
];
