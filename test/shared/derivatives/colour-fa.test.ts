import { expect, test } from "vitest";
import { colourFa, hasColourFa } from "#shared/derivatives/colour-fa.ts";
import { exampleFit } from "./example-fit.ts";
import { exampleTensorFit, outcomes, tensorSheet, tensorValue } from "./example-tensor-fit.ts";

const { fit } = exampleTensorFit();
const colours = colourFa(fit)!;
const colourOf = (v: number) => [...colours.subarray(4 * v, 4 * v + 4)];

test("red is left-right, green anterior-posterior, blue head-feet, bright with FA", () => {
  for (const v of [10, 25, 59]) {
    const [red, green, blue, opacity] = colourOf(v);
    const fa = 255 * tensorValue("FA", v);
    expect(Math.abs(red! - fa * tensorValue("V1x", v))).toBeLessThanOrEqual(0.51);
    expect(Math.abs(green! - fa * Math.abs(tensorValue("V1y", v)))).toBeLessThanOrEqual(0.51);
    expect([blue, opacity]).toEqual([0, 255]);
  }
});

test("a voxel without a value is transparent, one of no anisotropy black", () => {
  const { outside, unknownFa, unknown, upperBound } = outcomes;
  for (const v of [outside, unknownFa, unknown]) expect(colourOf(v)).toEqual([0, 0, 0, 0]);
  expect(colourOf(upperBound)[3]).toBe(255);
  const parameters = new Map(fit.parameters);
  const fa = parameters.get("FA")!;
  parameters.set("FA", { ...fa, samples: new Float32Array(60) });
  expect([...colourFa({ ...fit, parameters })!.subarray(40, 44)]).toEqual([0, 0, 0, 255]);
});

test("FA above 1, which noise makes of negative eigenvalues, is as bright as 1", () => {
  const parameters = new Map(fit.parameters);
  const fa = parameters.get("FA")!;
  parameters.set("FA", { ...fa, samples: new Float32Array(60).fill(1.2) });
  const bright = colourFa({ ...fit, parameters })!;
  const [x, y] = [tensorValue("V1x", 30), tensorValue("V1y", 30)];
  expect([...bright.subarray(120, 122)]).toEqual([Math.round(255 * x), Math.round(255 * y)]);
});

test("flagged voxels have no colour when the user wants none", () => {
  const hidden = colourFa(fit, { flagged: "nan" })!;
  expect(hidden[4 * outcomes.upperBound + 3]).toBe(0);
  expect(hidden[4 * 10 + 3]).toBe(255);
});

test("less anisotropy than 1 may be full brightness", () => {
  const bright = colourFa(fit, { fullAt: 0.6 })!;
  const fa = 255 * (tensorValue("FA", 10) / 0.6);
  expect(Math.abs(bright[40]! - fa * tensorValue("V1x", 10))).toBeLessThanOrEqual(0.51);
});

test("a model without first eigenvector or anisotropy has no such map", async () => {
  expect(colourFa((await exampleFit()).fit)).toBeUndefined();
  expect(hasColourFa({ ...tensorSheet, composites: [] })).toBe(false);
  const parameters = tensorSheet.parameters.filter(({ symbol }) => symbol !== "FA");
  expect(hasColourFa({ ...tensorSheet, parameters })).toBe(false);
});
