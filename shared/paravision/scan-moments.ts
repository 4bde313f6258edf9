import { type Moment, parseMoment, toZone } from "./dates.ts";
import { fileOf } from "./first-value.ts";
import type { RawScan } from "./raw-scan.ts";

/** Where the date of the study stands; its zone is that of all dates that are written. */
export const studyDateSources = [
  "VisuStudyDate",
  "SUBJECT_date",
  "SUBJECT_study_date",
  "SUBJECT_abs_date",
] as const;

/**
 * A date of a scan in the zone of its study.
 *
 * A study may hold dates of several zones: ParaVision 360.1 writes VisuAcqDate in that of Greenwich.
 *
 * @param keyword - whose source the finding is noted as; empty to note none
 * @param sources - parameters in order of preference
 * @returns undefined when none of them holds a date
 */
export function findMoment(
  scan: RawScan,
  keyword: string,
  sources: readonly string[],
): Moment | undefined {
  const moment = readMoment(scan, keyword, sources);
  return moment && toZone(moment, studyZone(scan));
}

const zones = new WeakMap<RawScan, { readonly minutes: number | undefined }>();

/** Zone of the study, minutes east of Greenwich; undefined for ParaVision 5, which writes none. */
export function studyZone(scan: RawScan): number | undefined {
  const known = zones.get(scan);
  if (known !== undefined) return known.minutes;
  const minutes = readMoment(scan, "", studyDateSources)?.zoneMinutes;
  zones.set(scan, { minutes });
  return minutes;
}

function readMoment(
  scan: RawScan,
  keyword: string,
  sources: readonly string[],
): Moment | undefined {
  for (const name of sources) {
    const file = fileOf(scan, name);
    const parameter = file?.get(name);
    const [value] = parameter?.values ?? [];
    if (file === undefined || value === undefined || value === "") continue;
    const moment = parseMoment(parameter);
    if (moment === undefined) {
      scan.findings.remark(
        "date-unreadable",
        `${name} of ${file.path} is no date: ${JSON.stringify(value).slice(0, 80)}`,
      );
      continue;
    }
    if (keyword !== "") scan.findings.source(keyword, `${name} of ${file.path}`);
    return moment;
  }
  return undefined;
}
