import { existsSync, rmSync } from "node:fs";
import { mkdir, rm } from "node:fs/promises";
import { join } from "node:path";
import { emptyCatalog } from "./catalog.ts";
import { writeCatalog } from "./catalog-store.ts";
import { projectOf, sessionOf } from "./find.ts";
import { setStats, statsOf } from "./resource-stats.ts";
import type { Owner, Resource, Site } from "./site.ts";
import { type NewFile, putOff } from "./stored-files.ts";

// Where things lie below site.root, as in XNAT's archive.

/** Folder of a thing itself; Container Service calls it `directory`. */
export function folderOf(site: Site, owner: Owner): string {
  const archive = join(site.root, "archive");
  switch (owner.kind) {
    case "project":
      return join(archive, owner.id);
    case "subject":
      return join(archive, owner.project, "subjects", owner.label);
    case "session":
      return join(archive, owner.project, "arc001", owner.label);
    case "scan":
      return join(folderOf(site, sessionOf(site, owner)), "SCANS", owner.id);
    case "assessor":
      return join(folderOf(site, sessionOf(site, owner)), "ASSESSORS", owner.id);
  }
}

/** Folder of a resource of that label, whether it exists or not. */
export function resourceFolderOf(site: Site, owner: Owner, label: string): string {
  const folder = folderOf(site, owner);
  if (owner.kind === "project") return join(folder, "resources", label);
  if (owner.kind === "session") return join(folder, "RESOURCES", label);
  return join(folder, label);
}

/** What a new resource is. */
export interface ResourceMeta {
  readonly format?: string;
  readonly content?: string;
  readonly tags?: string;
  /** SeriesInstanceUID: makes it the catalog of a scan's images, scan_<id>_catalog.xml. */
  readonly seriesUID?: string;
  /** Files that are made when somebody first asks for them; until then nothing is on disk. */
  readonly later?: {
    readonly files: () => Iterable<NewFile> | AsyncIterable<NewFile>;
    readonly fileCount: number;
    readonly fileSize: number;
  };
}

/**
 * A new, empty resource, its folder and its catalog.
 *
 * One of the same label is no obstacle (rules U6, D8): the second lies in a folder of its own.
 */
export async function addResource(
  site: Site,
  owner: Owner,
  label: string,
  meta: ResourceMeta = {},
): Promise<Resource> {
  const id = site.nextId("resource");
  const twin = owner.resources.some((resource) => resource.label === label);
  const folder = resourceFolderOf(site, owner, twin ? `${label}_${id}` : label);
  const images = owner.kind === "scan" && meta.seriesUID !== undefined;
  const resource: Resource = {
    id,
    label,
    format: meta.format ?? "",
    content: meta.content ?? "",
    tags: meta.tags ?? "",
    folder,
    catalog: images ? `scan_${owner.id}_catalog.xml` : `${label}_catalog.xml`,
  };
  owner.resources.push(resource);
  setStats(resource, { fileCount: 0, fileSize: 0 });
  const begin = async () => {
    await mkdir(folder, { recursive: true });
    await writeCatalog(
      resource,
      emptyCatalog(label, projectOf(site, owner).id, images ? meta.seriesUID : undefined),
    );
  };
  if (meta.later === undefined) await begin();
  else putOff(site, resource, { ...meta.later, begin });
  return resource;
}

/** A resource by label or number; of several with one label the first. */
export function findResource(owner: Owner, labelOrId: string): Resource | undefined {
  return (
    owner.resources.find(({ label }) => label === labelOrId) ??
    owner.resources.find(({ id }) => String(id) === labelOrId)
  );
}

/** Takes a resource from its owner; its files stay on disk unless they are to go. */
export async function removeResource(
  owner: Owner,
  resource: Resource,
  { removeFiles = true }: { readonly removeFiles?: boolean } = {},
): Promise<void> {
  const place = owner.resources.indexOf(resource);
  if (place >= 0) owner.resources.splice(place, 1);
  if (removeFiles && existsSync(resource.folder)) {
    await rm(resource.folder, { recursive: true, force: true });
  }
}

/** Number and size in bytes of the files of a resource, as the database has them (rule D6). */
export function countFiles(resource: Resource): { readonly count: number; readonly size: number } {
  const { fileCount, fileSize } = statsOf(resource);
  return { count: fileCount, size: fileSize };
}

/** Removes the files of every resource of a thing that is deleted. */
export function removeAllFiles(owner: Owner): void {
  for (const { folder } of owner.resources) rmSync(folder, { recursive: true, force: true });
}
