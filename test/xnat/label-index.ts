import type { Scan, Session, Site, Subject } from "./site.ts";

// Lookups by label and by parent, so that no request searches the whole site. Records may also be put into the maps of the
// site directly (seeds): the index notices by their number and is built again.

interface Index {
  readonly subjectsByLabel: Map<string, Subject>;
  readonly sessionsByLabel: Map<string, Session>;
  readonly subjectsOf: Map<string, Set<Subject>>;
  readonly sessionsOf: Map<string, Set<Session>>;
  readonly sessionsOfSubject: Map<string, Set<Session>>;
  subjects: number;
  sessions: number;
}

const indexes = new WeakMap<Site, Index>();
const parents = new WeakMap<Scan, Session>();

/** In a project that a record belongs to or is shared into, it has this label. */
const key = (project: string, label: string): string => `${project}\n${label}`;

function addTo<V>(groups: Map<string, Set<V>>, name: string, value: V): void {
  const group = groups.get(name);
  if (group === undefined) groups.set(name, new Set([value]));
  else group.add(value);
}

function addSubject(index: Index, subject: Subject): void {
  for (const place of [subject, ...subject.sharedInto]) {
    index.subjectsByLabel.set(key(place.project, place.label), subject);
    addTo(index.subjectsOf, place.project, subject);
  }
}

function addSession(index: Index, session: Session): void {
  for (const place of [session, ...session.sharedInto]) {
    index.sessionsByLabel.set(key(place.project, place.label), session);
    addTo(index.sessionsOf, place.project, session);
  }
  addTo(index.sessionsOfSubject, session.subjectId, session);
}

function indexOf(site: Site): Index {
  const known = indexes.get(site);
  if (known?.subjects === site.subjects.size && known.sessions === site.sessions.size) return known;
  const index: Index = {
    subjectsByLabel: new Map(),
    sessionsByLabel: new Map(),
    subjectsOf: new Map(),
    sessionsOf: new Map(),
    sessionsOfSubject: new Map(),
    subjects: site.subjects.size,
    sessions: site.sessions.size,
  };
  for (const subject of site.subjects.values()) addSubject(index, subject);
  for (const session of site.sessions.values()) addSession(index, session);
  indexes.set(site, index);
  return index;
}

/** After a change of label, project, subject or sharing. */
export function forgetIndex(site: Site): void {
  indexes.delete(site);
}

/** Puts a new subject or session on the site. */
export function register(site: Site, record: Subject | Session): void {
  const index = indexOf(site);
  if (record.kind === "subject") {
    site.subjects.set(record.id, record);
    addSubject(index, record);
    index.subjects = site.subjects.size;
  } else {
    site.sessions.set(record.id, record);
    addSession(index, record);
    index.sessions = site.sessions.size;
  }
}

export const subjectByLabel = (site: Site, project: string, label: string): Subject | undefined =>
  indexOf(site).subjectsByLabel.get(key(project, label));

export const sessionByLabel = (site: Site, project: string, label: string): Session | undefined =>
  indexOf(site).sessionsByLabel.get(key(project, label));

/** Own and shared subjects of a project. */
export const subjectsOf = (site: Site, project: string): readonly Subject[] => [
  ...(indexOf(site).subjectsOf.get(project) ?? []),
];

/** Own and shared sessions of a project. */
export const sessionsOf = (site: Site, project: string): readonly Session[] => [
  ...(indexOf(site).sessionsOf.get(project) ?? []),
];

export const sessionsOfSubject = (site: Site, subjectId: string): readonly Session[] => [
  ...(indexOf(site).sessionsOfSubject.get(subjectId) ?? []),
];

/** Remembers whose scan it is, so that `sessionOfScan` need not search. */
export function rememberParent(session: Session, scan: Scan): void {
  parents.set(scan, session);
}

export function sessionOfScan(site: Site, scan: Scan): Session | undefined {
  const known = parents.get(scan);
  if (known !== undefined) return known;
  for (const session of site.sessions.values()) {
    if (session.scans.includes(scan)) {
      for (const one of session.scans) parents.set(one, session);
      return session;
    }
  }
  return undefined;
}
