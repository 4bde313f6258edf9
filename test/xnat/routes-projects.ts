import { assignValues } from "./assign-values.ts";
import { escapeHtml } from "./escape.ts";
import { type Exchange, Refusal, type Route, send } from "./exchange.ts";
import { findOwner } from "./find.ts";
import { addProject } from "./records.ts";
import { removeProject } from "./remove.ts";
import { resultSet } from "./result-set.ts";
import { canEdit, requireOwner, requireRead, requireReason } from "./rights.ts";
import type { Accessibility, Project, Role, Site } from "./site.ts";

const text = "text/plain;charset=UTF-8";
const idPattern = /^[A-Za-z0-9_-]+$/;

/** Ids, names, secondary ids and aliases share one space, without case, hidden projects included. */
function holderOf(site: Site, name: string): Project | undefined {
  const wanted = name.toLowerCase();
  return [...site.projects.values()].find(({ id, name: title, secondaryId, aliases }) =>
    [id, title, secondaryId, ...aliases].some((one) => one.toLowerCase() === wanted),
  );
}

const accessibilities: readonly string[] = ["public", "protected", "private"];

function setAccessibility(project: Project, value: string | undefined): void {
  if (value === undefined) return;
  if (!accessibilities.includes(value)) throw new Refusal(400, `No accessibility ${value}`);
  project.accessibility = value as Accessibility;
}

function newProject(exchange: Exchange, id: string): Project {
  const { site, user } = exchange;
  if (!idPattern.test(id)) {
    throw new Refusal(417, "Invalid character in project ID.");
  }
  if ([...site.deletedProjectIds].some((one) => one.toLowerCase() === id.toLowerCase())) {
    exchange.touch("O7");
    throw new Refusal(403, `Project ${id} has been deleted; its ID cannot be used again.`);
  }
  const named = ["name", "secondary_ID"].map((name) => exchange.query(name));
  for (const name of [id, ...named]) {
    const holder = name === undefined || name === "" ? undefined : holderOf(site, escapeHtml(name));
    if (holder !== undefined) {
      throw new Refusal(409, `Invalid project: '${name}' is in use by another project.`);
    }
  }
  const members = new Map<string, Role>(user === undefined ? [] : [[user.login, "owner"]]);
  return addProject(site, { id, members, insertUser: user?.login ?? "" });
}

function putProject(exchange: Exchange): void {
  const { site, params, user } = exchange;
  requireReason(exchange);
  const id = params["project"] ?? "";
  const existing = site.projects.get(id);
  if (existing !== undefined && !canEdit(user, existing)) {
    throw new Refusal(403, `Project ${id} is not yours to change.`);
  }
  if (existing !== undefined) requireOwner(exchange, id);
  const project = existing ?? newProject(exchange, id);
  assignValues(exchange, project);
  setAccessibility(project, exchange.query("accessibility"));
  send(exchange, 200, text, project.id);
}

function deleteProject(exchange: Exchange): void {
  requireReason(exchange);
  const project = requireOwner(exchange, exchange.params["project"] ?? "");
  removeProject(exchange.site, project, exchange.query("removeFiles") === "true");
  send(exchange, 200, text, "");
}

function asked(exchange: Exchange): Project {
  const owner = findOwner(exchange.site, { project: exchange.params["project"] });
  return requireRead(exchange, owner.id);
}

const codes: readonly string[] = ["0", "4", "5"];

function putPrearchiveCode(exchange: Exchange): void {
  const project = requireOwner(exchange, exchange.params["project"] ?? "");
  const code = exchange.params["code"] ?? "";
  if (!codes.includes(code)) throw new Refusal(400, `No prearchive code ${code}`);
  project.prearchiveCode = Number(code) as Project["prearchiveCode"];
  send(exchange, 200, text, "");
}

const groupNames: Readonly<Record<Role, string>> = {
  owner: "Owners",
  member: "Members",
  collaborator: "Collaborators",
};

function listUsers(exchange: Exchange): Promise<void> {
  const { id, members } = asked(exchange);
  return resultSet(exchange, {
    keys: ["login", "GROUP_ID", "displayname", "firstname", "lastname", "email"],
    rows: [...members].map(([login, role]) => {
      return [login, `${id}_${role}`, groupNames[role], login, "", `${login}@example.org`];
    }),
  });
}

/** Projects: change, delete and what belongs to their settings. */
export const projectRoutes: readonly Route[] = [
  { method: "PUT", pattern: "/data/projects/:project", handler: putProject },
  { method: "DELETE", pattern: "/data/projects/:project", handler: deleteProject },
  {
    method: "GET",
    pattern: "/data/projects/:project/accessibility",
    handler: (exchange) => send(exchange, 200, text, asked(exchange).accessibility),
  },
  {
    method: "PUT",
    pattern: "/data/projects/:project/accessibility/:value",
    handler: (exchange) => {
      const project = requireOwner(exchange, exchange.params["project"] ?? "");
      setAccessibility(project, exchange.params["value"]);
      send(exchange, 200, text, "");
    },
  },
  {
    method: "GET",
    pattern: "/data/projects/:project/prearchive_code",
    handler: (exchange) => send(exchange, 200, text, String(asked(exchange).prearchiveCode)),
  },
  {
    method: "PUT",
    pattern: "/data/projects/:project/prearchive_code/:code",
    handler: putPrearchiveCode,
  },
  { method: "GET", pattern: "/data/projects/:project/users", handler: listUsers },
];
