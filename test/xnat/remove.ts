import { forgetIndex, sessionsOf, sessionsOfSubject, subjectsOf } from "./label-index.ts";
import { removeAllFiles } from "./resources.ts";
import type { Assessor, Project, Scan, Session, Site, Subject } from "./site.ts";

// Deleting with everything below; files go only where `removeFiles=true` asks for it.

export function removeScan(session: Session, scan: Scan, withFiles: boolean): void {
  if (withFiles) removeAllFiles(scan);
  session.scans.splice(session.scans.indexOf(scan), 1);
}

export function removeAssessor(session: Session, assessor: Assessor, withFiles: boolean): void {
  if (withFiles) removeAllFiles(assessor);
  session.assessors.splice(session.assessors.indexOf(assessor), 1);
}

export function removeSession(site: Site, session: Session, withFiles: boolean): void {
  if (withFiles) {
    for (const owner of [session, ...session.scans, ...session.assessors]) removeAllFiles(owner);
  }
  site.sessions.delete(session.id);
  forgetIndex(site);
}

export function removeSubject(site: Site, subject: Subject, withFiles: boolean): void {
  for (const session of sessionsOfSubject(site, subject.id)) {
    removeSession(site, session, withFiles);
  }
  if (withFiles) removeAllFiles(subject);
  site.subjects.delete(subject.id);
  forgetIndex(site);
}

/** Its id is never free again (O7). */
export function removeProject(site: Site, project: Project, withFiles: boolean): void {
  for (const session of sessionsOf(site, project.id)) {
    if (session.project === project.id) removeSession(site, session, withFiles);
  }
  for (const subject of subjectsOf(site, project.id)) {
    if (subject.project === project.id) removeSubject(site, subject, withFiles);
  }
  if (withFiles) removeAllFiles(project);
  site.projects.delete(project.id);
  site.deletedProjectIds.add(project.id);
}

/** Takes a subject or session out of a project it was shared into. @returns whether it was */
export function unshare(site: Site, record: Subject | Session, project: string): boolean {
  const at = record.sharedInto.findIndex((share) => share.project === project);
  if (at < 0) return false;
  record.sharedInto.splice(at, 1);
  forgetIndex(site);
  return true;
}
