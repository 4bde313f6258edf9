import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { openPool } from "#shared/parallel/pool.ts";
import { readScanDiffusion } from "#shared/paravision/diffusion.ts";
import type { ParameterFile } from "#shared/paravision/parameter-file.ts";
import { parseParameterFile } from "#shared/paravision/parse-parameter-file.ts";
import { readInput } from "#shared/program/read-input.ts";
import type { GivenDiffusion } from "#shared/volume/given-diffusion.ts";
import type { Grid } from "#shared/volume/grid.ts";
import { encodeDicom } from "#test/phantom/dicom-bytes.ts";
import { classicImage } from "#test/phantom/dicom-images.ts";
import { hasReference, referencePath } from "../shared/fit/curves.ts";

// Parameter files of two diffusion protocols of ParaVision 360.3.6: the numbers that were computed from them with other
// software, and DICOM images without b-values beside them.

const base = ["..", "bruker", "pv360_3_6_stddata_params"] as const;
const here = hasReference(...base);

interface Expected {
  readonly path: string;
  readonly diffusion?: {
    readonly nominalB: number[];
    readonly effectiveB: number[];
    readonly directionLps: (number[] | null)[];
    readonly bMatrixLps_xx_xy_xz_yy_yz_zz: number[][];
  };
}

const parse = (...path: string[]): ParameterFile =>
  parseParameterFile(
    readFileSync(referencePath(...base, ...path)),
    path.join("/"),
  ) as ParameterFile;
const expectedOf = (scan: string) => {
  const { reconstructions } = JSON.parse(
    readFileSync(referencePath(...base, "expected.json"), "utf8"),
  ) as { reconstructions: Expected[] };
  return reconstructions.find(({ path }) => path === `${scan}/pdata/1`)!.diffusion!;
};
const directionsOf = (given: GivenDiffusion) => given.directions!({} as Grid);
const largest = (found: readonly number[], expected: readonly number[]) =>
  Math.max(...found.map((value, at) => Math.abs(value - expected[at]!)));

const scans = ["DTI_EPI_seg_30dir_sat", "DTI_EPI_seg_30dir_sat_multi"];

describe.skipIf(!here).each(scans)("%s", (scan) => {
  const truth = () => {
    const { bMatrixLps_xx_xy_xz_yy_yz_zz: matrices, ...rest } = expectedOf(scan);
    const bMatrices = matrices.map(([xx, xy, xz, yy, yz, zz]) => [xx!, yy!, zz!, xy!, xz!, yz!]);
    return { ...rest, bMatrices };
  };

  test("effective and nominal b, directions and b-matrices in patient coordinates", () => {
    const { nominalB, effectiveB, directionLps, bMatrices } = truth();
    const given = readScanDiffusion(
      parse(scan, "method"),
      parse(scan, "pdata", "1", "visu_pars"),
      scan,
    )!;
    expect(given.bValues).toEqual(effectiveB);
    expect(given.nominalBValues).toEqual(nominalB);
    directionsOf(given).forEach((direction, n) => {
      const expected = directionLps[n];
      if (!expected) expect(direction).toBeUndefined();
      else expect(largest(direction!, expected)).toBeLessThan(1e-9);
    });
    expect(largest(given.bMatrices!.flat(), bMatrices.flat())).toBeLessThan(1e-9);
    expect(given.warnings.map(({ text }) => text).join()).toContain("b = 24.7 s/mm²");
    expect(given.source).toBe("paravision:PVM_DwEffBval");
  });

  test("the method alone is enough: its b-matrices are turned to the patient", () => {
    const { effectiveB, bMatrices } = truth();
    const given = readScanDiffusion(parse(scan, "method"), undefined, scan)!;
    expect(given.bValues).toEqual(effectiveB);
    expect(largest(given.bMatrices!.flat(), bMatrices.flat())).toBeLessThan(1e-9);
  });

  test("the visu_pars alone is enough: directions are the main axes of its b-matrices", () => {
    const { effectiveB, directionLps } = truth();
    const given = readScanDiffusion(undefined, parse(scan, "pdata", "1", "visu_pars"), scan)!;
    expect(largest(given.bValues, effectiveB)).toBeLessThan(1e-9);
    directionsOf(given).forEach((direction, n) => {
      const expected = directionLps[n];
      if (!expected) return;
      const inner = direction!.reduce((sum, value, axis) => sum + value * expected[axis]!, 0);
      // Imaging gradients turn the axis by up to 2.17 degrees (measured on these files).
      expect(Math.acos(Math.min(1, Math.abs(inner)))).toBeLessThan((2.2 * Math.PI) / 180);
    });
    expect(given.source).toBe("paravision:VisuAcqDiffusionBMatrix");
  });
});

describe.skipIf(!here)("images of ParaVision without b-values", () => {
  const scan = scans[0]!;

  /** 5 slices, 35 diffusion experiments, slice fastest, as the parameter files say; names against the order. */
  const images = (count: number) => {
    const files: Record<string, Uint8Array> = {};
    for (let n = 0; n < count; n++) {
      for (let k = 0; k < 5; k++) {
        const frame = 5 * n + k;
        files[`MRIm${String(999 - frame)}.dcm`] = encodeDicom(
          classicImage(k, n % 3, {
            "00080018": ["UI", `1.2.3.${frame + 1}`],
            "00080070": ["LO", "Bruker BioSpin MRI GmbH"],
            "00180081": ["DS", "36"],
            "00200012": ["IS", String(frame + 1)],
            "00200013": ["IS", String(frame + 1)],
          }),
        );
      }
    }
    return files;
  };
  const readWith = async (
    files: Record<string, Uint8Array>,
    beside: readonly (readonly string[])[],
  ) => {
    const folder = mkdtempSync(join(tmpdir(), "paravision-"));
    try {
      for (const [path, bytes] of Object.entries(files)) writeFileSync(join(folder, path), bytes);
      for (const path of beside) {
        const target = join(folder, "RAW", ...path);
        mkdirSync(join(target, ".."), { recursive: true });
        writeFileSync(target, readFileSync(referencePath(...base, ...path)));
      }
      return await readInput(folder, { contrast: "DiffusionBValue", atLeast: 2 }, openPool(1, ""));
    } finally {
      rmSync(folder, { recursive: true });
    }
  };
  const method = [scan, "method"];
  const visu = [scan, "pdata", "1", "visu_pars"];
  const maps = [scan, "pdata", "2", "visu_pars"];

  test("take them from method and visu_pars, whatever else the scan's folder holds", async () => {
    const series = await readWith(images(35), [method, visu, maps]);
    const { effectiveB, nominalB } = expectedOf(scan);
    const { bValues, nominalBValues, acquisitionOrder, directions } = series.diffusion!;
    expect(acquisitionOrder.map((_, n) => bValues[n])).toEqual(
      effectiveB.toSorted((a, b) => a - b),
    );
    acquisitionOrder.forEach((place, n) => {
      expect(bValues[n]).toBe(effectiveB[place]);
      expect(nominalBValues![n]).toBe(nominalB[place]);
      expect(directions[n] === undefined).toBe(place < 5);
    });
    expect(series.axis.source).toBe("paravision:PVM_DwEffBval");
    expect(series.warnings.map(({ code }) => code)).toContain("W-ADC");
    // The pixels went along: image n of the scan holds the values of echo n % 3.
    acquisitionOrder.forEach((place, n) => {
      const perVolume = series.stored.length / 35;
      expect(series.stored[n * perVolume]).toBe(1000 * ((place % 3) + 1));
    });
  });

  test("are refused when their number is another", async () => {
    await expect(readWith(images(34), [method, visu])).rejects.toMatchObject({
      code: "E-B-COUNT",
      message: expect.stringMatching(/PVM_DwEffBval gives 35 b-values.*34 images/),
    });
  });

  test("are refused when the files of two scans lie beside them", async () => {
    const other = [scans[1]!, "method"];
    await expect(readWith(images(35), [method, other])).rejects.toMatchObject({
      code: "E-PARAVISION",
    });
  });

  test("without such files the message says where b-values could come from", async () => {
    await expect(readWith(images(35), [])).rejects.toMatchObject({
      code: "E-NO-BVALUE",
      message: expect.stringMatching(/175 images.*--bvals FILE.*`method` and `visu_pars`/),
    });
  });
});
