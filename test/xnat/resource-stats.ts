import { readCatalog } from "./catalog-store.ts";
import type { Resource } from "./site.ts";

/** What the database says of a resource; it may lag behind the catalog (rule D6). */
export interface Stats {
  readonly fileCount: number;
  /** Bytes. */
  readonly fileSize: number;
}

const stats = new WeakMap<Resource, Stats>();

export function setStats(resource: Resource, known: Stats): void {
  stats.set(resource, known);
}

/** file_count and file_size of a resource. */
export function statsOf(resource: Resource): Stats {
  return stats.get(resource) ?? { fileCount: 0, fileSize: 0 };
}

/** Counts what the catalog lists. */
export async function countAgain(resource: Resource): Promise<Stats> {
  const entries = [...((await readCatalog(resource))?.entries.values() ?? [])];
  const counted = {
    fileCount: entries.length,
    fileSize: entries.reduce((sum, { size }) => sum + size, 0),
  };
  setStats(resource, counted);
  return counted;
}
