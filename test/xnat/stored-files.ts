import { createHash } from "node:crypto";
import { existsSync } from "node:fs";
import { mkdir, open, rename, rm } from "node:fs/promises";
import { dirname, join, normalize } from "node:path";
import type { Catalog, CatalogEntry } from "./catalog.ts";
import { readCatalog, sizeOf } from "./catalog-store.ts";
import { changeCatalog } from "./change-catalog.ts";
import { countAgain, type Stats, setStats } from "./resource-stats.ts";
import type { Resource, Site } from "./site.ts";

/** Bytes to be stored; a stream is read once. */
export type FileSource = Uint8Array | string | AsyncIterable<Uint8Array>;

export interface FileMeta {
  readonly format?: string;
  readonly content?: string;
  readonly tags?: string;
  /** SOPInstanceUID and instance number of an image. */
  readonly uid?: string;
  readonly instanceNumber?: number;
}

export interface NewFile extends FileMeta {
  readonly path: string;
  readonly source: FileSource;
}

export interface StoreOptions extends FileMeta {
  /** Who stores it; default "admin". */
  readonly user?: string;
  readonly overwrite?: boolean;
  /** Keeps file_count and file_size of the resource as they were (rule D6). */
  readonly keepStats?: boolean;
  /** Faults: bytes after which the disk is full (U14), no digest (D5), stored and then lost. */
  readonly diskFullAfter?: number | undefined;
  readonly noDigest?: boolean;
  readonly drop?: boolean;
}

/** The disk of the simulated server is full (U14). */
export class DiskFull extends Error {}

/** A name that leads out of its resource, or that XNAT cannot catalog (U11). */
export class RefusedName extends Error {}

interface Later extends Stats {
  readonly files: () => Iterable<NewFile> | AsyncIterable<NewFile>;
  readonly begin: () => Promise<void>;
}

const later = new WeakMap<Resource, () => Promise<void>>();

/** Puts off making the files of a resource until somebody asks for them. */
export function putOff(
  site: Site,
  resource: Resource,
  { files, begin, fileCount, fileSize }: Later,
): void {
  setStats(resource, { fileCount, fileSize });
  let making: Promise<void> | undefined;
  const make = async () => {
    await begin();
    await store(site, resource, files(), {});
    later.delete(resource);
  };
  later.set(resource, () => {
    making ??= make();
    return making;
  });
}

/** Makes files that were put off: call it before a folder is mounted or read around this module. */
export async function ensureFiles(resource: Resource): Promise<void> {
  await later.get(resource)?.();
}

/** Entries of a resource's catalog, in its order; empty when the catalog is gone. */
export async function listEntries(resource: Resource): Promise<readonly CatalogEntry[]> {
  return [...((await catalogOf(resource))?.entries.values() ?? [])];
}

/** One entry by path. */
export async function findEntry(
  resource: Resource,
  path: string,
): Promise<CatalogEntry | undefined> {
  return (await catalogOf(resource))?.entries.get(path);
}

/** The catalog; files that were put off are made first. */
export async function catalogOf(resource: Resource): Promise<Catalog | undefined> {
  await ensureFiles(resource);
  return readCatalog(resource);
}

/**
 * Stores one file below a resource's folder and in its catalog.
 *
 * @returns "duplicate" when it is there and must not be replaced (rule U1)
 * @throws RefusedName, DiskFull; what the source throws
 */
export async function storeFile(
  site: Site,
  resource: Resource,
  path: string,
  source: FileSource,
  options: StoreOptions = {},
): Promise<"stored" | "duplicate"> {
  const duplicates = await storeFiles(site, resource, [{ path, source }], options);
  return duplicates.length === 0 ? "stored" : "duplicate";
}

/**
 * Stores files one after another and writes the catalog once. When one fails, those before it are stored (rule U10).
 *
 * @returns paths that were there and were left as they are
 */
export async function storeFiles(
  site: Site,
  resource: Resource,
  files: Iterable<NewFile> | AsyncIterable<NewFile>,
  options: StoreOptions = {},
): Promise<readonly string[]> {
  await ensureFiles(resource);
  return store(site, resource, files, options);
}

async function store(
  site: Site,
  resource: Resource,
  files: Iterable<NewFile> | AsyncIterable<NewFile>,
  options: StoreOptions,
): Promise<readonly string[]> {
  const duplicates: string[] = [];
  const stored: (FileMeta & { path: string; size: number; digest: string })[] = [];
  try {
    for await (const { path, source, ...meta } of files) {
      const target = targetOf(resource, path);
      if (existsSync(target)) {
        if (options.overwrite !== true) {
          duplicates.push(path);
          await drain(source);
          continue;
        }
        if (path.endsWith("_catalog.xml")) {
          await drain(source);
          throw new RefusedName(`XNAT cannot catalog ${path}`);
        }
        await keepHistory(site, resource, path);
      }
      const written = await writeFile(target, source, options).catch(async (error: unknown) => {
        await admitSize(site, resource, path, target);
        throw error;
      });
      stored.push({ ...meta, path, ...written });
      if (options.drop === true) await rm(target);
    }
  } finally {
    await record(site, resource, stored, options);
  }
  return duplicates;
}

/** @throws RefusedName when a path leads out of the resource */
function targetOf(resource: Resource, path: string): string {
  const clean = normalize(path);
  if (path === "" || clean.startsWith("..") || clean.startsWith("/") || path.includes("\0")) {
    throw new RefusedName(`Invalid file path: ${path}`);
  }
  return join(resource.folder, clean);
}

async function drain(source: FileSource): Promise<void> {
  if (typeof source === "string" || source instanceof Uint8Array) return;
  for await (const _ of source);
}

/** Files that are replaced are kept in the cache, as XNAT keeps them. */
async function keepHistory(site: Site, resource: Resource, path: string): Promise<void> {
  const time = `${site.clock.now()}_${site.nextId("history")}`;
  const target = join(site.root, "cache", "history", time, String(resource.id), path);
  await mkdir(dirname(target), { recursive: true });
  await rename(join(resource.folder, path), target);
}

/** Straight to its place, as XNAT writes: a broken upload leaves its half behind (U14). */
async function writeFile(
  target: string,
  source: FileSource,
  { diskFullAfter = Number.POSITIVE_INFINITY, noDigest = false }: StoreOptions,
): Promise<{ size: number; digest: string }> {
  const hash = createHash("md5");
  let size = 0;
  const chunks =
    typeof source === "string" || source instanceof Uint8Array ? [Buffer.from(source)] : source;
  await mkdir(dirname(target), { recursive: true });
  const file = await open(target, "w");
  try {
    for await (const chunk of chunks) {
      const fits = chunk.subarray(0, diskFullAfter - size);
      await file.write(fits);
      if (fits.length < chunk.length) throw new DiskFull("No space left on device");
      size += chunk.length;
      hash.update(chunk);
    }
  } finally {
    await file.close();
  }
  return { size, digest: noDigest ? "" : hash.digest("hex") };
}

/** A file that was to be replaced and is half now is listed with the size it has. */
async function admitSize(
  site: Site,
  resource: Resource,
  path: string,
  target: string,
): Promise<void> {
  await changeCatalog(site, resource, "Modified", async ({ entries }) => {
    const entry = entries.get(path);
    if (entry === undefined) return 0;
    entry.size = (await sizeOf(target)) ?? 0;
    return 1;
  });
}

async function record(
  site: Site,
  resource: Resource,
  stored: readonly (FileMeta & { path: string; size: number; digest: string })[],
  options: StoreOptions,
): Promise<void> {
  const listed = stored.filter(({ path }) => !path.endsWith("_catalog.xml"));
  if (listed.length === 0) return;
  await changeCatalog(site, resource, "Added", (catalog, eventId) => {
    const createdTime = new Date(site.clock.now()).toISOString().slice(0, -1);
    for (const { path, size, digest, ...meta } of listed) {
      catalog.entries.set(path, {
        path,
        size,
        digest: site.options.checksums ? digest : "",
        format: meta.format ?? options.format ?? "",
        content: meta.content ?? options.content ?? "",
        tags: meta.tags ?? options.tags ?? "",
        createdBy: options.user ?? "admin",
        eventId,
        createdTime,
        ...(meta.uid === undefined ? {} : { uid: meta.uid }),
        ...(meta.instanceNumber === undefined ? {} : { instanceNumber: meta.instanceNumber }),
      });
    }
    return listed.length;
  });
  if (options.keepStats !== true) await countAgain(resource);
}

/**
 * Removes a file, or all files of a folder.
 *
 * @returns how many
 */
export async function removeFile(site: Site, resource: Resource, path: string): Promise<number> {
  await ensureFiles(resource);
  const folder = path.endsWith("/") ? path : `${path}/`;
  const removed = await changeCatalog(site, resource, "Removed", async (catalog) => {
    const gone = [...catalog.entries.keys()].filter(
      (name) => name === path || name.startsWith(folder),
    );
    for (const name of gone) {
      await rm(targetOf(resource, name), { force: true });
      catalog.entries.delete(name);
    }
    return gone.length;
  });
  if (removed > 0) await countAgain(resource);
  return removed;
}
