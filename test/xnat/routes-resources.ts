import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { type Exchange, type Handler, Refusal, type Route, send } from "./exchange.ts";
import { findByUri, ownerPatterns, projectOf } from "./find.ts";
import { refreshCatalog } from "./refresh-catalog.ts";
import { addResource, countFiles, findResource, removeResource } from "./resources.ts";
import { resultSet } from "./result-set.ts";
import { requireEditOwner, requireOwner, requireReadOwner, requireReason } from "./rights.ts";
import { ownerOf, ownersOf, selectedOf, withParts } from "./selected.ts";
import type { Owner } from "./site.ts";
import { ensureFiles } from "./stored-files.ts";

const keys = [
  "xnat_abstractresource_id",
  "label",
  "element_name",
  "category",
  "cat_id",
  "cat_desc",
];
const statKeys = ["file_count", "file_size", "tags", "content", "format"];

/** Where a resource hangs, as the list says it: category, cat_id, cat_desc. */
function categoryOf(owner: Owner): readonly [string, string, string] {
  if (owner.kind === "scan") return ["scans", owner.id, owner.type];
  if (owner.kind === "assessor") return ["assessors", owner.id, owner.label];
  return ["resources", "", ""];
}

const listResources: Handler = async (exchange) => {
  const stats = exchange.query("file_stats") === "true";
  const rows = withParts(exchange, ownersOf(exchange)).flatMap((owner) =>
    owner.resources.map((resource) => {
      const { count, size } = countFiles(resource);
      const { tags, content, format } = resource;
      return [
        String(resource.id),
        resource.label,
        "xnat:resourceCatalog",
        ...categoryOf(owner),
        ...(stats ? [String(count), String(size), tags, content, format] : []),
      ];
    }),
  );
  await resultSet(exchange, { keys: stats ? [...keys, ...statKeys] : keys, rows });
};

const readResource: Handler = async (exchange) => {
  const [selected] = selectedOf(exchange);
  if (selected === undefined) throw new Refusal(404, "Unable to find the specified catalog.");
  const { folder, catalog } = selected.resource;
  await ensureFiles(selected.resource);
  const text = await readFile(join(folder, catalog)).catch(() => {
    throw new Refusal(404, "Unable to find the specified catalog.");
  });
  send(exchange, 200, "text/xml", text);
};

const createResource: Handler = async (exchange) => {
  const owner = ownerOf(exchange);
  requireReadOwner(exchange, owner);
  requireEditOwner(exchange, owner);
  requireReason(exchange);
  const label = exchange.params["resource"] ?? "";
  if (owner.resources.some((resource) => resource.label === label)) {
    throw new Refusal(409, "Specified resource already exists.");
  }
  await pause(exchange);
  await addResource(exchange.site, owner, label, describe(exchange));
  send(exchange, 200, "text/plain", "");
};

/** Format, content and tags as a request gives them. */
function describe(exchange: Exchange) {
  return {
    format: exchange.query("format") ?? "",
    content: exchange.query("content") ?? "",
    tags: exchange.query("tags") ?? "",
  };
}

/** Rule U6: between the look whether a resource is there and its making, others may make it too. */
export async function pause(exchange: Exchange): Promise<void> {
  const race = exchange.fault("duplicateResourceRace");
  if (race === undefined) return;
  exchange.touch("U6");
  await new Promise((done) => setTimeout(done, race.ms));
}

const deleteResource: Handler = async (exchange) => {
  const owner = ownerOf(exchange);
  requireReadOwner(exchange, owner);
  // Members may not delete; collaborators may not even edit.
  requireOwner(exchange, projectOf(exchange.site, owner).id);
  requireReason(exchange);
  const names = (exchange.params["resource"] ?? "").split(",");
  const found = names.flatMap((name) => findResource(owner, name) ?? []);
  if (found.length === 0) exchange.touch("U12");
  for (const resource of found) {
    await removeResource(owner, resource, {
      removeFiles: exchange.query("removeFiles") === "true",
    });
  }
  send(exchange, 200, "text/plain", "");
};

/** A file below a resource without "/files" in between. */
const notAFile: Handler = () => {
  throw new Refusal(400, "Invalid path: files are stored below …/files/");
};

const refresh: Handler = async (exchange) => {
  const uris = exchange.all("resource");
  if (uris.length === 0) throw new Refusal(400, "Missing resource parameter");
  const options = (exchange.query("options") ?? "").split(",");
  // Without options all is brought in line.
  const wants = (name: string) => options.includes(name) || options[0] === "";
  for (const uri of uris) {
    const [place = "", label] = uri.split("/resources/");
    const owner = findByUri(exchange.site, place);
    if (owner === undefined) throw new Refusal(404, `Invalid resource URI: ${uri}`);
    requireReadOwner(exchange, owner);
    requireEditOwner(exchange, owner);
    const named = label?.split("/")[0];
    const parts: readonly Owner[] =
      owner.kind === "session" ? [owner, ...owner.scans, ...owner.assessors] : [owner];
    const resources =
      named === undefined
        ? parts.flatMap(({ resources }) => resources)
        : [findResource(owner, named)].filter((found) => found !== undefined);
    for (const resource of resources) {
      await refreshCatalog(exchange.site, resource, {
        append: wants("append"),
        delete: wants("delete"),
        checksum: wants("checksum"),
        populateStats: wants("populateStats"),
      });
    }
  }
  send(exchange, 200, "text/plain", "");
};

const routesOf = (pattern: string): readonly Route[] => {
  const one = `${pattern}/resources/:resource`;
  return [
    { method: "GET", pattern: `${pattern}/resources`, handler: listResources },
    { method: "GET", pattern: one, handler: readResource },
    { method: "PUT", pattern: one, handler: createResource },
    { method: "POST", pattern: one, handler: createResource },
    { method: "DELETE", pattern: one, handler: deleteResource },
    { method: "PUT", pattern: `${one}/:rest*`, handler: notAFile },
    { method: "POST", pattern: `${one}/:rest*`, handler: notAFile },
  ];
};

/** Lists, catalogs, making and removing of resources on the five levels; refresh of catalogs. */
export const resourceRoutes: readonly Route[] = [
  ...ownerPatterns.flatMap(routesOf),
  { method: "POST", pattern: "/data/services/refresh/catalog", handler: refresh },
];
