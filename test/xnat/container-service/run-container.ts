import { randomUUID } from "node:crypto";
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { invalidateToken, issueToken } from "../login.ts";
import type { ContainerRecord, Workflow } from "../site.ts";
import type { RunEnd, RunHandle } from "./backend.ts";
import type { LaunchOrder } from "./launch.ts";
import type { ResolvedCommand } from "./resolve/resolve-command.ts";
import { runSpecOf } from "./run-spec.ts";
import { type ContainerFaultName, serviceOf } from "./service.ts";
import { type StagedMount, stageMounts } from "./stage-mounts.ts";
import { uploadOutputs } from "./upload-outputs.ts";

/** A launch that has been resolved. */
export interface ContainerOrder extends Omit<LaunchOrder, "faults"> {
  readonly resolved: ResolvedCommand;
  readonly workflow: Workflow | undefined;
  readonly faults: ReadonlySet<ContainerFaultName>;
}

/** Sets the status of a container and of its workflow. */
export function setStatus(
  order: ContainerOrder,
  record: ContainerRecord,
  status: string,
  details = "",
  exitCode: number | null = null,
): void {
  const time = order.site.clock.now();
  record.status = status;
  record.statusTime = time;
  record.history.push({ status, time, exitCode: exitCode === null ? null : String(exitCode) });
  if (order.workflow === undefined) return;
  order.workflow.status = status;
  order.workflow.details = details;
}

/** Runs a resolved command to its end: mounts, token, container, logs, outputs. Never throws for what goes wrong there. */
export async function runContainer(order: ContainerOrder): Promise<void> {
  const { site, workflow } = order;
  const service = serviceOf(site);
  const fail = (where: string, error: unknown) => {
    if (workflow === undefined) return;
    workflow.status = `Failed (${where})`;
    workflow.details = error instanceof Error ? error.message : String(error);
  };
  const { options } = service;
  if (options === undefined) return fail("Container launch", "No Docker server configured");
  const token = issueToken(site, order.user.login);
  let mounts: readonly StagedMount[];
  let environment: Readonly<Record<string, string>>;
  try {
    environment = environmentOf(order, token.alias, token.secret);
    mounts = await stageMounts(site, order.resolved.mounts);
  } catch (error) {
    invalidateToken(site, token.alias);
    return fail("Staging", error);
  }
  const spec = runSpecOf(order, environment, mounts, randomUUID());
  let handle: RunHandle;
  try {
    handle = await options.backend.start(spec);
  } catch (error) {
    invalidateToken(site, token.alias);
    return fail("Container launch", error);
  }
  const record = addRecord(order, handle, environment, mounts);
  service.running.set(record.id, handle);
  service.tokens.set(record.id, token.alias);
  if (workflow !== undefined) workflow.comments = handle.id;
  setStatus(order, record, "Created");
  setStatus(order, record, "Running");
  if (order.faults.has("containerLost")) {
    // The record stays as it is: the server has nothing to ask any more.
    await handle.kill();
    await handle.end;
    await handle.remove();
    service.running.delete(record.id);
    return;
  }
  const end = await handle.end;
  await finish(order, record, handle, end, mounts);
}

/** @throws Error when the command sets a variable of XNAT itself (W05): the server's map takes no name twice */
function environmentOf(
  { site, resolved, workflow }: ContainerOrder,
  alias: string,
  secret: string,
): Readonly<Record<string, string>> {
  const host = serviceOf(site).options?.host;
  const own = new URL(site.processingUrl || site.url);
  if (host !== undefined) own.hostname = host;
  const pairs = [
    ...resolved.environment,
    ["XNAT_HOST", own.href.replace(/\/$/, "")],
    ["XNAT_USER", alias],
    ["XNAT_PASS", secret],
    ["XNAT_WORKFLOW_ID", workflow?.id ?? ""],
    ["XNAT_EVENT_ID", workflow?.id ?? ""],
  ] as const;
  const environment: Record<string, string> = {};
  for (const [name, value] of pairs) {
    if (Object.hasOwn(environment, name)) {
      throw new Error(`Multiple entries with same key: ${name}`);
    }
    environment[name] = value;
  }
  return environment;
}

function addRecord(
  order: ContainerOrder,
  handle: RunHandle,
  environment: Readonly<Record<string, string>>,
  mounts: readonly StagedMount[],
): ContainerRecord {
  const { site, resolved, found, user, workflow } = order;
  const id = site.nextId("container");
  const isSwarm = serviceOf(site).options?.backend.kind === "swarm";
  const record: ContainerRecord = {
    id,
    commandId: found.stored.id,
    wrapperId: found.id,
    user: user.login,
    project: resolved.projectId ?? "",
    status: "Created",
    statusTime: site.clock.now(),
    containerId: isSwarm ? "" : handle.id,
    serviceId: isSwarm ? handle.id : "",
    workflowId: workflow?.id ?? "",
    image: resolved.image,
    commandLine: resolved.commandLine,
    environment: { ...environment },
    mounts: mounts.map(({ name, writable, source, target }) => ({
      ...{ name, writable, hostPath: source, containerPath: target },
    })),
    inputs: [...resolved.inputs],
    outputs: resolved.outputs.map(({ name, label, handler }) => ({
      ...{ name, label, created: "", handledBy: handler["as-a-child-of"] },
    })),
    history: [],
    logFolder: join(site.root, "archive", "CONTAINER_EXEC", String(id), "LOGS", "docker"),
  };
  site.containers.set(id, record);
  return record;
}

/** Logs, outputs, status, and the end of the token. */
async function finish(
  order: ContainerOrder,
  record: ContainerRecord,
  handle: RunHandle,
  end: RunEnd,
  mounts: readonly StagedMount[],
): Promise<void> {
  const { site, faults } = order;
  const service = serviceOf(site);
  setStatus(order, record, "die", "", end.exitCode);
  setStatus(order, record, "_Waiting");
  if (faults.has("statusLost")) return;
  setStatus(order, record, "Finalizing", "Processing finished. Uploading files.");
  if (!faults.has("logsEmpty")) await saveLogs(record, handle);
  const isKilled = service.killed.has(record.id) || service.stopped;
  if (isKilled) setStatus(order, record, "Killed", "Killed by user", end.exitCode);
  else if (end.outOfMemory) setStatus(order, record, "Killed (Out of Memory)", "", end.exitCode);
  else if (end.exitCode !== 0 && (end.exitCode !== null || end.message !== "")) {
    const details = "Non-zero exit code and/or failure status from container";
    setStatus(order, record, "Failed", details, end.exitCode);
  } else {
    const complaint = await uploadOutputs(order, record, mounts);
    if (complaint === undefined) setStatus(order, record, "Complete", "", end.exitCode);
    else setStatus(order, record, "Failed (Upload)", complaint, end.exitCode);
  }
  invalidateToken(site, service.tokens.get(record.id) ?? "");
  service.running.delete(record.id);
  await handle.remove();
}

/** Blank logs are not kept. */
async function saveLogs({ logFolder }: ContainerRecord, handle: RunHandle): Promise<void> {
  for (const stream of ["stdout", "stderr"] as const) {
    const text = await handle.logs(stream);
    if (text.trim() === "") continue;
    mkdirSync(logFolder, { recursive: true });
    writeFileSync(join(logFolder, `${stream}.log`), text);
  }
}
