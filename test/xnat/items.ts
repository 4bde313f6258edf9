import { join } from "node:path";
import { javaTime } from "./clock.ts";
import { sessionsOfSubject } from "./label-index.ts";
import { countFiles } from "./resources.ts";
import type { Assessor, Owner, Project, Resource, Scan, Session, Site, Subject } from "./site.ts";

/** A thing as `format=json` shows it: numbers and booleans are native here (L2). */
export interface Item {
  readonly meta: Readonly<Record<string, string | number | boolean>>;
  readonly data_fields: Readonly<Record<string, string | number | boolean>>;
  readonly children: readonly { readonly field: string; readonly items: readonly Item[] }[];
}

const firstEvent = 1;

function meta(xsiType: string, milliseconds: number): Item["meta"] {
  return {
    isHistory: false,
    "xsi:type": xsiType,
    create_event_id: firstEvent,
    start_date: javaTime(milliseconds),
  };
}

/** Empty values have no field in an item. */
const filled = (
  fields: Readonly<Record<string, string | number | boolean | undefined>>,
): Item["data_fields"] =>
  Object.fromEntries(
    Object.entries(fields).flatMap(([name, value]) =>
      value === undefined || value === "" ? [] : [[name, value]],
    ),
  );

/** Both spellings occur. */
const id = (value: string) => ({ ID: value, id: value });

const child = (field: string, items: readonly Item[]): Item["children"] =>
  items.length === 0 ? [] : [{ field, items }];

function resourceItem(resource: Resource, milliseconds: number): Item {
  const { count, size } = countFiles(resource);
  return {
    meta: meta("xnat:resourceCatalog", milliseconds),
    data_fields: filled({
      label: resource.label,
      format: resource.format,
      content: resource.content,
      file_count: count,
      file_size: size,
      xnat_abstractresource_id: resource.id,
      xnat_abstractResource_id: resource.id,
      URI: join(resource.folder, resource.catalog),
    }),
    children: [],
  };
}

const resourceItems = (owner: Owner, milliseconds: number): readonly Item[] =>
  owner.resources.map((resource) => resourceItem(resource, milliseconds));

const fieldItems = (fields: ReadonlyMap<string, string>, milliseconds: number): readonly Item[] =>
  [...fields].map(([name, field]) => ({
    meta: meta("xnat:subjectData_field", milliseconds),
    data_fields: { name, field },
    children: [],
  }));

function projectItem(project: Project): Item {
  return {
    meta: meta("xnat:projectData", project.insertDate),
    data_fields: filled({
      ...id(project.id),
      name: project.name,
      secondary_ID: project.secondaryId,
      description: project.description,
    }),
    children: [
      ...child("resources/resource", resourceItems(project, project.insertDate)),
      ...child("fields/field", fieldItems(project.fields, project.insertDate)),
    ],
  };
}

function subjectItem(site: Site, subject: Subject): Item {
  const sessions = sessionsOfSubject(site, subject.id);
  return {
    meta: meta("xnat:subjectData", subject.insertDate),
    data_fields: filled({
      ...subject.attributes,
      ...id(subject.id),
      label: subject.label,
      project: subject.project,
      group: subject.group,
    }),
    children: [
      ...child(
        "experiments/experiment",
        sessions.map((session) => sessionItem(session)),
      ),
      ...child("resources/resource", resourceItems(subject, subject.insertDate)),
      ...child("fields/field", fieldItems(subject.fields, subject.insertDate)),
      ...shareItems(subject, subject.insertDate),
    ],
  };
}

const shareItems = (
  { sharedInto }: Pick<Subject, "sharedInto">,
  milliseconds: number,
): Item["children"] =>
  child(
    "sharing/share",
    sharedInto.map((share) => ({
      meta: meta("xnat:projectParticipant", milliseconds),
      data_fields: { ...share },
      children: [],
    })),
  );

function scanItem(session: Session, scan: Scan): Item {
  const time = session.insertDate;
  return {
    meta: meta(scan.xsiType, time),
    data_fields: filled({
      ...scan.parameters,
      ID: scan.id,
      type: scan.type,
      series_description: scan.seriesDescription,
      UID: scan.uid,
      quality: scan.quality,
      note: scan.note,
      frames: scan.frames,
      modality: scan.modality,
      image_session_ID: session.id,
      xnat_imagescandata_id: scan.dbId,
      xnat_imageScanData_id: scan.dbId,
    }),
    children: [
      ...child("file", resourceItems(scan, time)),
      ...child(
        "parameters/addParam",
        Object.entries(scan.addParams).map(([name, addField]) => ({
          meta: meta("xnat:mrScanData_parameters_addParam", time),
          data_fields: { name, addField },
          children: [],
        })),
      ),
    ],
  };
}

function assessorItem(session: Session, assessor: Assessor): Item {
  const isRoi = assessor.xsiType === "icr:roiCollectionData";
  return {
    meta: meta(assessor.xsiType, assessor.insertDate),
    data_fields: filled({
      ...assessor.attributes,
      ...id(assessor.id),
      label: assessor.label,
      name: assessor.name,
      date: assessor.date,
      project: session.project,
      imageSession_ID: session.id,
      imagesession_id: session.id,
      ...(isRoi ? { subjectID: session.subjectId } : {}),
    }),
    children: [
      ...child("out/file", resourceItems(assessor, assessor.insertDate)),
      ...child("fields/field", fieldItems(assessor.fields, assessor.insertDate)),
    ],
  };
}

function sessionItem(session: Session): Item {
  const time = session.insertDate;
  return {
    meta: meta(session.xsiType, time),
    data_fields: filled({
      ...session.attributes,
      ...id(session.id),
      label: session.label,
      project: session.project,
      subject_ID: session.subjectId,
      UID: session.uid,
      date: session.date,
      time: session.time,
      modality: session.modality,
    }),
    children: [
      ...child(
        "scans/scan",
        session.scans.map((scan) => scanItem(session, scan)),
      ),
      ...child(
        "assessors/assessor",
        session.assessors.map((assessor) => assessorItem(session, assessor)),
      ),
      ...child("resources/resource", resourceItems(session, time)),
      ...child("fields/field", fieldItems(session.fields, time)),
      ...shareItems(session, time),
    ],
  };
}

/** A thing of any level as an item. */
export function itemOf(site: Site, owner: Owner, session?: Session): Item {
  if (owner.kind === "project") return projectItem(owner);
  if (owner.kind === "subject") return subjectItem(site, owner);
  if (owner.kind === "session") return sessionItem(owner);
  if (session === undefined) throw new Error(`${owner.kind} ${owner.id} without its session`);
  return owner.kind === "scan" ? scanItem(session, owner) : assessorItem(session, owner);
}
