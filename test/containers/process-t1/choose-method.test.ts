import { describe, expect, test } from "vitest";
import { chooseMethod } from "#containers/process-t1/choose-method.ts";
import { optionsOf } from "./run-in-memory.ts";

const choose = (...words: string[]) => chooseMethod(optionsOf(...words));

test("without a word the series is to say what varies, and both parts of the signal are looked for", () => {
  expect(choose()).toEqual({
    contrast: ["InversionTime", "RepetitionTime", "FlipAngle"],
    override: false,
    parts: { InversionTime: "any" },
  });
});

test.each([
  ["sr2par", "RepetitionTime", undefined],
  ["sr3par", "RepetitionTime", undefined],
  ["ir-magnitude", "InversionTime", undefined],
  ["ir-complex", "InversionTime", { InversionTime: "complex" }],
  ["ir-real", "InversionTime", { InversionTime: "real" }],
  ["vfa", "FlipAngle", undefined],
])("--model %s runs along the %s", (model, contrast, parts) => {
  expect(choose(`--model=${model}`)).toMatchObject({ contrast });
  expect(choose(`--model=${model}`).parts).toEqual(parts);
});

test.each([
  ["--tr=100,200,300", "RepetitionTime", [100, 200, 300]],
  ["--ti=100,200", "InversionTime", [100, 200]],
  ["--fa=3,20", "FlipAngle", [3, 20]],
])("%s names the contrast and its values", (word, contrast, values) => {
  expect(choose(word)).toMatchObject({ contrast, values, override: false });
  const option = word.slice(2, 4);
  expect(choose(word, `--override=${option}`).override).toBe(true);
});

test("one repetition time is that of all images", () => {
  expect(choose("--fa=3,20", "--tr=15")).toMatchObject({ contrast: "FlipAngle", values: [3, 20] });
  expect(choose("--tr=15").values).toBeUndefined();
});

describe("refused:", () => {
  test("values of two contrasts", () => {
    expect(() => choose("--ti=100,200", "--tr=100,200")).toThrow(
      expect.objectContaining({ code: "E-MODEL", exitCode: 2 }),
    );
  });

  test("a model and the values of another", () => {
    expect(() => choose("--model=vfa", "--tr=100,200")).toThrow(/--model vfa.*--fa/);
  });
});
