import { Refusal } from "./exchange.ts";
import {
  rememberParent,
  sessionByLabel,
  sessionOfScan,
  sessionsOfSubject,
  subjectByLabel,
} from "./label-index.ts";
import type { Assessor, Owner, Project, Scan, Session, Site, Subject } from "./site.ts";

/** By id or alias; upper and lower case differ. */
export function findProject(site: Site, id: string): Project | undefined {
  const direct = site.projects.get(id);
  if (direct !== undefined) return direct;
  return [...site.projects.values()].find(({ aliases }) => aliases.includes(id));
}

/** By accession id, or by label in a project (its own or one it is shared into). */
export function findSubject(site: Site, idOrLabel: string, project?: string): Subject | undefined {
  const byLabel = project === undefined ? undefined : subjectByLabel(site, project, idOrLabel);
  if (byLabel !== undefined) return byLabel;
  const byId = site.subjects.get(idOrLabel);
  return byId !== undefined && isIn(byId, project) ? byId : undefined;
}

/** By accession id, or by label in a project. */
export function findSession(
  site: Site,
  idOrLabel: string,
  project?: string,
  subject?: Subject,
): Session | undefined {
  const byLabel = project === undefined ? undefined : sessionByLabel(site, project, idOrLabel);
  const byId = site.sessions.get(idOrLabel);
  const found = byLabel ?? (byId !== undefined && isIn(byId, project) ? byId : undefined);
  return found !== undefined && (subject === undefined || found.subjectId === subject.id)
    ? found
    : undefined;
}

const isIn = (
  record: { project: string; sharedInto: readonly { project: string }[] },
  project: string | undefined,
): boolean =>
  project === undefined ||
  record.project === project ||
  record.sharedInto.some((share) => share.project === project);

export function findScan(session: Session, id: string): Scan | undefined {
  const scan = session.scans.find((one) => one.id === id);
  if (scan !== undefined) rememberParent(session, scan);
  return scan;
}

/** Scans of a path segment: an id, several with commas, a type, ALL or "*"; [SLASH] and [COMMA] are escapes. */
export function findScans(session: Session, segment: string): readonly Scan[] {
  for (const scan of session.scans) rememberParent(session, scan);
  if (segment === "ALL" || segment === "*") return session.scans;
  const wanted = segment
    .split(",")
    .map((part) => part.replaceAll("[SLASH]", "/").replaceAll("[COMMA]", ","));
  return session.scans.filter(({ id, type }) => wanted.includes(id) || wanted.includes(type));
}

export function findAssessor(session: Session, idOrLabel: string): Assessor | undefined {
  return session.assessors.find(({ id, label }) => id === idOrLabel || label === idOrLabel);
}

/** An assessor anywhere on the site; rare, so this one does search. */
export function findAssessorById(site: Site, id: string): Assessor | undefined {
  for (const session of site.sessions.values()) {
    const found = session.assessors.find((assessor) => assessor.id === id);
    if (found !== undefined) return found;
  }
  return undefined;
}

/** The session of a scan or assessor. */
export function sessionOf(site: Site, owner: Scan | Assessor): Session {
  const session =
    owner.kind === "assessor" ? site.sessions.get(owner.sessionId) : sessionOfScan(site, owner);
  if (session === undefined) throw new Error(`${owner.kind} ${owner.id} belongs to no session`);
  return session;
}

/** The project that owns it (not those it is shared into). */
export function projectOf(site: Site, owner: Owner): Project {
  if (owner.kind === "project") return owner;
  const id =
    owner.kind === "scan" || owner.kind === "assessor"
      ? sessionOf(site, owner).project
      : owner.project;
  const project = site.projects.get(id);
  if (project === undefined) throw new Error(`${owner.kind} ${owner.id} belongs to no project`);
  return project;
}

/** Names of a path: what the segments project, subject, session, scan and assessor hold, decoded. */
export interface OwnerNames {
  readonly project?: string | undefined;
  readonly subject?: string | undefined;
  readonly session?: string | undefined;
  readonly scan?: string | undefined;
  readonly assessor?: string | undefined;
}

const absent = (kind: string, id: string): Refusal =>
  new Refusal(404, `Unable to find the specified ${kind}: ${id}`);

/**
 * What a path of any of the five levels names. An assessor's id may stand in the place of a session.
 *
 * @throws Refusal 404
 */
export function findOwner(site: Site, names: OwnerNames): Owner {
  const project = names.project === undefined ? undefined : findProject(site, names.project);
  if (names.project !== undefined && project === undefined) throw absent("project", names.project);
  const subject =
    names.subject === undefined ? undefined : findSubject(site, names.subject, project?.id);
  if (names.subject !== undefined && subject === undefined) throw absent("subject", names.subject);
  if (names.session === undefined) {
    const owner = subject ?? project;
    if (owner === undefined) throw absent("object", "");
    return owner;
  }
  const session = findSession(site, names.session, project?.id, subject);
  if (session === undefined) {
    const assessor = findAssessorById(site, names.session);
    if (assessor === undefined) throw absent("experiment", names.session);
    return assessor;
  }
  if (names.scan !== undefined) {
    const scan = findScan(session, names.scan);
    if (scan === undefined) throw absent("scan", names.scan);
    return scan;
  }
  if (names.assessor !== undefined) {
    const assessor = findAssessor(session, names.assessor);
    if (assessor === undefined) throw absent("assessor", names.assessor);
    return assessor;
  }
  return session;
}

/** Path patterns of the five levels; a storage route is one of these with a tail. Only project has none for its scans. */
export const sessionPatterns = [
  "/data/experiments/:session",
  "/data/projects/:project/subjects/:subject/experiments/:session",
] as const;

export const ownerPatterns: readonly string[] = [
  "/data/projects/:project",
  "/data/projects/:project/subjects/:subject",
  "/data/subjects/:subject",
  "/data/projects/:project/experiments/:session",
  ...sessionPatterns.flatMap((pattern) => [
    pattern,
    `${pattern}/scans/:scan`,
    `${pattern}/assessors/:assessor`,
    `${pattern}/assessors/:assessor/out`,
  ]),
];

/** What a URI such as "/archive/experiments/E/scans/3" names; /data and /archive in front may be there or not. */
export function findByUri(site: Site, uri: string): Owner | undefined {
  const segments = uri
    .replace(/^\/(data|REST)(?=\/)/, "")
    .replace(/^\/archive(?=\/)/, "")
    .split("/")
    .filter((segment) => segment !== "")
    .map((segment) => decodeURIComponent(segment));
  const names: Record<string, string> = {};
  const levels: Record<string, string> = {
    projects: "project",
    subjects: "subject",
    experiments: "session",
    scans: "scan",
    assessors: "assessor",
  };
  for (let at = 0; at + 1 < segments.length; at += 2) {
    const level = levels[segments[at] ?? ""];
    if (level === undefined) break;
    names[level] = segments[at + 1] ?? "";
  }
  try {
    return findOwner(site, names);
  } catch (error) {
    if (error instanceof Refusal) return undefined;
    throw error;
  }
}

export { sessionsOfSubject };
