import { deriveUid } from "#shared/dicom/uid.ts";
import { type DateTime, encodeAbsoluteTime, encodeDate } from "./date-time.ts";
import { type Dialect, isParaVision360 } from "./dialect.ts";
import { type Parameters, single, struct, text } from "./parameter.ts";

/** Animal and study, as somebody typed them at the console. */
export interface RawStudy {
  readonly subjectId: string;
  readonly subjectName: string;
  readonly sex: "MALE" | "FEMALE" | "UNKNOWN";
  /** Biped, Quadruped, Phantom, Other, OtherAnimal. */
  readonly subjectType: string;
  /** `20251110`; empty when not said. */
  readonly birthDate: string;
  readonly weightKg: number;
  readonly comment: string;
  readonly studyId: string;
  readonly studyNumber: number;
  readonly studyUid: string;
  readonly description: string;
  readonly begin: DateTime;
  /** Head_Prone, Foot_Supine, ... */
  readonly position: string;
  readonly operator: string;
  readonly referringPhysician: string;
  readonly institution: string;
  readonly station: string;
  readonly fieldTesla: number;
  readonly frequencyMegahertz: number;
}

/** VisuSubject and VisuStudy parameters. */
export function describeStudy(study: RawStudy, dialect: Dialect): Parameters {
  const name = isParaVision360(dialect.version) ? `${study.subjectName}^^^^` : study.subjectName;
  return {
    VisuSubjectName: text(name, 65),
    VisuSubjectId: text(study.subjectId, 65),
    ...(dialect.version === "5.1"
      ? {}
      : {
          VisuSubjectUid: text(subjectUid(study), 65),
          VisuSubjectInstanceCreationDate: encodeAbsoluteTime(study.begin),
        }),
    VisuSubjectBirthDate: text(study.birthDate, 9),
    VisuSubjectSex: single(study.sex),
    VisuSubjectComment: text(study.comment, 2048),
    ...(dialect.version === "5.1" ? {} : { VisuSubjectType: single(study.subjectType) }),
    VisuStudyUid: text(study.studyUid, 65),
    VisuStudyDate: encodeDate(study.begin, dialect),
    VisuStudyId: text(study.studyId, 65),
    VisuStudyNumber: single(study.studyNumber),
    VisuSubjectWeight: single(study.weightKg),
    VisuStudyReferringPhysician: text(study.referringPhysician, 65),
    ...(study.description === ""
      ? {}
      : { VisuStudyDescription: text(`\n${study.description}`, 2048) }),
  };
}

/** The `subject` file of the study; its parameters have other names in ParaVision 360. */
export function describeSubject(study: RawStudy, dialect: Dialect): Parameters {
  const [entry, lying] = study.position.split("_");
  const is360 = isParaVision360(dialect.version);
  return {
    SUBJECT_version_nr: single(1),
    SUBJECT_id: text(study.subjectId, 60),
    SUBJECT_instance_uid: text(subjectUid(study), 65),
    SUBJECT_instance_creation_date: encodeAbsoluteTime(study.begin),
    SUBJECT_name_string: text(study.subjectName, 64),
    SUBJECT_name: struct([study.subjectName, ""]),
    SUBJECT_dbirth: text(study.birthDate, 12),
    // ParaVision 5 takes every animal for a human.
    SUBJECT_type: single(dialect.version === "5.1" ? "Human" : study.subjectType),
    ...(is360
      ? { SUBJECT_gender: single(study.sex) }
      : { SUBJECT_sex: text(study.sex.toLowerCase(), 8), SUBJECT_sex_animal: single(study.sex) }),
    SUBJECT_remarks: text(study.comment, 2048),
    SUBJECT_study_name: text(study.studyId, 64),
    SUBJECT_study_nr: single(study.studyNumber),
    SUBJECT_study_instance_uid: text(study.studyUid, 65),
    ...(is360
      ? {
          SUBJECT_study_weight: single(study.weightKg),
          SUBJECT_study_operator: text(study.operator, 64),
          SUBJECT_study_referral: text(study.referringPhysician, 64),
          SUBJECT_study_instrument_position: single(study.position),
          SUBJECT_study_date: encodeDate(study.begin, dialect),
          SUBJECT_study_comment: text(study.description, 2048),
        }
      : {
          SUBJECT_weight: single(study.weightKg),
          SUBJECT_referral: text(study.referringPhysician, 64),
          SUBJECT_entry: single(`SUBJ_ENTRY_${entry}First`),
          SUBJECT_position: single(`SUBJ_POS_${lying}`),
          SUBJECT_date: encodeDate(study.begin, dialect),
          SUBJECT_abs_date: encodeAbsoluteTime(study.begin),
          SUBJECT_comment: text(study.description, 2048),
        }),
  };
}

function subjectUid({ subjectId, studyUid }: RawStudy): string {
  return deriveUid(["ParaVision subject", subjectId, studyUid]);
}
