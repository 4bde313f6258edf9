import { gunzipSync } from "node:zlib";
import { beforeAll, expect, test } from "vitest";
import { writeLabels } from "#shared/derivatives/write-labels.ts";
import type { ModelParameter } from "#shared/models/signal-model.ts";
import { exampleFit, type MemoryContext, memoryContext, textOf } from "./example-fit.ts";

const stem = "maps/sub-M1_ses-S1_run-7";
let context: MemoryContext;
beforeAll(async () => {
  const work = await exampleFit();
  const samples = new Float32Array(96).fill(Number.NaN);
  samples.set([0, 1, 2, 3], 10);
  const polarity: ModelParameter = {
    ...{ symbol: "polarity", label: "Flipped samples", unit: "1", role: "derived" },
    ...{ bounds: "0 to 8", boundsSource: "number of samples" },
  };
  const sheet = { ...work.sheet, parameters: [...work.sheet.parameters, polarity] };
  const fitted = { symbol: "polarity", unit: "1", samples, standardErrors: undefined } as const;
  const parameters = new Map([...work.fit.parameters, ["polarity", fitted]]);
  context = memoryContext();
  await writeLabels({ ...work, sheet, fit: { ...work.fit, parameters } }, context, { Model: "x" });
});

test("status, mask, and parameters that are labels", () => {
  expect([...context.written.keys()].sort()).toEqual(
    [
      ...["nii.gz", "json", "tsv"].map((type) => `${stem}_desc-status_dseg.${type}`),
      ...["nii.gz", "json"].map((type) => `${stem}_desc-fit_mask.${type}`),
      ...["nii.gz", "json"].map((type) => `${stem}_desc-polarity_dseg.${type}`),
    ].sort(),
  );
});

test("a label of 0 is told from no value", () => {
  const bytes = gunzipSync(context.written.get(`${stem}_desc-polarity_dseg.nii.gz`)!);
  expect(bytes.readInt16LE(70)).toBe(2); // uint8
  const codes = [...bytes.subarray(352)];
  expect(codes.filter((code) => code !== 255).sort()).toEqual([0, 1, 2, 3]);
  expect(codes.filter((code) => code === 255)).toHaveLength(92);
  const sidecar = JSON.parse(textOf(context, `${stem}_desc-polarity_dseg.json`));
  expect(sidecar).toMatchObject({
    ...{ LongName: "Flipped samples", Labels: { "255": "no value" }, Model: "x" },
  });
});
