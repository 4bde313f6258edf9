import { gunzipSync } from "node:zlib";
import { beforeAll, describe, expect, test } from "vitest";
import type { FitToWrite } from "#shared/derivatives/fit-to-write.ts";
import { nameMaps } from "#shared/derivatives/float-maps.ts";
import { markValid } from "#shared/derivatives/valid-voxels.ts";
import { writeMaps } from "#shared/derivatives/write-maps.ts";
import { exampleFit, type MemoryContext, memoryContext, textOf } from "./example-fit.ts";

let work: FitToWrite;
let context: MemoryContext;
beforeAll(async () => {
  work = await exampleFit();
  context = memoryContext();
  await writeMaps(work, await nameMaps(work, markValid(work.fit), context), context);
});

const stem = "maps/sub-M1_ses-S1_run-7";
const sidecar = (name: string) => JSON.parse(textOf(context, `${stem}_${name}.json`));

test("each parameter with its error, then quality, status and mask, each beside its sidecar", () => {
  const names = [
    ...["T2map", "desc-stderr_T2map", "R2map", "M0map", "desc-stderr_M0map"],
    ...["desc-rsquared_T2map", "desc-rmse_T2map"],
    ...["desc-status_dseg", "desc-fit_mask"],
  ];
  expect([...context.written.keys()].sort()).toEqual(
    [
      ...names.flatMap((name) => [`${stem}_${name}.nii.gz`, `${stem}_${name}.json`]),
      `${stem}_desc-status_dseg.tsv`,
      "maps/dataset_description.json",
    ].sort(),
  );
});

test.each([
  ["T2map", "s"],
  ["desc-stderr_T2map", "s"],
  ["R2map", "1/s"],
  ["M0map", "arbitrary"],
  ["desc-rsquared_T2map", "1"],
  ["desc-rmse_T2map", "arbitrary"],
])("the sidecar of %s says %s", (name, unit) => {
  expect(sidecar(name).Units).toBe(unit);
});

test("a sidecar tells how the map was made", () => {
  expect(sidecar("T2map")).toMatchObject({
    LongName: "Transverse relaxation time T2",
    QuantityNote: "T2 in s; the report shows ms",
    GeneratedBy: [{ Name: "fit", Version: "1.2.3", Commit: "abc" }],
    SourceLabels: { project: "P", subject: "M1", session: "S1", scan: "7" },
    UsedIndices: [1, 2, 3, 4, 5, 6, 7, 8],
    Model: "mono-exponential-decay",
    ModelEquation: "S(TE) = S0 exp(-TE/T2)",
    NoiseSigma: 2,
    Mask: "drawn by the test",
    VoxelCounts: { outside: 8 },
  });
});

describe("the status map", () => {
  const bytes = () => gunzipSync(context.written.get(`${stem}_desc-status_dseg.nii.gz`)!);

  test("is one byte a voxel, its counts those of the sidecar", () => {
    expect(bytes().readInt16LE(70)).toBe(2); // uint8
    const codes = bytes().subarray(352);
    const { VoxelCounts: counts, Labels: labels } = sidecar("desc-status_dseg");
    for (const [code, name] of Object.entries(labels as Record<string, string>)) {
      expect(codes.filter((value) => value === Number(code)).length, name).toBe(counts[name]);
    }
    expect(counts).toMatchObject({ outside: 8, noise: 18, "invalid-input": 16, ok: 54 });
  });
});

test("the mask is what was to be fitted", () => {
  const bytes = gunzipSync(context.written.get(`${stem}_desc-fit_mask.nii.gz`)!);
  expect(bytes.subarray(352).reduce((sum, value) => sum + value, 0)).toBe(88);
  expect(sidecar("desc-fit_mask").Type).toBe("ROI");
});

test("the folder is a BIDS derivative", () => {
  const description = JSON.parse(textOf(context, "maps/dataset_description.json"));
  expect(description).toMatchObject({ DatasetType: "derivative", BIDSVersion: "1.10.0" });
  // A NIfTI input has no UID to point to.
  expect(description).not.toHaveProperty("SourceDatasets");
});

test("the display range of a file is p1 to p99 of its valid voxels, in its unit", async () => {
  const [main] = await nameMaps(work, markValid(work.fit), context);
  const bytes = gunzipSync(context.written.get(`${stem}_T2map.nii.gz`)!);
  expect(bytes.readFloatLE(124)).toBeCloseTo(main!.statistics.p99! / 1000, 6);
  expect(bytes.readFloatLE(128)).toBeCloseTo(main!.statistics.p1! / 1000, 6);
  expect(main!.statistics.n).toBe(54);
});
