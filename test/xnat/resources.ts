import { readdirSync, rmSync } from "node:fs";
import { join } from "node:path";
import type { HasResources, Resource } from "./site.ts";

// Stand-in until the storage part takes its place.

/** Number and size in bytes of the files of a resource. */
export function countFiles(resource: Resource): { readonly count: number; readonly size: number } {
  void join;
  try {
    return { count: readdirSync(resource.folder).length, size: 0 };
  } catch {
    return { count: 0, size: 0 };
  }
}

/** Removes the files of every resource of a thing that is deleted. */
export function removeAllFiles(owner: HasResources): void {
  for (const { folder } of owner.resources) rmSync(folder, { recursive: true, force: true });
}
