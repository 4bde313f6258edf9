import { expect, test } from "vitest";
import { listSourceBValues } from "#shared/derivatives/source-b-values.ts";
import { exampleFit } from "./example-fit.ts";
import { exampleTensorFit } from "./example-tensor-fit.ts";

const work = exampleTensorFit();
const { series } = work;

test("measured values of one shell are one value, its mean", () => {
  expect(listSourceBValues(work)).toEqual([0, 1001]);
});

test("only the images used count", () => {
  expect(listSourceBValues({ ...work, contrasts: [3, 4] })).toEqual([1002]);
});

test("nominal values are taken as they are", () => {
  const diffusion = { ...series.diffusion!, nominalBValues: [0, 0, 1000, 1000, 1000, 1000] };
  expect(listSourceBValues({ ...work, series: { ...series, diffusion } })).toEqual([0, 1000]);
});

test("low b-values of a perfusion series stay apart", () => {
  const values = [0, 10, 20, 30, 50, 80];
  const axis = { ...series.axis, values };
  expect(listSourceBValues({ ...work, series: { ...series, axis } })).toEqual(values);
});

test("other contrasts have none", async () => {
  expect(listSourceBValues(await exampleFit())).toEqual([]);
});
