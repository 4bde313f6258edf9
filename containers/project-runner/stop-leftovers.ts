import { readdirSync, readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { processFile } from "./execute-program.ts";

/**
 * Clears a locked work folder of what a run that was killed left: its programs that are still running, and their files.
 *
 * A process is ended only when its command line names the folder, since numbers of processes are used again.
 */
export function stopLeftovers(work: string): void {
  const items = join(work, "items");
  for (const name of namesIn(items)) {
    const folder = join(items, name);
    const pid = Number(read(join(folder, processFile)));
    if (!Number.isInteger(pid) || pid <= 1) continue;
    if (!read(`/proc/${pid}/cmdline`).includes(folder)) continue;
    try {
      process.kill(pid, "SIGKILL");
    } catch {
      // It ended just now.
    }
  }
  for (const name of ["items", "copies"])
    rmSync(join(work, name), { recursive: true, force: true });
}

function namesIn(folder: string): readonly string[] {
  try {
    return readdirSync(folder);
  } catch {
    return [];
  }
}

function read(path: string): string {
  try {
    return readFileSync(path, "utf8");
  } catch {
    return "";
  }
}
