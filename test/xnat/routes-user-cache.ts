import { existsSync } from "node:fs";
import { mkdir, readdir, rm, writeFile } from "node:fs/promises";
import { dirname, join, normalize, relative } from "node:path";
import { nameOf } from "./catalog.ts";
import { sizeOf } from "./catalog-store.ts";
import { type Exchange, type Handler, Refusal, type Route, send } from "./exchange.ts";
import { resultSet } from "./result-set.ts";
import { sendStoredFile } from "./send-file.ts";
import { bodyFiles, drainRequest } from "./upload-file.ts";
import { readZipStream } from "./zip-in.ts";

// A folder of each user's own, without catalogs; what is stored replaces what was there.

/** @throws Refusal 400 for names that lead out of the folder */
function folderFor({ site, user, params }: Exchange): string {
  const own = join(site.root, "cache", "USERS", user?.login ?? "guest");
  const folder = join(own, normalize(params["resource"] ?? ""));
  if (!folder.startsWith(own)) throw new Refusal(400, "Invalid resource label.");
  return folder;
}

function fileFor(exchange: Exchange, path: string): string {
  const folder = folderFor(exchange);
  const file = join(folder, path);
  if (!file.startsWith(`${folder}/`)) throw new Refusal(400, `Invalid file path: ${path}`);
  return file;
}

const listResources: Handler = async (exchange) => {
  const names = await readdir(folderFor(exchange)).catch(() => []);
  const rows = names.sort().map((name) => [name, `/data/user/cache/resources/${name}`]);
  await resultSet(exchange, { keys: ["Resource", "URI"], rows });
};

const createResource: Handler = async (exchange) => {
  await mkdir(folderFor(exchange), { recursive: true });
  send(exchange, 200, "text/plain", "");
};

const listFiles: Handler = async (exchange) => {
  const folder = folderFor(exchange);
  if (!existsSync(folder)) throw new Refusal(404, "Unable to find the specified resource.");
  const found = await readdir(folder, { recursive: true, withFileTypes: true });
  const rows: string[][] = [];
  for (const entry of found.filter((one) => one.isFile())) {
    const path = join(entry.parentPath, entry.name);
    const inside = relative(folder, path);
    const uri = `/data/user/cache/resources/${exchange.params["resource"]}/files/${inside}`;
    rows.push([nameOf(inside), String((await sizeOf(path)) ?? 0), uri]);
  }
  await resultSet(exchange, { keys: ["Name", "Size", "URI"], rows });
};

const readFile: Handler = async (exchange) => {
  const path = exchange.params["rest"] ?? "";
  fileFor(exchange, path);
  await sendStoredFile(exchange, folderFor(exchange), path);
};

const storeFile: Handler = async (exchange) => {
  if (exchange.fault("silent200") !== undefined) {
    exchange.touch("U2");
    await drainRequest(exchange);
    send(exchange, 200, "text/plain", "");
    return;
  }
  const write = async (path: string, source: AsyncIterable<Uint8Array>) => {
    const file = fileFor(exchange, path);
    await mkdir(dirname(file), { recursive: true });
    await writeFile(file, source);
  };
  for await (const { path, source } of bodyFiles(exchange, exchange.params["rest"] ?? "")) {
    if (exchange.query("extract") === "true" && /\.zip$/i.test(path)) {
      for await (const { name, bytes } of readZipStream(source)) await write(name, bytes);
    } else await write(path, source);
  }
  send(exchange, 200, "text/plain", "");
};

const remove: Handler = async (exchange) => {
  const path = exchange.params["rest"];
  const target = path === undefined ? folderFor(exchange) : fileFor(exchange, path);
  if (!existsSync(target)) throw new Refusal(404, "No matched files");
  await rm(target, { recursive: true });
  send(exchange, 200, "text/plain", "");
};

const resources = "/data/user/cache/resources";
const one = `${resources}/:resource`;
const files = `${one}/files`;

/** A user's own files, sources of imports. */
export const userCacheRoutes: readonly Route[] = [
  { method: "GET", pattern: resources, handler: listResources },
  { method: "PUT", pattern: one, handler: createResource },
  { method: "POST", pattern: one, handler: createResource },
  { method: "DELETE", pattern: one, handler: remove },
  { method: "GET", pattern: files, handler: listFiles },
  { method: "GET", pattern: `${files}/:rest*`, handler: readFile },
  { method: "PUT", pattern: files, handler: storeFile },
  { method: "POST", pattern: files, handler: storeFile },
  { method: "PUT", pattern: `${files}/:rest*`, handler: storeFile },
  { method: "POST", pattern: `${files}/:rest*`, handler: storeFile },
  { method: "DELETE", pattern: `${files}/:rest*`, handler: remove },
];
