import { type Exchange, Refusal, type Route, sendJson } from "./exchange.ts";
import { findOwner } from "./find.ts";
import { readBody } from "./parse-request.ts";
import { requireEditOwner, requireReadOwner } from "./rights.ts";
import type { Owner } from "./site.ts";

// JSON custom fields (XNAT >= 1.8.8): labels need the project in the path.

function target(exchange: Exchange): Owner {
  if (exchange.site.options.version === "1.7.6") throw new Refusal(404, "Not Found");
  return findOwner(exchange.site, exchange.params);
}

function readFields(exchange: Exchange): void {
  const owner = target(exchange);
  requireReadOwner(exchange, owner);
  sendJson(exchange, owner.customFields);
}

function readField(exchange: Exchange): void {
  const owner = target(exchange);
  requireReadOwner(exchange, owner);
  const name = exchange.params["name"] ?? "";
  if (!Object.hasOwn(owner.customFields, name)) {
    throw new Refusal(404, `Custom field ${name} not found.`);
  }
  sendJson(exchange, owner.customFields[name]);
}

async function putFields(exchange: Exchange): Promise<void> {
  const owner = target(exchange);
  requireEditOwner(exchange, owner);
  let sent: unknown;
  try {
    sent = JSON.parse((await readBody(exchange.request)).toString("utf8"));
  } catch {
    throw new Refusal(400, "The body is not JSON.");
  }
  if (typeof sent !== "object" || sent === null || Array.isArray(sent)) {
    throw new Refusal(400, "The body is not a JSON object.");
  }
  owner.customFields = { ...owner.customFields, ...sent };
  sendJson(exchange, owner.customFields);
}

function deleteField(exchange: Exchange): void {
  const owner = target(exchange);
  requireEditOwner(exchange, owner);
  const name = exchange.params["name"] ?? "";
  if (!Object.hasOwn(owner.customFields, name)) {
    throw new Refusal(404, `Custom field ${name} not found.`);
  }
  const { [name]: _, ...rest } = owner.customFields;
  owner.customFields = rest;
  sendJson(exchange, rest);
}

const session = ["/projects/:project/experiments/:session", "/experiments/:session"];
const patterns = [
  "/projects/:project",
  "/projects/:project/subjects/:subject",
  "/subjects/:subject",
  ...session.flatMap((one) => [one, `${one}/scans/:scan`, `${one}/assessors/:assessor`]),
].map((pattern) => `/xapi/custom-fields${pattern}/fields`);

export const customFieldRoutes: readonly Route[] = patterns.flatMap((pattern): readonly Route[] => [
  { method: "GET", pattern, handler: readFields },
  { method: "PUT", pattern, handler: putFields },
  { method: "GET", pattern: `${pattern}/:name`, handler: readField },
  { method: "DELETE", pattern: `${pattern}/:name`, handler: deleteField },
]);
