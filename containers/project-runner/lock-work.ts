import { mkdirSync, readFileSync, readlinkSync, rmSync, unlinkSync, writeFileSync } from "node:fs";
import { hostname } from "node:os";
import { join } from "node:path";
import { UsageError } from "#shared/errors.ts";

const lockName = "lock.json";

/**
 * Locks a work folder for this process, so that two runs do not share one state. A lock of a process that is gone is taken over.
 *
 * @returns what unlocks it
 * @throws UsageError E-WORK-LOCKED, E-WORK
 */
export function lockWork(folder: string): () => void {
  const path = join(folder, lockName);
  const own = { pid: process.pid, host: hostname(), started: startOf(process.pid) };
  try {
    mkdirSync(folder, { recursive: true });
    for (let tries = 0; ; tries++) {
      try {
        writeFileSync(path, JSON.stringify(own), { flag: "wx" });
        break;
      } catch (error) {
        if ((error as NodeJS.ErrnoException).code !== "EEXIST" || tries > 2) throw error;
      }
      const holder = readLock(path);
      if (holder !== undefined && isAlive(holder)) {
        throw new UsageError(
          "E-WORK-LOCKED",
          `Another run (process ${holder.pid} on ${holder.host}) works in ${folder}.`,
          "Wait for its end, or give another folder with --work.",
        );
      }
      rmSync(path, { force: true });
    }
  } catch (error) {
    if (error instanceof UsageError) throw error;
    const found = `The work folder ${folder} cannot be written (${(error as Error).message}).`;
    throw new UsageError("E-WORK", found, "Give another folder with --work.");
  }
  return () => {
    const holder = readLock(path);
    if (holder?.pid === own.pid && holder.host === own.host) unlinkSync(path);
  };
}

interface Lock {
  readonly pid: number;
  readonly host: string;
  readonly started: string;
}

function readLock(path: string): Lock | undefined {
  try {
    const { pid, host, started } = JSON.parse(readFileSync(path, "utf8")) as Partial<Lock>;
    return pid === undefined || host === undefined
      ? undefined
      : { pid, host, started: started ?? "" };
  } catch {
    return undefined; // Broken off while it was written: its process is gone.
  }
}

/** A process of another machine (a container) cannot be seen from here, and its folder is not shared by chance. */
function isAlive({ pid, host, started }: Lock): boolean {
  if (host !== hostname()) return false;
  try {
    process.kill(pid, 0);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "EPERM") return false;
  }
  // In a new container the numbers begin again: the same number is another process when it began at another time.
  return started === startOf(pid);
}

/** When a process began, in the kernel's ticks and since which boot; "" where the system does not tell. */
function startOf(pid: number): string {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, "utf8");
    const namespace = readlinkSync(`/proc/${pid}/ns/pid`);
    return `${namespace} ${stat.slice(stat.lastIndexOf(")") + 2).split(" ")[19] ?? ""}`;
  } catch {
    return "";
  }
}
