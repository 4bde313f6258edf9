import { createHash } from "node:crypto";
import { createReadStream } from "node:fs";
import { readFile, rename, stat, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { type Catalog, encodeCatalog, parseCatalog } from "./catalog.ts";
import type { Resource } from "./site.ts";

// Catalogs lie on disk and are the truth; what was parsed is kept as long as the file is the same.

interface Kept {
  readonly stamp: string;
  readonly catalog: Catalog;
}

const kept = new WeakMap<Resource, Kept>();
const turns = new WeakMap<Resource, Promise<unknown>>();

/** Runs one after another what changes a resource. */
export function inTurn<T>(resource: Resource, work: () => Promise<T>): Promise<T> {
  const before = turns.get(resource) ?? Promise.resolve();
  const mine = before.then(work, work);
  turns.set(
    resource,
    mine.catch(() => undefined),
  );
  return mine;
}

/** The catalog of a resource, undefined when its file is gone. It is changed by changeCatalog only. */
export async function readCatalog(resource: Resource): Promise<Catalog | undefined> {
  const path = join(resource.folder, resource.catalog);
  const stamp = await stampOf(path);
  if (stamp === undefined) return undefined;
  const known = kept.get(resource);
  if (known?.stamp === stamp) return known.catalog;
  const catalog = parseCatalog(await readFile(path, "utf8"));
  for (const entry of catalog.entries.values()) {
    if (Number.isNaN(entry.size)) {
      entry.size = (await sizeOf(join(resource.folder, entry.path))) ?? 0;
    }
  }
  kept.set(resource, { stamp, catalog });
  return catalog;
}

/** Writes the catalog, whole or not at all. */
export async function writeCatalog(resource: Resource, catalog: Catalog): Promise<void> {
  const path = join(resource.folder, resource.catalog);
  const temporary = `${path}.writing`;
  await writeFile(temporary, encodeCatalog(catalog));
  await rename(temporary, path);
  kept.set(resource, { stamp: (await stampOf(path)) ?? "", catalog });
}

async function stampOf(path: string): Promise<string | undefined> {
  const found = await stat(path, { bigint: true }).catch(() => undefined);
  return found === undefined ? undefined : `${found.mtimeNs} ${found.size} ${found.ino}`;
}

/** Bytes of a file; undefined when it is not there. */
export async function sizeOf(path: string): Promise<number | undefined> {
  const found = await stat(path).catch(() => undefined);
  return found?.isFile() === true ? found.size : undefined;
}

/** MD5 of a file, read as a stream. */
export async function digestOf(path: string): Promise<string> {
  const hash = createHash("md5");
  for await (const chunk of createReadStream(path)) hash.update(chunk as Uint8Array);
  return hash.digest("hex");
}
