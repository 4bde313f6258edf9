import { readFileSync } from "node:fs";
import type { RunnerChoices, RunnerStage } from "../test/acceptance/runner-stage.ts";
import { openRunnerStage } from "../test/acceptance/runner-stage.ts";
import { formatTable, threeDigits } from "./format-table.ts";
import { describeMachine } from "./measure.ts";

// project-runner on large projects of a simulated XNAT in this process: what planning costs, and how near its transfers come to what
// the line allows.

interface Run {
  readonly seconds: number;
  readonly requests: number;
  readonly peakMB: number;
}

async function measure(stage: RunnerStage, choices: RunnerChoices): Promise<Run> {
  const from = stage.xnat.log.length;
  const begin = performance.now();
  const { child, end } = stage.start({ faster: 1, ...choices });
  let peakMB = Number.NaN;
  const meter = setInterval(() => {
    try {
      const peak = /VmHWM:\s*(\d+) kB/.exec(readFileSync(`/proc/${child.pid}/status`, "utf8"))?.[1];
      if (peak !== undefined) peakMB = (Number(peak) * 1024) / 1e6;
    } catch {
      // It is over, or not Linux.
    }
  }, 20);
  const { exitCode, said } = await end;
  clearInterval(meter);
  if (exitCode !== 0) throw new Error(said);
  const seconds = (performance.now() - begin) / 1000;
  return { seconds, requests: stage.xnat.log.length - from, peakMB };
}

async function planning(): Promise<string> {
  const rows: string[][] = [];
  for (const sessions of [500, 2_000, 10_000]) {
    const stage = await openRunnerStage({ sessions, filesEach: 1 });
    const { seconds, requests, peakMB } = await measure(stage, { words: ["--dry-run"] });
    rows.push([String(sessions), String(requests), threeDigits(seconds), threeDigits(peakMB)]);
    await stage.stop();
  }
  return formatTable(["sessions", "requests", "wall s", "peak MB"], rows);
}

const latencyMs = 50;
/** Of a line of 100 Mbit/s. */
const bytesPerSecond = 12.5e6;
/** Connections of project-runner. */
const connections = 6;
/** Scans of project-runner that are fetched or stored while others are computed. */
const besideJobs = 6;

/**
 * Time a project takes with a latency of 50 ms and an answer at the line's speed, against the least it can take: requests of one scan
 * come one after the other, `jobs + 6` scans side by side over 6 connections, and bytes at the line's speed.
 */
async function throughput(sessions: number, jobs: number, fileSize: number): Promise<string[]> {
  const stage = await openRunnerStage({ sessions, filesEach: 16, fileSize });
  stage.xnat.addFault({ match: {}, action: { name: "latency", ms: latencyMs } });
  // Each connection gets its part of the line.
  const part = Math.round(bytesPerSecond / connections);
  stage.xnat.addFault({
    match: { path: "**/DICOM/files" },
    action: { name: "slowBody", bytesPerSecond: part },
  });
  const plan = await measure(stage, { words: ["--dry-run"] });
  const run = await measure(stage, { words: ["--jobs", String(jobs)] });
  const atOnce = Math.min(jobs + besideJobs, connections);
  const [first] = [plan.requests];
  const waiting = ((run.requests - first) * latencyMs) / 1000 / atOnce;
  const sent = (sessions * 16 * fileSize) / (part * atOnce);
  const least = plan.seconds + waiting + sent;
  await stage.stop();
  return [
    ...[String(sessions), String(jobs), `${((16 * fileSize) / 1e6).toFixed(1)} MB`],
    ...[String(run.requests), threeDigits(run.seconds), threeDigits(least)],
    (run.seconds / least).toFixed(2),
  ];
}

async function main(): Promise<void> {
  console.log(`## project-runner on large projects\n\n${describeMachine()}.\n`);
  console.log(`### Planning (--dry-run)\n\n${await planning()}\n`);
  const rows: string[][] = [];
  for (const [sessions, jobs, fileSize] of [
    // Enough scans that what a run costs once does not hide what each scan costs.
    [120, 2, 1_000],
    [120, 4, 1_000],
    [120, 4, 250_000],
  ] as const) {
    rows.push(await throughput(sessions, jobs, fileSize));
  }
  const header = ["sessions", "jobs", "a scan", "requests", "wall s", "least s", "wall / least"];
  console.log(`### A line of 100 Mbit/s with 50 ms latency\n\n${formatTable(header, rows)}\n`);
  console.log(
    "How to read it: the server runs in this process and the programs take a blink, so that the line is what is measured. Least: every request waits its 50 ms, 6 connections side by side, images at the line's speed; the issue allows 1.25 (80 % of the throughput).",
  );
}

await main();
