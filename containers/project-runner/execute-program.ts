import { type ChildProcess, spawn } from "node:child_process";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { ItemError } from "./judge-failure.ts";

/** A program to run as a child process. */
export interface Execution {
  /** Absolute path of its main module. */
  readonly main: string;
  readonly argv: readonly string[];
  readonly environment: Readonly<Record<string, string>>;
  /** Working folder, which is the program's own. */
  readonly folder: string;
  readonly timeOutMs: number;
}

/** How programs are run; tests have one that runs nothing. */
export type Execute = (execution: Execution, signal: AbortSignal) => Promise<void>;

/** Characters of standard error that are kept: its last line says why a program ended. */
const keptError = 8192;

/** Name of the file that holds the process id of a running program, for the run after one that was killed. */
export const processFile = "process.pid";

const children = new Set<ChildProcess>();
let watched = false;

/**
 * Runs a program to its end. It dies with this process: by the signal, at exit, and where the runner itself is killed, by the next
 * run that finds its process file.
 *
 * @throws ItemError with the code and message the program ended with
 */
export async function executeProgram(execution: Execution, signal: AbortSignal): Promise<void> {
  signal.throwIfAborted();
  killAtExit();
  const { main, argv, environment, folder, timeOutMs } = execution;
  const child = spawn(process.execPath, [main, ...argv], {
    cwd: folder,
    env: { ...environment },
    stdio: ["ignore", "ignore", "pipe"],
  });
  children.add(child);
  let error = "";
  let timedOut = false;
  child.stderr.setEncoding("utf8");
  child.stderr.on("data", (text: string) => {
    error = (error + text).slice(-keptError);
  });
  const stop = () => child.kill("SIGKILL");
  signal.addEventListener("abort", stop, { once: true });
  const timer = setTimeout(() => {
    timedOut = true;
    stop();
  }, timeOutMs);
  try {
    const ended = await new Promise<{ code: number | null; killedBy: string | null }>(
      (resolve, reject) => {
        child.once("error", reject);
        child.once("close", (code, killedBy) => resolve({ code, killedBy }));
        if (child.pid !== undefined) writeFileSync(join(folder, processFile), String(child.pid));
      },
    );
    signal.throwIfAborted();
    if (timedOut) {
      const minutes = Math.round(timeOutMs / 6000) / 10;
      throw new ItemError("E-TIME-OUT", `The program took longer than ${minutes} min.`);
    }
    if (ended.code !== 0) throw describeEnd(ended.code, ended.killedBy, error);
  } finally {
    clearTimeout(timer);
    signal.removeEventListener("abort", stop);
    stop();
    children.delete(child);
  }
}

/** What the end of a program means: 2, 3 and 4 are about options and images, 137 and signals about the machine. */
function describeEnd(code: number | null, killedBy: string | null, error: string): ItemError {
  const last = error.trim().split("\n").at(-1)?.trim() ?? "";
  const [, own = "", sentence = ""] = /^(E-[A-Z0-9-]+): (.*)$/.exec(last) ?? [];
  if (killedBy !== null || (code !== null && code > 128)) {
    const how = killedBy ?? `exit code ${code}`;
    const memory = killedBy === "SIGKILL" || code === 137 ? ", most likely for want of memory" : "";
    const message = `The program was killed (${how})${memory}.`;
    return new ItemError("E-KILLED", message, { repeatable: true, origin: "machine" });
  }
  if (own !== "") {
    // A full work folder passes; what is wrong with images or options does not.
    if (own === "E-OUTPUT-FULL") {
      return new ItemError("E-DISK-FULL", sentence, { repeatable: true, origin: "machine" });
    }
    return new ItemError(own, sentence, { origin: code === 2 ? "machine" : "item" });
  }
  const said = last === "" ? "without a word" : `with: ${last.slice(0, 300)}`;
  return new ItemError("E-PROGRAM-ENDED", `The program ended with exit code ${code} ${said}`, {
    origin: code === 70 ? "bug" : "item",
  });
}

function killAtExit(): void {
  if (watched) return;
  watched = true;
  process.on("exit", () => {
    for (const child of children) child.kill("SIGKILL");
  });
}
