import { assignValues } from "./assign-values.ts";
import { escapeHtml } from "./escape.ts";
import { type Exchange, Refusal, type Route, send } from "./exchange.ts";
import { findOwner, findProject, findSession, findSubject } from "./find.ts";
import { forgetIndex, sessionByLabel, subjectByLabel } from "./label-index.ts";
import { addSession, addSubject } from "./records.ts";
import { requireEdit, requireOwner, requireReadOwner, requireReason } from "./rights.ts";
import type { Project, Session, Subject } from "./site.ts";

const text = "text/plain;charset=UTF-8";

function editedProject(exchange: Exchange): Project {
  const id = exchange.params["project"] ?? "";
  return requireEdit(exchange, findProject(exchange.site, id)?.id ?? id);
}

function requireOwnProject(record: Subject | Session, project: Project): void {
  if (record.project === project.id) return;
  throw new Refusal(409, "Project must be modified through separate URI.");
}

/** O3: `label=` on something that exists renames it, or does nothing, and all other parameters are ignored. */
function rename(exchange: Exchange, record: Subject | Session): boolean {
  const label = exchange.query("label");
  if (label === undefined || label === "") return false;
  exchange.touch("O3");
  const { site } = exchange;
  if (label !== record.label) {
    const holder =
      record.kind === "subject"
        ? subjectByLabel(site, record.project, label)
        : sessionByLabel(site, record.project, label);
    if (holder !== undefined) throw new Refusal(409, "Specified label is already in use.");
    record.label = escapeHtml(label);
    forgetIndex(site);
  }
  send(exchange, 200, text, "");
  return true;
}

/** Ids are checked, labels are not (O5). */
function requireSoundId(exchange: Exchange, kind: string): void {
  const id = exchange.query("ID");
  if (id !== undefined && !/^[A-Za-z0-9_-]+$/.test(id)) {
    throw new Refusal(417, `Invalid character in ${kind} label.`);
  }
}

function putSubject(exchange: Exchange): void {
  const { site, params, user } = exchange;
  requireReason(exchange);
  const project = editedProject(exchange);
  const name = params["subject"] ?? "";
  const existing = findSubject(site, name, project.id);
  if (existing !== undefined) {
    requireOwnProject(existing, project);
    if (rename(exchange, existing)) return;
    assignValues(exchange, existing);
    send(exchange, 200, text, existing.id);
    return;
  }
  requireSoundId(exchange, "subject");
  const label = exchange.query("label") ?? exchange.query("xnat:subjectData/label") ?? name;
  const subject = addSubject(site, {
    project: project.id,
    label: escapeHtml(label === "" ? name : label),
    insertUser: user?.login ?? "",
  });
  assignValues(exchange, subject);
  send(exchange, 201, text, subject.id);
}

/** The subject of the path; an unknown one is made (O2). */
function subjectFor(exchange: Exchange, project: Project): Subject | undefined {
  const { site, params, user } = exchange;
  const name = params["subject"] ?? exchange.query("subject_ID");
  if (name === undefined) return undefined;
  const found = findSubject(site, name, project.id);
  if (found !== undefined) return found;
  exchange.touch("O2");
  return addSubject(site, { project: project.id, label: name, insertUser: user?.login ?? "" });
}

function putExisting(exchange: Exchange, session: Session, project: Project): void {
  requireOwnProject(session, project);
  if (rename(exchange, session)) return;
  const subject = subjectFor(exchange, project);
  if (subject !== undefined && subject.id !== session.subjectId) {
    exchange.touch("O1");
    session.subjectId = subject.id;
    forgetIndex(exchange.site);
  }
  assignValues(exchange, session);
  send(exchange, 200, text, session.id);
}

const modalities: Readonly<Record<string, string>> = {
  mr: "MR",
  pet: "PT",
  ct: "CT",
  us: "US",
  petmr: "PET/MR",
};

/** Spelling of the type as XNAT has it. */
function sessionType(asked: string): { readonly xsiType: string; readonly modality: string } {
  const [, name] = /^xnat:(\w+)sessiondata$/i.exec(asked) ?? [];
  if (name === undefined) throw new Refusal(400, `Unable to make a session of type ${asked}.`);
  const known = name.toLowerCase();
  return {
    xsiType: `xnat:${modalities[known] === undefined ? name : known}SessionData`,
    modality: modalities[known] ?? "",
  };
}

function putSession(exchange: Exchange): void {
  const { site, params, user } = exchange;
  requireReason(exchange);
  const project = editedProject(exchange);
  const label = params["session"] ?? "";
  const existing = findSession(site, label, project.id);
  if (existing !== undefined) {
    putExisting(exchange, existing, project);
    return;
  }
  const type = exchange.query("xsiType");
  if (type === undefined || type === "") throw new Refusal(417, "Need PUT Contents");
  const { xsiType, modality } = sessionType(type);
  requireSoundId(exchange, "experiment");
  const subject = subjectFor(exchange, project);
  if (subject === undefined) {
    throw new Refusal(422, "Submitted experiment record must include the subject.");
  }
  const session = addSession(site, {
    project: project.id,
    subjectId: subject.id,
    label: escapeHtml(exchange.query("label") || label),
    xsiType,
    modality,
    insertUser: user?.login ?? "",
  });
  assignValues(exchange, session);
  send(exchange, 201, text, session.id);
}

/** By accession id alone only what exists can be changed. */
function putSessionById(exchange: Exchange): void {
  const { site, params } = exchange;
  requireReason(exchange);
  const session = findSession(site, params["session"] ?? "");
  if (session === undefined) throw new Refusal(404, "Unable to find the specified experiment.");
  putExisting(exchange, session, requireEdit(exchange, session.project));
}

/** Shows a subject or session in another project too (L7). */
function share(exchange: Exchange): void {
  const { site, params } = exchange;
  const owner = findOwner(site, { ...params });
  if (owner.kind !== "subject" && owner.kind !== "session") throw new Refusal(404, "Not shared.");
  requireReadOwner(exchange, owner);
  requireOwner(exchange, owner.project);
  const target = requireEdit(exchange, params["target"] ?? "");
  const known = owner.sharedInto.some(({ project }) => project === target.id);
  if (known || target.id === owner.project) {
    throw new Refusal(409, "Already assigned to this project.");
  }
  const label = exchange.query("label") || owner.label;
  const holder =
    owner.kind === "subject"
      ? subjectByLabel(site, target.id, label)
      : sessionByLabel(site, target.id, label);
  if (holder !== undefined) throw new Refusal(409, "Specified label is already in use.");
  owner.sharedInto.push({ project: target.id, label: escapeHtml(label) });
  forgetIndex(site);
  send(exchange, 200, text, "");
}

const subject = "/data/projects/:project/subjects/:subject";

/** Makes, changes and shares subjects and sessions. */
export const subjectRoutes: readonly Route[] = [
  { method: "PUT", pattern: subject, handler: putSubject },
  { method: "PUT", pattern: `${subject}/projects/:target`, handler: share },
  { method: "PUT", pattern: `${subject}/experiments/:session`, handler: putSession },
  {
    method: "PUT",
    pattern: `${subject}/experiments/:session/projects/:target`,
    handler: share,
  },
  { method: "PUT", pattern: "/data/projects/:project/experiments/:session", handler: putSession },
  { method: "PUT", pattern: "/data/experiments/:session", handler: putSessionById },
  { method: "PUT", pattern: "/data/experiments/:session/projects/:target", handler: share },
];
