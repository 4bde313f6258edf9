import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { arch, availableParallelism, cpus, platform, tmpdir, totalmem } from "node:os";
import { join } from "node:path";

/** What a command cost, its child processes included. */
export interface Cost {
  readonly wallSeconds: number;
  /** User and system time of all threads; NaN when no meter is installed. */
  readonly cpuSeconds: number;
  /** Largest resident set of any one of its processes, MB (10^6 bytes); NaN when no meter is installed. */
  readonly peakMB: number;
  /** What it wrote to standard output. */
  readonly stdout: string;
}

/** Who counts processor time and memory: both read the same numbers of the kernel, wait4(2). */
interface Meter {
  readonly name: string;
  /** The command line that runs `command` and writes user s, system s and kB into `file`. */
  readonly wrap: (file: string, command: readonly string[]) => readonly string[];
}

const gnuTime: Meter = {
  name: "GNU time",
  wrap: (file, command) => ["/usr/bin/time", "-o", file, "-f", "%U %S %M", ...command],
};

const pythonScript = `
import os, sys
pid = os.spawnvp(os.P_NOWAIT, sys.argv[2], sys.argv[2:])
_, status, use = os.wait4(pid, 0)
open(sys.argv[1], "w").write(f"{use.ru_utime} {use.ru_stime} {use.ru_maxrss}")
sys.exit(os.waitstatus_to_exitcode(status))
`;

const python: Meter = {
  name: "Python's os.wait4",
  wrap: (file, command) => ["python3", "-c", pythonScript, file, ...command],
};

const meter = [gnuTime, python].find(({ wrap }) => {
  const [program, ...words] = wrap("/dev/null", ["true"]);
  return spawnSync(program!, words, { stdio: "ignore" }).status === 0;
});

/** How processor time and memory are measured here, in words. */
export const meterName =
  meter === undefined
    ? "no meter for processor time and memory (install the package time)"
    : `processor time and peak resident memory by ${meter.name}`;

/** The version line of a program, or undefined when it is not installed. */
export function findProgram(name: string, ...words: readonly string[]): string | undefined {
  const run = spawnSync(name, words, { encoding: "utf8" });
  if (run.error !== undefined) return undefined;
  return `${run.stdout}${run.stderr}`.trim().split("\n")[0] ?? "";
}

/**
 * Runs a command once and measures it.
 *
 * @throws Error with what the command said when it fails
 */
export function measureCommand(command: readonly string[]): Cost {
  const folder = mkdtempSync(join(tmpdir(), "bench-"));
  const file = join(folder, "cost");
  try {
    const [program, ...words] = meter === undefined ? command : meter.wrap(file, command);
    const begin = performance.now();
    const run = spawnSync(program!, words, { encoding: "utf8" });
    const wallSeconds = (performance.now() - begin) / 1000;
    if (run.status !== 0) throw new Error(`${command.join(" ")}\n${run.stdout}${run.stderr}`);
    const { stdout } = run;
    if (meter === undefined) {
      return { wallSeconds, cpuSeconds: Number.NaN, peakMB: Number.NaN, stdout };
    }
    const [user, system, kilobytes] = readFileSync(file, "utf8").trim().split(" ").map(Number);
    return { wallSeconds, cpuSeconds: user! + system!, peakMB: (kilobytes! * 1024) / 1e6, stdout };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** The median of each number of several runs. */
export function medianCost(costs: readonly Cost[]): Omit<Cost, "stdout"> {
  const middle = (pick: (cost: Cost) => number): number => {
    const sorted = costs.map(pick).sort((a, b) => a - b);
    const half = (sorted.length - 1) / 2;
    return (sorted[Math.floor(half)]! + sorted[Math.ceil(half)]!) / 2;
  };
  return {
    wallSeconds: middle((cost) => cost.wallSeconds),
    cpuSeconds: middle((cost) => cost.cpuSeconds),
    peakMB: middle((cost) => cost.peakMB),
  };
}

/** The machine in one line: no number of a benchmark means anything without it. */
export function describeMachine(): string {
  const processor = cpus()[0]?.model ?? "unknown processor";
  const memory = `${Math.round(totalmem() / 1e9)} GB`;
  const place = `${platform()} ${arch()}`;
  return `Machine: ${availableParallelism()} cores (${processor}), ${memory}, ${place}, Node ${process.versions.node}`;
}
