import { listTime } from "./clock.ts";
import { fieldColumn, fieldRows, type ListKind, lowerCased, text } from "./columns.ts";
import type { Assessor, Project, Scan, Session, Site, Subject } from "./site.ts";

// What each list shows: short names, paths, joined tables.

type Readers<T> = Readonly<Record<string, (record: T) => string>>;

/** A value of the record itself by the rest of its path. */
const own = <T>(read: ((record: T) => string) | undefined) =>
  read === undefined ? undefined : { table: "", read };

export const projectList: ListKind<Project> = (() => {
  const short: Readers<Project> = {
    id: (project) => project.id,
    secondary_id: (project) => project.secondaryId,
    name: (project) => project.name,
    description: (project) => project.description,
    pi_firstname: () => "",
    pi_lastname: () => "",
    insert_date: (project) => listTime(project.insertDate),
    insert_user: (project) => project.insertUser,
    project_access: (project) => project.accessibility,
    uri: (project) => `/data/projects/${project.id}`,
  };
  return {
    defaults: ["ID", "secondary_ID", "name", "description", "pi_firstname", "pi_lastname"],
    short,
    path: (type, rest) =>
      type !== "xnat:projectdata"
        ? undefined
        : (fieldColumn<Project>(rest, "field", ({ fields }) => fields) ?? own(short[rest])),
    tables: { field: (project) => fieldRows(project.fields) },
    required: [],
  };
})();

const subjectAttributes = ["yob", "dob", "age", "gender", "handedness", "race", "src", "species"];

const subjectShort: Readers<Subject> = {
  id: (subject) => subject.id,
  project: (subject) => subject.project,
  label: (subject) => subject.label,
  group: (subject) => subject.group,
  insert_date: (subject) => listTime(subject.insertDate),
  insert_user: (subject) => subject.insertUser,
  uri: (subject) => `/data/subjects/${subject.id}`,
  ...Object.fromEntries(
    subjectAttributes.map((name) => [name, (subject: Subject) => text(subject.attributes[name])]),
  ),
};

export const subjectList: ListKind<Subject> = {
  defaults: ["ID", "project", "label", "insert_date", "insert_user"],
  short: subjectShort,
  path: (type, rest) => {
    if (type !== "xnat:subjectdata") return undefined;
    if (rest === "sharing/share/project") {
      return { table: "share", read: (_, part) => text(part) };
    }
    return fieldColumn<Subject>(rest, "field", ({ fields }) => fields) ?? own(subjectShort[rest]);
  },
  tables: {
    field: (subject) => fieldRows(subject.fields),
    share: (subject) => subject.sharedInto.map(({ project }) => project),
  },
  required: [],
};

const scanReaders: Readers<Scan> = {
  id: (scan) => scan.id,
  xnat_imagescandata_id: (scan) => text(scan.dbId),
  type: (scan) => scan.type,
  series_description: (scan) => scan.seriesDescription,
  uid: (scan) => scan.uid,
  quality: (scan) => scan.quality,
  note: (scan) => scan.note,
  frames: (scan) => text(scan.frames),
  modality: (scan) => scan.modality,
  xsitype: (scan) => scan.xsiType,
};

const scanPath = (rest: string): ((scan: Scan) => string) | undefined =>
  scanReaders[rest] ??
  (rest.startsWith("parameters/") ? (scan) => text(lowerCased(scan.parameters)[rest]) : undefined);

const isScanType = (type: string): boolean => /^xnat:\w*scandata$/.test(type);

/** A path of imageScanData fits all scans, one of mrScanData only those. */
const fitsScan = (type: string, scan: Scan): boolean =>
  type === "xnat:imagescandata" || scan.xsiType.toLowerCase() === type;

/** Scans of one session. */
export function scanList(session: Session): ListKind<Scan> {
  const names = ["xnat_imagescandata_id", "id", "type", "quality", "xsitype", "note"];
  return {
    defaults: [
      ...["xnat_imagescandata_id", "ID", "type", "quality", "xsiType", "note"],
      "series_description",
    ],
    short: {
      ...Object.fromEntries(
        [...names, "series_description"].map((name) => [
          name,
          (scan) => scanReaders[name]?.(scan) ?? "",
        ]),
      ),
      uri: (scan) => `/data/experiments/${session.id}/scans/${scan.id}`,
    },
    path: (type, rest) => {
      const read = isScanType(type) ? scanPath(rest) : undefined;
      return own(read && ((scan: Scan) => (fitsScan(type, scan) ? read(scan) : "")));
    },
    tables: {},
    required: [],
  };
}

export function sessionList(site: Site): ListKind<Session> {
  const subjectOf = (session: Session): Subject | undefined => site.subjects.get(session.subjectId);
  const short: Readers<Session> = {
    id: (session) => session.id,
    project: (session) => session.project,
    label: (session) => session.label,
    date: (session) => session.date,
    time: (session) => session.time,
    xsitype: (session) => session.xsiType,
    insert_date: (session) => listTime(session.insertDate),
    insert_user: (session) => session.insertUser,
    subject_id: (session) => session.subjectId,
    subject_label: (session) => text(subjectOf(session)?.label),
    subject_project: (session) => text(subjectOf(session)?.project),
    modality: (session) => session.modality,
    uid: (session) => session.uid,
    uri: (session) => `/data/experiments/${session.id}`,
  };
  const general = /^xnat:(experimentdata|subjectassessordata|imagesessiondata)$/;
  const ownPath = (rest: string): ((session: Session) => string) =>
    short[rest] ?? ((session) => text(lowerCased(session.attributes)[rest]));
  return {
    defaults: [
      ...["ID", "project", "date", "xsiType", "label", "insert_date"],
      "xnat:subjectassessordata/id",
    ],
    short,
    path: (type, rest) => {
      if (isScanType(type)) {
        const read = scanPath(rest);
        if (read === undefined) return undefined;
        return {
          table: "scan",
          read: (_, scan) =>
            scan !== undefined && fitsScan(type, scan as Scan) ? read(scan as Scan) : "",
        };
      }
      if (type === "xnat:subjectdata") {
        const read = subjectShort[rest];
        const field = fieldColumn<Session>(
          rest,
          "subjectField",
          (session) => subjectOf(session)?.fields,
        );
        if (field !== undefined || read === undefined) return field;
        return own((session) => {
          const subject = subjectOf(session);
          return subject === undefined ? "" : read(subject);
        });
      }
      if (!general.test(type) && !/^xnat:\w+sessiondata$/.test(type)) return undefined;
      const [, scanRest] = /^scans\/scan\/(.+)$/.exec(rest) ?? [];
      const scanRead = scanRest === undefined ? undefined : scanPath(scanRest);
      if (scanRead !== undefined) {
        return { table: "scan", read: (_, scan) => (scan ? scanRead(scan as Scan) : "") };
      }
      if (rest === "sharing/share/project") {
        return { table: "share", read: (_, part) => text(part) };
      }
      const field = fieldColumn<Session>(rest, "field", ({ fields }) => fields);
      if (field !== undefined) return field;
      const read = ownPath(rest);
      return own((session) =>
        general.test(type) || session.xsiType.toLowerCase() === type ? read(session) : "",
      );
    },
    tables: {
      scan: (session) => session.scans,
      field: (session) => fieldRows(session.fields),
      subjectField: (session) => fieldRows(subjectOf(session)?.fields ?? new Map()),
      share: (session) => session.sharedInto.map(({ project }) => project),
    },
    // Sessions without scans are missing from lists with columns of scans.
    required: ["scan"],
  };
}

export function assessorList(site: Site): ListKind<Assessor> {
  const sessionOf = (assessor: Assessor): Session | undefined =>
    site.sessions.get(assessor.sessionId);
  const short: Readers<Assessor> = {
    id: (assessor) => assessor.id,
    project: (assessor) => text(sessionOf(assessor)?.project),
    label: (assessor) => assessor.label,
    date: (assessor) => assessor.date,
    xsitype: (assessor) => assessor.xsiType,
    insert_date: (assessor) => listTime(assessor.insertDate),
    insert_user: (assessor) => assessor.insertUser,
    session_id: (assessor) => assessor.sessionId,
    session_label: (assessor) => text(sessionOf(assessor)?.label),
    uri: (assessor) => `/data/experiments/${assessor.id}`,
  };
  const general = /^xnat:(experimentdata|deriveddata|imageassessordata)$/;
  return {
    defaults: [
      ...["ID", "project", "label", "date", "xsiType", "insert_date", "session_ID"],
      ...["session_label", "xnat:imageassessordata/id"],
    ],
    short,
    path: (type, rest) => {
      if (!/:\w+data$/.test(type) || /sessiondata$|subjectdata$|scandata$/.test(type)) {
        return undefined;
      }
      const field = fieldColumn<Assessor>(rest, "field", ({ fields }) => fields);
      if (field !== undefined) return field;
      const named: Readers<Assessor> = {
        ...short,
        name: (assessor) => assessor.name,
        imagesession_id: (assessor) => assessor.sessionId,
      };
      const read =
        named[rest] ?? ((assessor: Assessor) => text(lowerCased(assessor.attributes)[rest]));
      return own((assessor) =>
        general.test(type) || assessor.xsiType.toLowerCase() === type ? read(assessor) : "",
      );
    },
    tables: { field: (assessor) => fieldRows(assessor.fields) },
    required: [],
  };
}
