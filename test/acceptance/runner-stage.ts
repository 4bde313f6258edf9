import { type ChildProcess, spawn } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import type { CommandJson } from "#command-json/schema.ts";
import type { ItemOutcome } from "#containers/project-runner/item.ts";
import { createCommand } from "#test/xnat/container-service/command-store.ts";
import { openFakeBackend } from "#test/xnat/container-service/fake-backend.ts";
import { addAssessor, addProject, addScan, addSession, addSubject } from "#test/xnat/records.ts";
import { addResource } from "#test/xnat/resources.ts";
import { seedLarge } from "#test/xnat/seed-large.ts";
import type { Owner, Resource, Site } from "#test/xnat/site.ts";
import { type SimulatedXnat, type StartOptions, startXnat } from "#test/xnat/start-xnat.ts";
import { listEntries, storeFile } from "#test/xnat/stored-files.ts";
import { writeTinyPrograms } from "./tiny-programs.ts";

const main = new URL("../../containers/project-runner/main.ts", import.meta.url).pathname;
const fastClock = new URL("fast-clock.ts", import.meta.url).pathname;
const names = ["process-t1", "process-t2", "process-dwi", "mask-average"] as const;

/** Of the user owner; no other text of a run looks like it. */
export const ownersPassword = "pw-Zebra-4711-owner";

/** How a run ended. */
export interface RunnerEnd {
  readonly exitCode: number | null;
  readonly killedBy: string | null;
  /** Standard output and error. */
  readonly said: string;
  /** Output folder; it may be missing. */
  readonly output: string;
  /** Text of a file below report/. */
  read(path: string): string;
}

export interface RunningRunner {
  readonly child: ChildProcess;
  readonly end: Promise<RunnerEnd>;
}

export interface RunnerChoices {
  readonly words?: readonly string[];
  readonly environment?: Readonly<Record<string, string>>;
  /** Work folder; the stage's own unless given. */
  readonly work?: string;
  /** "": none is named on the command line. The stage's own unless given. */
  readonly project?: string;
  /** Waits of the program end so many times sooner. */
  readonly faster?: number;
}

export interface StageOptions extends StartOptions {
  /** Sessions with a T2 scan each; the second last holds somebody else's result, the last one nothing to process. */
  readonly sessions: number;
  /** Images of a scan; 9 and more come as a zip. */
  readonly filesEach?: number;
  readonly fileSize?: number;
  /** Draws a ROI collection in every third session. */
  readonly collections?: boolean;
  /** Runs the tiny programs as containers too, each taking so many ms. */
  readonly containerMs?: number;
}

/** A project on a simulated XNAT, and project-runner as a process with tiny programs. */
export interface RunnerStage {
  readonly xnat: SimulatedXnat;
  readonly folder: string;
  readonly project: string;
  /** Containers the Container Service started: "process-t2 <session>/<scan>". */
  readonly launched: readonly string[];
  start(choices?: RunnerChoices): RunningRunner;
  run(choices?: RunnerChoices): Promise<RunnerEnd>;
  /** Environment of a token of the owner's, as the Container Service gives. */
  issueToken(): Readonly<Record<string, string>>;
  /** Every file of the project: "owner/label/path" -> digest; records of runs, which differ, are left out. */
  archive(): Promise<ReadonlyMap<string, string>>;
  /** Secrets that must not stand anywhere. */
  secrets(): readonly string[];
  stop(): Promise<void>;
}

export async function openRunnerStage(options: StageOptions): Promise<RunnerStage> {
  const {
    sessions,
    filesEach = 9,
    fileSize = 64,
    collections = false,
    containerMs,
    ...start
  } = options;
  const folder = mkdtempSync(join(tmpdir(), "runner-stage-"));
  const programs = writeTinyPrograms(join(folder, "programs"));
  const commands = names.map((name) => {
    const text = readFileSync(join(programs, name, "command.json"), "utf8");
    return JSON.parse(text) as CommandJson;
  });
  const launched: string[] = [];
  const running = new Set<ChildProcess>();
  const backend = openFakeBackend({
    programs: Object.fromEntries(
      commands.map((command) => [
        command.image,
        async ({ spec, folder: mounted, print }) => {
          const { SOURCE_SESSION, SOURCE_SCAN } = spec.environment;
          launched.push(`${command.name} ${SOURCE_SESSION}/${SOURCE_SCAN}`);
          const words = [`--input=${mounted("/input")}`, `--output=${mounted("/output")}`];
          const program = join(programs, command.name, "main.mjs");
          const child = spawn(process.execPath, [program, ...words], {
            env: { ...spec.environment, TINY_MS: String(containerMs) },
          });
          running.add(child);
          const code = await new Promise<number>((done) => child.on("close", (c) => done(c ?? 1)));
          running.delete(child);
          print("done\n");
          return code;
        },
      ]),
    ),
  });
  const xnat = await startXnat({
    ...start,
    ...(containerMs === undefined ? {} : { containers: { backend } }),
  });
  const { site } = xnat;
  const owner = site.users.get("owner");
  if (owner !== undefined) owner.password = ownersPassword;
  const secrets = recordSessions(site);
  const project = await seedProject(site, { sessions, filesEach, fileSize, collections });
  for (const command of containerMs === undefined ? [] : commands) {
    for (const id of createCommand(site, JSON.stringify(command)).wrapperIds) {
      site.siteWrappers.add(id);
      site.projects.get(project)?.enabledWrappers.add(id);
    }
  }
  let runs = 0;
  const begin = (choices: RunnerChoices = {}): RunningRunner => {
    const output = join(folder, `output-${++runs}`);
    const { words = [], environment = {}, work = join(folder, "work"), faster = 40 } = choices;
    const named = choices.project ?? project;
    const given = [
      ...(named === "" ? [] : ["--project", named]),
      "--work",
      work,
      "--output",
      output,
    ];
    const environmentOfRun = {
      ...{ PATH: process.env["PATH"] ?? "", HOME: folder, FAST_CLOCK: String(faster) },
      ...{ XNAT_HOST: xnat.url, XNAT_USER: "owner", XNAT_PASS: ownersPassword },
      ...{ XNAT_PIC_PROGRAMS: programs, ...environment },
    };
    // Memory as in the image (its Dockerfile).
    const node = ["--max-semi-space-size=4", "--import", fastClock];
    const child = spawn(process.execPath, [...node, main, ...given, ...words], {
      env: environmentOfRun,
      stdio: ["ignore", "pipe", "pipe"],
    });
    running.add(child);
    let said = "";
    for (const stream of [child.stdout, child.stderr]) {
      stream.setEncoding("utf8");
      stream.on("data", (text: string) => {
        said += text;
      });
    }
    const end = new Promise<RunnerEnd>((resolve, reject) => {
      child.once("error", reject);
      child.once("close", (exitCode, killedBy) => {
        running.delete(child);
        const read = (path: string) => readFileSync(join(output, "report", path), "utf8");
        resolve({ exitCode, killedBy, said, output, read });
      });
    });
    return { child, end };
  };
  return {
    ...{ xnat, folder, project, launched, start: begin },
    run: (choices) => begin(choices).end,
    issueToken: () => {
      const number = site.nextId("test-token");
      const alias = `9f1c0a2e-77aa-4c1e-9d53-${String(number).padStart(12, "0")}`;
      const secret = `secret-${"q".repeat(40)}-${number}`;
      const now = site.clock.now();
      site.tokens.set(alias, {
        ...{ alias, secret, user: "owner", enabled: true, issued: now },
        expires: now + 86_400_000,
      });
      secrets.add(secret);
      return { XNAT_USER: alias, XNAT_PASS: secret };
    },
    archive: () => listArchive(site, project),
    secrets: () => [ownersPassword, ...secrets],
    stop: async () => {
      for (const child of running) child.kill("SIGKILL");
      await xnat.stop();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

/** Ids of sessions are secrets as passwords are; those that ended too. */
function recordSessions({ httpSessions }: Site): Set<string> {
  const seen = new Set<string>();
  const set = httpSessions.set.bind(httpSessions);
  httpSessions.set = (id, session) => {
    seen.add(id);
    return set(id, session);
  };
  return seen;
}

interface Seed {
  readonly sessions: number;
  readonly filesEach: number;
  readonly fileSize: number;
  readonly collections: boolean;
}

async function seedProject(site: Site, seed: Seed): Promise<string> {
  const project = "LARGE";
  const { sessions, filesEach, fileSize, collections } = seed;
  await seedLarge(site, { project, sessions, scansEach: 2, filesEach, fileSize });
  const all = [...site.sessions.values()];
  for (const [n, session] of all.entries()) {
    if (!collections || n % 3 !== 0) continue;
    const id = `RoiCollection_${session.label}`;
    const collection = addAssessor(site, session, {
      ...{ id, label: id, xsiType: "icr:roiCollectionData" },
    });
    const drawn = await addResource(site, collection, "RTSTRUCT", { format: "DICOM" });
    await storeFile(site, drawn, `${id}.dcm`, `regions on ${session.scans[1]?.uid} end`);
  }
  // Somebody else's work, which looks like ours and is none.
  const foreign = all.at(-2)?.scans[1];
  if (foreign !== undefined) {
    const maps = await addResource(site, foreign, "PROCESSED_T2", { format: "NIFTI" });
    await storeFile(site, maps, "part-0.txt", "a map of another program");
  }
  const notes = await addResource(site, site.projects.get(project) as Owner, "NOTES");
  await storeFile(site, notes, "read-me.txt", "of an owner of the project");
  const subject = addSubject(site, { project, label: "EMPTY" });
  const empty = addSession(site, { project, subjectId: subject.id, label: "EMPTY_MR1" });
  addScan(site, empty, { id: "1", type: "Localizer", seriesDescription: "Localizer" });
  // Its project is another one: nothing of it may change.
  addProject(site, { id: "OTHER" });
  return project;
}

/** Resources of the project that tell of runs, not of results. */
const records = /^(PROJECT_RUNNER|PROJECT_RUNNER_STATE)$/;

async function listArchive(site: Site, project: string): Promise<ReadonlyMap<string, string>> {
  const found = new Map<string, string>();
  const take = async (owner: Owner, name: string): Promise<void> => {
    for (const resource of owner.resources) {
      if (records.test(resource.label)) continue;
      await takeFiles(resource, `${name}/${resource.label}`, found);
    }
  };
  await take(site.projects.get(project) as Owner, "project");
  for (const session of site.sessions.values()) {
    if (session.project !== project) continue;
    await take(session, session.label);
    for (const scan of session.scans) await take(scan, `${session.label}/${scan.id}`);
    for (const assessor of session.assessors) {
      await take(assessor, `${session.label}/${assessor.label}`);
    }
  }
  return new Map([...found].sort(([a], [b]) => (a < b ? -1 : 1)));
}

async function takeFiles(
  resource: Resource,
  name: string,
  found: Map<string, string>,
): Promise<void> {
  const entries = await listEntries(resource);
  for (const { path } of entries) {
    const key = `${name}/${path}`;
    // Two resources of one label, or one file twice in a catalog, are results twice.
    const text = readFileSync(join(resource.folder, path));
    const bytes = path === "project-runner.json" ? withoutRun(text.toString()) : text;
    const digest = createHash("sha256").update(bytes).digest("hex").slice(0, 16);
    found.set(found.has(key) ? `${key} (again)` : key, `${text.length} ${digest}`);
  }
  // Files on disk that no catalog knows.
  const known = new Set([...entries.map(({ path }) => path), resource.catalog]);
  const onDisk = existsSync(resource.folder)
    ? readdirSync(resource.folder, { recursive: true, withFileTypes: true })
    : [];
  for (const entry of onDisk) {
    const path = join(entry.parentPath, entry.name).slice(resource.folder.length + 1);
    if (entry.isFile() && !known.has(path)) found.set(`${name}/${path} (not in the catalog)`, "");
  }
}

function withoutRun(marker: string): string {
  const { runId, ...rest } = JSON.parse(marker) as Record<string, unknown>;
  // Containers store digests as the server has them, in its order.
  return JSON.stringify(rest);
}

/** Files that two archives do not have alike. */
export function differences(
  wanted: ReadonlyMap<string, string>,
  found: ReadonlyMap<string, string>,
): readonly string[] {
  return [...new Set([...wanted.keys(), ...found.keys()])]
    .filter((path) => wanted.get(path) !== found.get(path))
    .map((path) => `${path}: ${wanted.get(path) ?? "-"} became ${found.get(path) ?? "-"}`);
}

/** Outcomes of the items of a run, as its last state lines tell them. */
export function outcomesOf(work: string): readonly ItemOutcome[] {
  const byKey = new Map<string, ItemOutcome>();
  for (const place of existsSync(work) ? readdirSync(work) : []) {
    const path = join(work, place, "state.jsonl");
    if (!existsSync(path)) continue;
    for (const line of readFileSync(path, "utf8").split("\n")) {
      if (line === "") continue;
      const { line: kind, outcome } = JSON.parse(line) as { line: string; outcome: ItemOutcome };
      if (kind === "item") byKey.set(outcome.key, outcome);
    }
  }
  return [...byKey.values()];
}

/** Processes whose command line names the folder. */
export function processesIn(folder: string): readonly string[] {
  return readdirSync("/proc")
    .filter((name) => /^\d+$/.test(name))
    .flatMap((pid) => {
      try {
        const line = readFileSync(`/proc/${pid}/cmdline`, "utf8").replaceAll("\0", " ");
        return line.includes(folder) ? [`${pid} ${line}`] : [];
      } catch {
        return [];
      }
    });
}

/** Resolves when the condition holds, looked at every ms, or when the other promise does. */
export async function until(condition: () => boolean, other: Promise<unknown>): Promise<void> {
  let over = false;
  void other.then(() => {
    over = true;
  });
  while (!over && !condition()) await wait(1);
}
