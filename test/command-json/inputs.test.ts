import { describe, expect, test } from "vitest";
import { numbersOrPath } from "#command-json/inputs.ts";
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
