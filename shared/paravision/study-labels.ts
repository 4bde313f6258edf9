import { dateText, shiftDate } from "./dates.ts";
import { firstText } from "./first-value.ts";
import { pseudonym } from "./pseudonym.ts";
import type { RawScan } from "./raw-scan.ts";
import { studyFolderName } from "./reconstruction.ts";
import { findMoment, studyDateSources } from "./scan-moments.ts";
import { studyUid } from "./uids.ts";

/** Labels of the study of a scan: of XNAT, and of the folders that are written. */
export interface StudyLabels {
  readonly project?: string;
  readonly subject: string;
  readonly session: string;
}

/**
 * Labels as given for the study, else of the raw data: the subject's ID; and subject, date and name of the study, which does not
 * depend on how the folder is called that day. De-identified, a pseudonym stands for the subject and nothing for the name.
 *
 * @returns any characters; whoever makes a name of a folder of them has to replace some
 */
export function studyLabels(scan: RawScan): StudyLabels {
  const { identity, deIdentify } = scan.choices;
  const subject = identity.subject ?? identity.patientId ?? rawSubject(scan);
  const project = identity.project === undefined ? {} : { project: identity.project };
  if (identity.session !== undefined) return { ...project, subject, session: identity.session };
  const moment = findMoment(scan, "", studyDateSources);
  const date = moment === undefined ? "" : dateText(moment);
  if (deIdentify !== undefined) {
    const parts = [subject, shiftDate(date, deIdentify.shiftDays), studyTag(scan)];
    return { ...project, subject, session: parts.filter((part) => part !== "").join("_") };
  }
  const named = firstText(scan, "", ["VisuStudyId", "SUBJECT_study_name"]);
  const dated = named.includes(date) ? [named] : [date, named];
  const parts = [subject, ...(dated.some((part) => part !== "") ? dated : [studyTag(scan)])];
  return { ...project, subject, session: parts.filter((part) => part !== "").join("_") };
}

/** A name for the study that says nothing of it, 16 characters. */
export function studyPseudonym(scan: RawScan): string {
  return pseudonym(scan, "study", studyUid(scan));
}

/** What tells apart studies of a subject when nothing else may, or can. */
const studyTag = (scan: RawScan): string => studyPseudonym(scan).slice(-6);

/** ID of the subject in the raw data; a pseudonym of it when de-identified. */
function rawSubject(scan: RawScan): string {
  const raw = rawSubjectId(scan);
  if (scan.choices.deIdentify === undefined) return raw === "" ? "unknown" : raw;
  return pseudonym(scan, "subject", raw);
}

/** VisuSubjectId, else SUBJECT_id, else what the name of the study's folder says; empty when nothing does. */
export function rawSubjectId(scan: RawScan): string {
  const stated = firstText(scan, "PatientID", ["VisuSubjectId", "SUBJECT_id"]);
  if (stated !== "") return stated;
  const folder = studyFolderName(scan.reconstruction);
  // ParaVision 6 and later: date_time_subject_session_study; ParaVision 5: subject.xx.
  const parts = /^\d{8}_\d{6}_(.+?)(?:_\d+){1,2}$/.exec(folder) ?? /^(.+)\.\w{2,3}$/.exec(folder);
  const subject = parts?.[1] ?? folder;
  if (subject !== "") {
    scan.findings.missing("VisuSubjectId", "a part of the name of the study's folder");
  }
  return subject;
}
