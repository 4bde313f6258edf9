import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { parseBvalBvec } from "#shared/nifti/bval-bvec.ts";

const paths = { bval: "d.bval", bvec: "d.bvec" };
const parse = (bval: string, bvec?: string) => parseBvalBvec(bval, bvec, paths);

describe("parseBvalBvec", () => {
  test("rows or columns, tabs or spaces, one or many line ends give the same table", () => {
    const expected = {
      bValues: [0, 1000],
      directions: [
        [0, 0, 0],
        [0.6, 0, 0.8],
      ],
    };
    expect(parse("0 1000\n", "0 0.6\n0 0\n0 0.8\n")).toEqual(expected);
    expect(parse("0\r\n1000\r\n\r\n", "0\t0.6\n0\t0\n\n0\t0.8")).toEqual(expected);
    expect(parse("0 1e3", "0 0 0\n0.6 0 0.8")).toEqual(expected);
    expect(parse("0 1000").directions).toBeUndefined();
  });

  test("vectors written with few digits come out as unit vectors", () => {
    const [, vector] = parse("0 1000", "0 0.577\n0 0.577\n0 0.577").directions!;
    expect(Math.hypot(...vector!)).toBeCloseTo(1, 12);
  });

  test.each([
    ["words", "a b", undefined, "E-BVAL"],
    ["nothing", " \n", undefined, "E-BVAL"],
    ["negative values", "0 -5", undefined, "E-BVAL"],
    ["a table instead of one row", "0 1\n2 3", undefined, "E-BVAL"],
    ["a vector too few", "0 1000 1000", "0 1\n0 0\n0 0", "E-BVEC"],
    ["rows of unequal length", "0 1000", "0 1\n0 0\n0", "E-BVEC"],
    ["vectors that are not of length 1", "0 1000", "0 2\n0 0\n0 0", "E-GRADIENT-LENGTH"],
    ["NaN for a b-value", "0 nan", undefined, "E-BVAL"],
    ["NaN for a gradient", "0 1000", "nan nan\nnan nan\nnan nan", "E-BVEC"],
    ["infinity", "0 1000", "0 Infinity\n0 0\n0 0", "E-BVEC"],
  ])("%s is refused by name", (_, bval, bvec, code) => {
    expect(() => parse(bval, bvec)).toThrow(expect.objectContaining({ code }));
    expect(() => parse(bval, bvec)).toThrow(code === "E-BVAL" ? "d.bval" : "d.bvec");
  });

  const folder = join(process.env["XNAT_PIC_DATA"] ?? "../shared/data", "qmri/dipy-dwi/nifti");
  test.skipIf(!existsSync(folder))("the two layouts of the 64-direction set are one table", () => {
    const read = (stem: string) =>
      parse(
        readFileSync(join(folder, `${stem}.bval`), "utf8"),
        readFileSync(join(folder, `${stem}.bvec`), "utf8"),
      );
    const [a, b] = [read("small_64D"), read("small_64D_original_layout")];
    expect(a.bValues).toHaveLength(65);
    a.bValues.forEach((value, n) => {
      expect(value).toBeCloseTo(b.bValues[n]!, 6);
    });
    a.directions!.flat().forEach((value, n) => {
      expect(value).toBeCloseTo(b.directions!.flat()[n]!, 6);
    });
  });
});
