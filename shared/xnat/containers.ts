import type { Call, XnatConnection } from "./connection.ts";
import {
  type ContainerReport,
  containerList,
  containerReport,
  logPiece,
} from "./container.schema.ts";
import { type ContainerStatus, toContainerStatus } from "./container-status.ts";
import { streamValues } from "./stream-rows.ts";

/** A container the Container Service has run, runs or will run. Missing values are "". */
export interface ContainerRecord {
  /** The Container Service's own id, for logs and kill. */
  readonly id: string;
  readonly wrapperId: string;
  readonly workflowId: string;
  readonly project: string;
  readonly user: string;
  readonly image: string;
  readonly status: ContainerStatus;
  /** The server's word for it. */
  readonly statusText: string;
  /** ms since 1970 by the server's clock; undefined when it does not tell. */
  readonly created: number | undefined;
  readonly exitCode: string;
  /** What was sent at launch: input -> value. Empty where the user may not see it. */
  readonly launchValues: ReadonlyMap<string, string>;
}

/** The containers of a project one by one; with `unfinished` those of all projects that are not over, which is a shorter list. */
export async function* listContainers(
  connection: XnatConnection,
  where: { readonly project: string } | { readonly unfinished: true },
): AsyncGenerator<ContainerRecord, void, undefined> {
  const call: Call =
    "project" in where
      ? { method: "GET", path: ["xapi", "projects", where.project, "containers"] }
      : { method: "GET", path: ["xapi", "containers"], query: { nonfinalized: "true" } };
  const plan = { at: "$.*", value: containerReport, whole: containerList };
  for await (const report of streamValues(connection, call, plan)) yield toContainer(report);
}

/** One container. */
export async function readContainer(
  connection: XnatConnection,
  id: string,
): Promise<ContainerRecord> {
  const call: Call = { method: "GET", path: ["xapi", "containers", id] };
  return toContainer(await connection.json(call, containerReport));
}

/** What a container has written so far, at most 16 MiB; "" before it has. */
export async function readContainerLog(
  connection: XnatConnection,
  id: string,
  stream: "stdout" | "stderr",
): Promise<string> {
  const path = ["xapi", "containers", id, "logs", stream];
  // A blank log is not kept, so that its file is missing.
  const answer = await connection.text({ method: "GET", path, accept: [404] });
  return answer.status === 404 ? "" : answer.text;
}

/** The next piece of a log: ask again with `next` until it is undefined, which is the end of a finished container's log. */
export async function readContainerLogSince(
  connection: XnatConnection,
  id: string,
  stream: "stdout" | "stderr",
  since?: string,
): Promise<{ readonly text: string; readonly next: string | undefined }> {
  const call: Call = {
    method: "GET",
    path: ["xapi", "containers", id, "logSince", stream],
    ...(since === undefined ? {} : { query: { since } }),
  };
  const piece = await connection.json(call, logPiece);
  return { text: piece.content, next: piece.timestamp === "-1" ? undefined : piece.timestamp };
}

/** Asks for the end of a container; it is over when its status says so. */
export async function killContainer(
  connection: XnatConnection,
  project: string,
  id: string,
): Promise<void> {
  const path = ["xapi", "projects", project, "containers", id, "kill"];
  await connection.text({ method: "POST", path, repeatable: true });
}

/** The object of a launch, in the one spelling that containers are compared by: "/archive/experiments/E/scans/3". */
export function archiveUri(...segments: readonly string[]): string {
  return `/archive/${segments.join("/")}`;
}

/**
 * Whether a container was started by a launch: same wrapper, same object, not created before. For containers whose launch
 * said "To be assigned", or of which nothing is known since this program was killed.
 *
 * @param launch.since - ms by the server's clock
 */
export function isOfLaunch(
  container: ContainerRecord,
  launch: {
    readonly wrapperId: string;
    readonly root: string;
    readonly target: string;
    readonly since?: number;
  },
): boolean {
  const object = container.launchValues.get(launch.root) ?? "";
  const early =
    launch.since !== undefined &&
    container.created !== undefined &&
    container.created < launch.since;
  return container.wrapperId === launch.wrapperId && sameObject(object, launch.target) && !early;
}

/** The server puts /archive in front of URIs that lack it. */
function sameObject(a: string, b: string): boolean {
  const bare = (uri: string): string => uri.replace(/^\/(data|archive)(?=\/)/, "");
  return bare(a) === bare(b);
}

function toContainer(report: ContainerReport): ContainerRecord {
  const history = report.history ?? [];
  const exit = history.findLast(({ exitCode }) => exitCode !== "");
  const inputs = report.inputs ?? [];
  return {
    id: report.id,
    wrapperId: report["wrapper-id"],
    workflowId: report["workflow-id"],
    project: report.project,
    user: report["user-id"],
    image: report["docker-image"],
    status: toContainerStatus(report.status),
    statusText: report.status,
    created: timeOf(history[0]?.["time-recorded"] ?? "") ?? timeOf(report["status-time"]),
    exitCode: exit?.exitCode ?? "",
    launchValues: new Map(
      inputs.filter(({ type }) => type === "raw").map(({ name, value }) => [name, value]),
    ),
  };
}

/** Of "2026-11-22T10:20:31.204+0000" or ms. */
function timeOf(text: string): number | undefined {
  const time = /^\d+$/.test(text)
    ? Number(text)
    : Date.parse(text.replace(/([+-]\d\d)(\d\d)$/, "$1:$2"));
  return text === "" || Number.isNaN(time) ? undefined : time;
}
