import { escapeHtml } from "./escape.ts";
import type { Exchange } from "./exchange.ts";
import type { Assessor, Project, Scan, Session, Subject } from "./site.ts";

// Parameters of PUT that become values: short names ("group") and XML paths ("xnat:subjectData/group").

type Changed = Project | Subject | Session | Scan | Assessor;

/** Types whose paths fit a kind of thing besides its own type. */
const generalTypes: Readonly<Record<Changed["kind"], RegExp>> = {
  project: /^xnat:projectdata$/,
  subject: /^xnat:subjectdata$/,
  session: /^xnat:(experimentdata|subjectassessordata|imagesessiondata)$/,
  scan: /^xnat:imagescandata$/,
  assessor: /^xnat:(experimentdata|deriveddata|imageassessordata)$/,
};

/** Parameters that steer the request and are no values. */
const steering = new Set(
  "xsitype format req_format label xnat_csrf id project subject_id allowdatadeletion activate quarantine inbody fixscantypes triggerpipelines pullDataFromHeaders"
    .toLowerCase()
    .split(" "),
);

/** Attributes that have a short name besides the native properties. */
const shortNames = new Set(
  "yob dob age gender handedness race ethnicity weight height src note acquisition_site operator scanner".split(
    " ",
  ),
);

interface Assignment {
  readonly path: string;
  readonly value: string;
}

/** What a request assigns to this thing. Paths of other types are ignored without a word (O4). */
function assignmentsOf(exchange: Exchange, record: Changed): readonly Assignment[] {
  const ownType = "xsiType" in record ? record.xsiType.toLowerCase() : "";
  return exchange.queryNames.flatMap((name) => {
    if (steering.has(name.toLowerCase()) || name.startsWith("event_")) return [];
    const value = escapeHtml(exchange.query(name) ?? "");
    const [, type, path] = /^(\w+:\w+)\/(.+)$/.exec(name) ?? [];
    if (type === undefined || path === undefined) {
      const known =
        name.includes("/") ||
        setters[record.kind][name.toLowerCase()] !== undefined ||
        shortNames.has(name);
      return known ? [{ path: name, value }] : [];
    }
    if (type.toLowerCase() === ownType || generalTypes[record.kind].test(type.toLowerCase())) {
      return [{ path, value }];
    }
    exchange.touch("O4");
    return [];
  });
}

const native = (value: string): string | number =>
  /^-?\d+(\.\d+)?$/.test(value) ? Number(value) : value;

/** Native properties by the last part of a path in lower case. */
const setters: Readonly<
  Record<Changed["kind"], Readonly<Record<string, (record: never, value: string) => void>>>
> = {
  project: {
    name: (project: Project, value) => {
      project.name = value;
    },
    secondary_id: (project: Project, value) => {
      project.secondaryId = value;
    },
    description: (project: Project, value) => {
      project.description = value;
    },
  },
  subject: {
    group: (subject: Subject, value) => {
      subject.group = value;
    },
  },
  session: {
    date: (session: Session, value) => {
      session.date = value;
    },
    time: (session: Session, value) => {
      session.time = value;
    },
    uid: (session: Session, value) => {
      session.uid = value;
    },
    modality: (session: Session, value) => {
      session.modality = value;
    },
  },
  scan: {
    type: (scan: Scan, value) => {
      scan.type = value;
    },
    series_description: (scan: Scan, value) => {
      scan.seriesDescription = value;
    },
    uid: (scan: Scan, value) => {
      scan.uid = value;
    },
    quality: (scan: Scan, value) => {
      scan.quality = value;
    },
    note: (scan: Scan, value) => {
      scan.note = value;
    },
    frames: (scan: Scan, value) => {
      scan.frames = value === "" ? "" : Number(value);
    },
    modality: (scan: Scan, value) => {
      scan.modality = value;
    },
  },
  assessor: {
    date: (assessor: Assessor, value) => {
      assessor.date = value;
    },
    name: (assessor: Assessor, value) => {
      assessor.name = value;
    },
  },
};

function assignOther(record: Changed, path: string, value: string): void {
  if (record.kind === "project") return;
  if (record.kind === "scan") {
    const [, added] = /^parameters\/addParam\[name=([^\]]+)\]\/addField$/i.exec(path) ?? [];
    if (added !== undefined) record.addParams[added] = value;
    else if (path.startsWith("parameters/")) record.parameters[path] = native(value);
  } else if (record.kind === "subject") {
    record.attributes[path] = value;
  } else {
    record.attributes[path] = native(value);
  }
}

/**
 * Puts the values of a request into a record, HTML-escaped as XNAT reads them. Custom variables that are not named stay,
 * unless `allowDataDeletion=true`.
 */
export function assignValues(exchange: Exchange, record: Changed): void {
  const deletes = exchange.query("allowDataDeletion") === "true";
  const assignments = assignmentsOf(exchange, record);
  const fields = new Map<string, string>();
  for (const { path, value } of assignments) {
    const [, name] = /^fields\/field\[name=([^\]]+)\]\/field$/i.exec(path) ?? [];
    if (name !== undefined) {
      fields.set(name, value);
      continue;
    }
    const set = setters[record.kind][path.toLowerCase()] as
      | ((record: Changed, value: string) => void)
      | undefined;
    if (set === undefined) assignOther(record, path, value);
    else set(record, value);
  }
  if (record.kind === "scan") return;
  if (deletes && fields.size > 0) record.fields.clear();
  for (const [name, value] of fields) {
    if (value !== "") record.fields.set(name, value);
    else if (deletes) record.fields.delete(name);
  }
}
