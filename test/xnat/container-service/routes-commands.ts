import { type Exchange, Refusal, type Route, send, sendJson } from "../exchange.ts";
import { canRead } from "../rights.ts";
import type { StoredCommand } from "../site.ts";
import {
  bodyText,
  containerRoute,
  isManager,
  readProject,
  requireCommand,
  requireManager,
  requireWrapper,
  userOf,
} from "./answers.ts";
import { availableWrappers, isKnownType, isOffered, showAvailable } from "./availability.ts";
import {
  createCommand,
  deleteCommand,
  deleteWrapper,
  listWrappers,
  showCommand,
  updateCommand,
} from "./command-store.ts";

function list(exchange: Exchange): void {
  const { site } = exchange;
  const [name, version, image] = ["name", "version", "image"].map((key) => exchange.query(key));
  if (version !== undefined && name === undefined) {
    throw new Refusal(400, "Must specify name along with version");
  }
  const found = [...site.commands.values()].filter(
    ({ command }) =>
      (name === undefined || command.name === name) &&
      (version === undefined || command.version === version) &&
      (image === undefined || command.image === image),
  );
  const shown = found.filter((stored) => isVisible(exchange, stored));
  sendJson(exchange, shown.map(showCommand));
}

/** A private command shows to users of the projects it is enabled in, and to managers. */
function isVisible(exchange: Exchange, { command, wrapperIds }: StoredCommand): boolean {
  const { site, user } = exchange;
  if (site.options.containerService !== "3.7.3" || command.visibility !== "private") return true;
  if (isManager(exchange)) return true;
  return [...site.projects.values()].some(
    (project) => canRead(user, project) && wrapperIds.some((id) => project.enabledWrappers.has(id)),
  );
}

/** A command that is hidden is no error: the answer is empty. */
function show(exchange: Exchange): void {
  const stored = requireCommand(exchange);
  if (isVisible(exchange, stored)) sendJson(exchange, showCommand(stored));
  else send(exchange, 200, "application/json", "");
}

async function create(exchange: Exchange): Promise<void> {
  requireManager(exchange);
  const { id } = createCommand(exchange.site, await bodyText(exchange), exchange.query("image"));
  sendJson(exchange, id, 201);
}

async function update(exchange: Exchange): Promise<void> {
  requireManager(exchange);
  updateCommand(exchange.site, requireCommand(exchange), await bodyText(exchange));
  sendJson(exchange, requireCommand(exchange).id);
}

/** A wrapper is added or changed as part of its whole command. */
async function putWrapper(exchange: Exchange): Promise<void> {
  requireManager(exchange);
  const stored = requireCommand(exchange);
  const wrapper: unknown = JSON.parse(await bodyText(exchange));
  const wrappers: unknown[] = [...(stored.command.xnat ?? [])];
  const isNew = exchange.params["wrapper"] === undefined;
  const at = isNew ? wrappers.length : stored.wrapperIds.indexOf(requireWrapper(exchange).id);
  wrappers[at] = wrapper;
  updateCommand(exchange.site, stored, JSON.stringify({ ...stored.command, xnat: wrappers }));
  sendJson(exchange, stored.wrapperIds[at], isNew ? 201 : 200);
}

function remove(exchange: Exchange): void {
  requireManager(exchange);
  if (exchange.params["wrapper"] === undefined) {
    deleteCommand(exchange.site, requireCommand(exchange));
  } else deleteWrapper(exchange.site, requireWrapper(exchange));
  send(exchange, 204, "application/json", "");
}

function available(exchange: Exchange): void {
  const { site } = exchange;
  const project = readProject(exchange) ?? site.projects.get(exchange.query("project") ?? "");
  const xsiType = requireType(exchange);
  if (project === undefined || !canRead(exchange.user, project)) throw new Refusal(403, "");
  const found = availableWrappers(site, userOf(exchange), project, xsiType);
  sendJson(
    exchange,
    found.map((one) => showAvailable(one, true)),
  );
}

function availableOnSite(exchange: Exchange): void {
  const xsiType = requireType(exchange);
  const found = listWrappers(exchange.site).filter(
    ({ id, wrapper }) =>
      exchange.site.siteWrappers.has(id) && isOffered(wrapper.contexts ?? [], xsiType),
  );
  sendJson(
    exchange,
    found.map((one) => showAvailable(one, true)),
  );
}

function requireType(exchange: Exchange): string {
  const xsiType = exchange.query("xsiType") ?? "";
  if (!isKnownType(xsiType)) throw new Refusal(400, `Bad XSI Type. ${xsiType}`);
  return xsiType;
}

function setVisibility(exchange: Exchange): void {
  requireManager(exchange);
  const stored = requireCommand(exchange);
  const { visibility } = exchange.params;
  if (visibility !== "public" && visibility !== "private" && visibility !== "protected") {
    throw new Refusal(400, `Unknown visibility ${visibility}`);
  }
  stored.command = { ...stored.command, visibility };
  sendJson(exchange, stored.id);
}

/** Commands, their wrappers, and what is offered where. */
export const commandRoutes: readonly Route[] = [
  containerRoute("GET", "/commands", list),
  containerRoute("POST", "/commands", create),
  containerRoute("GET", "/commands/:command", show),
  containerRoute("POST", "/commands/:command", update),
  containerRoute("DELETE", "/commands/:command", remove),
  containerRoute("DELETE", "/wrappers/:wrapper", remove),
  containerRoute("POST", "/commands/:command/wrappers", putWrapper),
  containerRoute("POST", "/commands/:command/wrappers/:wrapper", putWrapper),
  containerRoute("POST", "/command/:command/visibility/:visibility", setVisibility),
  containerRoute("GET", "/commands/available", available),
  containerRoute("GET", "/projects/:project/commands/available", available),
  containerRoute("GET", "/commands/available/site", availableOnSite),
];
