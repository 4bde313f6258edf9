import type { Exchange, Route } from "./exchange.ts";
import { findOwner, findProject, sessionPatterns } from "./find.ts";
import { sessionsOf, sessionsOfSubject, subjectsOf } from "./label-index.ts";
import { assessorList, projectList, scanList, sessionList, subjectList } from "./list-kinds.ts";
import { queryList } from "./query-list.ts";
import { resultSet } from "./result-set.ts";
import { canEdit, canList, canRead, projectsOf, requireRead } from "./rights.ts";
import type { Assessor, Session, Subject } from "./site.ts";

/** Types that stand for all sessions. */
const allSessions = new Set([
  "",
  "xnat:imagesessiondata",
  "xnat:subjectassessordata",
  "xnat:experimentdata",
]);

function listProjects(exchange: Exchange): Promise<void> {
  const mayEdit = exchange.query("permissions") === "edit";
  const seen = [...exchange.site.projects.values()].filter((project) =>
    mayEdit ? canEdit(exchange.user, project) : canList(exchange.user, project),
  );
  return resultSet(exchange, queryList(exchange, projectList, seen, { paged: true }));
}

/** Whether the user sees a record through its own or a sharing project; projects are judged once per list. */
function visibility(exchange: Exchange): (record: Subject | Session) => boolean {
  const judged = new Map<string, boolean>();
  const seesProject = (id: string): boolean => {
    let sees = judged.get(id);
    if (sees === undefined) {
      const project = exchange.site.projects.get(id);
      sees = project !== undefined && canRead(exchange.user, project);
      judged.set(id, sees);
    }
    return sees;
  };
  return (record) =>
    seesProject(record.project) || record.sharedInto.some(({ project }) => seesProject(project));
}

/** Records of the asked project (shared ones too, L7), or of all. */
function chosen<T extends Subject | Session>(
  exchange: Exchange,
  all: ReadonlyMap<string, T>,
  ofProject: (id: string) => readonly T[],
): readonly T[] {
  const wanted = exchange.query("project");
  const isPlain = wanted !== undefined && !/[*%,]/.test(wanted);
  const records = isPlain ? ofProject(wanted) : [...all.values()];
  return records.filter(visibility(exchange));
}

const notProject = (exchange: Exchange): readonly string[] =>
  /[*%,]/.test(exchange.query("project") ?? "") ? [] : ["project"];

function listSubjects(exchange: Exchange): Promise<void> {
  const { site, params } = exchange;
  const options = { paged: true, notFilters: notProject(exchange) };
  if (params["project"] === undefined) {
    const subjects = chosen(exchange, site.subjects, (id) => subjectsOf(site, id));
    return resultSet(exchange, queryList(exchange, subjectList, subjects, options));
  }
  const project = findProject(site, params["project"]);
  requireRead(exchange, project?.id ?? params["project"], "list");
  const subjects = subjectsOf(site, project?.id ?? "");
  return resultSet(exchange, queryList(exchange, subjectList, subjects, options));
}

const ofType = (exchange: Exchange): ((record: { xsiType: string }) => boolean) => {
  const types = (exchange.query("xsiType") ?? "").toLowerCase().split(",");
  return ({ xsiType }) =>
    types.some((type) => allSessions.has(type) || type === xsiType.toLowerCase());
};

/** Sessions; assessors where their type is asked for. */
function sendExperiments(exchange: Exchange, sessions: readonly Session[]): Promise<void> {
  const { site } = exchange;
  const options = { paged: true, notFilters: notProject(exchange) };
  const asked = (exchange.query("xsiType") ?? "").toLowerCase();
  if (!allSessions.has(asked) && !asked.includes("sessiondata")) {
    const fits = (assessor: Assessor): boolean =>
      asked === "xnat:imageassessordata" || assessor.xsiType.toLowerCase() === asked;
    const assessors = sessions.flatMap((session) => session.assessors.filter(fits));
    return resultSet(exchange, queryList(exchange, assessorList(site), assessors, options));
  }
  const fitting = sessions.filter(ofType(exchange));
  return resultSet(exchange, queryList(exchange, sessionList(site), fitting, options));
}

function listExperiments(exchange: Exchange): Promise<void> {
  const { site, params } = exchange;
  if (params["project"] === undefined) {
    return sendExperiments(
      exchange,
      chosen(exchange, site.sessions, (id) => sessionsOf(site, id)),
    );
  }
  const project = findProject(site, params["project"]);
  requireRead(exchange, project?.id ?? params["project"], "list");
  if (params["subject"] === undefined) {
    return sendExperiments(exchange, sessionsOf(site, project?.id ?? ""));
  }
  const subject = findOwner(site, params);
  const inProject = sessionsOfSubject(site, subject.id).filter((session) =>
    projectsOf(site, session).some(({ id }) => id === project?.id),
  );
  return sendExperiments(exchange, inProject);
}

/** The session of a path, when its project may be listed. */
function listedSession(exchange: Exchange): Session | undefined {
  const owner = findOwner(exchange.site, exchange.params);
  const projects = projectsOf(exchange.site, owner);
  const visible = projects.find((project) => canList(exchange.user, project)) ?? projects[0];
  requireRead(exchange, visible?.id ?? "", "list");
  return owner.kind === "session" ? owner : undefined;
}

function listScans(exchange: Exchange): Promise<void> {
  const session = listedSession(exchange);
  const kind = session && scanList(session);
  const table = kind ? queryList(exchange, kind, session.scans) : { keys: [], rows: [] };
  return resultSet(exchange, table);
}

function listAssessors(exchange: Exchange): Promise<void> {
  const session = listedSession(exchange);
  const types = (exchange.query("xsiType") ?? "").toLowerCase();
  const assessors = (session?.assessors ?? []).filter(
    ({ xsiType }) => types === "" || types.split(",").includes(xsiType.toLowerCase()),
  );
  return resultSet(exchange, queryList(exchange, assessorList(exchange.site), assessors));
}

/** Lists of all levels but resources and files. */
export const listRoutes: readonly Route[] = [
  { method: "GET", pattern: "/data/projects", handler: listProjects },
  { method: "GET", pattern: "/data/subjects", handler: listSubjects },
  { method: "GET", pattern: "/data/projects/:project/subjects", handler: listSubjects },
  { method: "GET", pattern: "/data/experiments", handler: listExperiments },
  { method: "GET", pattern: "/data/projects/:project/experiments", handler: listExperiments },
  {
    method: "GET",
    pattern: "/data/projects/:project/subjects/:subject/experiments",
    handler: listExperiments,
  },
  ...sessionPatterns.flatMap((pattern): readonly Route[] => [
    { method: "GET", pattern: `${pattern}/scans`, handler: listScans },
    { method: "GET", pattern: `${pattern}/assessors`, handler: listAssessors },
  ]),
];
