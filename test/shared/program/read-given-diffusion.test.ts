import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { readGivenDiffusion } from "#shared/program/read-given-diffusion.ts";
import type { Grid } from "#shared/volume/grid.ts";

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "given-"));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const write = (name: string, text: string): string => {
  writeFileSync(join(folder, name), text);
  return join(folder, name);
};
const grid: Grid = {
  shape: [2, 2, 2],
  affineLps: [1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1],
  origin: "dicom",
};
const contrast = "DiffusionBValue";

describe("what a user gives", () => {
  test("as numbers has no directions", async () => {
    const given = await readGivenDiffusion({ contrast, values: [500, 0], override: true });
    expect(given).toMatchObject({ bValues: [500, 0], source: "user", override: true });
    expect(given!.directions).toBeUndefined();
  });

  test("as files has directions along the axes of the NIfTI file of the series", async () => {
    const diffusionTable = {
      bvalsPath: write("a.bval", "0 1000\n"),
      bvecsPath: write("a.bvec", "0 0.6\n0 0.8\n0 0\n"),
    };
    const given = await readGivenDiffusion({ contrast, diffusionTable });
    expect(given).toMatchObject({ bValues: [0, 1000], directionSource: "user", override: false });
    // Rows are reversed in the file: its y axis runs to the front.
    expect(given!.directions!(grid)[1]).toEqual([0.6, -0.8, 0]);
  });

  test("as numbers of another contrast is no diffusion", async () => {
    expect(await readGivenDiffusion({ contrast: "EchoTime", values: [10, 20] })).toBeUndefined();
    expect(await readGivenDiffusion({ contrast })).toBeUndefined();
  });

  test.each([
    ["negative", [-1, 5]],
    ["no numbers", [Number.NaN, 5]],
  ])("as numbers that are %s is refused", async (_, values) => {
    await expect(readGivenDiffusion({ contrast, values })).rejects.toMatchObject({
      code: "E-B-VALUES",
      exitCode: 2,
    });
  });

  test("as a file that is not there is refused with its option", async () => {
    const bvalsPath = write("a.bval", "0 1000\n");
    await expect(
      readGivenDiffusion({ contrast, diffusionTable: { bvalsPath: join(folder, "no") } }),
    ).rejects.toMatchObject({ code: "E-BVAL-FILE", message: expect.stringContaining("--bvals") });
    await expect(
      readGivenDiffusion({ contrast, diffusionTable: { bvalsPath, bvecsPath: folder } }),
    ).rejects.toMatchObject({ code: "E-BVAL-FILE", message: expect.stringContaining("--bvecs") });
  });
});
