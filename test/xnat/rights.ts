import { type Exchange, Refusal } from "./exchange.ts";
import { projectOf, sessionOf } from "./find.ts";
import type { Owner, Project, Role, Site, User } from "./site.ts";

// Rights as the default groups give them (owner, member, collaborator) and as accessibility opens them.

/** What a user is in a project; administrators are everything. */
export function roleOf(
  user: User | undefined,
  project: Project,
): Role | "administrator" | undefined {
  if (user === undefined) return undefined;
  if (user.roles.includes("SiteAdmin") || user.roles.includes("DataAdmin")) return "administrator";
  return project.members.get(user.login);
}

/** Sees the project in lists. */
export const canList = (user: User | undefined, project: Project): boolean =>
  project.accessibility !== "private" || roleOf(user, project) !== undefined;

/** Reads items and files. */
export const canRead = (user: User | undefined, project: Project): boolean =>
  project.accessibility === "public" || roleOf(user, project) !== undefined;

/** Makes and changes subjects, sessions, their resources and files. */
export function canEdit(user: User | undefined, project: Project): boolean {
  const role = roleOf(user, project);
  return role === "administrator" || role === "owner" || role === "member";
}

/** Changes the project itself and its resources; deletes. */
export function canOwn(user: User | undefined, project: Project): boolean {
  const role = roleOf(user, project);
  return role === "administrator" || role === "owner";
}

function requireKnown(site: Site, id: string): Project {
  const project = site.projects.get(id);
  if (project === undefined) throw new Refusal(404, `Unable to identify project ${id}`);
  return project;
}

function hidden(exchange: Exchange, project: Project): void {
  if (canList(exchange.user, project)) return;
  exchange.touch("A10");
  throw new Refusal(404, `Unable to identify project ${project.id}`);
}

/** @throws Refusal 404 for a hidden project, 403 for a protected one (unless a list is enough). */
export function requireRead(
  exchange: Exchange,
  projectId: string,
  depth: "list" | "all" = "all",
): Project {
  const project = requireKnown(exchange.site, projectId);
  hidden(exchange, project);
  if (depth === "all" && !canRead(exchange.user, project)) {
    throw new Refusal(403, "The user does not have permission to read this data.");
  }
  return project;
}

/** @throws Refusal 404 for a hidden project, 403 without the right to edit. */
export function requireEdit(exchange: Exchange, projectId: string): Project {
  const project = requireKnown(exchange.site, projectId);
  hidden(exchange, project);
  if (!canEdit(exchange.user, project)) {
    throw new Refusal(403, "The user does not have permission to edit this project's data.");
  }
  return project;
}

/** @throws Refusal 404 for a hidden project, 403 for all but its owners and administrators. */
export function requireOwner(exchange: Exchange, projectId: string): Project {
  const project = requireKnown(exchange.site, projectId);
  hidden(exchange, project);
  if (!canOwn(exchange.user, project)) {
    throw new Refusal(403, "The user does not have permission to do this in this project.");
  }
  return project;
}

/** Projects in which a thing is seen: its own and those it is shared into. */
export function projectsOf(site: Site, owner: Owner): readonly Project[] {
  const shared =
    owner.kind === "project"
      ? []
      : (owner.kind === "scan" || owner.kind === "assessor" ? sessionOf(site, owner) : owner)
          .sharedInto;
  return [
    projectOf(site, owner),
    ...shared.flatMap(({ project }) => site.projects.get(project) ?? []),
  ];
}

/** Whether the thing may be read in its own project or in one it is shared into. */
export const canReadOwner = (exchange: Exchange, owner: Owner): boolean =>
  projectsOf(exchange.site, owner).some((project) => canRead(exchange.user, project));

/** @throws Refusal 404 or 403 as `requireRead`. */
export function requireReadOwner(exchange: Exchange, owner: Owner): void {
  if (canReadOwner(exchange, owner)) return;
  requireRead(exchange, projectOf(exchange.site, owner).id);
}

/** Whether resources and files of it may be changed: those of the project itself by its owners only. */
export const canEditOwner = (exchange: Exchange, owner: Owner): boolean =>
  owner.kind === "project"
    ? canOwn(exchange.user, owner)
    : canEdit(exchange.user, projectOf(exchange.site, owner));

/** @throws Refusal 404 or 403. */
export function requireEditOwner(exchange: Exchange, owner: Owner): void {
  const { id } = projectOf(exchange.site, owner);
  if (owner.kind === "project") requireOwner(exchange, id);
  else requireEdit(exchange, id);
}

/** Rule O8: on sites that ask for it, a change names its reason. */
export function requireReason(exchange: Exchange): void {
  if (!exchange.site.options.changeJustification) return;
  if ((exchange.query("event_reason") ?? "") !== "") return;
  exchange.touch("O8");
  throw new Refusal(400, "Change justification (event_reason) is required.");
}

/** Site administrators only. @throws Refusal 403 */
export function requireAdministrator(exchange: Exchange): void {
  if (exchange.user?.roles.includes("SiteAdmin") !== true) {
    throw new Refusal(403, "This needs a site administrator.");
  }
}
