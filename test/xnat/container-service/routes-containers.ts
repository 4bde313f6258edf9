import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { type Exchange, type Handler, Refusal, type Route, send, sendJson } from "../exchange.ts";
import { roleOf } from "../rights.ts";
import type { ContainerRecord } from "../site.ts";
import { containerRoute, isManager, readProject, userOf } from "./answers.ts";
import type { LogStream } from "./backend.ts";
import { packFiles } from "./pack-files.ts";
import { serviceOf } from "./service.ts";
import { showContainer } from "./show-container.ts";

/** Ended, whether well or not. */
export const isOver = ({ status }: ContainerRecord): boolean =>
  /^(Complete|Failed|Killed)/.test(status);

/** Own ones, those of owned projects, all for a manager. */
function isVisible(exchange: Exchange, record: ContainerRecord): boolean {
  const user = userOf(exchange);
  const project = exchange.site.projects.get(record.project);
  const role = project === undefined ? undefined : roleOf(user, project);
  return (
    record.user === user.login ||
    role === "owner" ||
    role === "administrator" ||
    isManager(exchange)
  );
}

const backendOf = ({ site }: Exchange): string => serviceOf(site).options?.backend.kind ?? "docker";

const list: Handler = (exchange) => {
  const project = readProject(exchange);
  const onlyOpen = exchange.query("nonfinalized") === "true";
  const found = [...exchange.site.containers.values()].filter(
    (record) =>
      (project === undefined || record.project === project.id) &&
      (!onlyOpen || !isOver(record)) &&
      isVisible(exchange, record),
  );
  sendJson(
    exchange,
    found.map((record) => showContainer(record, backendOf(exchange), true)),
  );
};

/** By number, or by container or service id. */
export function requireContainer(exchange: Exchange): ContainerRecord {
  const id = exchange.params["container"] ?? "";
  const { containers } = exchange.site;
  const found =
    containers.get(Number(id)) ??
    [...containers.values()].find((one) => one.containerId === id || one.serviceId === id);
  if (found === undefined) throw new Refusal(404, `Could not find container with id ${id}`);
  return found;
}

const show: Handler = (exchange) => {
  const record = requireContainer(exchange);
  sendJson(exchange, showContainer(record, backendOf(exchange), isVisible(exchange, record)));
};

function requireVisible(exchange: Exchange): ContainerRecord {
  const record = requireContainer(exchange);
  if (!isVisible(exchange, record)) throw new Refusal(403, "");
  return record;
}

/** What a container has written so far: from its file once it has ended, else from the engine. */
export async function readLog(
  exchange: Exchange,
  record: ContainerRecord,
  stream: LogStream,
  since?: number,
): Promise<{ readonly text: string; readonly fromFile: boolean }> {
  const path = join(record.logFolder, `${stream}.log`);
  if (existsSync(path)) return { text: readFileSync(path, "utf8"), fromFile: true };
  const handle = serviceOf(exchange.site).running.get(record.id);
  return { text: (await handle?.logs(stream, since)) ?? "", fromFile: false };
}

const streamOf = ({ params }: Exchange): LogStream => {
  const { stream } = params;
  if (stream !== "stdout" && stream !== "stderr") throw new Refusal(404, "");
  return stream;
};

const showLog: Handler = async (exchange) => {
  const record = requireVisible(exchange);
  const { text } = await readLog(exchange, record, streamOf(exchange));
  // A blank log is not kept, so there is nothing to be found.
  if (text === "" && isOver(record)) throw new Refusal(404, "");
  send(exchange, 200, "text/plain;charset=UTF-8", text);
};

const showLogSince: Handler = async (exchange) => {
  const record = requireVisible(exchange);
  const since = exchange.query("since");
  const begin = since === undefined ? undefined : Number(since);
  const now = exchange.site.clock.now();
  const { text, fromFile } = await readLog(exchange, record, streamOf(exchange), begin);
  const timestamp = isOver(record) ? "-1" : String(now);
  sendJson(exchange, { content: text, timestamp, fromFile });
};

const zipLogs: Handler = async (exchange) => {
  const record = requireVisible(exchange);
  const files = await Promise.all(
    (["stdout", "stderr"] as const).map(async (stream) => ({
      name: `${record.containerId || record.serviceId}/${stream}.log`,
      text: (await readLog(exchange, record, stream)).text,
    })),
  );
  const filled = files.filter(({ text }) => text !== "");
  send(exchange, 200, "application/zip", packFiles(filled));
};

const kill: Handler = async (exchange) => {
  const record = requireVisible(exchange);
  const service = serviceOf(exchange.site);
  service.killed.add(record.id);
  await service.running.get(record.id)?.kill();
  send(exchange, 200, "text/plain;charset=UTF-8", record.containerId || record.serviceId);
};

const showVersion: Handler = ({ site, ...exchange }) =>
  sendJson(
    { site, ...exchange },
    {
      compatible: true,
      "xnat-version-detected": site.options.version,
      "min-xnat-version-required": "1.8.5",
      message: "",
    },
  );

/** Containers: lists, logs, kill. */
export const containerRoutes: readonly Route[] = [
  containerRoute("GET", "/containers", list),
  containerRoute("POST", "/containers", list),
  containerRoute("GET", "/projects/:project/containers", list),
  containerRoute("GET", "/containers/version", showVersion),
  containerRoute("GET", "/containers/:container", show),
  containerRoute("GET", "/projects/:project/containers/:container", show),
  containerRoute("GET", "/containers/:container/logs", zipLogs),
  containerRoute("GET", "/containers/:container/logs/:stream", showLog),
  containerRoute("GET", "/containers/:container/logSince/:stream", showLogSince),
  containerRoute("POST", "/containers/:container/kill", kill),
  containerRoute("POST", "/projects/:project/containers/:container/kill", kill),
];
