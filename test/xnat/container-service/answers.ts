import { type Exchange, type Handler, Refusal, type Route } from "../exchange.ts";
import { readBody } from "../parse-request.ts";
import { canOwn, requireRead } from "../rights.ts";
import type { Project, StoredCommand, User } from "../site.ts";
import { type FoundWrapper, findWrapper, findWrapperByName } from "./command-store.ts";

/** A route of the Container Service: not there on a site without it. */
export function containerRoute(method: Route["method"], pattern: string, handler: Handler): Route {
  const guarded: Handler = (exchange) => {
    if (exchange.site.options.containerService === "off") throw new Refusal(404, "");
    return handler(exchange);
  };
  return { method, pattern: `/xapi${pattern}`, handler: guarded };
}

/** Who asks; guests do not get here. */
export function userOf({ user }: Exchange): User {
  if (user === undefined) throw new Refusal(401, "");
  return user;
}

export const isAdministrator = ({ roles }: User): boolean => roles.includes("SiteAdmin");

/** Whether a user may change commands: since 3.7 that is a role of its own. */
export function isManager(exchange: Exchange): boolean {
  const { roles } = userOf(exchange);
  const isNew = exchange.site.options.containerService === "3.7.3";
  return roles.includes(isNew ? "ContainerManager" : "SiteAdmin");
}

/** @throws Refusal 401 without the role */
export function requireManager(exchange: Exchange): void {
  if (isManager(exchange)) return;
  throw new Refusal(401, `User ${userOf(exchange).login} is not a Container Manager.`);
}

const numberOf = (text: string | undefined): number =>
  /^\d+$/.test(text ?? "") ? Number(text) : -1;

export function requireCommand(exchange: Exchange): StoredCommand {
  const id = exchange.params["command"];
  const stored = exchange.site.commands.get(numberOf(id));
  if (stored === undefined) throw new Refusal(404, `Could not find entity with ID ${id}`);
  return stored;
}

/** Of /wrappers/{id} or /commands/{id}/wrappers/{name}. */
export function wrapperOf({ site, params }: Exchange): FoundWrapper | undefined {
  const name = params["name"];
  return name === undefined
    ? findWrapper(site, numberOf(params["wrapper"]))
    : findWrapperByName(site, numberOf(params["command"]), name);
}

export function requireWrapper(exchange: Exchange): FoundWrapper {
  const found = wrapperOf(exchange);
  if (found !== undefined) return found;
  const id = exchange.params["wrapper"] ?? exchange.params["name"];
  throw new Refusal(404, `Could not find entity with ID ${id}`);
}

/** The project of the path, as far as the user may read it. @throws Refusal 403, for hidden ones too */
export function readProject(exchange: Exchange): Project | undefined {
  const id = exchange.params["project"];
  if (id === undefined) return undefined;
  try {
    return requireRead(exchange, id);
  } catch (error) {
    if (error instanceof Refusal) throw new Refusal(403, "");
    throw error;
  }
}

/** @throws Refusal 403 for all but owners and administrators */
export function ownedProject(exchange: Exchange): Project {
  const project = readProject(exchange);
  if (project === undefined || !canOwn(exchange.user, project)) throw new Refusal(403, "");
  return project;
}

/** The values of a launch: JSON body, form and query, all as text. */
export async function readValues(exchange: Exchange): Promise<Record<string, string>> {
  const values: Record<string, string> = {};
  for (const name of exchange.queryNames) {
    if (name !== "XNAT_CSRF") values[name] = exchange.query(name) ?? "";
  }
  if (!isJson(exchange)) return values;
  const text = await bodyText(exchange);
  let body: unknown;
  try {
    body = JSON.parse(text === "" ? "{}" : text);
  } catch {
    throw new Refusal(400, "Could not read JSON");
  }
  for (const [name, value] of Object.entries(body as Record<string, unknown>)) {
    values[name] = typeof value === "string" ? value : JSON.stringify(value);
  }
  return values;
}

const isJson = ({ request }: Exchange): boolean =>
  (request.headers["content-type"] ?? "").includes("json");

export async function bodyText({ request }: Exchange): Promise<string> {
  return (await readBody(request)).toString("utf8");
}
