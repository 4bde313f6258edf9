import { describe, expect, test } from "vitest";
import { numbersOrPath, pair, path, repeated } from "#command-json/inputs.ts";
import { xnatInputsOf } from "#command-json/xnat-inputs.ts";

describe("numbers or a file that holds them", () => {
  const bvals = numbersOrPath({ unit: "s/mm2", atLeast: 0, description: "b-values." });

  test.each([
    ["0,500,1000", [0, 500, 1000]],
    ["0 500 1e3", [0, 500, 1000]],
    ["dwi.bval", { path: "dwi.bval" }],
    ["./1000", { path: "./1000" }],
    ["scan 3/dwi.bval", { path: "scan 3/dwi.bval" }],
    ["", undefined],
  ])("%j is read", (text, expected) => {
    expect(bvals.schema.parse(text)).toEqual(expected);
  });

  test.each(["0,500,x", "0,-500", "0,,500"])("%j is a slip, not a file", (text) => {
    const { error } = bvals.schema.safeParse(text);
    expect(error?.issues[0]?.message).toBe(
      "must be numbers at least 0 s/mm² separated by commas, or a file",
    );
  });

  test("XNAT's dialog offers the numbers", () => {
    const [input] = xnatInputsOf("bvals", bvals);
    expect(input?.input).toMatchObject({ name: "bvals", type: "string" });
  });
});

describe("two numbers", () => {
  const shift = pair({ unit: "1", atLeast: -10, atMost: 10, description: "Shift." });

  test.each([
    ["-1,-1", [-1, -1]],
    [" 0.5 , 2 ", [0.5, 2]],
    ["", undefined],
  ])("%j is read", (text, expected) => {
    expect(shift.schema.parse(text)).toEqual(expected);
  });

  test.each(["1", "1,2,3", "1,x", "11,0", "1;2"])("%j is refused", (text) => {
    const { error } = shift.schema.safeParse(text);
    expect(error?.issues[0]?.message).toBe(
      "must be two numbers from -10 to 10 separated by a comma",
    );
  });

  test("XNAT's dialog says how they are written", () => {
    const [input] = xnatInputsOf("shift", shift);
    expect(input?.input).toMatchObject({ type: "string" });
    expect(input?.input.description).toContain("such as -1,-1");
    expect(input?.template).toBe('"#shift#"');
  });
});

describe("a repeated option", () => {
  const maps = repeated(path({ default: "/maps", description: "Maps." }));

  test.each([
    [[], ["/maps"]],
    [["a.nii"], ["a.nii"]],
    [
      ["a.nii", "b"],
      ["a.nii", "b"],
    ],
  ])("%j gives %j", (texts, expected) => {
    expect(maps.schema.parse(texts)).toEqual(expected);
  });

  test("without default is empty when it is not given", () => {
    expect(repeated(path({ description: "Maps." })).schema.parse([])).toEqual([]);
  });
});
