import { beforeAll, describe, expect, test } from "vitest";
import { describeReport } from "#shared/derivatives/describe-report.ts";
import type { FitToWrite } from "#shared/derivatives/fit-to-write.ts";
import { nameMaps } from "#shared/derivatives/float-maps.ts";
import { showColours } from "#shared/derivatives/list-report-maps.ts";
import { findSampleVoxels } from "#shared/derivatives/sample-fits.ts";
import { markValid } from "#shared/derivatives/valid-voxels.ts";
import { renderReport } from "#shared/report/report.ts";
import type { ReportContent } from "#shared/report/report-content.ts";
import { hasBrowser, measurePages } from "#test/shared/report/run-browser.ts";
import { exampleFit, memoryContext } from "./example-fit.ts";
import { exampleTensorFit } from "./example-tensor-fit.ts";

let work: FitToWrite;
beforeAll(async () => {
  work = await exampleFit();
});

async function describeWork(changes: Partial<FitToWrite> = {}): Promise<ReportContent> {
  const context = memoryContext();
  const changed = { ...work, ...changes };
  const verdict = { level: "ok", reasons: [] } as const;
  const valid = markValid(changed.fit);
  const maps = await nameMaps(changed, valid, context);
  const voxels = await findSampleVoxels(changed, context.pool);
  const findings = {
    maps,
    valid,
    voxels,
    colours: showColours(changed.fit, maps),
    medianChiSquare: 1.02,
  };
  return describeReport(changed, findings, verdict, [], {}, context);
}

test("maps: the image, T2, its error, the amplitude, R² and the status; rates and residuals stay in files", async () => {
  const { maps } = await describeWork();
  expect(maps.map(({ name, unit }) => [name, unit])).toEqual([
    ["image", "arbitrary"],
    ["T2", "ms"],
    ["SE(T2)", "ms"],
    ["S0", "arbitrary"],
    ["R²", "1"],
    ["status", "1"],
  ]);
});

test("the histograms are of valid voxels only", async () => {
  const { distributions } = await describeWork();
  const t2 = distributions.find(({ name }) => name === "T2")!;
  const included = work.fit.status.map((_, voxel) => Number(t2.includes!(voxel)));
  expect(included.reduce((a, b) => a + b, 0)).toBe(work.fit.tally.ok);
});

test("the status counts are those of the fit, every code with its meaning", async () => {
  const { statuses } = await describeWork();
  expect(statuses.reduce((sum, { count }) => sum + count, 0)).toBe(96);
  expect(statuses.find(({ name }) => name === "noise")?.count).toBe(work.fit.tally.noise);
  for (const { meaning } of statuses) expect(meaning).not.toBe("");
});

test("the model is named with its equation, bounds, and why it was taken", async () => {
  const { model } = await describeWork();
  expect(model?.equation).toBe(work.sheet.equation);
  expect(model?.assumptions.join()).toContain("chosen by the test");
  expect(model?.symbols.map(({ symbol }) => symbol)).toEqual(["T2", "R2", "S0"]);
  expect(model?.references.length).toBeGreaterThan(0);
});

test("noise that is unknown is called so, and there is no ratio to it", async () => {
  const known = await describeWork();
  expect(known.signal.map(({ label }) => label).join()).toContain("SNR");
  const { signal } = await describeWork({ noise: { sigma: undefined, source: "no background" } });
  expect(signal[0]).toMatchObject({ value: "unknown", note: "no background" });
  expect(signal.map(({ label }) => label).join()).not.toContain("SNR");
});

test("defaults are marked, and a path option shows its path", async () => {
  const options = { "max-t2": 300, mask: { path: "/m.nii" }, echoes: undefined, override: [] };
  const { provenance } = await describeWork({ options });
  expect(provenance.options).toEqual([
    { name: "max-t2", value: "300", isDefault: false },
    { name: "mask", value: "/m.nii", isDefault: true },
    { name: "echoes", value: "not set", isDefault: true },
    { name: "override", value: "none", isDefault: true },
  ]);
});

test("nothing in it depends on the time or the place of the run", async () => {
  const text = JSON.stringify(await describeWork());
  expect(JSON.stringify(await describeWork())).toBe(text);
  expect(text).not.toContain("/in");
});

test("what is not known of the scan has no empty row", async () => {
  const { header } = await describeWork({
    labels: { project: "", subject: "M1", session: "", scan: "" },
  });
  expect(header).toEqual([{ label: "Subject", value: "M1" }]);
});

describe("the report of several main maps", () => {
  const tensor = exampleTensorFit();

  test("says nothing of rising echoes, and counts partly known voxels where they have a value", async () => {
    const { signal, distributions } = await describeWork(tensor);
    expect(signal.map(({ label }) => label)).not.toContain("First image darker than the second");
    const fa = distributions.find(({ name }) => name === "FA")!;
    expect(fa.population).toBe("valid voxels with a value");
    const { signal: echoes } = await describeWork();
    expect(echoes.map(({ label }) => label)).toContain("First image darker than the second");
  });

  test("lists vectors and tensors as one symbol each", async () => {
    const { model } = await describeWork(tensor);
    expect(model!.symbols.map(({ symbol }) => symbol)).toEqual([
      ...["MD", "FA", "AD", "S0", "V1", "tensor"],
    ]);
  });

  test.skipIf(!hasBrowser)(
    "fits the window, and no label covers another",
    async () => {
      const page = renderReport(await describeWork(tensor));
      const { measurements, consoleLines } = measurePages(
        [1900, 1200, 700, 400].map((width) => ({ page, width })),
      );
      expect(consoleLines).toEqual([]);
      for (const { width, overflow, overlaps, broken, xmlError, sameTree } of measurements) {
        expect({ width, overflow, overlaps, broken, xmlError, sameTree }).toEqual({
          ...{ width, overflow: 0, overlaps: [], broken: 0, xmlError: "", sameTree: true },
        });
      }
    },
    60_000,
  );
});
