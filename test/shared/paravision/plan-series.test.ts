import { spawnSync } from "node:child_process";
import { mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { encodeFile } from "#shared/dicom/encode-file.ts";
import { planSeries } from "#shared/paravision/plan-series.ts";
import type { ConversionChoices, RawScan } from "#shared/paravision/raw-scan.ts";
import { isSkip } from "#shared/paravision/reconstruction.ts";
import type { SeriesPlan } from "#shared/paravision/series-plan.ts";
import { exampleScan, plainFrame } from "./example-scan.ts";

const hasDciodvfy = spawnSync("dciodvfy", [], { stdio: "ignore" }).error === undefined;

function plan(scan: RawScan): readonly SeriesPlan[] {
  const plans = planSeries(scan, () => plainFrame);
  if (isSkip(plans)) throw new Error(plans.text);
  return plans;
}

/** `##$VisuFGOrderDesc` of groups without dependents but those given, with as many frames. */
function frames(count: number, groups: string, more = ""): string {
  return `##$VisuCoreFrameCount=${count}
##$VisuFGOrderDescDim=${groups.split(") (").length}
##$VisuFGOrderDesc=( ${groups.split(") (").length} )
${groups}
${more}`;
}

const maps = frames(
  4,
  "(2, <FG_ISA>, <>, 0, 1) (2, <FG_CYCLE>, <>, 1, 0)",
  `##$VisuGroupDepVals=( 1 )
(<VisuFGElemComment>, 0)
##$VisuFGElemComment=( 2, 65 )
<T2 Relaxation Time> <σ of T2>`,
);

test("a map becomes a series for each element, with numbers, names and images of their own", () => {
  const plans = plan(exampleScan({ visu: maps }).scan);
  expect(plans.map(({ seriesNumber }) => seriesNumber)).toEqual([5000101, 5000102]);
  expect(plans.map(({ seriesDescription }) => seriesDescription)).toEqual([
    "T2 Relaxation Time",
    "sigma of T2",
  ]);
  expect(plans.map(({ images }) => images.map(({ frame }) => frame))).toEqual([
    [0, 2],
    [1, 3],
  ]);
  expect(plans[1]!.images.map(({ own }) => own.InstanceNumber)).toEqual([1, 2]);
});

test("complex data becomes a series for each part", () => {
  const visu = frames(
    4,
    "(2, <FG_CYCLE>, <>, 0, 0) (2, <FG_COMPLEX>, <>, 0, 0)",
    "##$VisuCoreFrameType=( 1 )\nCOMPLEX_IMAGE\n##$VisuSeriesComment=( 65 )\n<scan>",
  );
  const plans = plan(exampleScan({ visu }).scan);
  expect(plans.map(({ seriesDescription }) => seriesDescription)).toEqual([
    "scan - real",
    "scan - imaginary",
  ]);
  expect(plans.map(({ shared }) => (shared.ImageType as readonly string[])[3])).toEqual([
    "REAL",
    "IMAGINARY",
  ]);
});

test("3D frames give an image for each partition, numbered through", () => {
  const visu = `##$VisuCoreDim=3
##$VisuCoreSize=( 3 )
4 3 5
##$VisuCoreDimDesc=( 3 )
spatial spatial spatial
##$VisuCoreExtent=( 3 )
20 15 10
${frames(2, "(2, <FG_ECHO>, <>, 0, 0)")}`;
  const [series] = plan(exampleScan({ visu }).scan);
  expect(series!.images).toHaveLength(10);
  expect(series!.images[7]).toMatchObject({ frame: 1, partition: 2, own: { InstanceNumber: 8 } });
  expect(new Set(series!.images.map(({ own }) => own.SOPInstanceUID)).size).toBe(10);
});

test("with --series-number=exam the first reconstruction has the number of its examination, the second does not", () => {
  const choices = { seriesNumber: "exam" } as const;
  expect(plan(exampleScan({ choices }).scan)[0]!.seriesNumber).toBe(5);
  expect(plan(exampleScan({ choices, processing: 2 }).scan)[0]!.seriesNumber).toBe(50002);
  expect(plan(exampleScan({ choices, visu: maps }).scan)[0]!.seriesNumber).toBe(5000101);
});

test.each([
  ["6.0.1", 0],
  ["5.1;5.1", 0],
  ["360.3.7", 0],
  ["361.0", 1],
  ["4.0", 1],
])("an image of ParaVision %s has %d remarks on its version", (version, count) => {
  const { scan, remarks } = exampleScan({ visu: `##$VisuCreatorVersion=( 65 )\n<${version}>` });
  plan(scan);
  expect(remarks().filter(({ code }) => code === "version-unknown")).toHaveLength(count);
});

test("examinations too many for a number of 31 bits still get numbers, each its own", () => {
  const number = (examination: number, processing = 1) => {
    const { scan, remarks } = exampleScan({ examination, processing });
    const [series] = plan(scan);
    expect(remarks().map(({ code }) => code)).toContain("number-clash");
    return series!.seriesNumber;
  };
  const numbers = [number(300_000), number(300_001), number(7, 20_000), number(2 ** 40)];
  expect(new Set(numbers).size).toBe(4);
  for (const one of numbers) expect(one).toBeLessThan(2 ** 31);
});

const hostile = `##$VisuSubjectName=( 65 )
<a\\\\b^c=d^e^f^g^h^i>
##$VisuSubjectId=( 65 )
<..\\\\..\\\\etc${"x".repeat(100)}>
##$VisuStudyId=( 65 )
<\\\\\\\\server\\\\share>
##$VisuSubjectComment=( 65 )
<\u0007bell \u0085 next>
##$VisuSubjectWeight=1e400
##$VisuAcqEchoTime=( 1 )
1e999
##$VisuAcqNumberOfAverages=-5
##$VisuAcqEchoTrainLength=99999999999
##$VisuAcqImagingFrequency=1e-320
##$VisuStudyDate=<2020-99-99T00:00:00,000+0000>
##$VisuSeriesComment=( 65 )
<üüüü ${"\u{1f42d}".repeat(60)}>
##$VisuAcquisitionProtocol=( 65 )
<^^^>
##$VisuStudyReferringPhysician=( 65 )
<^^^>
##$VisuManufacturer=( 65 )
<\u0000\u0001>`;

/** Scans of every kind of subject, gating, version and choice that changes which attributes are there. */
const scans: Readonly<Record<string, { visu: string; choices?: Partial<ConversionChoices> }>> = {
  "a scan that says nothing": { visu: "" },
  "a Biped": { visu: "##$VisuSubjectType=Biped" },
  "a Quadruped, gated by heart and breath, fat suppressed": {
    visu: `##$VisuSubjectType=Quadruped\n##$VisuCardiacSynchUsed=Yes\n##$VisuRespSynchUsed=Yes
##$VisuAcqSpectralSuppression=FatSuppression\n##$VisuAcqPartialFourier=( 2 )\n1.5 1.2\n##$VisuAcqFlowCompensation=FlowSlice`,
  },
  "inversion recovery": {
    visu: "##$VisuAcqInversionTime=( 1 )\n500\n##$VisuAcqEchoSequenceType=SpinEcho\n##$VisuAcqRepetitionTime=( 1 )\n5000\n##$VisuAcqEchoTime=( 1 )\n10",
  },
  "a map": { visu: maps },
  "hostile texts and numbers": { visu: hostile },
  "hostile texts, de-identified": {
    visu: hostile,
    choices: { deIdentify: { shiftDays: 7, secret: "s" } },
  },
  "vendor UIDs, a paired part, a species and a strain": {
    visu: "",
    choices: {
      ...{ uids: "vendor", bodyPart: "LEG", laterality: "L", species: "Mus musculus" },
      ...{ strain: "C57BL/6J", identity: { project: "P", subject: "S", session: "S_1" } },
    },
  },
};

/** Warnings that are known and meant: rescaling, which viewers need and the classic object has no place for. */
const knownWarnings = [
  // The example has neither subject nor study.
  /Missing attribute or value that would be needed to build DICOMDIR - (Patient ID|Study ID|Study Date|Study Time)/,
  /attributes not present in standard DICOM IOD/,
  /Attribute is not present in standard DICOM IOD - \(0x0028,0x105[234]\)/,
  /Non-identity Modality LUT Module/,
  /Unrecognized defined term <LEG> for value 1 of attribute <Body Part Examined>/,
];

for (const [name, { visu, choices }] of Object.entries(scans)) {
  test.skipIf(!hasDciodvfy)(`dciodvfy finds nothing wrong with ${name}`, () => {
    const folder = mkdtempSync(join(tmpdir(), "plan-"));
    const { scan } = exampleScan(choices === undefined ? { visu } : { visu, choices });
    for (const { shared, images, rows, columns } of plan(scan)) {
      const path = join(folder, "image.dcm");
      const pixels = new Uint8Array(2 * rows * columns);
      writeFileSync(path, encodeFile({ ...shared, ...images[0]!.own }, pixels));
      const { stderr } = spawnSync("dciodvfy", [path], { encoding: "utf8" });
      expect(stderr).toContain("MRImage");
      const lines = stderr.split("\n").filter((line) => /^(Error|Warning)/.test(line));
      expect(lines.filter((line) => !knownWarnings.some((known) => known.test(line)))).toEqual([]);
    }
  });
}
