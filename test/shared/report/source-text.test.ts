import { expect, test } from "vitest";
import { describeSource } from "#shared/report/source-text.ts";

test.each([
  ["dicom:0018,9082", "(0018,9082) EffectiveEchoTime"],
  ["ge:0043,1039", "GE private (0043,1039)"],
  ["siemens:CSA B_value", "Siemens private CSA B_value"],
  ["paravision:PVM_DwEffBval", "ParaVision parameter PVM_DwEffBval"],
  ["bvec", "bvec file"],
  ["dicom:0018,0024", "(0018,0024)"],
  ["sidecar:EchoTime", "sidecar field EchoTime"],
  ["bruker:PVM_DwEffBval", "ParaVision parameter PVM_DwEffBval"],
  ["user", "given by the user"],
  ["dicom:constructor", "(constructor)"],
  ["somewhere else", "somewhere else"],
])("%s reads %s", (source, text) => {
  expect(describeSource(source)).toBe(text);
});
