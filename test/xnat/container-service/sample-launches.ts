import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { CommandJson } from "#command-json/schema.ts";
import { addAssessor, addProject, addScan, addSession, addSubject } from "../records.ts";
import { addResource } from "../resources.ts";
import type { Project, Scan, Session } from "../site.ts";
import { type SimulatedXnat, type StartOptions, startXnat } from "../start-xnat.ts";
import { storeFile } from "../stored-files.ts";
import { createCommand } from "./command-store.ts";
import { type FakeProgram, type FakeRun, openFakeBackend } from "./fake-backend.ts";
import { settle } from "./service.ts";

/** A small site with two sessions for tests of launches. */
export interface LaunchStage {
  readonly xnat: SimulatedXnat;
  readonly project: Project;
  readonly sessions: readonly Session[];
  readonly scans: readonly Scan[];
  readonly backend: ReturnType<typeof openFakeBackend>;
  /** Adds a command and enables all its wrappers; gives their ids. */
  enable(command: CommandJson): readonly number[];
  ask(method: string, path: string, body?: unknown, login?: string): Promise<StageReply>;
  /** Launches on a root value and waits for the end. */
  launch(
    wrapper: number,
    root: string,
    values: Readonly<Record<string, string>>,
    login?: string,
  ): Promise<StageReply>;
  /** All work of the queue is done. */
  settled(): Promise<void>;
  stop(): Promise<void>;
}

export interface StageReply {
  readonly status: number;
  readonly text: string;
  /** Body as JSON. */
  // biome-ignore lint/suspicious/noExplicitAny: answers are judged by the test that asks
  readonly json: any;
}

export const sampleImage = "example/demo:1.0.0";

/** Writes one file into each output folder, as a well-behaved program. */
export function writeOutputs({ spec, folder, print }: FakeRun): number {
  for (const name of ["maps", "report"]) {
    mkdirSync(join(folder("/output"), name), { recursive: true });
    writeFileSync(join(folder("/output"), name, `${name}.txt`), spec.args.join("|"));
  }
  print("working\n");
  return 0;
}

/** A command on a scan with a mount, two outputs and a few options. */
export function sampleCommand(change: Partial<CommandJson> = {}): CommandJson {
  return {
    name: "demo",
    version: "1.0",
    "schema-version": "1.0",
    type: "docker",
    image: sampleImage,
    "command-line": '#max# "#series#" #fast#',
    "override-entrypoint": false,
    mounts: [
      { name: "in", path: "/input", writable: false },
      { name: "out", path: "/output", writable: true },
    ],
    "environment-variables": { SOURCE_SCAN: "#scan-id#", SOURCE_SESSION: "#session-id#" },
    inputs: [
      option("max", "number", "500", "--max"),
      option("series", "string", "", "--series"),
      {
        ...{ name: "fast", type: "boolean", "default-value": "false", required: false },
        ...{ "true-value": "--fast", "false-value": "" },
      },
    ],
    outputs: [
      { name: "maps", mount: "out", path: "maps", required: true },
      { name: "report", mount: "out", path: "report", required: true },
    ],
    xnat: [scanWrapper()],
    ...change,
  };
}

const option = (name: string, type: "number" | "string", value: string, flag: string) => ({
  ...{ name, type, required: false, "default-value": value },
  ...{ "command-line-flag": flag, "command-line-separator": "=" },
});

type Wrapper = NonNullable<CommandJson["xnat"]>[number];

/** The wrapper on a scan. */
export function scanWrapper(change: Partial<Wrapper> = {}): Wrapper {
  const text = (name: string, property: string) => ({
    ...{ name, type: "string" as const, required: true, "user-settable": false },
    ...{ "derived-from-wrapper-input": "scan", "derived-from-xnat-object-property": property },
  });
  const handler = (name: string, label: string, format: string) => ({
    ...{ name: `${name}-resource`, "accepts-command-output": name, "as-a-child-of": "scan" },
    ...{ type: "Resource" as const, label, format, content: "MAP" },
  });
  return {
    name: "demo-scan",
    label: "Demo",
    description: "a demonstration",
    contexts: ["xnat:mrScanData"],
    "external-inputs": [
      { name: "scan", type: "Scan", matcher: "'DICOM' in @.resources[*].label", required: true },
    ],
    "derived-inputs": [
      {
        ...{ name: "scan-files", type: "Resource", matcher: "@.label == 'DICOM'", required: true },
        "provides-files-for-command-mount": "in",
        "derived-from-wrapper-input": "scan",
      },
      text("scan-id", "id"),
      text("session-id", "session-id"),
    ],
    "output-handlers": [
      handler("maps", "PROCESSED", "NIFTI"),
      handler("report", "PROCESSED_REPORT", "HTML"),
    ],
    ...change,
  };
}

/** Starts a site with a fake back end, a project P of owner, member and collab, two sessions with scans 1 and 2. */
export async function openLaunchStage(
  program: FakeProgram = writeOutputs,
  options: Omit<StartOptions, "containers"> & { readonly queueDelay?: number } = {},
): Promise<LaunchStage> {
  const backend = openFakeBackend({
    programs: { [sampleImage]: (run) => program(run) },
    labels: { "example/labelled:2.0": JSON.stringify([sampleCommand({ name: "labelled" })]) },
  });
  const { queueDelay = 0, ...rest } = options;
  const xnat = await startXnat({ ...rest, containers: { backend, queueDelay } });
  const { site } = xnat;
  const project = addProject(site, {
    id: "P",
    members: new Map([
      ["owner", "owner"],
      ["member", "member"],
      ["collab", "collaborator"],
    ]),
  });
  const sessions: Session[] = [];
  for (const label of ["M01", "M02"]) {
    const subject = addSubject(site, { project: "P", label });
    const session = addSession(site, { project: "P", subjectId: subject.id, label: `${label}_MR` });
    sessions.push(session);
    for (const id of ["1", "2"]) {
      const scan = addScan(site, session, {
        id,
        type: `MSME ${id}`,
        seriesDescription: "T2 (fast)",
      });
      const resource = await addResource(site, scan, "DICOM", { format: "DICOM" });
      await storeFile(site, resource, "a.dcm", `pixels of ${label}/${id}`);
    }
    addScan(site, session, { id: "9", type: "no files" });
    addAssessor(site, session, { label: `ROI_${label}`, xsiType: "icr:roiCollectionData" });
  }
  const ask: LaunchStage["ask"] = async (method, path, body, login = "owner") => {
    const response = await fetch(xnat.url + path, {
      method,
      headers: {
        Authorization: `Basic ${Buffer.from(`${login}:${login}`).toString("base64")}`,
        ...(body === undefined ? {} : { "Content-Type": "application/json" }),
      },
      ...(body === undefined
        ? {}
        : { body: typeof body === "string" ? body : JSON.stringify(body) }),
    });
    const text = await response.text();
    let json: unknown;
    try {
      json = JSON.parse(text);
    } catch {
      json = undefined;
    }
    return { status: response.status, text, json };
  };
  return {
    ...{ xnat, project, sessions, backend, ask },
    scans: sessions.flatMap(({ scans }) => scans),
    enable: (command) => {
      const { wrapperIds } = createCommand(site, JSON.stringify(command));
      for (const id of wrapperIds) {
        site.siteWrappers.add(id);
        project.enabledWrappers.add(id);
      }
      return wrapperIds;
    },
    launch: async (wrapper, root, values, login) => {
      const path = `/xapi/projects/P/wrappers/${wrapper}/root/${root}/launch`;
      const reply = await ask("POST", path, values, login);
      await settle(site);
      return reply;
    },
    settled: () => settle(site),
    stop: () => xnat.stop(),
  };
}
