import { assignValues } from "./assign-values.ts";
import { escapeHtml } from "./escape.ts";
import { type Exchange, Refusal, type Route, send } from "./exchange.ts";
import { findAssessor, findOwner, findScan, sessionPatterns } from "./find.ts";
import { addAssessor, addScan } from "./records.ts";
import { requireEdit, requireReason } from "./rights.ts";
import type { Session } from "./site.ts";

const text = "text/plain;charset=UTF-8";

function editedSession(exchange: Exchange): Session {
  requireReason(exchange);
  const { project, subject, session } = exchange.params;
  const owner = findOwner(exchange.site, { project, subject, session });
  if (owner.kind !== "session") throw new Refusal(404, "Unable to find the specified experiment.");
  requireEdit(exchange, owner.project);
  return owner;
}

function putScan(exchange: Exchange): void {
  const session = editedSession(exchange);
  const id = exchange.params["scan"] ?? "";
  const type = exchange.query("xsiType");
  const existing = findScan(session, id);
  if (existing === undefined && (type === undefined || !/scandata$/i.test(type))) {
    throw new Refusal(417, "Need PUT Contents");
  }
  const modality = /^xnat:(\w+)scandata$/i.exec(type ?? "")?.[1]?.toUpperCase() ?? "";
  const scan =
    existing ?? addScan(exchange.site, session, { id, xsiType: type ?? "", modality, quality: "" });
  assignValues(exchange, scan);
  send(exchange, 200, text, scan.id);
}

function putAssessor(exchange: Exchange): void {
  const session = editedSession(exchange);
  const label = exchange.params["assessor"] ?? "";
  const existing = findAssessor(session, label);
  const type = exchange.query("xsiType");
  if (existing === undefined && (type === undefined || !/:\w+data$/i.test(type))) {
    throw new Refusal(417, "Need PUT Contents");
  }
  const assessor =
    existing ??
    addAssessor(exchange.site, session, {
      label: escapeHtml(exchange.query("label") || label),
      xsiType: type ?? "",
      insertUser: exchange.user?.login ?? "",
    });
  assignValues(exchange, assessor);
  send(exchange, existing === undefined ? 201 : 200, text, assessor.id);
}

/** Makes and changes scans and assessors. */
export const scanRoutes: readonly Route[] = sessionPatterns.flatMap((pattern): readonly Route[] => [
  { method: "PUT", pattern: `${pattern}/scans/:scan`, handler: putScan },
  { method: "PUT", pattern: `${pattern}/assessors/:assessor`, handler: putAssessor },
]);
