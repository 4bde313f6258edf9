import { register, rememberParent } from "./label-index.ts";
import type { Assessor, Project, Scan, Session, Site, Subject } from "./site.ts";

// New things with everything unsaid at its default. Seeds and routes make them here, so that the index knows them.

type Given<T, K extends keyof T> = Partial<T> & Pick<T, K>;

const fresh = () => ({ resources: [], customFields: {} });
const inserted = (site: Site) => ({ insertDate: site.clock.now(), insertUser: "admin" });
const accession = (letter: "S" | "E", number: number): string =>
  `XNAT_${letter}${String(number).padStart(5, "0")}`;

/** Number of the next experiment (session or assessor) as an accession id. */
export const nextExperimentId = (site: Site): string => accession("E", site.nextId("experiment"));

export function addProject(site: Site, given: Given<Project, "id">): Project {
  const project: Project = {
    ...fresh(),
    ...inserted(site),
    kind: "project",
    name: given.id,
    secondaryId: given.id,
    description: "",
    accessibility: "private",
    prearchiveCode: 4,
    aliases: [],
    fields: new Map(),
    members: new Map(),
    enabledWrappers: new Set(),
    ...given,
  };
  site.projects.set(project.id, project);
  return project;
}

export function addSubject(site: Site, given: Given<Subject, "project" | "label">): Subject {
  const subject: Subject = {
    ...fresh(),
    ...inserted(site),
    kind: "subject",
    id: given.id ?? accession("S", site.nextId("subject")),
    group: "",
    attributes: {},
    fields: new Map(),
    sharedInto: [],
    ...given,
  };
  register(site, subject);
  return subject;
}

export function addSession(
  site: Site,
  given: Given<Session, "project" | "subjectId" | "label">,
): Session {
  const session: Session = {
    ...fresh(),
    ...inserted(site),
    kind: "session",
    id: given.id ?? nextExperimentId(site),
    xsiType: "xnat:mrSessionData",
    date: "",
    time: "",
    uid: "",
    modality: "MR",
    attributes: {},
    fields: new Map(),
    sharedInto: [],
    scans: [],
    assessors: [],
    ...given,
  };
  register(site, session);
  return session;
}

export function addScan(site: Site, session: Session, given: Given<Scan, "id">): Scan {
  const scan: Scan = {
    ...fresh(),
    kind: "scan",
    dbId: site.nextId("scan"),
    xsiType: "xnat:mrScanData",
    type: "",
    seriesDescription: "",
    uid: "",
    quality: "usable",
    note: "",
    frames: "",
    modality: "MR",
    parameters: {},
    addParams: {},
    ...given,
  };
  session.scans.push(scan);
  rememberParent(session, scan);
  return scan;
}

export function addAssessor(
  site: Site,
  session: Session,
  given: Given<Assessor, "label" | "xsiType">,
): Assessor {
  const assessor: Assessor = {
    ...fresh(),
    ...inserted(site),
    kind: "assessor",
    id: given.id ?? nextExperimentId(site),
    name: "",
    sessionId: session.id,
    date: "",
    attributes: {},
    fields: new Map(),
    ...given,
  };
  session.assessors.push(assessor);
  return assessor;
}
