import { expect, test } from "vitest";
import { writeLegacyOutputs } from "#shared/derivatives/write-legacy-outputs.ts";
import { exampleFit, memoryContext, niftiSamples, textOf } from "./example-fit.ts";

test("T2 in ms and R2 in 1/s under the old names, and a log of this run", async () => {
  const work = await exampleFit();
  const context = memoryContext();
  await writeLegacyOutputs(work, context);
  expect([...context.written.keys()]).toEqual([
    "maps/legacy/7_T2_map.nii",
    "maps/legacy/7_R2_map.nii",
    "maps/legacy/7_log_file.txt",
  ]);
  const t2 = niftiSamples(context.written.get("maps/legacy/7_T2_map.nii")!);
  const r2 = niftiSamples(context.written.get("maps/legacy/7_R2_map.nii")!);
  const valid = [...t2].filter((value) => !Number.isNaN(value));
  expect(valid).toHaveLength(work.fit.tally.ok);
  // Every column of the example has another T2: 20 to 70 ms.
  expect(Math.min(...valid)).toBeGreaterThan(18);
  expect(Math.max(...valid)).toBeLessThan(75);
  t2.forEach((value, v) => {
    if (!Number.isNaN(value)) expect(value * r2[v]!).toBeCloseTo(1000, 2);
  });
  // The old program wrote -1 and -2 where it had no value, and one log for all runs.
  expect([...t2].some((value) => value < 0)).toBe(false);
  const log = textOf(context, "maps/legacy/7_log_file.txt");
  expect(log).toContain(`ok: ${work.fit.tally.ok}`);
  expect(log).toContain("EchoTime [ms]: 11, 22, 33");
});

test.each([
  ["saturation-recovery", "T1", "T1_SR_map"],
  ["saturation-recovery", "R1", "R1_SR_map"],
  ["inversion-recovery", "T1", "T1_map"],
  ["variable-flip-angle", "R1", "R1_map"],
  ["diffusion-decay", "ADC", "ADC_map"],
])("%s: %s is called %s", async (model, symbol, name) => {
  const work = await exampleFit();
  const t2 = work.fit.parameters.get("T2")!;
  const fit = { ...work.fit, parameters: new Map([[symbol, { ...t2, symbol }]]) };
  const context = memoryContext();
  await writeLegacyOutputs({ ...work, fit, sheet: { ...work.sheet, name: model } }, context);
  expect([...context.written.keys()][0]).toBe(`maps/legacy/7_${name}.nii`);
});

test("values without a sound fit are what the user wants", async () => {
  const work = await exampleFit();
  const context = memoryContext();
  await writeLegacyOutputs({ ...work, policy: { outside: "zero", flagged: "nan" } }, context);
  const t2 = niftiSamples(context.written.get("maps/legacy/7_T2_map.nii")!);
  expect([...t2].filter((value) => value === 0)).toHaveLength(96 - work.fit.tally.ok);
});

test("a 3D acquisition has the axes of its other maps", async () => {
  const work = await exampleFit();
  const write = async (type: string) => {
    const acquisition = [
      { keyword: "MRAcquisitionType", value: type, unit: undefined, source: "" },
    ];
    // Slices along x: dcm2niix turns these axes for 3D only.
    const affineLps = [0, 0, 1, 0, 1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 0, 1];
    const grid = { ...work.series.grid, affineLps };
    const context = memoryContext();
    await writeLegacyOutputs({ ...work, series: { ...work.series, grid, acquisition } }, context);
    const bytes = Buffer.from(context.written.get("maps/legacy/7_T2_map.nii")!);
    return [42, 44, 46].map((at) => bytes.readInt16LE(at));
  };
  expect(await write("2D")).toEqual([8, 6, 2]);
  expect(await write("3D")).toEqual([2, 8, 6]);
});

test("a scan label cannot leave the folder", async () => {
  const work = await exampleFit();
  const context = memoryContext();
  await writeLegacyOutputs({ ...work, labels: { ...work.labels, scan: "../../x" } }, context);
  for (const path of context.written.keys())
    expect(path).toMatch(/^maps\/legacy\/x_[A-Za-z0-9_]+\.(nii|txt)$/);
  const unnamed = memoryContext();
  await writeLegacyOutputs({ ...work, labels: { ...work.labels, scan: "" } }, unnamed);
  expect([...unnamed.written.keys()][0]).toBe("maps/legacy/scan_T2_map.nii");
});
