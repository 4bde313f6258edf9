import { randomUUID } from "node:crypto";
import { chmodSync, cpSync, existsSync, mkdirSync } from "node:fs";
import { join } from "node:path";
import { findByUri } from "../find.ts";
import type { Owner, Site } from "../site.ts";
import { ensureFiles } from "../stored-files.ts";
import type { XnatObject } from "./resolve/objects.ts";
import type { ResolvedMount } from "./resolve/resolve-command.ts";

/** A folder of the host and where the container sees it. */
export interface StagedMount {
  readonly name: string;
  readonly source: string;
  readonly target: string;
  readonly writable: boolean;
}

/**
 * Makes the folders of a launch: a new one for outputs, the archive itself where it is only read, a copy where it may
 * be written.
 */
export async function stageMounts(
  site: Site,
  mounts: readonly ResolvedMount[],
): Promise<readonly StagedMount[]> {
  const build = join(site.root, "build", randomUUID());
  const staged: StagedMount[] = [];
  for (const { name, path, writable, object } of mounts) {
    const place = object?.type === "File" ? object["path"] : object?.directory;
    const archive = typeof place === "string" ? place : undefined;
    if (object !== undefined) await makeFiles(site, object);
    if (archive !== undefined && !writable) {
      staged.push({ name, source: archive, target: path, writable });
      continue;
    }
    const source = join(build, name);
    mkdirSync(source, { recursive: true });
    // A real server's folders belong to its own user; this one must let a container of any user write.
    chmodSync(source, 0o777);
    if (archive !== undefined && existsSync(archive)) cpSync(archive, source, { recursive: true });
    staged.push({ name, source, target: path, writable: true });
  }
  return staged;
}

/** Seeds may put off writing their files until somebody reads them. */
async function makeFiles(site: Site, object: XnatObject): Promise<void> {
  const [, parent, label] = /^(.*?)\/resources\/([^/]+)/.exec(object.uri) ?? [];
  const owner = findByUri(site, parent ?? object.uri);
  if (owner === undefined) return;
  for (const { resources } of [owner, ...(label === undefined ? below(site, owner) : [])]) {
    for (const resource of resources) {
      const isWanted = label === undefined || resource.label === decodeURIComponent(label);
      if (isWanted) await ensureFiles(resource);
    }
  }
}

function below(site: Site, owner: Owner): readonly Owner[] {
  if (owner.kind === "session") return [...owner.scans, ...owner.assessors];
  if (owner.kind !== "project") return [];
  const sessions = [...site.sessions.values()].filter(({ project }) => project === owner.id);
  return sessions.flatMap((session) => [session, ...below(site, session)]);
}
