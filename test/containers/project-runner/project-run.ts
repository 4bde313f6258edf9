import { createHash } from "node:crypto";
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Engine } from "#containers/project-runner/engine.ts";
import type { Execute } from "#containers/project-runner/execute-program.ts";
import type { ItemOutcome, ListedScan } from "#containers/project-runner/item.ts";
import { openLimits } from "#containers/project-runner/limits.ts";
import { listItems } from "#containers/project-runner/list-items.ts";
import { parseRule } from "#containers/project-runner/parse-rule.ts";
import { processHere } from "#containers/project-runner/process-here.ts";
import { parseProgramOptions } from "#containers/project-runner/program-options.ts";
import { openPrograms } from "#containers/project-runner/programs.ts";
import type { ProjectServer } from "#containers/project-runner/project-server.ts";
import { recallItems } from "#containers/project-runner/recall-items.ts";
import { rememberItem } from "#containers/project-runner/remember-items.ts";
import { type LoopEnd, runItems } from "#containers/project-runner/run-items.ts";
import { shareState } from "#containers/project-runner/share-state.ts";
import { openState } from "#containers/project-runner/state.ts";
import { stopLeftovers } from "#containers/project-runner/stop-leftovers.ts";

/** The pieces of the engine put together as the program does, without its log, report and signals. */

export const programs = openPrograms({});
const silent = { info: () => {}, warn: () => {}, error: () => {} };

export interface RunChoices {
  readonly t2Options?: string;
  readonly ruleText?: string;
  readonly existing?: "keep" | "replace";
  readonly recheck?: boolean;
  readonly retryFailed?: boolean;
  readonly jobs?: number;
  readonly execute?: Execute;
  readonly pipelines?: readonly string[];
}

export interface RunResult extends LoopEnd {
  readonly all: ReadonlyMap<string, ItemOutcome>;
}

/** A scan of the listing. */
export function scanOf(
  session: string,
  scanId: string,
  changes: Partial<ListedScan> = {},
): ListedScan {
  return {
    ...{ project: "RATT1", owner: "RATT1", subjectId: `S_${session}`, subjectLabel: session },
    ...{ sessionId: `E_${session}`, sessionLabel: `${session}_MR`, date: "2026-11-20" },
    ...{ sessionType: "xnat:mrSessionData", scanId, scanType: "MSME" },
    ...{ seriesDescription: "T2 MSME", quality: "usable", frames: "160", modality: "MR" },
    ...{ seriesUid: `1.2.3.${session.length}.${scanId}`, ...changes },
  };
}

/** A program that runs nothing: its files say what went in. */
export const pretend: Execute = async ({ main, argv, environment }) => {
  const output = argv.find((word) => word.startsWith("--output="))?.slice(9) ?? "";
  const options = argv.filter((word) => !word.includes("/"));
  const input = argv
    .filter((word) => word.includes("/") && !word.startsWith("--output="))
    .map((word) => [
      word.slice(0, word.indexOf("=")),
      contentOf(word.slice(word.indexOf("=") + 1)),
    ]);
  const scan = [environment["SOURCE_SESSION"], environment["SOURCE_SCAN"]];
  const said = JSON.stringify({ program: main.split("/").at(-2), scan, input, options });
  const folder = main.includes("mask-average") ? "stats" : "maps";
  mkdirSync(join(output, folder), { recursive: true });
  mkdirSync(join(output, "report"), { recursive: true });
  const digest = createHash("sha256").update(said).digest("hex");
  writeFileSync(join(output, folder, "map.nii.gz"), `${digest} ${said}`);
  writeFileSync(join(output, folder, "error.nii.gz"), `error ${digest}`);
  // A file only some options make, so that replacing leaves one over.
  if (options.includes("--model=epg")) writeFileSync(join(output, folder, "b1.nii.gz"), digest);
  writeFileSync(
    join(output, "report", "summary.json"),
    JSON.stringify({ maps: { T2map: { unit: "ms", n: 3, mean: said.length } } }),
  );
  writeFileSync(join(output, "report", "manifest.json"), JSON.stringify({ files: [] }));
};

function contentOf(folder: string): readonly string[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => {
      const path = join(entry.parentPath, entry.name);
      return `${path.slice(folder.length + 1)}=${readFileSync(path, "utf8")}`;
    })
    .sort();
}

/** One life of the runner. */
export async function runOnce(
  server: ProjectServer,
  work: string,
  choices: RunChoices = {},
): Promise<RunResult> {
  const names = choices.pipelines ?? ["process-t2", "mask-average"];
  const { recheck = false, retryFailed = false } = choices;
  const read = names.map((name) => [name, programs.read(name)] as const);
  const engine: Engine = {
    ...{ server, work, runId: "run", timeOutMs: 60_000, log: silent },
    existing: choices.existing ?? "keep",
    programs: new Map(read),
    options: new Map(
      read.map(([name, program]) => {
        const text = name === "process-t2" ? (choices.t2Options ?? "") : "";
        return [name, parseProgramOptions(program, text)];
      }),
    ),
    limits: openLimits({ jobs: choices.jobs ?? 2, memoryMiB: 4096, diskMiB: 4096 }),
    execute: choices.execute ?? pretend,
  };
  stopLeftovers(work);
  const state = openState(join(work, "state.jsonl"));
  try {
    const shared = await shareState(server, state, { work, runId: "run", log: silent });
    const plan = await listItems(
      server,
      {
        ...{ pipelines: names, subjects: [], sessions: [] },
        rules: new Map([
          ["process-t2", parseRule(choices.ruleText ?? "series=*MSME*", "--t2-scans")],
        ]),
        measures: new Map([["mask-average", ["PROCESSED_T2", "PROCESSED_T1"]]]),
      },
      () => {},
    );
    const how = { recheck, retryFailed };
    const { recalled, open } = recallItems(engine, state, plan.items, how);
    const end = await runItems(open, (item, signal) => processHere(engine, item, signal), {
      ...{ atOnce: 3, log: silent, signal: new AbortController().signal, pausesMs: [0, 0] },
      stillThere: () => server.requireProject().then(() => true),
      onOutcome: (item, outcome) =>
        shared.add(rememberItem(engine, state, item, outcome, new Date())),
    });
    await shared.finish();
    const all = new Map(
      [...recalled.map(({ outcome }) => outcome), ...end.outcomes].map((one) => [one.key, one]),
    );
    return { ...end, all };
  } finally {
    state.close();
  }
}
