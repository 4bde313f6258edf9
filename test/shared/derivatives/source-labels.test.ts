import { expect, test } from "vitest";
import { readSourceLabels } from "#shared/derivatives/source-labels.ts";
import { exampleSeries } from "./example-fit.ts";

const { identity } = exampleSeries();

test("XNAT's labels win over those of the images", () => {
  const environment = {
    SOURCE_PROJECT: "P1",
    SOURCE_SUBJECT: "Mouse 3",
    SOURCE_SESSION: "M3_post",
    SOURCE_SCAN: "5-MR1",
  };
  expect(readSourceLabels(identity, environment)).toEqual({
    ...{ project: "P1", subject: "Mouse 3", session: "M3_post", scan: "5-MR1" },
  });
});

test("without XNAT the images say who they are; the project is unknown", () => {
  expect(readSourceLabels(identity, {})).toEqual({
    ...{ project: "", subject: "M1", session: "S1", scan: "7" },
  });
});

test.each(["#subject-id#", " #SUBJECT_LABEL# ", "", "   "])(
  "a template key that XNAT left unresolved (%j) counts as unknown",
  (value) => {
    expect(readSourceLabels(identity, { SOURCE_SUBJECT: value }).subject).toBe("M1");
  },
);

test("a label with a hash inside is a label", () => {
  expect(readSourceLabels(identity, { SOURCE_SUBJECT: "M#3" }).subject).toBe("M#3");
});

test("an unnumbered series has no scan label", () => {
  expect(readSourceLabels({ ...identity, seriesNumber: undefined }, {}).scan).toBe("");
});

test("a BIDS file says who it is in its name", () => {
  const path = "sub-M07/ses-pre/anat/sub-M07_ses-pre_run-2_MESE.nii.gz";
  const files = [{ path, sha256: "", sopInstanceUID: "" }];
  const unnamed = { patientID: "", studyID: "", seriesNumber: undefined };
  const bids = { ...identity, ...unnamed, kind: "nifti", files } as const;
  expect(readSourceLabels(bids, {})).toEqual({
    project: "",
    subject: "M07",
    session: "pre",
    scan: "2",
  });
  expect(readSourceLabels({ ...bids, kind: "dicom" }, {}).subject).toBe("");
});
