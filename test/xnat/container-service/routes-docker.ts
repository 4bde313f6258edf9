import { type Handler, Refusal, type Route, send, sendJson } from "../exchange.ts";
import { containerRoute, requireManager } from "./answers.ts";
import { createCommand } from "./command-store.ts";
import { serviceOf } from "./service.ts";

const showServer: Handler = (exchange) => {
  const { options } = serviceOf(exchange.site);
  if (options === undefined) throw new Refusal(424, "No Docker server configured.");
  sendJson(exchange, {
    id: 1,
    name: "Local engine",
    host: "unix:///var/run/docker.sock",
    backend: options.backend.kind === "swarm" ? "swarm" : "docker",
    "container-user": options.containerUser ?? "",
    "auto-cleanup": true,
    "path-translation-xnat-prefix": "",
    "path-translation-docker-prefix": "",
    "swarm-constraints": [],
    "max-concurrent-finalizing-jobs": 1,
  });
};

const ping: Handler = (exchange) => {
  if (serviceOf(exchange.site).options === undefined) {
    throw new Refusal(424, "No Docker server configured.");
  }
  send(exchange, 200, "text/plain;charset=UTF-8", "OK");
};

/** Commands of an image's label. What is wrong with them shows nowhere but in the server's log. */
const saveImage: Handler = async (exchange) => {
  requireManager(exchange);
  const image = exchange.query("image") ?? "";
  const { options } = serviceOf(exchange.site);
  if (options === undefined) throw new Refusal(424, "No Docker server configured.");
  const label =
    exchange.query("save-commands") === "false"
      ? undefined
      : await options.backend.readLabel(image);
  const saved: object[] = [];
  for (const command of readLabel(label)) {
    try {
      saved.push(createCommand(exchange.site, JSON.stringify(command), image).command);
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
    }
  }
  sendJson(exchange, saved);
};

function readLabel(label: string | undefined): readonly unknown[] {
  try {
    const commands = JSON.parse(label ?? "[]") as unknown;
    return Array.isArray(commands) ? commands : [];
  } catch {
    return [];
  }
}

/** The engine: server, ping, commands from an image. */
export const dockerRoutes: readonly Route[] = [
  containerRoute("GET", "/docker/server", showServer),
  containerRoute("GET", "/docker/server/ping", ping),
  containerRoute("POST", "/docker/pull", saveImage),
  containerRoute("POST", "/docker/images/save", saveImage),
];
