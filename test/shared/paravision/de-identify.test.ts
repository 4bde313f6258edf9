import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { encodeFile } from "#shared/dicom/encode-file.ts";
import { planSeries } from "#shared/paravision/plan-series.ts";
import type { ConversionChoices } from "#shared/paravision/raw-scan.ts";
import { isSkip } from "#shared/paravision/reconstruction.ts";
import { studyLabels } from "#shared/paravision/study-labels.ts";
import { findRawDataset } from "#test/acceptance/raw-datasets.ts";
import { exampleScan, plainFrame } from "./example-scan.ts";
import { readRawScans } from "./raw-scans.ts";

const deIdentify = { shiftDays: -40, secret: "a secret" };

/** All bytes of all files of a scan, as text of one byte a character. */
function bytesOf(scan: Parameters<typeof planSeries>[0]): string {
  const plans = planSeries(scan, () => plainFrame);
  if (isSkip(plans)) throw new Error(plans.text);
  return plans
    .flatMap(({ shared, images }) =>
      images.map(({ own }) =>
        Buffer.from(encodeFile({ ...shared, ...own }, new Uint8Array(2))).toString("latin1"),
      ),
    )
    .join("\n");
}

/**
 * Strings of persons and sites that stand in the raw files, found there without our parser: the login, operators, institution,
 * station, subject, study.
 */
function namesIn(folder: string): readonly string[] {
  const files = readdirSync(folder, { recursive: true, encoding: "utf8" })
    .filter((path) => /(^|\/)(subject|acqp|visu_pars)$/.test(path))
    .map((path) => readFileSync(join(folder, path), "latin1"));
  const found = new Set<string>();
  for (const text of files) {
    for (const match of text.matchAll(/^##OWNER=(.+)$/gm)) found.add(match[1]!.trim());
    const named =
      /^##\$(?:\w*(?:operator|referral|ReferringPhysician|[Ii]nstitution|[Ss]tation|SubjectName|SubjectId|StudyId|study_name|name_string|SUBJECT_id|SystemOrderNumber|order_number|SubjectComment|[Uu]id))=\( \d+ \)\n<([^>]+)>/gm;
    for (const match of text.matchAll(named)) found.add(match[1]!.replace(/\^+$/, ""));
  }
  // Two letters, or a word that our own name holds, prove nothing.
  return [...found].filter((name) => name.length > 2 && name !== "mri");
}

for (const name of [
  "acidocest_pv601",
  "cmwalker_demo_pv601",
  "gyrotools_localizer_pv601",
  "danial_flash_pv601",
]) {
  const folder = findRawDataset(name);
  describe.skipIf(folder === undefined)(name, () => {
    test("no name of a person, login, site, machine or study of the raw data is in any byte of the files", () => {
      const names = namesIn(folder!);
      expect(names.length).toBeGreaterThan(8);
      const plain = readRawScans(folder!, { cestCreator: "owner" }).map(bytesOf).join("\n");
      expect(names.filter((word) => plain.includes(word)).length).toBeGreaterThan(5);
      const cleaned = readRawScans(folder!, { cestCreator: "owner", deIdentify }).map(bytesOf);
      const lower = cleaned.join("\n").toLowerCase();
      expect(names.filter((word) => lower.includes(word.toLowerCase()))).toEqual([]);
      // The dates and the day of birth are gone as well.
      const days = [...plain.matchAll(/20[12]\d(0[1-9]|1[0-2])[0-3]\d/g)].map(([day]) => day);
      expect(days.length).toBeGreaterThan(0);
      expect([...new Set(days)].filter((day) => lower.includes(day))).toEqual([]);
    });
  });
}

const person = `##$VisuSubjectName=( 65 )
<Curie^Marie>
##$VisuSubjectId=( 65 )
<Curie-7>
##$VisuStudyReferringPhysician=( 65 )
<PagelLab>
##$VisuStudyId=( 65 )
<grant 42>
##$VisuInstitution=( 65 )
<Radium Institute>
##$VisuSubjectComment=( 2048 )
<ask Pierre>
##$VisuStudyDescription=( 2048 )
<ask Pierre>
##$VisuSubjectBirthDate=( 9 )
<18671107>
##$VisuSeriesComment=( 65 )
<T2 of Marie (curie) at Radium Institute>
##$VisuAcquisitionProtocol=( 65 )
<cestFISP_Pagel5>
##$VisuStudyDate=<2020-03-05T08:00:00,000+0200>
##$VisuAcqDate=<2020-03-05T23:10:00,000+0200>`;

function planPerson(choices: Partial<ConversionChoices>) {
  const { scan } = exampleScan({ visu: person, choices });
  const plans = planSeries(scan, () => plainFrame);
  if (isSkip(plans)) throw new Error(plans.text);
  return plans[0]!;
}

test("words of persons are cut out of the texts that stay, separators with them", () => {
  const { shared } = planPerson({ deIdentify });
  expect(shared).toMatchObject({
    SeriesDescription: "T2 of () at",
    ProtocolName: "cestFISP_5",
    PatientBirthDate: [],
    ReferringPhysicianName: [],
    PatientIdentityRemoved: "YES",
    LongitudinalTemporalInformationModified: "MODIFIED",
  });
  expect(shared.StudyID).toMatch(/^study-[0-9a-f]{10}$/);
  for (const gone of ["StudyDescription", "PatientComments", "InstitutionName", "OperatorsName"]) {
    expect(shared).not.toHaveProperty(gone);
  }
});

test("all dates move by the same days, times of the day stay", () => {
  const before = planPerson({}).shared;
  const after = planPerson({ deIdentify }).shared;
  expect([before.StudyDate, after.StudyDate]).toEqual(["20200305", "20200125"]);
  expect(after.StudyTime).toBe(before.StudyTime);
  expect(planPerson({ deIdentify: { shiftDays: 0, secret: "" } }).shared).toMatchObject({
    StudyDate: "20200305",
    LongitudinalTemporalInformationModified: "UNMODIFIED",
  });
});

test("the same subject gets the same pseudonym in every study, another secret another one", () => {
  const of = (visu: string, secret: string) =>
    studyLabels(exampleScan({ visu, choices: { deIdentify: { shiftDays: 0, secret } } }).scan);
  const plain = of(person, "a");
  const later = of(person.replaceAll("2020-03-05", "2021-03-05"), "a");
  expect(later.subject).toBe(plain.subject);
  expect(later.session).not.toBe(plain.session);
  expect(of(person, "b").subject).not.toBe(plain.subject);
  expect(JSON.stringify(plain)).not.toMatch(/curie|grant/i);
});

test("what the user gives is written as given", () => {
  const identity = { subject: "S1", session: "S1_A", project: "P", patientName: "Marie" };
  expect(planPerson({ deIdentify, identity }).shared).toMatchObject({
    PatientName: "Marie^",
    PatientID: "S1",
    PatientComments: "Project:P Subject:S1 Session:S1_A",
  });
});

test("words with signs of regular expressions, and words inside words, are cut out", () => {
  const visu = `##$VisuSubjectId=( 65 )\n<a.*(b>\n##$VisuStudyReferringPhysician=( 65 )\n<pagel>
##$VisuSeriesComment=( 65 )\n<x a.*(b papagelgel y>`;
  const { scan } = exampleScan({ visu, choices: { deIdentify } });
  const plans = planSeries(scan, () => plainFrame);
  expect(isSkip(plans) ? plans : plans[0]!.seriesDescription).toBe("x y");
});

test("a text made to take long takes no time", () => {
  const nested = `${"pa".repeat(9000)}pagel${"gel".repeat(9000)}`;
  const visu = `##$VisuStudyReferringPhysician=( 65 )\n<pagel>
##$VisuSeriesComment=( 99999 )\n<${nested}>\n##$VisuAcquisitionProtocol=( 99999 )\n<${"_".repeat(90_000)}x>`;
  const { scan } = exampleScan({ visu, choices: { deIdentify } });
  const started = performance.now();
  planSeries(scan, () => plainFrame);
  expect(performance.now() - started).toBeLessThan(5000);
});
