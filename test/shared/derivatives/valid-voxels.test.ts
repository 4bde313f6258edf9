import { expect, test } from "vitest";
import { markValid } from "#shared/derivatives/valid-voxels.ts";
import { exampleFit } from "./example-fit.ts";
import { exampleTensorFit, outcomes } from "./example-tensor-fit.ts";

test("a voxel counts when it is ok, or when all but its main parameter may be unknown", () => {
  const valid = markValid(exampleTensorFit().fit);
  const { outside, upperBound, unknownFa, unknown } = outcomes;
  expect([outside, upperBound, unknownFa, unknown].map((v) => valid[v])).toEqual([0, 0, 1, 0]);
  expect(valid.reduce((a, b) => a + b, 0)).toBe(57);
});

test("where the main parameter is unknown with the others, only ok voxels count", async () => {
  const { fit } = await exampleFit();
  expect([...markValid(fit)]).toEqual([...fit.status].map((code) => (code === 1 ? 1 : 0)));
});

test("a fit without its main parameter is a bug", () => {
  const { fit } = exampleTensorFit();
  expect(() => markValid({ ...fit, parameters: new Map() })).toThrow(/lacks its main parameter/);
});
