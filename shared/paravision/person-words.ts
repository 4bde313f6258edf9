import { fileOf } from "./first-value.ts";
import { textOf } from "./jcamp.ts";
import type { RawScan } from "./raw-scan.ts";

/** Parameters that name persons: their parts are names as well. */
const persons = [
  "VisuSubjectName",
  "VisuSubjectId",
  "SUBJECT_name_string",
  "SUBJECT_id",
  "VisuStudyReferringPhysician",
  "SUBJECT_referral",
  "SUBJECT_study_operator",
  "ACQ_operator",
] as const;

/** Parameters that name a study, a site or a machine: only as a whole. */
const places = [
  "VisuStudyId",
  "SUBJECT_study_name",
  "VisuInstitution",
  "ACQ_institution",
  "VisuStation",
  "ACQ_station",
  "VisuSystemOrderNumber",
  "ACQ_system_order_number",
] as const;

/** Parts of names that say nothing of a person and much of an image. */
const harmless = new Set(
  "animal body brain bruker demo development head human imaging mouse name phantom practice project rabbit rats sample scan study subject test user".split(
    " ",
  ),
);

/** Shorter words stand in too many others. */
const shortestWhole = 3;
const shortestPart = 4;

/**
 * The words by which the files of a scan name persons, sites and machines, the longest first: logins, operators, the subject,
 * and the parts of their names (`Pagel` of `PagelLab`).
 */
export function personWords(scan: RawScan): readonly string[] {
  const words = new Set<string>();
  const whole = (text: string): void => {
    if (text.length >= shortestWhole) words.add(text);
  };
  const withParts = (text: string): void => {
    whole(text);
    for (const part of text.split(/[^\p{L}\p{N}]+|(?<=\p{Ll})(?=\p{Lu})/u)) {
      const named = part.length >= shortestPart && /\p{L}{3}/u.test(part);
      if (named && !harmless.has(part.toLowerCase())) words.add(part);
    }
  };
  for (const file of [scan.visu.file, scan.method, scan.acqp, scan.reco, scan.subject]) {
    withParts((file?.labels.get("OWNER") ?? "").trim());
  }
  for (const name of persons) {
    withParts(
      textOf(fileOf(scan, name), name)
        .replace(/\^+\s*$/, "")
        .trim(),
    );
  }
  const [parts] = scan.subject?.get("SUBJECT_name")?.values ?? [];
  if (Array.isArray(parts)) for (const part of parts) withParts(String(part).trim());
  for (const name of places) whole(textOf(fileOf(scan, name), name).trim());
  return [...words].sort((a, b) => b.length - a.length || (a < b ? -1 : 1));
}
