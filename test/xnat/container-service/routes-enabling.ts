import { type Exchange, type Handler, Refusal, type Route, send, sendJson } from "../exchange.ts";
import {
  bodyText,
  containerRoute,
  ownedProject,
  readProject,
  requireManager,
  requireWrapper,
} from "./answers.ts";
import type { WrapperConfiguration } from "./resolve/resolution.ts";
import { serviceOf } from "./service.ts";

const setSite =
  (on: boolean): Handler =>
  (exchange) => {
    requireManager(exchange);
    const { id } = requireWrapper(exchange);
    if (on) exchange.site.siteWrappers.add(id);
    else exchange.site.siteWrappers.delete(id);
    send(exchange, 200, "application/json", "");
  };

const setProject =
  (on: boolean): Handler =>
  (exchange) => {
    const { enabledWrappers } = ownedProject(exchange);
    const { id } = requireWrapper(exchange);
    if (on) enabledWrappers.add(id);
    else enabledWrappers.delete(id);
    send(exchange, 200, "application/json", "");
  };

const isEnabledOnSite: Handler = (exchange) =>
  sendJson(exchange, exchange.site.siteWrappers.has(requireWrapper(exchange).id));

const isEnabledInProject: Handler = (exchange) => {
  const project = readProject(exchange);
  const { id } = requireWrapper(exchange);
  sendJson(exchange, {
    "enabled-for-site": exchange.site.siteWrappers.has(id),
    "enabled-for-project": project?.enabledWrappers.has(id) === true,
    project: project?.id,
  });
};

/** Key of a configuration; the right to see or change it is asked for. */
function configurationKey(exchange: Exchange, isChange: boolean): string {
  const { id } = requireWrapper(exchange);
  if (exchange.params["project"] === undefined) {
    if (isChange) requireManager(exchange);
    return String(id);
  }
  const project = isChange ? ownedProject(exchange) : readProject(exchange);
  return `${project?.id}:${id}`;
}

const readConfiguration: Handler = (exchange) => {
  const found = serviceOf(exchange.site).configurations.get(configurationKey(exchange, false));
  sendJson(exchange, found ?? { inputs: {}, outputs: {} });
};

const writeConfiguration: Handler = async (exchange) => {
  const key = configurationKey(exchange, true);
  let value: WrapperConfiguration;
  try {
    value = JSON.parse(await bodyText(exchange)) as WrapperConfiguration;
  } catch {
    throw new Refusal(400, "Could not read JSON");
  }
  serviceOf(exchange.site).configurations.set(key, value);
  if (exchange.query("enable") === "true") {
    const { id } = requireWrapper(exchange);
    const project = exchange.site.projects.get(exchange.params["project"] ?? "");
    (project?.enabledWrappers ?? exchange.site.siteWrappers).add(id);
  }
  send(exchange, 201, "application/json", "");
};

const deleteConfiguration: Handler = (exchange) => {
  serviceOf(exchange.site).configurations.delete(configurationKey(exchange, true));
  send(exchange, 204, "application/json", "");
};

function routesBelow(pattern: string): readonly Route[] {
  const isProject = pattern.startsWith("/projects");
  const set = isProject ? setProject : setSite;
  return [
    containerRoute("PUT", `${pattern}/enabled`, set(true)),
    containerRoute("PUT", `${pattern}/disabled`, set(false)),
    containerRoute("GET", `${pattern}/enabled`, isProject ? isEnabledInProject : isEnabledOnSite),
    containerRoute("GET", `${pattern}/config`, readConfiguration),
    containerRoute("POST", `${pattern}/config`, writeConfiguration),
    containerRoute("DELETE", `${pattern}/config`, deleteConfiguration),
  ];
}

/** Enabling and configuring a wrapper, for the site and for a project. */
export const enablingRoutes: readonly Route[] = [
  "/wrappers/:wrapper",
  "/commands/:command/wrappers/:name",
  "/projects/:project/wrappers/:wrapper",
  "/projects/:project/commands/:command/wrappers/:name",
].flatMap(routesBelow);
