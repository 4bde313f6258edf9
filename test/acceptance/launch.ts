import { type ChildProcess, spawn } from "node:child_process";
import { createHash } from "node:crypto";
import {
  existsSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { expect } from "vitest";
import type { ScanFiles } from "./small-scan.ts";

const root = fileURLToPath(new URL("../../", import.meta.url));

/** Halves the start of each of the many runs; it changes nothing else. */
const compileCache = join(tmpdir(), "xnat-pic-compile-cache");

/** What a run ended with. */
export interface Ended {
  /** As a shell sees it: 128 + signal for a process that was killed. */
  readonly exitCode: number;
  readonly stdout: string;
  readonly stderr: string;
  readonly seconds: number;
  /** Most memory it held, as Linux counts it; 0 elsewhere. */
  readonly peakMemoryMB: number;
  readonly output: string;
}

export interface LaunchOptions {
  readonly output?: string;
  /** One thread by default, because many runs share the cores of a test. */
  readonly workers?: number;
  /** Runs as this user and group; only root can. */
  readonly uid?: number;
  /** Called with what the program said so far on standard output, and with its process. */
  readonly watch?: (said: string, child: ChildProcess) => void;
}

/** No refusal takes longer; the limit is wide, because tests share their cores. */
export const longestRefusal = 20;

/** A new folder of its own below the system's folder for temporary files. */
export function newFolder(prefix = "acceptance-"): string {
  return mkdtempSync(join(tmpdir(), prefix));
}

/** Writes files into a folder, which is made when it is missing. */
export function fillFolder(folder: string, files: ScanFiles): string {
  mkdirSync(folder, { recursive: true });
  for (const [path, bytes] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), bytes);
  }
  return folder;
}

/** Runs process-t2 from the checkout as a user does. */
export function launchProcessT2(
  input: string,
  options: readonly string[] = [],
  more: LaunchOptions = {},
): Promise<Ended> {
  return launchProgram("process-t2", input, options, more);
}

/** Runs a program from the checkout as a user does; the input may be a folder that does not exist. */
export function launchProgram(
  program: string,
  input: string,
  options: readonly string[] = [],
  more: LaunchOptions = {},
): Promise<Ended> {
  return launchWords(program, ["--input", input, ...options], more);
}

/** Runs a program from the checkout as a user does, with all its words but `--output` and `--workers`. */
export async function launchWords(
  program: string,
  words: readonly string[],
  { output = join(newFolder(), "out"), workers = 1, uid, watch }: LaunchOptions = {},
): Promise<Ended> {
  const started = performance.now();
  const child = spawn(
    join(root, "xnat-pic"),
    [program, "--output", output, `--workers=${workers}`, ...words],
    {
      stdio: ["ignore", "pipe", "pipe"],
      timeout: 120_000,
      killSignal: "SIGKILL",
      env: { ...process.env, NODE_COMPILE_CACHE: compileCache },
      ...(uid === undefined ? {} : { uid, gid: uid }),
    },
  );
  let [stdout, stderr] = ["", ""];
  child.stdout.setEncoding("utf8").on("data", (text: string) => {
    stdout += text;
    watch?.(stdout, child);
  });
  child.stderr.setEncoding("utf8").on("data", (text: string) => {
    stderr += text;
  });
  let peakMemoryMB = 0;
  const look = setInterval(() => {
    peakMemoryMB = Math.max(peakMemoryMB, readPeakMemory(child.pid));
  }, 50);
  const exitCode = await new Promise<number>((resolve, reject) => {
    child.on("error", reject);
    child.on("close", (code, signal) => resolve(code ?? (signal === "SIGTERM" ? 143 : 137)));
  });
  clearInterval(look);
  const seconds = (performance.now() - started) / 1000;
  return { exitCode, stdout, stderr, seconds, peakMemoryMB, output };
}

/**
 * Runs a program on files, put into a new folder; they are as they were afterwards.
 *
 * @param options - `{input}` stands for the folder
 */
export async function launchOn(
  program: string,
  files: ScanFiles,
  ...options: readonly string[]
): Promise<Ended> {
  const home = newFolder();
  const input = fillFolder(join(home, "in"), files);
  const before = fingerprint(input);
  const words = options.map((word) => word.replace("{input}", input));
  const run = await launchProgram(program, input, words, { output: join(home, "out") });
  expect(fingerprint(input)).toBe(before);
  return run;
}

/** VmHWM of a running process, MB; 0 when it cannot be read. */
function readPeakMemory(pid: number | undefined): number {
  try {
    const kilobytes = /^VmHWM:\s+(\d+)/m.exec(readFileSync(`/proc/${pid}/status`, "utf8"))?.[1];
    return Number(kilobytes ?? 0) / 1024;
  } catch {
    return 0;
  }
}

/** What a refusal must say. */
export interface Refusal {
  readonly exitCode: 2 | 3 | 4;
  readonly code: string;
  readonly says: RegExp;
}

/**
 * Holds a run to what every refusal promises: its exit code, one line on standard error that begins with its code and
 * ends with what to do, no stack, nothing in the output folder, soon.
 */
export function expectRefusal(run: Ended, { exitCode, code, says }: Refusal): void {
  expect(run.stderr).toMatch(new RegExp(`^(?:${code}): .+\\n$`));
  expect(run.stderr).toMatch(says);
  expect(run.stderr).not.toMatch(/\n\s+at |This is a bug|undefined|\[object|NaN/);
  expect(run.stderr.trim()).toMatch(/[.?]$/);
  expect(run.exitCode).toBe(exitCode);
  expect(existsSync(run.output) ? readdirSync(run.output) : []).toEqual([]);
  expect(run.seconds).toBeLessThan(longestRefusal);
}

/** Holds a run to having ended well. */
export function expectSuccess(run: Ended): void {
  expect(run.stderr).toBe("");
  expect(run.exitCode).toBe(0);
}

/** Names, sizes, times and content of everything below a folder: equal before and after a run that left it alone. */
export function fingerprint(folder: string): string {
  const digest = createHash("sha256");
  const visit = (path: string): void => {
    const { mode, size, mtimeMs } = lstatSync(path);
    digest.update(`${path} ${mode} ${size} ${mtimeMs}\n`);
    if (lstatSync(path).isDirectory()) {
      for (const name of readdirSync(path).sort()) visit(join(path, name));
    } else if (lstatSync(path).isFile()) digest.update(readFileSync(path));
  };
  if (existsSync(folder)) visit(folder);
  return digest.digest("hex");
}

/** True for root, who may mount, become another user, and ignores the rights of files. */
export const isRoot = process.getuid?.() === 0;
