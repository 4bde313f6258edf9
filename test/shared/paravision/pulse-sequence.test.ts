import { expect, test } from "vitest";
import {
  fieldStrength,
  scanningSequence,
  scanOptions,
  sequenceName,
  sequenceVariant,
} from "#shared/paravision/pulse-sequence.ts";
import { exampleScan } from "./example-scan.ts";

const named = (name: string, more = "") =>
  exampleScan({ visu: `##$VisuAcqSequenceName=( 40 )\n<${name}>\n${more}` }).scan;

test.each([
  ["Bruker:FLASH", "GradientEcho", ["GR"]],
  ["Bruker:MSME", "SpinEcho", ["SE"]],
  ["Bruker:RARE", "Both", ["SE"]],
  ["User:cestFISP_x", "Both", ["SE", "GR"]],
  ["Bruker:DtiEpi", "GradientEcho", ["SE", "EP"]],
  ["Bruker:EPI", "GradientEcho", ["GR", "EP"]],
  ["EPI (pvm)", "", ["EP"]],
  ["mic_flash (pvm)", "", ["GR"]],
  ["User:mystery", "", ["RM"]],
])("%s that says %j is %j", (name, echo, scanning) => {
  const more = echo === "" ? "" : `##$VisuAcqEchoSequenceType=${echo}`;
  expect(scanningSequence(named(name, more))).toEqual(scanning);
});

test("an inversion is one where its time is more than nothing", () => {
  const at = (time: number) =>
    scanningSequence(
      named(
        "Bruker:FAIR_RARE",
        `##$VisuAcqEchoSequenceType=SpinEcho\n##$VisuAcqInversionTime=( 1 )\n${time}`,
      ),
    );
  expect(at(500)).toEqual(["SE", "IR"]);
  expect(at(0)).toEqual(["SE"]);
});

test("names lose what is no part of them", () => {
  for (const name of ["Bruker:RARE", "User:RARE", "RARE (pvm)", "RARE"]) {
    expect(sequenceName(named(name), "")).toBe("RARE");
  }
});

test("variants and options are those that apply, and NONE or nothing where none does", () => {
  expect(sequenceVariant(named("Bruker:MSME"))).toEqual(["NONE"]);
  expect(scanOptions(named("Bruker:MSME"))).toEqual([]);
  const busy = named(
    "User:cestFISP",
    `##$VisuAcqSpoiling=RFAndGradientSpoiled\n##$VisuAcqMagnetizationTransfer=Yes
##$VisuMrSegmentedKSpaceTraversal=MR_SKST_PARTIAL\n##$VisuAcqAntiAlias=( 2 )\n1 1.5
##$VisuAcqPartialFourier=( 2 )\n1.6 1.2\n##$VisuAcqFlowCompensation=FlowNone
##$VisuAcqSpectralSuppression=FatSuppression\n##$VisuRespSynchUsed=Yes`,
  );
  expect(sequenceVariant(busy)).toEqual(["SK", "MTC", "SS", "SP", "OSP"]);
  expect(scanOptions(busy)).toEqual(["RG", "PFF", "PFP", "FS"]);
});

test("the field comes of the frequency of protons, and of no other nucleus", () => {
  const of = (nucleus: string) =>
    fieldStrength(
      exampleScan({
        visu: `##$VisuAcqImagingFrequency=300.319057478109\n##$VisuAcqImagedNucleus=( 8 )\n<${nucleus}>`,
      }).scan,
    );
  expect(of("1H")).toBeCloseTo(7.053717058, 9);
  expect(of("13C")).toBeUndefined();
  expect(fieldStrength(exampleScan({ visu: "##$VisuMagneticFieldStrength=9.4" }).scan)).toBe(9.4);
});
