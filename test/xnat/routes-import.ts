import { createReadStream, createWriteStream, existsSync } from "node:fs";
import { mkdir, rm } from "node:fs/promises";
import { join } from "node:path";
import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { withFile } from "#shared/dicom/byte-source.ts";
import { readNumber } from "#shared/dicom/dataset.ts";
import { readLayout } from "#shared/dicom/file-layout.ts";
import type { Instance } from "#shared/dicom/frame.ts";
import { readDataset } from "#shared/dicom/read-dataset.ts";
import { readInstance } from "#shared/dicom/read-instance.ts";
import { isProgramError } from "#shared/errors.ts";
import { ArchiveRefused, archive, fieldsOf } from "./archive-session.ts";
import { type Exchange, type Handler, Refusal, type Route, send } from "./exchange.ts";
import { build, receive, rowFor, uriOfRow } from "./prearchive.ts";
import { requireEdit } from "./rights.ts";
import type { PrearchiveRow } from "./site.ts";
import { bodyFiles, drainRequest, notInBody } from "./upload-file.ts";
import { readZipStream, ZipRefused } from "./zip-in.ts";

const handlers = new Set(["DICOM-zip", "gradual-DICOM", "SI"]);

/** First of several spellings of a parameter. */
const given = (exchange: Exchange, ...names: readonly string[]): string | undefined =>
  names.map((name) => exchange.query(name)).find((value) => value !== undefined && value !== "");

/** Sessions that a request is storing into (I5). */
const busy = new Set<string>();

/** Files of the import: of the body or of the user's cache, of zips one by one. */
async function* incoming(
  exchange: Exchange,
): AsyncGenerator<{ readonly name: string; readonly bytes: AsyncIterable<Uint8Array> }> {
  const { site, user } = exchange;
  const src = exchange.query("src");
  const single = given(exchange, "import-handler") === "gradual-DICOM";
  const sources: AsyncIterable<Uint8Array>[] = [];
  if (src !== undefined) {
    const [, resource = "", path = ""] = /cache\/resources\/([^/]+)\/files\/(.+)$/.exec(src) ?? [];
    const file = join(site.root, "cache", "USERS", user?.login ?? "", resource, path);
    if (path === "" || path.includes("..") || !existsSync(file)) {
      throw new Refusal(404, "Unknown src file.");
    }
    sources.push(createReadStream(file) as AsyncIterable<Uint8Array>);
    yield* entriesOf(sources[0]!, single);
    return;
  }
  try {
    for await (const { source } of bodyFiles(exchange, "upload")) yield* entriesOf(source, single);
  } catch (error) {
    // What is 500 for files is 400 here (U3).
    if (error instanceof Refusal && error.message === notInBody) throw new Refusal(400, notInBody);
    throw error;
  }
}

async function* entriesOf(source: AsyncIterable<Uint8Array>, single: boolean) {
  if (single) yield { name: "upload.dcm", bytes: source };
  else for await (const { name, bytes } of readZipStream(source)) yield { name, bytes };
}

interface Heads {
  readonly instanceNumber: number;
  readonly date: string;
  readonly time: string;
}

const headTags = new Set([0x00200013, 0x00080020, 0x00080030]);

function readHeads(path: string): Heads {
  return withFile(path, path, (source) => {
    const layout = readLayout(source);
    if (layout === undefined) return { instanceNumber: 0, date: "", time: "" };
    const { dataset } = readDataset(layout, (tag) => headTags.has(tag));
    const textAt = (tag: string) => String(dataset[tag]?.Value?.[0] ?? "");
    const date = textAt("00080020");
    const time = textAt("00080030");
    return {
      instanceNumber: readNumber(dataset, "InstanceNumber") ?? 0,
      date: date.replace(/^(\d{4})(\d\d)(\d\d).*/, "$1-$2-$3"),
      time: time.replace(/^(\d\d)(\d\d)(\d\d).*/, "$1:$2:$3"),
    };
  });
}

function readObject(path: string): Instance | undefined {
  try {
    return readInstance(path, path);
  } catch (error) {
    if (isProgramError(error)) return undefined;
    throw error;
  }
}

/** Stores DICOM files in rows of the prearchive. @throws Refusal 400 after what came before was stored (I3) */
async function receiveAll(exchange: Exchange): Promise<readonly PrearchiveRow[]> {
  const { site } = exchange;
  const project = given(exchange, "PROJECT_ID", "project") ?? "Unassigned";
  const skipBad =
    (given(exchange, "Ignore-Unparsable") ?? String(exchange.query("action") === "commit")) ===
    "true";
  const rows = new Set<PrearchiveRow>();
  const mine = new Set<string>();
  const folder = join(site.root, "cache", "import", String(site.nextId("import")));
  await mkdir(folder, { recursive: true });
  let studyUID: string | undefined;
  try {
    let count = 0;
    for await (const { name, bytes } of incoming(exchange)) {
      const path = join(folder, String(count++));
      await pipeline(Readable.from(bytes), createWriteStream(path));
      const instance = readObject(path);
      if (instance === undefined) {
        if (skipBad) continue;
        exchange.touch("I3");
        throw new Refusal(400, `unable to read DICOM object ${name}`);
      }
      if (exchange.fault("filterSeries")?.uid === instance.seriesInstanceUID) {
        exchange.touch("I9");
        continue;
      }
      studyUID ??= instance.studyInstanceUID;
      if (studyUID !== instance.studyInstanceUID) {
        exchange.touch("I4");
        throw new Refusal(400, "Unable to process uploads that contain multiple studies.");
      }
      const session = given(exchange, "EXPT_LABEL", "session") ?? instance.patientID;
      const key = `${project}\n${studyUID}\n${session}`;
      if (busy.has(key) && !mine.has(key)) {
        exchange.touch("I5");
        throw new Refusal(400, "Concurrent file sends of the same data is not supported.");
      }
      busy.add(key);
      mine.add(key);
      const row = await rowFor(site, {
        project,
        subject: given(exchange, "SUBJECT_ID", "subject") ?? instance.patientID,
        session,
        studyUID,
        preventAutoCommit: exchange.query("prevent_auto_commit") === "true",
        source: exchange.query("SOURCE") ?? "",
      });
      const heads = readHeads(path);
      row.scanDate ||= heads.date;
      row.scanTime ||= heads.time;
      await receive(site, row, instance, heads.instanceNumber);
      rows.add(row);
    }
  } catch (error) {
    await drainRequest(exchange).catch(() => undefined);
    if (error instanceof ZipRefused) throw new Refusal(400, error.message);
    throw error;
  } finally {
    for (const key of mine) busy.delete(key);
    await rm(folder, { recursive: true, force: true });
  }
  return [...rows];
}

const importFiles: Handler = async (exchange) => {
  const handler = given(exchange, "import-handler") ?? "SI";
  if (!handlers.has(handler)) throw new Refusal(404, `Unsupported import-handler: ${handler}`);
  if (exchange.query("prearchive_code") === "1" && exchange.query("overwrite") !== undefined) {
    exchange.touch("I7");
    throw new Refusal(400, "Unable to combine prearchive_code and overwrite.");
  }
  const project = given(exchange, "PROJECT_ID", "project");
  if (project !== undefined) requireEdit(exchange, project);
  if (exchange.fault("emptyImport") !== undefined) {
    exchange.touch("I1");
    await drainRequest(exchange);
    send(exchange, 200, "text/uri-list", "");
    return;
  }
  const rows = await receiveAll(exchange);
  if (rows.length === 0) exchange.touch("I1");
  const dest = exchange.query("dest") ?? "";
  const commits = exchange.query("action") === "commit" || dest.startsWith("/archive");
  const uris: string[] = [];
  for (const row of rows) uris.push(commits ? await commit(exchange, row) : uriOfRow(row));
  send(exchange, 200, "text/uri-list", uris.map((uri) => `${uri}\r\n`).join(""));
};

async function commit(exchange: Exchange, row: PrearchiveRow): Promise<string> {
  await build(exchange.site, row);
  try {
    const session = await archive(exchange.site, row, {
      overwrite: exchange.query("overwrite"),
      overwriteFiles: exchange.query("overwrite_files") === "true",
      fields: fieldsOf(exchange),
      user: exchange.user?.login ?? "admin",
    });
    return `/data/archive/projects/${session.project}/subjects/${session.subjectId}/experiments/${session.id}`;
  } catch (error) {
    if (error instanceof ArchiveRefused) throw new Refusal(400, error.message);
    throw error;
  }
}

/** /data/services/import: DICOM in zips or one by one. */
export const importRoutes: readonly Route[] = [
  { method: "POST", pattern: "/data/services/import", handler: importFiles },
];
