import { deriveUid, isUid } from "#shared/dicom/uid.ts";
import { firstText } from "./first-value.ts";
import type { RawScan } from "./raw-scan.ts";
import { scanNumbers } from "./scan-numbers.ts";
import type { SeriesPart } from "./series-plan.ts";

/** Of ParaVision's own export, measured on 472 of its files: the frame of reference is VisuUid.7. */
const vendorFrameOfReference = ".7";

/** Names the rules by which the images are made; other pixels or meanings must not have the same UIDs. */
const profile = "mri2dicom 1";

/**
 * UID of the study: VisuStudyUid, so that the series join others of the same study; a new one when de-identified.
 *
 * Where it is missing, subject and date of the study stand for it: all its scans get the same.
 */
export function studyUid(scan: RawScan): string {
  const raw = rawStudyUid(scan);
  const { deIdentify } = scan.choices;
  return deIdentify === undefined ? raw : deriveUid([profile, "study", deIdentify.secret, raw]);
}

/**
 * UID of the frame of reference, one of a study: positions of all its series have the same origin. ParaVision 360 gives it the
 * UID of the study, which no validator accepts: a UID names one thing.
 */
export function frameOfReferenceUid(scan: RawScan): string {
  const vendor = vendorRoot(scan);
  if (vendor !== undefined) {
    const uid = vendor + vendorFrameOfReference;
    if (isUid(uid)) return uid;
  }
  const stated = readUid(scan, ["VisuSeriesFrameOfReferenceUid"]);
  const { deIdentify } = scan.choices;
  if (deIdentify === undefined && stated !== undefined && stated !== rawStudyUid(scan)) {
    scan.findings.source("FrameOfReferenceUID", `VisuSeriesFrameOfReferenceUid of ${pathOf(scan)}`);
    return stated;
  }
  return deriveUid([profile, "frame of reference", ...secretOf(scan), stated ?? rawStudyUid(scan)]);
}

/**
 * UID of a series. Derived by default: the vendor's own export of the same scan has other contents, and archives take equal
 * UIDs for equal objects. The vendor's is VisuUid; parts of a scan (maps, inversion modes, frame types) are derived even then.
 */
export function seriesUid(scan: RawScan, part: SeriesPart): string {
  const vendor = vendorRoot(scan);
  const { element, inversionMode, frameType } = part;
  const whole = element === undefined && inversionMode === undefined && frameType === undefined;
  if (vendor !== undefined && whole) return vendor;
  return deriveUid([...scanKey(scan), "series", ...partKey(part)]);
}

/**
 * UID of an image. The vendor's is VisuUid.frame, counted from 0.
 *
 * @param number - frame, or running partition of a 3D scan, in the whole reconstruction, 0 first
 */
export function instanceUid(scan: RawScan, part: SeriesPart, number: number): string {
  const vendor = vendorRoot(scan);
  if (vendor !== undefined) {
    const uid = `${vendor}.${number}`;
    if (isUid(uid)) return uid;
    scan.findings.remark("uid-missing", `${uid} is longer than a UID may be; another was made`);
  }
  return deriveUid([...scanKey(scan), "image", ...partKey(part), String(number)]);
}

/** VisuUid when the vendor's UIDs are wanted and may be used. */
function vendorRoot(scan: RawScan): string | undefined {
  const { uids, deIdentify } = scan.choices;
  if (uids !== "vendor" || deIdentify !== undefined) return undefined;
  return readUid(scan, ["VisuUid"]);
}

const studyKeys = new WeakMap<RawScan, string>();

function rawStudyUid(scan: RawScan): string {
  const known = studyKeys.get(scan);
  if (known !== undefined) return known;
  const sources = ["VisuStudyUid", "SUBJECT_study_instance_uid"];
  let uid = readUid(scan, sources);
  if (uid === undefined) {
    scan.findings.remark(
      "uid-missing",
      `${pathOf(scan)} names no study (VisuStudyUid); a UID was made of subject, date and name of the study`,
    );
    const first = (...names: readonly string[]) => firstText(scan, "", names);
    uid = deriveUid([
      profile,
      "study of",
      first("VisuSubjectId", "SUBJECT_id"),
      first("VisuStudyDate", "SUBJECT_date"),
      first("VisuStudyId", "SUBJECT_study_name"),
    ]);
  }
  studyKeys.set(scan, uid);
  return uid;
}

const scanKeys = new WeakMap<RawScan, readonly string[]>();

/** What tells the images of a reconstruction from all others, and from the same ones made by other options. */
function scanKey(scan: RawScan): readonly string[] {
  const known = scanKeys.get(scan);
  if (known !== undefined) return known;
  const { examination, processing } = scanNumbers(scan);
  let uid = readUid(scan, ["VisuUid"]);
  if (uid === undefined) {
    scan.findings.remark(
      "uid-missing",
      `${pathOf(scan)} has no VisuUid; UIDs were made of the study and the numbers ${examination} and ${processing}`,
    );
    uid = `${rawStudyUid(scan)} ${examination} ${processing}`;
  }
  const { objects, uniformSlope, bValue, dutyCycle } = scan.choices;
  const options = `${objects} ${uniformSlope ? "uniform" : "exact"} ${bValue} ${dutyCycle}`;
  const key = [profile, ...secretOf(scan), uid, options];
  scanKeys.set(scan, key);
  return key;
}

const secretOf = ({ choices }: RawScan): readonly string[] =>
  choices.deIdentify === undefined ? [] : ["de-identified", choices.deIdentify.secret];

const partKey = ({ element, inversionMode, frameType }: SeriesPart): readonly string[] => [
  element === undefined ? "" : String(element),
  frameType ?? "",
  ...(inversionMode === undefined ? [] : [`inversion mode ${inversionMode}`]),
];

/** The first of the parameters that holds a UID; a remark for those that hold something else. */
function readUid(scan: RawScan, names: readonly string[]): string | undefined {
  for (const name of names) {
    const text = firstText(scan, "", [name]);
    if (isUid(text)) return text;
    if (text !== "") {
      scan.findings.remark(
        "uid-missing",
        `${name} is no UID: ${JSON.stringify(text.slice(0, 80))}`,
      );
    }
  }
  return undefined;
}

const pathOf = ({ visu }: RawScan): string => visu.file.path;
