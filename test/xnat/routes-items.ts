import { type Exchange, Refusal, type Route, send, sendJson } from "./exchange.ts";
import { findOwner, ownerPatterns, projectOf, sessionOf } from "./find.ts";
import { itemXml } from "./item-xml.ts";
import { itemOf } from "./items.ts";
import { removeAssessor, removeScan, removeSession, removeSubject, unshare } from "./remove.ts";
import { requireOwner, requireReadOwner, requireReason } from "./rights.ts";

function wantsJson(exchange: Exchange): boolean {
  const format = exchange.query("format");
  if (format !== undefined) return format === "json";
  return /application\/json/.test(exchange.request.headers.accept ?? "");
}

function sendItem(exchange: Exchange): void {
  const { site } = exchange;
  const owner = findOwner(site, exchange.params);
  requireReadOwner(exchange, owner);
  const session =
    owner.kind === "scan" || owner.kind === "assessor" ? sessionOf(site, owner) : undefined;
  const item = itemOf(site, owner, session);
  if (wantsJson(exchange)) sendJson(exchange, { items: [item] });
  else send(exchange, 200, "text/xml;charset=UTF-8", itemXml(item));
}

/** Below a project that a thing is only shared into, DELETE ends the sharing. */
function deleteItem(exchange: Exchange): void {
  const { site, params } = exchange;
  requireReason(exchange);
  const owner = findOwner(site, params);
  const named = params["project"];
  if ((owner.kind === "subject" || owner.kind === "session") && named !== undefined) {
    if (owner.project !== named && requireOwner(exchange, named) && unshare(site, owner, named)) {
      send(exchange, 200, "text/plain;charset=UTF-8", "");
      return;
    }
  }
  requireOwner(exchange, projectOf(site, owner).id);
  const withFiles = exchange.query("removeFiles") === "true";
  if (owner.kind === "subject") removeSubject(site, owner, withFiles);
  else if (owner.kind === "session") removeSession(site, owner, withFiles);
  else if (owner.kind === "scan") removeScan(sessionOf(site, owner), owner, withFiles);
  else if (owner.kind === "assessor") removeAssessor(sessionOf(site, owner), owner, withFiles);
  else throw new Refusal(405, "Projects have a route of their own.");
  send(exchange, 200, "text/plain;charset=UTF-8", "");
}

const itemPatterns = ownerPatterns.filter((pattern) => !pattern.endsWith("/out"));

/** One thing of any level: show it, delete it. */
export const itemRoutes: readonly Route[] = [
  ...itemPatterns.map((pattern): Route => ({ method: "GET", pattern, handler: sendItem })),
  ...itemPatterns
    .filter((pattern) => pattern !== "/data/projects/:project")
    .map((pattern): Route => ({ method: "DELETE", pattern, handler: deleteItem })),
];
