import { dateText, timeText } from "./dates.ts";
import { firstText } from "./first-value.ts";
import { constantRow, nameRow } from "./mapping-row.ts";
import { findMoment, studyDateSources } from "./scan-moments.ts";
import type { MappingRow } from "./series-plan.ts";
import { studyPseudonym } from "./study-labels.ts";
import { studyUid } from "./uids.ts";

const studyNameSources = ["VisuStudyId", "SUBJECT_study_name"];

/** General study: PS3.3 C.7.2.1. */
export const studyRows: readonly MappingRow[] = [
  {
    keyword: "StudyInstanceUID",
    type: "1",
    per: "series",
    sources: ["VisuStudyUid", "SUBJECT_study_instance_uid", "--de-identify"],
    rule: "Unchanged, so that series join others of their study; made of subject, date and name of the study where it is missing.",
    value: ({ scan }) => studyUid(scan),
  },
  {
    keyword: "StudyID",
    type: "2",
    per: "series",
    sources: studyNameSources,
    rule: "The first 16 characters; a pseudonym when de-identified.",
    value: ({ scan }) =>
      scan.choices.deIdentify === undefined
        ? firstText(scan, "StudyID", studyNameSources) || undefined
        : studyPseudonym(scan),
  },
  {
    keyword: "StudyDate",
    type: "2",
    per: "series",
    sources: studyDateSources,
    rule: "Begin of the study.",
    value: ({ scan }) => {
      const moment = findMoment(scan, "StudyDate", studyDateSources);
      if (moment !== undefined && moment.zoneMinutes === undefined) {
        scan.findings.remark("date-without-zone", "VisuStudyDate has no time zone");
      }
      return moment && dateText(moment);
    },
  },
  {
    keyword: "StudyTime",
    type: "2",
    per: "series",
    sources: studyDateSources,
    rule: "Begin of the study. In its time zone.",
    value: ({ scan }) => {
      const moment = findMoment(scan, "StudyTime", studyDateSources);
      return moment && timeText(moment);
    },
  },
  constantRow("AccessionNumber", "2", [], "Without value."),
  nameRow(
    "ReferringPhysicianName",
    "2",
    ["VisuStudyReferringPhysician", "SUBJECT_referral"],
    "Often a login of the console. Without value when de-identified.",
  ),
  {
    keyword: "StudyDescription",
    type: "3",
    per: "series",
    sources: ["VisuStudyDescription", "SUBJECT_purpose"],
    rule: "Without the line end that ParaVision writes in front; lines joined by blanks.",
    value: ({ scan }) =>
      firstText(scan, "StudyDescription", ["VisuStudyDescription", "SUBJECT_purpose"]).replaceAll(
        /\s+/g,
        " ",
      ) || undefined,
  },
];
