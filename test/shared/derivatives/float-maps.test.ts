import { beforeAll, expect, test } from "vitest";
import type { FitToWrite } from "#shared/derivatives/fit-to-write.ts";
import { listFloatMaps, listScalarParameters, nameMaps } from "#shared/derivatives/float-maps.ts";
import { markValid } from "#shared/derivatives/valid-voxels.ts";
import { exampleFit, memoryContext } from "./example-fit.ts";
import { exampleTensorFit, tensorSheet } from "./example-tensor-fit.ts";

let work: FitToWrite;
beforeAll(async () => {
  work = await exampleFit();
});

test("a derived rate has no map of its standard error: it follows from the time constant", () => {
  const names = listFloatMaps(work).map(({ name }) => name);
  expect(names).toContain("SE(T2)");
  expect(names).not.toContain("SE(R2)");
});

test("every map knows what it is to a reader", () => {
  expect(listFloatMaps(work).map(({ name, rank }) => [name, rank])).toEqual([
    ...[
      ["T2", "main"],
      ["SE(T2)", "main"],
    ],
    ["R2", "derived"],
    ...[
      ["S0", "amplitude"],
      ["SE(S0)", "amplitude"],
    ],
    ...[
      ["R²", "quality"],
      ["RMSE", "quality"],
    ],
  ]);
});

test("a tensor has maps of its scalars, an error where the sheet says so, and none of components", () => {
  const maps = listFloatMaps(exampleTensorFit());
  expect(maps.map(({ name, suffix, description }) => [name, suffix, description])).toEqual([
    ["MD", "MD", undefined],
    ["SE(MD)", "MD", "stderr"],
    ["FA", "FA", undefined],
    ["AD", "AD", undefined],
    ["S0", "S0map", undefined],
    ["SE(S0)", "S0map", "stderr"],
    ["R²", "MD", "rsquared"],
    ["RMSE", "MD", "rmse"],
  ]);
  const mains = maps.filter(({ rank }) => rank === "main");
  expect(mains.map(({ name }) => name)).toEqual(["MD", "SE(MD)", "FA"]);
});

test("labels are no floating-point map", () => {
  const polarity = { ...tensorSheet.parameters[2]!, symbol: "polarity", unit: "1" } as const;
  const sheet = { ...tensorSheet, parameters: [...tensorSheet.parameters, polarity] };
  expect(listScalarParameters(sheet).map(({ symbol }) => symbol)).toEqual(["MD", "FA", "AD", "S0"]);
});

test("each map counts the valid voxels in which it has a number", async () => {
  const tensor = exampleTensorFit();
  const maps = await nameMaps(tensor, markValid(tensor.fit), memoryContext());
  const counts = Object.fromEntries(maps.map(({ name, statistics }) => [name, statistics.n]));
  // 60 voxels: one outside, one at a bound, one unknown; one more without FA.
  expect(counts).toMatchObject({ MD: 57, FA: 56, AD: 56 });
});
