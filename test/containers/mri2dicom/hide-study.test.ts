import { expect, test } from "vitest";
import type { Reconstruction } from "#shared/paravision/reconstruction.ts";
import { hideStudy } from "../../../containers/mri2dicom/hide-study.ts";

const file = (path: string) => ({ path, absolutePath: "/raw", size: 1 });
const reconstruction = (study: string, studyName: string): Reconstruction => {
  const path = study === "" ? "5/pdata/1" : `${study}/5/pdata/1`;
  return {
    ...{ path, study, studyName },
    images: file(`${path}/2dseq`),
    visuPars: file(`${path}/visu_pars`),
  };
};

test.each([
  ["a folder of a project", "lab/20260105_Rossi_1_1", "20260105_Rossi_1_1"],
  ["the input", "", "20260105_Rossi_1_1"],
])("a hidden study that is %s is nowhere named", (_, study, name) => {
  const hidden = hideStudy(reconstruction(study, name), "secret");
  expect(JSON.stringify(hidden)).not.toContain("Rossi");
  expect(hidden.path).toBe(`${hidden.study}/5/pdata/1`);
});

test("two studies have two names, the same study always the same", () => {
  const aliasOf = (name: string, secret: string) =>
    hideStudy(reconstruction("", name), secret).study;
  expect(aliasOf("a", "s")).toBe(aliasOf("a", "s"));
  expect(new Set([aliasOf("a", "s"), aliasOf("b", "s"), aliasOf("a", "t")]).size).toBe(3);
});
