import { describe, expect, test } from "vitest";
import { diffusionDecaySheet } from "#shared/models/diffusion-decay.ts";
import {
  diffusionTensorPlaces,
  diffusionTensorRows,
  diffusionTensorSheet,
} from "#shared/models/diffusion-tensor.ts";
import { hasErrorMap, mainParameters } from "#shared/models/signal-model.ts";

const estimators = ["ols", "wls", "iwls", "nlls"] as const;

describe.each(estimators)("data sheets for %s", (estimator) => {
  test.each([
    ["diffusion-decay", diffusionDecaySheet(estimator)],
    ["diffusion-tensor", diffusionTensorSheet(estimator)],
  ])("%s: has all that pages, sidecars and reports show", (name, sheet) => {
    expect(sheet.name).toBe(name);
    expect(sheet.abscissa).toMatchObject({ keyword: "DiffusionBValue", unit: "s/mm2" });
    for (const text of [sheet.label, sheet.equation, sheet.mathml]) expect(text).not.toBe("");
    for (const list of [sheet.assumptions, sheet.whenNotToUse, sheet.references]) {
      expect(list.length).toBeGreaterThan(2);
      expect(list).not.toContain("");
    }
    for (const { symbol, label, bounds, boundsSource } of sheet.parameters) {
      for (const text of [symbol, label, bounds, boundsSource]) expect(text).not.toBe("");
    }
    const open: string[] = [];
    for (const [, slash, tag] of sheet.mathml.matchAll(/<(\/?)(\w+)>/g)) {
      if (slash === "") open.push(tag!);
      else expect(open.pop()).toBe(tag);
    }
    expect(open).toEqual([]);
    expect(sheet.label).toContain(
      { ols: "log-linear", wls: "weighted", iwls: "iterated", nlls: "nonlinear" }[estimator],
    );
  });
});

test("an ADC comes with its error and S0", () => {
  const { parameters } = diffusionDecaySheet("wls");
  expect(parameters.map(({ symbol, unit }) => [symbol, unit])).toEqual([
    ["ADC", "mm2/s"],
    ["S0", "arbitrary"],
  ]);
  expect(parameters.every(hasErrorMap)).toBe(true);
});

test("a tensor has its measures at their places, MD and FA first, and files for V1 and the elements", () => {
  const sheet = diffusionTensorSheet("wls");
  sheet.parameters.forEach(({ symbol }, k) => {
    expect(diffusionTensorPlaces[symbol as keyof typeof diffusionTensorPlaces]).toBe(k);
  });
  expect(sheet.parameters).toHaveLength(Object.keys(diffusionTensorPlaces).length);
  expect(mainParameters(sheet).map(({ symbol }) => symbol)).toEqual(["MD", "FA"]);
  expect(sheet.parameters.filter(hasErrorMap).map(({ symbol }) => symbol)).toEqual([
    ...["MD", "FA", "AD", "RD", "S0"],
  ]);
  expect(
    sheet.composites!.map(({ name, kind, components }) => [name, kind, ...components]),
  ).toEqual([
    ["V1", "vector", "V1x", "V1y", "V1z"],
    ["tensor", "symmetric-tensor", "Dxx", "Dxy", "Dxz", "Dyy", "Dyz", "Dzz"],
  ]);
});

test("elements off the diagonal count twice in the rows of the fit", () => {
  expect(diffusionTensorRows([[1, 2, 3, 4, 5, 6]])).toEqual([[1, -1, -2, -3, -8, -10, -12]]);
});
