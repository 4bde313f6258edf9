import { describe, expect, test } from "vitest";
import { patientRows } from "#shared/paravision/patient-rows.ts";
import type { RawScan } from "#shared/paravision/raw-scan.ts";
import { findRawDataset, rawDatasets, readStated } from "#test/acceptance/raw-datasets.ts";
import { exampleScan, plainFrame } from "./example-scan.ts";
import { readRawScans } from "./raw-scans.ts";

function attributeOf(scan: RawScan, keyword: string): unknown {
  const row = patientRows.find((one) => one.keyword === keyword)!;
  return row.value({ scan, part: {}, frame: 0, partition: 0, place: 0, stored: plainFrame });
}

for (const name of rawDatasets) {
  const folder = findRawDataset(name);
  describe.skipIf(folder === undefined)(name, () => {
    test("sex, weight, birth date and kind of animal are the stated ones", () => {
      const stated = new Map(readStated(folder!).map((one) => [one.path, one.subject]));
      let compared = 0;
      for (const scan of readRawScans(folder!)) {
        const subject = stated.get(scan.reconstruction.path);
        if (subject === undefined || subject === null) continue;
        compared++;
        expect({
          PatientSex: attributeOf(scan, "PatientSex"),
          weightKg: attributeOf(scan, "PatientWeight"),
          birthDate: attributeOf(scan, "PatientBirthDate") ?? null,
          AnatomicalOrientationType: attributeOf(scan, "AnatomicalOrientationType"),
        }).toEqual({
          PatientSex: subject.PatientSex,
          weightKg: subject.weightKg,
          birthDate: subject.birthDate,
          AnatomicalOrientationType: subject.AnatomicalOrientationType,
        });
      }
      expect(compared).toBeGreaterThan(0);
    });
  });
}

test.each([
  ["std_PV360_3.6^^^^", "std_PV360_3.6^"],
  ["Mouse M001", "Mouse M001^"],
  ["Curie^Marie^^^", "Curie^Marie"],
  ["^^^^", undefined],
])("the subject %j is the patient %j", (name, written) => {
  const { scan } = exampleScan({ visu: `##$VisuSubjectName=( 65 )\n<${name}>` });
  expect(attributeOf(scan, "PatientName")).toBe(written);
});

test.each([
  ["Curie^Marie", true],
  ["Marie Curie", true],
  ["Mouse M001", false],
  ["MRSL Development", false],
  ["phantom", false],
])("%j looks like a person: %s", (name, isPerson) => {
  const { scan, remarks } = exampleScan({ visu: `##$VisuSubjectName=( 65 )\n<${name}>` });
  attributeOf(scan, "PatientName");
  expect(remarks().some(({ code }) => code === "name-like-person")).toBe(isPerson);
});

test("the fields of the subject file stand in, in the words of every ParaVision", () => {
  const of = (subject: string) => {
    const { scan } = exampleScan({ subject });
    return ["PatientID", "PatientSex", "PatientWeight", "PatientBirthDate"].map((keyword) =>
      attributeOf(scan, keyword),
    );
  };
  const id = "##$SUBJECT_id=( 60 )\n<m1>\n##$SUBJECT_dbirth=( 12 )\n<23 Aug 2021>";
  expect(of(`${id}\n##$SUBJECT_sex=( 8 )\n<female>\n##$SUBJECT_weight=0.02`)).toEqual([
    "m1",
    "F",
    0.02,
    "20210823",
  ]);
  expect(of(`${id}\n##$SUBJECT_sex_animal=MALE\n##$SUBJECT_weight=0`)).toEqual([
    "m1",
    "M",
    undefined,
    "20210823",
  ]);
  expect(of(`${id}\n##$SUBJECT_gender=MALE\n##$SUBJECT_study_weight=0.03`)).toEqual([
    "m1",
    "M",
    0.03,
    "20210823",
  ]);
});

test.each([
  ["studies/20150925_152042_mouse_7_1_13", "mouse_7"],
  ["banana.BN1", "banana"],
  ["loose", "loose"],
])("without any ID the folder %s names the subject %s", (study, subject) => {
  expect(attributeOf(exampleScan({ study }).scan, "PatientID")).toBe(subject);
});

test("a human, or a phantom, has none of the attributes of animals", () => {
  for (const type of ["Biped", "Phantom"]) {
    const { scan } = exampleScan({ visu: `##$VisuSubjectType=${type}` });
    for (const keyword of [
      "PatientSpeciesDescription",
      "PatientSexNeutered",
      "ResponsiblePerson",
    ]) {
      expect(attributeOf(scan, keyword)).toBeUndefined();
    }
  }
});

test("comments route to a project where one is known, and templates get the labels", () => {
  const of = (identity: RawScan["choices"]["identity"]) =>
    attributeOf(
      exampleScan({ visu: "##$VisuSubjectComment=( 65 )\n<as typed>", choices: { identity } }).scan,
      "PatientComments",
    );
  expect(of({})).toBe("as typed");
  const labels = { project: "P1", subject: "S1", session: "S1_A" };
  expect(of(labels)).toBe("Project:P1 Subject:S1 Session:S1_A");
  expect(of({ ...labels, patientComments: "{session}/{subject}/{project}/{x}" })).toBe(
    "S1_A/S1/P1/{x}",
  );
});
