import { cestPlan } from "../cest-plan.ts";
import {
  sessionDate as date,
  type SessionIdentity,
  sessionUID,
  sessionTime as time,
} from "../describe-session.ts";
import { fieldTesla, protonMegahertzPerTesla } from "../encode-scan.ts";
import type { ScanPlan } from "../scan-plan.ts";
import type { Simulation } from "../simulate-scan.ts";
import type { RawStudy } from "./describe-study.ts";
import { dialects } from "./dialect.ts";
import { encodeSubject, type RawStudyFile } from "./encode-examination.ts";
import { encodeLocalizer } from "./localizer.ts";
import { encodeMouseScan } from "./mouse-scan.ts";
import { encodeWithoutImages } from "./without-images.ts";

/** The console that the digital mouse was scanned with. */
const mouseDialect = dialects["360.3.6"];

/** Scans of the session that ParaVision measures in one examination, by their number: that of the DICOM session. */
const examinations: ReadonlySet<number> = new Set([2, 3, 4, 5, 6, 10, 11, 12]);

/** Folder of the study below the place for raw data, as ParaVision names it: date, time, animal, study, numbers. */
export function studyFolder({ subject, session }: SessionIdentity): string {
  return `${date}_${time}_${subject}_${session}_1_1`;
}

/** What of the session is in the raw study: the scans ParaVision would measure so, and CEST, which DICOM lacks. */
export function rawPlans(session: readonly ScanPlan[]): readonly ScanPlan[] {
  return [...session.filter(({ number }) => examinations.has(number)), cestPlan()];
}

/** Animal and study, the same as in the DICOM session. */
function mouseStudy(identity: SessionIdentity): RawStudy {
  const { subject, session, project } = identity;
  const day = `${date.slice(0, 4)}-${date.slice(4, 6)}-${date.slice(6)}`;
  return {
    subjectId: subject,
    subjectName: `${subject}^Digital mouse`,
    sex: "FEMALE",
    subjectType: "Quadruped",
    birthDate: "",
    weightKg: 0.025,
    comment: "a digital phantom",
    studyId: session,
    studyNumber: 1,
    studyUid: sessionUID(identity, "study"),
    description: project,
    begin: { local: `${day}T10:00:00`, zoneMinutes: 60 },
    position: "Head_Prone",
    operator: "console",
    referringPhysician: "",
    institution: "XNAT-PIC sample data",
    station: "Digital mouse",
    fieldTesla,
    frequencyMegahertz: fieldTesla * protonMegahertzPerTesla,
  };
}

/** What surrounds the scans: `subject`, the localizer, and examinations without images. */
export function encodeRawStudy(
  simulation: Simulation,
  identity: SessionIdentity,
): readonly RawStudyFile[] {
  const study = mouseStudy(identity);
  return [
    encodeSubject(study, mouseDialect),
    ...encodeLocalizer(simulation, study, identity, mouseDialect),
    ...encodeWithoutImages(study, identity, mouseDialect),
  ];
}

/** One scan of the session as an examination: acqp, method, 2dseq and visu_pars. */
export function encodeRawScan(
  plan: ScanPlan,
  values: Uint16Array,
  identity: SessionIdentity,
): readonly RawStudyFile[] {
  return encodeMouseScan(plan, values, mouseStudy(identity), identity, mouseDialect);
}
