import {
  closeSync,
  openSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  utimesSync,
  writeSync,
} from "node:fs";
import { hostname } from "node:os";
import { join } from "node:path";
import { UsageError } from "#shared/errors.ts";

/** Held by one run at a time. */
export interface OutputLock {
  release(): void;
}

/** How often the holder says that it lives, ms. */
const sign = 30_000;
/** A holder on another machine that has been silent for so long is gone, ms. */
const silence = 10 * 60_000;

/**
 * Locks a folder for this process, by a file `lock` in it. The lock of a run that was killed is taken over: one on this machine
 * whose process is gone, one of elsewhere that has been silent for ten minutes.
 *
 * @param folder - the hidden folder of the output; it exists
 * @param output - the output folder, for the message
 * @throws UsageError E-OUTPUT-LOCKED when another run holds it
 */
export function lockOutput(folder: string, output: string): OutputLock {
  const path = join(folder, "lock");
  const content = JSON.stringify({ host: hostname(), pid: process.pid, born: bornAt("self") });
  for (let attempt = 0; !create(path, content); attempt++) {
    if (attempt === 3 || !removeStale(path)) {
      throw new UsageError(
        "E-OUTPUT-LOCKED",
        `Another run is writing into ${output}.`,
        `Wait until it has ended, or give another --output. If there is none, remove ${path}.`,
      );
    }
  }
  const timer = setInterval(() => {
    const now = new Date();
    try {
      utimesSync(path, now, now);
    } catch {
      // A folder that was taken away under us shows in the next write.
    }
  }, sign);
  timer.unref();
  return {
    release: () => {
      clearInterval(timer);
      if (readLock(path) === content) rmSync(path, { force: true });
    },
  };
}

function create(path: string, content: string): boolean {
  try {
    const descriptor = openSync(path, "wx");
    writeSync(descriptor, content);
    closeSync(descriptor);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "EEXIST") return false;
    throw error;
  }
}

/** True when the lock was that of a dead run, and is away. */
function removeStale(path: string): boolean {
  const held = readLock(path);
  if (held === undefined) return true;
  if (!isStale(path, held)) return false;
  // Of two runs that find the same dead lock only one can move it; a lock made meanwhile is put back.
  const aside = `${path}.${process.pid}`;
  try {
    renameSync(path, aside);
  } catch {
    return true;
  }
  if (readLock(aside) !== held) {
    renameSync(aside, path);
    return false;
  }
  rmSync(aside, { force: true });
  return true;
}

function readLock(path: string): string | undefined {
  try {
    return readFileSync(path, "utf8");
  } catch {
    return undefined;
  }
}

function isStale(path: string, held: string): boolean {
  const { host, pid, born } = parseLock(held);
  const silent = Date.now() - (statSync(path, { throwIfNoEntry: false })?.mtimeMs ?? 0);
  // Killed between making the file and writing into it.
  if (host === undefined || pid === undefined) return silent > 10_000;
  if (host !== hostname()) return silent > silence;
  if (pid === process.pid) return born !== bornAt("self") || born === undefined;
  try {
    process.kill(pid, 0);
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === "ESRCH";
  }
  // The number may be that of another process now.
  const now = bornAt(String(pid));
  return born !== undefined && now !== undefined && born !== now;
}

interface Holder {
  readonly host?: string;
  readonly pid?: number;
  readonly born?: string;
}

function parseLock(held: string): Holder {
  try {
    return JSON.parse(held) as Holder;
  } catch {
    return {};
  }
}

/** When a process began, in ticks since the machine did (proc(5), field 22 of stat); undefined where there is no /proc. */
function bornAt(pid: string): string | undefined {
  try {
    const text = readFileSync(`/proc/${pid}/stat`, "utf8");
    // The name of the program, in brackets, may hold blanks.
    return text.slice(text.lastIndexOf(")") + 2).split(" ")[19];
  } catch {
    return undefined;
  }
}
