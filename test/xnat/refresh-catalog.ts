import { readdir } from "node:fs/promises";
import { join } from "node:path";
import { nameOf } from "./catalog.ts";
import { digestOf, sizeOf } from "./catalog-store.ts";
import { changeCatalog } from "./change-catalog.ts";
import { countAgain } from "./resource-stats.ts";
import type { Resource, Site } from "./site.ts";
import { ensureFiles } from "./stored-files.ts";

/** What a refresh may do (rule D6). */
export interface RefreshOptions {
  readonly append: boolean;
  readonly delete: boolean;
  readonly checksum: boolean;
  readonly populateStats: boolean;
}

/** Brings a catalog in line with what lies on disk. */
export async function refreshCatalog(
  site: Site,
  resource: Resource,
  options: RefreshOptions,
): Promise<void> {
  await ensureFiles(resource);
  await changeCatalog(site, resource, "Modified", async (catalog, eventId) => {
    let changed = 0;
    if (options.append) {
      for (const path of await filesBelow(resource)) {
        if (catalog.entries.has(path)) continue;
        catalog.entries.set(path, {
          path,
          size: 0,
          digest: "",
          format: "",
          content: "",
          tags: "",
          createdBy: "admin",
          eventId,
          createdTime: new Date(site.clock.now()).toISOString().slice(0, -1),
        });
        changed++;
      }
    }
    for (const entry of [...catalog.entries.values()]) {
      const size = await sizeOf(join(resource.folder, entry.path));
      if (size === undefined) {
        if (!options.delete) continue;
        catalog.entries.delete(entry.path);
      } else if (size !== entry.size || (options.checksum && site.options.checksums)) {
        entry.size = size;
        if (options.checksum) entry.digest = await digestOf(join(resource.folder, entry.path));
      } else continue;
      changed++;
    }
    return changed;
  });
  if (options.populateStats) await countAgain(resource);
}

async function filesBelow(resource: Resource): Promise<readonly string[]> {
  const found = await readdir(resource.folder, { recursive: true, withFileTypes: true });
  return found
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name).slice(resource.folder.length + 1))
    .filter((path) => !/_catalog\.xml(\.writing)?$/.test(nameOf(path)))
    .sort();
}
