import { join } from "node:path";
import { readInstance } from "#shared/dicom/read-instance.ts";
import { type Exchange, type Handler, Refusal, type Route, send, sendJson } from "./exchange.ts";
import { findSession } from "./find.ts";
import { addAssessor } from "./records.ts";
import { addResource, removeResource } from "./resources.ts";
import { requireEdit, requireOwner, requireRead } from "./rights.ts";
import { sendStoredFile } from "./send-file.ts";
import type { Assessor, Session } from "./site.ts";
import { listEntries, storeFile } from "./stored-files.ts";

// Collections of regions, as the plugin of the XNAT viewer serves them.

const forms = new Set(["AIM", "RTSTRUCT", "SEG"]);

function requirePlugin({ site }: Exchange): void {
  if (!site.options.roiPlugin) throw new Refusal(404, "Not Found");
}

function sessionOfPath({ site, params }: Exchange): Session {
  const session = findSession(site, params["session"] ?? "", params["project"]);
  if (session === undefined) throw new Refusal(404, `Session ${params["session"]} not found`);
  return session;
}

const isCollection = ({ xsiType }: Assessor): boolean => xsiType === "icr:roiCollectionData";

/** Collections of a project. */
function* collectionsOf(
  { site }: Exchange,
  projectId: string,
): Generator<{ readonly session: Session; readonly assessor: Assessor }> {
  for (const session of site.sessions.values()) {
    if (session.project !== projectId) continue;
    for (const assessor of session.assessors) {
      if (isCollection(assessor)) yield { session, assessor };
    }
  }
}

/** By id or label. */
function findCollection(exchange: Exchange) {
  const { project = "", id } = exchange.params;
  for (const found of collectionsOf(exchange, project)) {
    if (found.assessor.id === id || found.assessor.label === id) return found;
  }
  return undefined;
}

function typeOf(exchange: Exchange): string {
  const type = exchange.query("type") ?? "";
  if (!forms.has(type)) throw new Refusal(400, `Unsupported collection type: ${type}`);
  return type;
}

async function bodyOf({ request }: Exchange): Promise<Buffer> {
  const pieces: Buffer[] = [];
  for await (const piece of request as AsyncIterable<Buffer>) pieces.push(piece);
  return Buffer.concat(pieces);
}

/** UIDs of the series and the study: a collection must name one of them. */
function namesSession(session: Session, body: Buffer): boolean {
  return [session.uid, ...session.scans.map(({ uid }) => uid)].some(
    (uid) => uid !== "" && body.includes(uid),
  );
}

function uidOf(body: Buffer): string {
  const text = body.toString("latin1");
  return /uniqueIdentifier root="([\d.]+)"/.exec(text)?.[1] ?? `2.25.${Date.now()}`;
}

const putCollection: Handler = async (exchange) => {
  requirePlugin(exchange);
  const { site, params } = exchange;
  const project = requireEdit(exchange, params["project"] ?? "");
  const session = sessionOfPath(exchange);
  const type = typeOf(exchange);
  const label = params["label"] ?? "";
  const body = await bodyOf(exchange);
  if (exchange.fault("silent200") !== undefined) {
    send(exchange, 200, "text/plain", "");
    return;
  }
  for (const other of collectionsOf(exchange, project.id)) {
    if (other.assessor.label === label && other.session !== session) {
      throw new Refusal(409, `Label ${label} is in use in another session`);
    }
  }
  if (!namesSession(session, body)) {
    throw new Refusal(422, "The collection refers to UIDs that are not in the session");
  }
  const there = session.assessors.find((assessor) => assessor.label === label);
  if (there !== undefined && exchange.query("overwrite") !== "true") {
    throw new Refusal(422, `Collection ${label} already exists`);
  }
  const now = new Date(site.clock.now()).toISOString();
  const assessor =
    there ??
    addAssessor(site, session, {
      id: `RoiCollection_${site.nextId("roi").toString(36)}_${session.id}`,
      xsiType: "icr:roiCollectionData",
      label,
      name: label,
      date: now.slice(0, 10),
      insertUser: exchange.user?.login ?? "admin",
      attributes: {
        UID: uidOf(body),
        collectionType: type,
        subjectID: session.subjectId,
        time: now.slice(11, 19),
      },
    });
  for (const old of assessor.resources.filter((resource) => resource.label === type)) {
    await removeResource(assessor, old);
  }
  const format = type === "AIM" ? "XML" : "DICOM";
  const resource = await addResource(site, assessor, type, { format, content: "EXTERNAL" });
  await storeFile(site, resource, `${label}.${type === "AIM" ? "xml" : "dcm"}`, body, {
    format,
    content: "EXTERNAL",
    user: exchange.user?.login ?? "admin",
  });
  send(exchange, 200, "text/plain", assessor.id);
};

const getCollection: Handler = async (exchange) => {
  requirePlugin(exchange);
  requireRead(exchange, exchange.params["project"] ?? "");
  const found = findCollection(exchange);
  if (found === undefined) throw new Refusal(404, "Collection not found");
  const type = exchange.query("type") ?? String(found.assessor.attributes["collectionType"] ?? "");
  const resource = found.assessor.resources.find(({ label }) => label === type);
  const [entry] = resource === undefined ? [] : await listEntries(resource);
  if (resource === undefined || entry === undefined) {
    throw new Refusal(404, `Collection has no ${type}`);
  }
  await sendStoredFile(exchange, resource.folder, entry.path);
};

const existsCollection: Handler = (exchange) => {
  requirePlugin(exchange);
  requireRead(exchange, exchange.params["project"] ?? "");
  sendJson(exchange, findCollection(exchange) !== undefined);
};

const deleteCollection: Handler = async (exchange) => {
  requirePlugin(exchange);
  requireOwner(exchange, exchange.params["project"] ?? "");
  const found = findCollection(exchange);
  if (found === undefined) throw new Refusal(404, "Collection not found");
  for (const resource of [...found.assessor.resources]) {
    await removeResource(found.assessor, resource);
  }
  found.session.assessors.splice(found.session.assessors.indexOf(found.assessor), 1);
  send(exchange, 200, "text/plain", "");
};

/** SOP instance -> series and scan, of all images of a session. */
const uidMap: Handler = async (exchange) => {
  requirePlugin(exchange);
  requireRead(exchange, exchange.params["project"] ?? "");
  const session = sessionOfPath(exchange);
  const map: Record<string, { seriesUid: string; scanId: string }> = {};
  for (const { id, uid, resources } of session.scans) {
    for (const resource of resources.filter(({ label }) => label === "DICOM")) {
      for (const entry of await listEntries(resource)) {
        const path = join(resource.folder, entry.path);
        const sop = entry.uid ?? readInstance(entry.path, path)?.sopInstanceUID;
        if (sop !== undefined) map[sop] = { seriesUid: uid, scanId: id };
      }
    }
  }
  sendJson(exchange, map);
};

const project = "/xapi/roi/projects/:project";

/** /xapi/roi: collections of regions. */
export const roiRoutes: readonly Route[] = [
  {
    method: "PUT",
    pattern: `${project}/sessions/:session/collections/:label`,
    handler: putCollection,
  },
  { method: "GET", pattern: `${project}/sessions/:session/uididmap`, handler: uidMap },
  { method: "GET", pattern: `${project}/collections/:id`, handler: getCollection },
  { method: "GET", pattern: `${project}/collections/:id/exists`, handler: existsCollection },
  { method: "GET", pattern: `${project}/exists/:id`, handler: existsCollection },
  { method: "DELETE", pattern: `${project}/collections/:id`, handler: deleteCollection },
];
