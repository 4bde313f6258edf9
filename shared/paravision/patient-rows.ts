import { dateText, parseMoment } from "./dates.ts";
import { fileOf, firstNumber, firstText } from "./first-value.ts";
import { textOf, wordOf } from "./jcamp.ts";
import { withComponent } from "./mapping-row.ts";
import type { RawScan } from "./raw-scan.ts";
import type { MappingRow } from "./series-plan.ts";
import { rawSubjectId, studyLabels } from "./study-labels.ts";

/** kg; ParaVision writes it where nobody entered a weight. */
const weightOfNobody = 0.001;

const weightSources = ["VisuSubjectWeight", "SUBJECT_weight", "SUBJECT_study_weight"];

/** Patient and its study: PS3.3 C.7.1.1, C.7.2.2. */
export const patientRows: readonly MappingRow[] = [
  {
    keyword: "PatientName",
    type: "2",
    per: "series",
    sources: ["--patient-name", "VisuSubjectName", "SUBJECT_name_string", "SUBJECT_name"],
    rule: "Carets at the end, which ParaVision 360 adds, are dropped; one is added where there is none, as validators want a component.",
    value: ({ scan }) => patientName(scan),
  },
  {
    keyword: "PatientID",
    type: "2",
    per: "series",
    sources: [
      "--patient-id",
      "--subject",
      "--mapping",
      "VisuSubjectId",
      "SUBJECT_id",
      "name of the study's folder",
    ],
    rule: "XNAT makes it the label of the subject.",
    value: ({ scan }) => patientId(scan),
  },
  {
    keyword: "PatientBirthDate",
    type: "2",
    per: "series",
    sources: ["VisuSubjectBirthDate", "SUBJECT_dbirth"],
    rule: "The date; empty when there is none.",
    value: ({ scan }) => birthDate(scan),
  },
  {
    keyword: "PatientSex",
    type: "2",
    per: "series",
    sources: ["VisuSubjectSex", "SUBJECT_gender", "SUBJECT_sex_animal", "SUBJECT_sex"],
    rule: "MALE is M, FEMALE is F, all others O: DICOM has no word for unknown.",
    value: ({ scan }) => patientSex(scan),
  },
  {
    keyword: "PatientWeight",
    type: "3",
    per: "series",
    sources: weightSources,
    rule: "kg; left out at 0. A remark at 0.001, which ParaVision writes when nobody entered one.",
    value: ({ scan }) => patientWeight(scan),
  },
  {
    keyword: "PatientSpeciesDescription",
    type: "1C",
    per: "series",
    sources: ["--species", "VisuSubjectType", "SUBJECT_type"],
    rule: "RODENT for Quadruped, else ANIMAL, as ParaVision exports; left out for Biped, Human and Phantom.",
    value: ({ scan }) => scan.choices.species ?? speciesOf(scan),
  },
  {
    keyword: "PatientSexNeutered",
    type: "2C",
    per: "series",
    sources: [],
    rule: "Without value, of animals.",
    value: ({ scan }) => ofAnimal(scan),
  },
  {
    keyword: "AnatomicalOrientationType",
    type: "1C",
    per: "series",
    sources: ["VisuSubjectType"],
    rule: "QUADRUPED for Quadruped, else BIPED, as ParaVision exports; of animals.",
    value: ({ scan }) => {
      if (ofAnimal(scan) === undefined) return undefined;
      return subjectType(scan) === "Quadruped" ? "QUADRUPED" : "BIPED";
    },
  },
  ...(
    ["PatientBreedDescription", "PatientBreedCodeSequence", "BreedRegistrationSequence"] as const
  ).map(
    (keyword): MappingRow => ({
      keyword,
      type: "2C",
      per: "series",
      sources: [],
      rule: "Without value, of animals.",
      value: ({ scan }) => ofAnimal(scan),
    }),
  ),
  {
    keyword: "ResponsiblePerson",
    type: "2C",
    per: "series",
    sources: [],
    rule: "Without value, of animals.",
    value: ({ scan }) => ofAnimal(scan),
  },
  {
    keyword: "ResponsibleOrganization",
    type: "2C",
    per: "series",
    sources: ["VisuInstitution", "ACQ_institution"],
    rule: "The institution, of animals.",
    value: ({ scan }) =>
      ofAnimal(scan) &&
      (firstText(scan, "ResponsibleOrganization", ["VisuInstitution", "ACQ_institution"]) || []),
  },
  {
    keyword: "StrainDescription",
    type: "3",
    per: "series",
    sources: ["--strain"],
    rule: "As given.",
    value: ({ scan }) => scan.choices.strain,
  },
  {
    keyword: "PatientComments",
    type: "3",
    per: "series",
    sources: [
      "--patient-comments",
      "--project",
      "--mapping",
      "VisuSubjectComment",
      "SUBJECT_remarks",
    ],
    rule: "Project:... Subject:... Session:..., by which XNAT routes what it receives, where a project is known; else the comment.",
    value: ({ scan }) => patientComments(scan),
  },
  {
    keyword: "PatientIdentityRemoved",
    type: "3",
    per: "series",
    sources: ["--de-identify"],
    rule: "YES when de-identified.",
    value: ({ scan }) => (scan.choices.deIdentify === undefined ? undefined : "YES"),
  },
  {
    keyword: "DeidentificationMethod",
    type: "1C",
    per: "series",
    sources: ["--de-identify"],
    rule: "What was done, when de-identified.",
    value: ({ scan }) => (scan.choices.deIdentify === undefined ? undefined : [...methods]),
  },
  {
    keyword: "LongitudinalTemporalInformationModified",
    type: "3",
    per: "series",
    sources: ["--de-identify", "--shift-days"],
    rule: "MODIFIED when dates are moved, UNMODIFIED when they are not; only when de-identified.",
    value: ({ scan: { choices } }) => {
      if (choices.deIdentify === undefined) return undefined;
      return choices.deIdentify.shiftDays === 0 ? "UNMODIFIED" : "MODIFIED";
    },
  },
];

/** Values of DeidentificationMethod, LO. */
const methods = ["mri2dicom: persons, sites, free text removed", "UIDs replaced, labels cleaned"];

function patientName(scan: RawScan): string | undefined {
  const { identity, deIdentify } = scan.choices;
  const given = identity.patientName ?? (deIdentify === undefined ? undefined : patientId(scan));
  const name = given ?? rawName(scan);
  const written = withComponent(name);
  if (written === undefined) return undefined;
  if (given === undefined && personName.test(written.replace(/\^$/, ""))) {
    scan.findings.remark(
      "name-like-person",
      `The name of the subject, of ${scan.visu.file.path}, looks like that of a person; --de-identify leaves it out.`,
    );
  }
  return written;
}

/** Two names with capitals and no digit: "Curie^Marie", "Marie Curie", "Curie, Marie". */
const personName = /^\p{Lu}[\p{Ll}'-]+[\^, ]+\p{Lu}[\p{Ll}'.-]+([\^ ]+\p{Lu}[\p{Ll}'.-]*)*$/u;

function rawName(scan: RawScan): string {
  const name = firstText(scan, "PatientName", ["VisuSubjectName", "SUBJECT_name_string"]);
  if (name !== "") return name;
  const [parts] = scan.subject?.get("SUBJECT_name")?.values ?? [];
  return Array.isArray(parts) ? parts.filter((part) => part !== "").join("^") : "";
}

function patientId(scan: RawScan): string | undefined {
  const { identity, deIdentify } = scan.choices;
  if (identity.patientId !== undefined) return identity.patientId;
  if (identity.subject !== undefined || deIdentify !== undefined) return studyLabels(scan).subject;
  return rawSubjectId(scan) || undefined;
}

/** `20210823` of visu_pars, `23 Aug 2021` of subject. */
function birthDate(scan: RawScan): string | undefined {
  for (const name of ["VisuSubjectBirthDate", "SUBJECT_dbirth"]) {
    const file = fileOf(scan, name);
    const text = textOf(file, name).trim();
    if (file === undefined || text === "") continue;
    const iso = /^(\d{4})[-.]?(\d\d)[-.]?(\d\d)/.exec(text);
    const whole = iso === null ? `00:00:00 ${text}` : `${iso.slice(1, 4).join("-")}T00:00:00`;
    const moment = parseMoment({ kind: "texts", shape: [], values: [whole] });
    if (moment !== undefined) {
      scan.findings.source("PatientBirthDate", `${name} of ${file.path}`);
      return dateText(moment);
    }
    scan.findings.remark("date-unreadable", `${name} of ${file.path} is no date`);
  }
  return undefined;
}

function patientSex(scan: RawScan): string {
  for (const name of ["VisuSubjectSex", "SUBJECT_gender", "SUBJECT_sex_animal", "SUBJECT_sex"]) {
    const file = fileOf(scan, name);
    const word = wordOf(file, name).trim().toUpperCase();
    if (file === undefined || word === "") continue;
    scan.findings.source("PatientSex", `${name} of ${file.path}`);
    if (word === "MALE" || word === "M") return "M";
    if (word === "FEMALE" || word === "F") return "F";
    return "O";
  }
  return "O";
}

function patientWeight(scan: RawScan): number | undefined {
  const weight = firstNumber(scan, "PatientWeight", weightSources);
  if (weight === undefined || weight <= 0) return undefined;
  if (weight === weightOfNobody) {
    scan.findings.remark("weight-default", "The weight of the subject is 0.001 kg");
  }
  return weight;
}

/** ParaVision 5 says Human in SUBJECT_type whatever was scanned, and nothing in visu_pars. */
function subjectType(scan: RawScan): string {
  return wordOf(scan.visu.file, "VisuSubjectType") || wordOf(scan.subject, "SUBJECT_type");
}

function speciesOf(scan: RawScan): string | undefined {
  const type = wordOf(scan.visu.file, "VisuSubjectType");
  if (type === "Biped" || type === "Phantom" || type === "Human") return undefined;
  return subjectType(scan) === "Quadruped" ? "RODENT" : "ANIMAL";
}

/** The attributes of animals are needed without value; none of them where there is no species. */
function ofAnimal(scan: RawScan): readonly string[] | undefined {
  return scan.choices.species === undefined && speciesOf(scan) === undefined ? undefined : [];
}

function patientComments(scan: RawScan): string | undefined {
  const { identity } = scan.choices;
  const { project, subject, session } = studyLabels(scan);
  if (identity.patientComments !== undefined) {
    const labels: Readonly<Record<string, string>> = { project: project ?? "", subject, session };
    return identity.patientComments.replace(
      /\{(project|subject|session)\}/g,
      (_, label: string) => labels[label] ?? "",
    );
  }
  if (project !== undefined) return `Project:${project} Subject:${subject} Session:${session}`;
  return firstText(scan, "PatientComments", ["VisuSubjectComment", "SUBJECT_remarks"]) || undefined;
}
