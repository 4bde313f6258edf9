import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { openPool } from "#shared/parallel/pool.ts";
import { readInput, type SeriesRequest } from "#shared/program/read-input.ts";
import { fillFolder } from "#test/acceptance/launch.ts";
import { niftiFiles, scanFiles } from "#test/acceptance/small-scan.ts";
import { axes } from "#test/phantom/dicom-images.ts";
import { diffusionFiles, publicDiffusion } from "#test/phantom/diffusion-images.ts";
import { encodeNiftiBytes } from "#test/phantom/nifti-bytes.ts";

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "read-input-"));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const request: SeriesRequest = { contrast: "EchoTime", atLeast: 2 };
const read = (wish: Partial<SeriesRequest> = {}) =>
  readInput(folder, { ...request, ...wish }, openPool(1, ""));

describe("a folder", () => {
  test("with DICOM is read as DICOM, with other files beside it", async () => {
    fillFolder(folder, { ...scanFiles(), "scan_catalog.xml": Buffer.from("<x/>") });
    expect((await read()).identity.kind).toBe("dicom");
  });

  test("with NIfTI and sidecars is read as NIfTI", async () => {
    fillFolder(folder, niftiFiles());
    const series = await read();
    expect(series.identity.kind).toBe("nifti");
    expect(series.axis.values).toEqual([10, 20, 30, 40]);
  });

  test("with both is read as DICOM", async () => {
    fillFolder(folder, { ...niftiFiles(), ...scanFiles() });
    expect((await read()).identity.kind).toBe("dicom");
  });

  test("that is missing is refused by its name", async () => {
    rmSync(folder, { recursive: true });
    await expect(read()).rejects.toMatchObject({ code: "E-INPUT-FOLDER", exitCode: 2 });
    mkdirSync(folder);
  });

  test("that is empty points at the path translation of XNAT", async () => {
    await expect(read()).rejects.toMatchObject({
      ...{ code: "E-NO-DICOM", exitCode: 3 },
      message: expect.stringMatching(/is empty\..*path translation/),
    });
  });

  test("with anything else says what it found", async () => {
    for (const name of ["a.txt", "b.txt", "c.csv", "d", "e.m", "f.x", "g.y"]) {
      writeFileSync(join(folder, name), "text");
    }
    await expect(read()).rejects.toMatchObject({
      code: "E-NO-DICOM",
      message: expect.stringMatching(
        /Found 7 files \(2 × \.txt, 1 × \.csv, 1 × no ending, .*\.\.\.\)/,
      ),
    });
  });
});

test("wishes that were not made do not hide the reader's own defaults", async () => {
  fillFolder(folder, scanFiles());
  const wish = { values: undefined, series: undefined, override: undefined };
  expect((await read(wish)).axis.values).toHaveLength(8);
});

test("the user's echo times are read against those of the images", async () => {
  fillFolder(folder, scanFiles());
  const values = [5, 10, 15, 20, 25, 30, 35, 40];
  await expect(read({ values })).rejects.toMatchObject({ code: "E-TE-MISMATCH" });
  expect((await read({ values, override: true })).axis).toMatchObject({ values, unit: "ms" });
});

test("progress ends at the number of images", async () => {
  fillFolder(folder, scanFiles());
  const seen: [number, number][] = [];
  await readInput(folder, request, openPool(1, ""), (done, total) => seen.push([done, total]));
  const [done, total] = seen.at(-1)!;
  expect(done).toBe(total);
  expect(total).toBeGreaterThanOrEqual(24);
});

describe("a diffusion scan", () => {
  const dwi = { contrast: "DiffusionBValue" } as const;
  // Two directions along the axes of the magnet, A0 first, as ParaVision writes them.
  const method = [
    "##TITLE=Parameter List, ParaVision 6.0.1",
    "##$PVM_DwAoImages=1",
    "##$PVM_DwBvalEach=( 1 )\n800",
    "##$PVM_DwNDiffExp=4",
    "##$PVM_DwEffBval=( 4 )\n20.5 820 821 822",
    "##$PVM_DwGradVec=( 4, 3 )\n@3*(0) 1 0 0\n0 1 0 0 0 0.5",
    "##$PVM_SPackArrGradOrient=( 1, 3, 3 )\n1 0 0 0 1 0 0 0 1",
    "##END=",
  ].join("\n");

  test("without b-values takes those of the ParaVision files beside it", async () => {
    fillFolder(folder, { ...diffusionFiles(() => ({})), "4/method": Buffer.from(method) });
    const series = await read(dwi);
    expect(series.diffusion).toEqual({
      bValues: [20.5, 820, 821, 822],
      nominalBValues: [0, 800, 800, 800],
      // ParaVision's subject axes run against L and P.
      directions: [undefined, [-1, 0, 0], [0, -1, 0], [0, 0, 1]],
      directionSource: "paravision:PVM_DwGradVec",
      acquisitionOrder: [0, 1, 2, 3],
    });
    expect(series.warnings.map(({ code }) => code)).toEqual(["W-ADC"]);
    expect(series.acquisition[0]).toMatchObject({ value: [20.5, 820, 821, 822] });
  });

  test("in NIfTI does so too", async () => {
    const value = (_i: number, _j: number, _k: number, t: number) => t;
    const image = { shape: [3, 2, 2, 4], type: "int16", value } as const;
    const content = { "d.nii": encodeNiftiBytes(image), method: Buffer.from(method) };
    fillFolder(folder, content);
    const series = await read(dwi);
    expect(series.diffusion!.directions[3]).toEqual([0, 0, 1]);
    expect(series.axis).toMatchObject({
      values: [20.5, 820, 821, 822],
      source: "paravision:PVM_DwEffBval",
    });
    expect(series.warnings.map(({ code }) => code)).toEqual(["W-ADC"]);
    rmSync(join(folder, "method"));
    await expect(read(dwi)).rejects.toMatchObject({ code: "E-NO-BVALUE" });
  });

  test("takes the user's files, checked against its own b-values", async () => {
    const tables = mkdtempSync(join(tmpdir(), "tables-"));
    try {
      fillFolder(folder, diffusionFiles(publicDiffusion));
      const [bvalsPath, bvecsPath] = [join(tables, "x.bval"), join(tables, "x.bvec")];
      writeFileSync(bvalsPath, "0 1001 1000 500\n");
      writeFileSync(bvecsPath, "0 1 0 0\n0 0 1 0\n0 0 0 1\n");
      const series = await read({ ...dwi, diffusionTable: { bvalsPath, bvecsPath } });
      expect(series.diffusion!.bValues).toEqual([0, 500, 1000, 1001]);
      expect(series.diffusion!.directionSource).toBe("user");
      // Along the columns of the images, against their rows, along their normal.
      const expected = [axes[2], axes[1].map((value) => -value), axes[0]];
      series.diffusion!.directions.slice(1).forEach((direction, n) => {
        const away = direction!.map((value, axis) => Math.abs(value - expected[n]![axis]!));
        expect(Math.max(...away)).toBeLessThan(1e-12);
      });
      writeFileSync(bvalsPath, "0 1001 1000 700\n");
      const wrong = { ...dwi, diffusionTable: { bvalsPath } };
      await expect(read(wrong)).rejects.toMatchObject({ code: "E-B-MISMATCH" });
      const forced = await read({ ...dwi, diffusionTable: { bvalsPath, override: true } });
      expect(forced.diffusion!.bValues).toEqual([0, 700, 1000, 1001]);
      // Without a bvec file the directions stay those of the images.
      expect(forced.diffusion!.directions[1]).toEqual([1, 0, 0]);
    } finally {
      rmSync(tables, { recursive: true });
    }
  });

  test("takes numbers in the order of acquisition", async () => {
    fillFolder(
      folder,
      diffusionFiles(() => ({})),
    );
    const series = await read({ ...dwi, values: [1000, 0, 500, 500] });
    expect(series.axis).toMatchObject({ values: [0, 500, 500, 1000], source: "user" });
    expect(series.diffusion!.acquisitionOrder).toEqual([1, 2, 3, 0]);
  });
});
