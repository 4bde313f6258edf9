import { ArchiveRefused, archive } from "./archive-session.ts";
import { build } from "./prearchive.ts";
import type { Site } from "./site.ts";

const idleMs = 5 * 60_000;

/** The rebuilder: takes up what has been idle for five minutes, unless it was told to leave it (I6). */
export async function rebuildIdle(site: Site): Promise<void> {
  for (const row of [...site.prearchive]) {
    const idle = site.clock.now() - row.lastmod >= idleMs;
    if (row.status !== "RECEIVING" || !idle || row.preventAutoCommit) continue;
    if (row.source === "uploader") continue;
    const status = await build(site, row);
    const code = site.projects.get(row.project)?.prearchiveCode ?? 0;
    if (status !== "READY" || code === 0) continue;
    await archive(site, row, {
      user: "admin",
      ...(code === 5 ? { overwrite: "delete" } : {}),
    }).catch((error: unknown) => {
      if (!(error instanceof ArchiveRefused)) throw error;
    });
  }
}
