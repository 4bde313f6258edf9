import { describe, expect, test } from "vitest";
import {
  diffusionDirectionsRows,
  diffusionDirectionsSheet,
} from "#shared/models/diffusion-directions.ts";
import { hasErrorMap, mainParameters } from "#shared/models/signal-model.ts";

describe("the sheet of a diffusivity for each direction", () => {
  const sheet = diffusionDirectionsSheet("wls", 3);

  test("has the mean as its one main parameter, with an error", () => {
    expect(mainParameters(sheet).map(({ symbol }) => symbol)).toEqual(["ADC"]);
    expect(sheet.parameters.filter(hasErrorMap).map(({ symbol }) => symbol)).toEqual(["ADC", "S0"]);
  });

  test("says what the mean over directions is, and nothing of a single compartment without direction", () => {
    expect(sheet.assumptions.join("\n")).toContain("third of the trace");
    expect(sheet.assumptions.join("\n")).not.toContain("joint fit");
  });
});

test("the linear form has S0 in every row and one diffusivity in each weighted one", () => {
  const rows = diffusionDirectionsRows([0, 500, 800], {
    estimator: "ols",
    directionOf: [-1, 1, 0],
  });
  expect(rows).toEqual([
    [1, 0, 0],
    [1, 0, -500],
    [1, -800, 0],
  ]);
});
