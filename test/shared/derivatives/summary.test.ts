import { beforeAll, expect, test } from "vitest";
import type { FitToWrite } from "#shared/derivatives/fit-to-write.ts";
import { nameMaps } from "#shared/derivatives/float-maps.ts";
import { summarizeFit } from "#shared/derivatives/summary.ts";
import { markValid } from "#shared/derivatives/valid-voxels.ts";
import { exampleFit, memoryContext } from "./example-fit.ts";
import { exampleTensorFit } from "./example-tensor-fit.ts";

let work: FitToWrite;
beforeAll(async () => {
  work = await exampleFit();
});

async function summarize(changes: Partial<FitToWrite> = {}) {
  const context = memoryContext();
  const changed = { ...work, ...changes };
  const valid = markValid(changed.fit);
  const maps = await nameMaps(changed, valid, context);
  const findings = { maps, valid, voxels: [], colours: undefined, medianChiSquare: 1.02 };
  const verdict = { level: "ok", reasons: ["fine"] } as const;
  return summarizeFit(changed, findings, verdict, [], context) as Record<string, never>;
}

test("every number stands beside its unit or carries it in its name", async () => {
  const summary = await summarize();
  expect(summary["contrast"]).toMatchObject({ keyword: "EchoTime", unit: "ms" });
  expect(summary["maps"]).toMatchObject({
    T2: { unit: "ms", fileUnit: "s", file: "maps/sub-M1_ses-S1_run-7_T2map.nii.gz", n: 54 },
    "R²": { unit: "1" },
  });
  expect(summary["geometry"]).toMatchObject({ shape: [8, 6, 2], voxelSizeMm: [1, 1, 1] });
});

test("the signal-to-noise ratio is that of the first image, and null without noise", async () => {
  const { signal } = (await summarize()) as unknown as { signal: { snr: number } };
  expect(signal.snr).toBe(work.inspection.medianFirst / 2);
  const unknown = await summarize({ noise: { sigma: undefined, source: "unknown" } });
  expect(unknown["signal"]).toMatchObject({ snr: null });
  expect(unknown["noise"]).toEqual({ sigma: null, source: "unknown" });
});

test("options say which the user gave; those of the place of a run are left out", async () => {
  const { options } = await summarize();
  expect(options).toEqual({
    model: { value: "auto", given: false },
    "max-t2": { value: 300, given: true },
  });
});

test("it is plain JSON: nothing is lost in writing it", async () => {
  const summary = await summarize();
  expect(JSON.parse(JSON.stringify(summary))).toEqual(summary);
});

test("vectors, tensors and tables of a program stand in it too", async () => {
  const tensor = exampleTensorFit();
  const table = { title: "Shells", columns: [{ heading: "b" }], rows: [["0"], ["1000"]] };
  const summary = await summarize({ ...tensor, tables: [table] });
  expect(summary["composites"]).toMatchObject({
    tensor: { file: "maps/sub-M1_ses-S1_run-6_tensor.nii.gz", fileUnit: "mm2/s" },
    V1: { components: ["V1x", "V1y", "V1z"] },
  });
  expect(summary["tables"]).toEqual([table]);
  expect(Object.keys(summary["maps"]!)).not.toContain("Dxx");
  // A count of rising signals is a remark on echo trains.
  expect(summary["signal"]).not.toHaveProperty("risingVoxels");
  expect((await summarize())["signal"]).toHaveProperty("risingVoxels");
  expect(await summarize()).not.toHaveProperty("composites");
});
