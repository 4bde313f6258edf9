import { describe, expect, test } from "vitest";
import { chooseFit } from "#containers/process-dwi/choose-fit.ts";
import type { ModelName } from "#containers/process-dwi/choose-name.ts";

const known = { sigma: 12, source: "background" };
const unknown = { sigma: undefined, source: "no background" };

describe("--fit auto", () => {
  test.each<[ModelName, string]>([
    ["dti", "wls"],
    ["dki", "wls"],
    ["kurtosis", "nlls"],
    ["ivim", "nlls"],
  ])("of %s is %s", (model, name) => {
    expect(chooseFit("auto", model, known, false).name).toBe(name);
  });

  test("of adc is the expected-Rician fit when the noise is known", () => {
    expect(chooseFit("auto", "adc", known, false).name).toBe("rician");
    const plain = chooseFit("auto", "adc", unknown, false);
    expect(plain.name).toBe("nlls");
    expect(plain.reason).toContain("no background");
  });

  test("of averaged images is not, because their noise is no longer Rician", () => {
    const averaged = chooseFit("auto", "adc", known, true);
    expect(averaged.name).toBe("nlls");
    expect(averaged.reason).toContain("hardly any noise floor");
  });
});

describe("refused with what to do:", () => {
  const refusal = expect.objectContaining({ code: "E-MODEL", exitCode: 2 });

  test.each<[Parameters<typeof chooseFit>[0], ModelName]>([
    ["segmented", "adc"],
    ["wls", "ivim"],
    ["ols", "kurtosis"],
  ])("--fit %s of %s", (option, model) => {
    const run = () => chooseFit(option, model, known, false);
    expect(run).toThrow(refusal);
    expect(run).toThrow(new RegExp(`does not go with the model ${model}.*Choose one of these`));
  });

  test("the expected-Rician fit without noise, and of averages", () => {
    const without = () => chooseFit("rician", "adc", unknown, false);
    expect(without).toThrow(refusal);
    expect(without).toThrow(/no background.*--noise NUMBER/);
    const averaged = () => chooseFit("rician", "adc", known, true);
    expect(averaged).toThrow(refusal);
    expect(averaged).toThrow(/--directions joint/);
  });
});
