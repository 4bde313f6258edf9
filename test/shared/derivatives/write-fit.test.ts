import { beforeAll, describe, expect, test } from "vitest";
import type { FitToWrite } from "#shared/derivatives/fit-to-write.ts";
import { writeFit } from "#shared/derivatives/write-fit.ts";
import { tallyStatus } from "#shared/fit/status.ts";
import { exampleFit, memoryContext, textOf } from "./example-fit.ts";
import { exampleTensorFit } from "./example-tensor-fit.ts";

let work: FitToWrite;
beforeAll(async () => {
  work = await exampleFit();
});

/** The example with every voxel of the mask at one status, its parameters as they are or without a value. */
function withStatus(code: number, known = true): FitToWrite {
  const { fit } = work;
  const status = fit.status.map((value) => (value === 0 ? 0 : code));
  const parameters = [...fit.parameters].map(([symbol, fitted]) => {
    const samples = known ? fitted.samples : fitted.samples.map(() => Number.NaN);
    return [symbol, { ...fitted, samples }] as const;
  });
  const changed = { status, tally: tallyStatus(status), parameters: new Map(parameters) };
  return { ...work, fit: { ...fit, ...changed } };
}

describe("a fit without any value", () => {
  test.each([2, 3, 4, 9])(
    "(status %d in every voxel) is refused, and nothing is written",
    async (code) => {
      const context = memoryContext();
      await expect(writeFit(withStatus(code, false), context)).rejects.toMatchObject({
        ...{ code: "E-NO-RESULT", exitCode: 3 },
        message: expect.stringContaining("None of the 88 voxels"),
      });
      expect(context.written.size).toBe(0);
    },
  );
});

test("a fit whose main parameter is known where another is not is a result", async () => {
  const context = memoryContext();
  await writeFit(withStatus(9), context);
  const summary = JSON.parse(textOf(context, "report/summary.json"));
  expect(summary).toMatchObject({ verdict: "check", maps: { T2: { n: 54 } } });
});

test("values that are all flagged are a result, to be checked", async () => {
  const context = memoryContext();
  await writeFit(withStatus(6), context);
  const status = JSON.parse(textOf(context, "report/status.json"));
  expect(status).toMatchObject({ state: "done", verdict: "check" });
  const summary = JSON.parse(textOf(context, "report/summary.json"));
  expect(summary.maps.T2).toMatchObject({ n: 0, mean: null });
});

test("previews, records and the manifest of all of them", async () => {
  const context = memoryContext();
  await writeFit(work, context);
  const paths = [...context.written.keys()];
  expect(paths.at(-1)).toBe("report/manifest.json");
  expect(paths.filter((path) => path.startsWith("maps/previews/")).sort()).toEqual([
    "maps/previews/sub-M1_ses-S1_run-7_T2map.png",
    "maps/previews/sub-M1_ses-S1_run-7_desc-stderr_T2map.png",
  ]);
  const { files } = JSON.parse(textOf(context, "report/manifest.json"));
  expect(files.map(({ path }: { path: string }) => path)).toEqual(paths.slice(0, -1).sort());
  const provenance = files.find(({ path }: { path: string }) => path.endsWith("provenance.json"));
  expect(provenance).toEqual({ path: "report/provenance.json" });
});

test("warnings go to the log, the report, the summary and status.json", async () => {
  const context = memoryContext();
  const warnings = [{ code: "W-STIM", text: "Echo 1 is lower than echo 2." }];
  await writeFit({ ...work, warnings, dicom: "derived" }, context);
  for (const file of ["report.html", "summary.json", "status.json", "provenance.json"]) {
    expect(textOf(context, `report/${file}`), file).toContain("Echo 1 is lower than echo 2.");
  }
  expect(context.said).toContain("Echo 1 is lower than echo 2.");
  // The example has no DICOM identity: what could not be made is said too.
  expect(textOf(context, "report/status.json")).toContain("W-NO-DICOM");
});

test("DICOM that was asked for by name and cannot be had makes the run partial; a default does not", async () => {
  const run = async (...given: string[]) => {
    const context = { ...memoryContext(), given: new Set(given) };
    const { partial } = await writeFit({ ...work, dicom: "derived" }, context);
    const { state } = JSON.parse(textOf(context, "report/status.json"));
    return { state, missing: partial.length };
  };
  expect(await run()).toEqual({ state: "done", missing: 0 });
  expect(await run("dicom")).toEqual({ state: "partial", missing: 1 });
});

test("a tensor: every file is written once and listed in report and manifest, extra ones too", async () => {
  const context = memoryContext();
  const bval = "maps/sub-M1_ses-S1_run-6_dwi.bval";
  const extraFiles = [{ path: bval, content: "0 0 990 1000 1004 1010\n", description: "b-values" }];
  await writeFit({ ...exampleTensorFit(), extraFiles }, context);
  expect(textOf(context, bval)).toContain("990");
  const page = textOf(context, "report/report.html");
  const { files } = JSON.parse(textOf(context, "report/manifest.json"));
  const listed = files.map(({ path }: { path: string }) => path);
  for (const name of ["V1.nii.gz", "tensor.nii.gz", "colFA.nii.gz", "FA.nii.gz", "dwi.bval"]) {
    const path = `maps/sub-M1_ses-S1_run-6_${name}`;
    expect(listed).toContain(path);
    expect(page).toContain(`./../${path}`);
  }
  const previews = listed.filter((path: string) => path.startsWith("maps/previews/"));
  expect(previews.map((path: string) => path.replace(/.*run-6_/, ""))).toEqual([
    ...["FA.png", "MD.png", "colFA.png", "desc-stderr_MD.png"],
  ]);
  expect(JSON.parse(textOf(context, "report/status.json"))).toMatchObject({
    verdict: "ok",
    reasons: ["96.6 % of 59 voxels in the mask are valid", "FA is known in 98.2 % of them"],
  });
});
