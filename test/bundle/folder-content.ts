import { createHash } from "node:crypto";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";

/** Paths of all files below a folder, relative, sorted; empty when there is no folder. */
export function listPaths(folder: string): readonly string[] {
  if (!existsSync(folder)) return [];
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => !entry.isDirectory())
    .map((entry) => join(entry.parentPath, entry.name).slice(folder.length + 1))
    .sort();
}

/**
 * SHA-256 of every file below a folder by its path. Of provenance.json only what must repeat: its `run`
 * block, which holds times and facts of the host, is left out.
 */
export function readContent(folder: string): Readonly<Record<string, string>> {
  return Object.fromEntries(
    listPaths(folder).map((path) => {
      const bytes = readFileSync(join(folder, path));
      return [path, digest(path.endsWith("provenance.json") ? withoutRun(bytes) : bytes)];
    }),
  );
}

function withoutRun(bytes: Buffer): string {
  const { run, ...rest } = JSON.parse(bytes.toString("utf8")) as Record<string, unknown>;
  if (run === undefined) throw new Error("provenance.json has no run block");
  return JSON.stringify(rest);
}

function digest(content: string | Uint8Array): string {
  return createHash("sha256").update(content).digest("hex");
}
