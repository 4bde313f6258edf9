import { existsSync, readdirSync, statSync } from "node:fs";
import { dirname, join, relative } from "node:path";
import { findByUri, projectOf, sessionOf } from "../../find.ts";
import type {
  Assessor,
  Owner,
  Project,
  Resource,
  Scan,
  Session,
  Site,
  Subject,
} from "../../site.ts";

// Things of the archive as the Container Service describes them to matchers and properties. Children are made when
// somebody asks for them: the tree of a project is large.

/** A description; further properties by their JSON names (`scan-type`). */
export interface XnatObject {
  readonly type: string;
  readonly id: string;
  readonly label: string;
  readonly xsiType: string;
  readonly uri: string;
  /** Absolute; null where the server knows none. */
  readonly directory: string | null;
  readonly [property: string]: unknown;
}

/** The description of a record of the site. */
export function describeOwner(site: Site, owner: Owner): XnatObject {
  switch (owner.kind) {
    case "project":
      return describeProject(site, owner);
    case "subject":
      return describeSubject(site, owner);
    case "session":
      return describeSession(site, owner);
    case "scan":
      return describeScan(site, sessionOf(site, owner), owner);
    case "assessor":
      return describeAssessor(site, sessionOf(site, owner), owner);
  }
}

/** The record a URI names, and below it the resource, as a description. Undefined when there is nothing. */
export function describeUri(site: Site, uri: string): XnatObject | undefined {
  const [, parent, label] = /^(.*)\/resources\/([^/]+)(?:\/.*)?$/.exec(uri) ?? [];
  const owner = findByUri(site, parent ?? uri);
  if (owner === undefined) return undefined;
  const object = describeOwner(site, owner);
  if (label === undefined) return object;
  return childrenOf(object, "resources").find(
    (one) => one.label === decodeURIComponent(label) || String(one["integer-id"]) === label,
  );
}

/** Children of an object under one of its list names. */
export function childrenOf(object: XnatObject, list: string): readonly XnatObject[] {
  const children = object[list];
  return Array.isArray(children) ? (children as readonly XnatObject[]) : [];
}

const archiveOf = (site: Site, project: string): string =>
  join(site.root, "archive", project, "arc001");

export const folderOfSession = (site: Site, session: Session): string =>
  join(archiveOf(site, session.project), session.label);

const resourcesOf = (owner: Owner, uri: string): readonly XnatObject[] =>
  owner.resources.map((resource) => describeResource(resource, uri));

function describeProject(site: Site, project: Project): XnatObject {
  const uri = `/archive/projects/${project.id}`;
  return {
    type: "Project",
    id: project.id,
    label: project.id,
    xsiType: "xnat:projectData",
    uri,
    directory: archiveOf(site, project.id),
    title: project.name,
    "running-title": project.secondaryId,
    description: project.description,
    keywords: "",
    accessibility: project.accessibility,
    aliases: project.aliases,
    get resources() {
      return resourcesOf(project, uri);
    },
    get subjects() {
      const all = [...site.subjects.values()].filter((subject) => subject.project === project.id);
      return all.map((subject) => describeSubject(site, subject));
    },
  };
}

function describeSubject(site: Site, subject: Subject): XnatObject {
  const uri = `/archive/subjects/${subject.id}`;
  return {
    type: "Subject",
    id: subject.id,
    label: subject.label,
    xsiType: "xnat:subjectData",
    uri,
    directory: null,
    "project-id": subject.project,
    group: subject.group,
    source: subject.attributes["src"] ?? "",
    initials: subject.attributes["initials"] ?? "",
    "datatype-string": "xnat:subjectData",
    get resources() {
      return resourcesOf(subject, uri);
    },
    get sessions() {
      const all = [...site.sessions.values()].filter(({ subjectId }) => subjectId === subject.id);
      return all.map((session) => describeSession(site, session));
    },
  };
}

function describeSession(site: Site, session: Session): XnatObject {
  const uri = `/archive/experiments/${session.id}`;
  return {
    type: "Session",
    id: session.id,
    label: session.label,
    xsiType: session.xsiType,
    uri,
    directory: folderOfSession(site, session),
    "project-id": session.project,
    "subject-id": session.subjectId,
    "visit-id": String(session.attributes["visit_id"] ?? ""),
    "datatype-string": session.xsiType,
    get scans() {
      return session.scans.map((scan) => describeScan(site, session, scan));
    },
    get assessors() {
      return session.assessors.map((assessor) => describeAssessor(site, session, assessor));
    },
    get resources() {
      return resourcesOf(session, uri);
    },
  };
}

function describeScan(site: Site, session: Session, scan: Scan): XnatObject {
  const uri = `/archive/experiments/${session.id}/scans/${encodeURIComponent(scan.id)}`;
  const scanner = (key: string) => String(session.attributes[key] ?? "");
  return {
    type: "Scan",
    id: scan.id,
    label: `${scan.id} - ${scan.type}`,
    xsiType: scan.xsiType,
    uri,
    directory: join(folderOfSession(site, session), "SCANS", scan.id),
    "integer-id": scan.dbId,
    "scan-type": scan.type,
    "project-id": session.project,
    "session-id": session.id,
    frames: scan.frames === "" ? undefined : scan.frames,
    note: scan.note,
    modality: scan.modality,
    quality: scan.quality,
    scanner: scanner("scanner"),
    "scanner-manufacturer": scanner("scanner/manufacturer"),
    "scanner-model": scanner("scanner/model"),
    "scanner-software-version": "",
    "series-description": scan.seriesDescription,
    "start-time": "",
    uid: scan.uid,
    "datatype-string": scan.xsiType,
    get resources() {
      return resourcesOf(scan, uri);
    },
  };
}

function describeAssessor(site: Site, session: Session, assessor: Assessor): XnatObject {
  const uri = `/archive/experiments/${session.id}/assessors/${assessor.id}`;
  // Named by its label, also where REST put the files into a folder named by its id (trap 20). The ROI plugin stores by the
  // catalog service, so that its collections are found: wherever this site keeps their files.
  const named = join(folderOfSession(site, session), "ASSESSORS", assessor.label);
  const [stored] = assessor.xsiType === "icr:roiCollectionData" ? assessor.resources : [];
  const folder = stored === undefined ? named : dirname(stored.folder);
  return {
    type: "Assessor",
    id: assessor.id,
    label: assessor.label,
    xsiType: assessor.xsiType,
    uri,
    // Files that were put off are made before they are mounted.
    directory: stored !== undefined || existsSync(folder) ? folder : null,
    "project-id": session.project,
    "session-id": session.id,
    name: assessor.name,
    "datatype-string": assessor.xsiType,
    get resources() {
      return resourcesOf(assessor, uri);
    },
  };
}

function describeResource(resource: Resource, parent: string): XnatObject {
  const uri = `${parent}/resources/${encodeURIComponent(resource.label)}`;
  return {
    type: "Resource",
    id: resource.label,
    label: resource.label,
    xsiType: "xnat:resourceCatalog",
    uri,
    directory: resource.folder,
    "integer-id": resource.id,
    "parent-uri": parent,
    "datatype-string": "xnat:resourceCatalog",
    get files() {
      return listFiles(resource.folder).map((path) => describeFile(resource, uri, path));
    },
  };
}

function describeFile(resource: Resource, parent: string, path: string): XnatObject {
  const name = relative(resource.folder, path);
  return {
    type: "File",
    id: name,
    label: name,
    xsiType: "",
    uri: `${parent}/files/${name}`,
    directory: null,
    name,
    path,
    tags: resource.tags,
    format: resource.format,
    content: resource.content,
    checksum: "",
    size: statSync(path).size,
  };
}

/** Absolute paths of the files below a folder, catalogs left out. */
export function listFiles(folder: string): readonly string[] {
  if (!existsSync(folder)) return [];
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && !entry.name.endsWith("_catalog.xml"))
    .map((entry) => join(entry.parentPath, entry.name))
    .sort();
}

/** What an object is derived from upwards: the session of a scan, the project of a session. */
export function parentOf(site: Site, object: XnatObject, type: string): XnatObject | undefined {
  const owner = findByUri(site, object.uri);
  if (owner === undefined) return undefined;
  if (type === "Project") return describeOwner(site, projectOf(site, owner));
  if (type === "Session" && (owner.kind === "scan" || owner.kind === "assessor")) {
    return describeSession(site, sessionOf(site, owner));
  }
  const subject = owner.kind === "session" ? site.subjects.get(owner.subjectId) : undefined;
  return type === "Subject" && subject !== undefined ? describeSubject(site, subject) : undefined;
}
