import { nameOf } from "./catalog.ts";
import { type Exchange, type Handler, Refusal, type Route, send } from "./exchange.ts";
import { ownerPatterns, projectOf } from "./find.ts";
import { addResource, findResource } from "./resources.ts";
import { resultSet } from "./result-set.ts";
import { canEditOwner, requireOwner, requireReadOwner, requireReason } from "./rights.ts";
import { pause } from "./routes-resources.ts";
import { ownerOf, selectedOf, uriOf } from "./selected.ts";
import { type SelectedFile, sendStoredFile, sendZip } from "./send-file.ts";
import type { Owner, Resource } from "./site.ts";
import { findEntry, listEntries, removeFile } from "./stored-files.ts";
import { drainRequest, uploadFiles } from "./upload-file.ts";

const keys = [
  "Name",
  "Size",
  "URI",
  "collection",
  "file_tags",
  "file_format",
  "file_content",
  "cat_ID",
  "digest",
];

/** Path behind "/files/" as it was sent. Rule U7: it is decoded only when it holds %20 or %2B. */
function storedPathOf({ path, touch }: Exchange): string {
  const at = path.indexOf("/files/", path.indexOf("/resources/"));
  const raw = at < 0 ? "" : path.slice(at + "/files/".length);
  if (!raw.includes("%")) return raw;
  touch("U7");
  return /%20|%2B/i.test(raw) ? decodeURIComponent(raw) : raw;
}

/** Names a file may have been stored under, first the likeliest. */
function namesOf(exchange: Exchange): readonly string[] {
  const stored = storedPathOf(exchange);
  const decoded = exchange.params["rest"] ?? "";
  return stored === decoded ? [stored] : [stored, decoded];
}

async function filesOf(exchange: Exchange, folder = ""): Promise<SelectedFile[]> {
  const format = exchange.query("file_format")?.split(",");
  const content = exchange.query("file_content")?.split(",");
  const found: SelectedFile[] = [];
  for (const { owner, resource } of selectedOf(exchange)) {
    for (const entry of await listEntries(resource)) {
      if (!entry.path.startsWith(folder)) continue;
      if (format !== undefined && !format.includes(entry.format || resource.format)) continue;
      if (content !== undefined && !content.includes(entry.content || resource.content)) continue;
      found.push({ owner, resource, entry });
    }
  }
  const index = exchange.query("index");
  return index === undefined ? found : found.slice(Number(index), Number(index) + 1);
}

const zipFormats = new Set(["zip", "tar", "tar.gz", "tgz"]);

async function listOrZip(exchange: Exchange, files: readonly SelectedFile[]): Promise<void> {
  if (zipFormats.has(exchange.query("format") ?? "")) {
    await sendZip(exchange, files);
    return;
  }
  const { site } = exchange;
  const locator = exchange.query("locator");
  const withPath = locator === "absolutePath" || locator === "projectPath";
  const noDigest = !site.options.checksums || exchange.fault("noDigest") !== undefined;
  if (noDigest) exchange.touch("D5");
  const stale = exchange.fault("staleCatalog") !== undefined;
  if (stale) exchange.touch("D6");
  const rows = files.map(({ owner, resource, entry }) => [
    nameOf(entry.path),
    // A catalog that lags behind knows no size.
    stale ? "0" : String(entry.size),
    `${uriOf(site, owner)}/resources/${resource.id}/files/${entry.path.replaceAll(" ", "%20")}`,
    resource.label,
    entry.tags,
    entry.format || resource.format,
    entry.content || resource.content,
    String(resource.id),
    noDigest ? "" : entry.digest,
    ...(withPath
      ? [
          locator === "absolutePath"
            ? `${resource.folder}/${entry.path}`
            : `${resource.folder.slice(site.root.length + "/archive/".length)}/${entry.path}`,
        ]
      : []),
  ]);
  await resultSet(exchange, {
    keys: withPath ? [...keys, locator] : keys,
    rows,
    beside: { title: "Files", Columns: [{ key: "URI", serverRoot: "" }] },
  });
}

const listFiles: Handler = async (exchange) => {
  const selected = selectedOf(exchange);
  if (selected.length === 0 && exchange.params["resource"] !== undefined) {
    throw new Refusal(404, "Unable to find the specified catalog.");
  }
  await listOrZip(exchange, await filesOf(exchange));
};

const readFile: Handler = async (exchange) => {
  const selected = selectedOf(exchange);
  if (selected.length === 0) throw new Refusal(404, "Unable to find the specified catalog.");
  for (const name of namesOf(exchange)) {
    for (const { resource } of selected) {
      const entry = await findEntry(resource, name);
      if (entry === undefined) continue;
      await sendStoredFile(exchange, resource.folder, entry.path);
      return;
    }
    const folder = name.endsWith("/") ? name : `${name}/`;
    const asZip = zipFormats.has(exchange.query("format") ?? "");
    const inside =
      name === "" || name.endsWith("/") || asZip ? await filesOf(exchange, folder) : [];
    const files = name === "" ? await filesOf(exchange) : inside;
    if (files.length > 0) {
      await listOrZip(exchange, files);
      return;
    }
  }
  if (exchange.query("accept-not-found") === "true") {
    exchange.touch("D4");
    exchange.response.writeHead(204);
    exchange.response.end();
    return;
  }
  throw new Refusal(404, "Unable to find catalog entry for given uri.");
};

/** The resource that is uploaded to; it is made when nobody made it before. */
async function resourceFor(exchange: Exchange, owner: Owner): Promise<Resource> {
  const label = exchange.params["resource"] ?? "";
  const found = findResource(owner, label);
  if (found !== undefined) return found;
  if (/^\d+$/.test(label)) throw new Refusal(404, "Unable to find the specified catalog.");
  await pause(exchange);
  return addResource(exchange.site, owner, label, {
    format: exchange.query("format") ?? "",
    content: exchange.query("content") ?? "",
  });
}

const uploadFile: Handler = async (exchange) => {
  const owner = ownerOf(exchange);
  requireReadOwner(exchange, owner);
  const silent = exchange.fault("silent200") !== undefined;
  if (silent || !canEditOwner(exchange, owner)) {
    exchange.touch("U2");
    await drainRequest(exchange);
    send(exchange, 200, "text/plain", "");
    return;
  }
  requireReason(exchange);
  await uploadFiles(exchange, await resourceFor(exchange, owner), storedPathOf(exchange));
};

const deleteFile: Handler = async (exchange) => {
  const owner = ownerOf(exchange);
  requireReadOwner(exchange, owner);
  requireOwner(exchange, projectOf(exchange.site, owner).id);
  requireReason(exchange);
  let removed = 0;
  for (const { resource } of selectedOf(exchange)) {
    for (const name of namesOf(exchange)) {
      if (removed === 0 && name !== "") removed += await removeFile(exchange.site, resource, name);
    }
  }
  if (removed === 0) throw new Refusal(404, "No matched files");
  send(exchange, 200, "text/plain", "");
};

const routesOf = (pattern: string): readonly Route[] => {
  const files = `${pattern}/resources/:resource/files`;
  return [
    { method: "GET", pattern: `${pattern}/files`, handler: listFiles },
    { method: "GET", pattern: files, handler: listFiles },
    { method: "GET", pattern: `${files}/:rest*`, handler: readFile },
    { method: "PUT", pattern: files, handler: uploadFile },
    { method: "POST", pattern: files, handler: uploadFile },
    { method: "PUT", pattern: `${files}/:rest*`, handler: uploadFile },
    { method: "POST", pattern: `${files}/:rest*`, handler: uploadFile },
    { method: "DELETE", pattern: `${files}/:rest*`, handler: deleteFile },
  ];
};

/** Lists, downloads, zips, uploads and deletion of files on the five levels. */
export const fileRoutes: readonly Route[] = ownerPatterns.flatMap(routesOf);
