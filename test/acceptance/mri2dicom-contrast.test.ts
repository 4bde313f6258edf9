import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { type WrittenKeyword, writtenAttributes } from "#shared/dicom/written-attributes.ts";
import { cestRows } from "#shared/paravision/cest-rows.ts";
import { contrastRows } from "#shared/paravision/contrast-rows.ts";
import { diffusionRows } from "#shared/paravision/diffusion-rows.ts";
import { elementTexts } from "#shared/paravision/element-text.ts";
import { saturationOf } from "#shared/paravision/saturation.ts";
import { readStepSources, timeStepMs } from "#shared/paravision/time-step.ts";
import { mainDirection } from "#shared/volume/gradient-direction.ts";
import { readScan, rowValue, rowValues } from "../phantom/raw-scan.ts";
import { findRawDataset, rawDatasets } from "./raw-datasets.ts";

// Contrast, diffusion and CEST attributes of every frame of real ParaVision files, against numbers computed from the same files
// by other software (expected.json).

interface Expected {
  readonly path: string;
  readonly expect: string;
  readonly pixels?: { readonly frames: number };
  readonly perFrame?: Readonly<Record<string, unknown>>;
  readonly timing?: Readonly<Record<string, number>>;
  readonly diffusion?: {
    readonly nominalB: readonly number[];
    readonly effectiveB: readonly number[];
    readonly directionLps: readonly (readonly number[] | null)[];
    readonly bMatrixLps_xx_xy_xz_yy_yz_zz: readonly (readonly number[])[];
  };
  readonly cest?: {
    readonly offsetsHz: readonly number[];
    readonly offsetsPpm: readonly number[];
    readonly offsetListFrom: string;
    readonly dictionary: Readonly<Record<string, string | number | null>>;
  };
}

const reconstructions = rawDatasets.flatMap((name) => {
  const folder = findRawDataset(name);
  if (folder === undefined) return [];
  const file = readFileSync(join(folder, "expected.json"), "utf8");
  const { reconstructions: all } = JSON.parse(file) as { reconstructions: Expected[] };
  return all
    .filter(({ expect: verdict }) => verdict !== "skip")
    .map((expected) => ({
      place: `${name}/${expected.path}`,
      folder: join(folder, expected.path),
      expected,
    }));
});

/** `(1061,1008)` as a keyword. */
function cestKeyword(tag: string): WrittenKeyword {
  const digits = tag.replace(/[(),]/g, "");
  const found = Object.entries(writtenAttributes).find(([, [own]]) => own === digits);
  if (found === undefined) throw new Error(`no attribute ${tag}`);
  return found[0] as WrittenKeyword;
}

/** A list, or one value for all frames. */
function each<T>(value: unknown, frames: number): readonly T[] {
  return Array.isArray(value) ? value : Array.from({ length: frames }, () => value as T);
}

describe.skipIf(reconstructions.length === 0)("real ParaVision scans", () => {
  test("there are some", () => {
    expect(reconstructions.length).toBeGreaterThan(25);
  });

  test.each(reconstructions)("$place: times of every frame", ({ folder, expected }) => {
    const { scan } = readScan(folder);
    const { frameCount } = scan.visu;
    const perFrame = expected.perFrame!;
    for (const keyword of ["EchoTime", "RepetitionTime", "InversionTime"] as const) {
      const wanted = each<number | undefined>(perFrame[keyword], frameCount);
      const none = keyword === "InversionTime" ? undefined : [];
      expect(rowValues(contrastRows, keyword, scan)).toEqual(wanted.map((value) => value ?? none));
    }
    for (const [key, name] of [
      ["elementId", "VisuFGElemId"],
      ["elementComment", "VisuFGElemComment"],
      ["dataUnits", "VisuCoreDataUnits"],
    ] as const) {
      const wanted = each<string | undefined>(perFrame[key], frameCount);
      const found = wanted.map((_, frame) => elementTexts(scan.visu, name, frame)[0]);
      expect(found).toEqual(wanted.map((text) => (text === "" ? undefined : text)));
    }
  });

  const timed = reconstructions.filter(({ expected }) => expected.timing !== undefined);
  test.each(timed)("$place: the three sources of the time step", ({ folder, expected }) => {
    const { scan, remarks } = readScan(folder);
    const timing = expected.timing!;
    const { steps, scanTimeMs, timePointsMs, clockMs } = readStepSources(scan)!;
    expect(steps).toBe(timing["steps"]);
    expect(scanTimeMs).toBeCloseTo(1000 * timing["secondsPerStepFromVisuAcqScanTime"]!, 6);
    expect(timePointsMs).toBeCloseTo(1000 * timing["secondsPerStepFromACQ_time_points"]!, 6);
    const clock = timing["secondsPerStepFromCreationMinusAcquisitionDate"]!;
    expect(clockMs).toBeCloseTo(1000 * clock, 1);
    const isResolved = Math.abs(scanTimeMs! / clockMs! - 1) < 0.1;
    expect(timeStepMs(scan)).toBe(isResolved ? scanTimeMs : undefined);
    expect(remarks.map(({ code }) => code).includes("time-step-unresolved")).toBe(!isResolved);
  });

  const weighted = reconstructions.filter(({ expected }) => expected.diffusion !== undefined);
  test.each(weighted)(
    "$place: diffusion of every frame, to print precision",
    ({ folder, expected }) => {
      const { scan, remarks } = readScan(folder);
      const {
        effectiveB,
        directionLps,
        bMatrixLps_xx_xy_xz_yy_yz_zz: matrices,
      } = expected.diffusion!;
      const slices = scan.visu.frameCount / effectiveB.length;
      expect(slices).toBe(5);
      for (let frame = 0; frame < scan.visu.frameCount; frame++) {
        const n = Math.floor(frame / slices);
        const at = (keyword: Parameters<typeof rowValue>[1]) =>
          rowValue(diffusionRows, keyword, scan, frame);
        expect(at("DiffusionBValue")).toBe(effectiveB[n]);
        const direction = at("DiffusionGradientOrientation") as readonly number[] | undefined;
        const wanted = directionLps[n];
        if (wanted === null) {
          expect(direction).toBeUndefined();
          expect(at("DiffusionDirectionality")).toBe("NONE");
        } else {
          for (const axis of [0, 1, 2]) expect(direction![axis]).toBeCloseTo(wanted![axis]!, 9);
          expect(at("DiffusionDirectionality")).toBe("BMATRIX");
          const [xx, xy, xz, yy, yz, zz] = matrices[n] as [number, ...number[]];
          expect(xx + yy! + zz!).toBeCloseTo(effectiveB[n]!, 6);
          const axis = mainDirection([xx, yy!, zz!, xy!, xz!, yz!])!;
          const along = Math.abs(axis.reduce((sum, value, k) => sum + value * direction![k]!, 0));
          expect((Math.acos(Math.min(1, along)) * 180) / Math.PI).toBeLessThan(3);
        }
        expect(at("MRDiffusionSequence")).toEqual([
          {
            DiffusionBMatrixSequence: [
              Object.fromEntries(
                ["XX", "XY", "XZ", "YY", "YZ", "ZZ"].map((name, element) => [
                  `DiffusionBValue${name}`,
                  matrices[n]![element],
                ]),
              ),
            ],
          },
        ]);
      }
      expect(remarks).toEqual([]);
      const nominal = readScan(folder, { bValue: "nominal" }).scan;
      const found = rowValues(diffusionRows, "DiffusionBValue", nominal);
      expect(found.filter((_, frame) => frame % slices === 0)).toEqual(
        expected.diffusion!.nominalB,
      );
    },
  );

  const saturated = reconstructions.filter(({ expected }) => expected.cest !== undefined);
  test.each(saturated)("$place: saturation offsets and private block", ({ folder, expected }) => {
    const { scan } = readScan(folder);
    const { offsetsHz, offsetsPpm, offsetListFrom, dictionary } = expected.cest!;
    expect(saturationOf(scan)!.offsets!.name).toBe(offsetListFrom);
    const found = rowValues(cestRows, "CESTSaturationOffsetHz", scan);
    expect(found).toEqual(found.map((_, frame) => offsetsHz[frame % offsetsHz.length]));
    expect(found).toEqual(expected.perFrame!["saturationOffsetHz"]);
    for (const [frame, ppm] of rowValues(cestRows, "CESTSaturationOffsetPpm", scan).entries()) {
      expect(ppm).toBeCloseTo(offsetsPpm[frame % offsetsPpm.length]!, 6);
    }
    for (const [tag, value] of Object.entries(dictionary)) {
      const keyword = cestKeyword(tag);
      expect([tag, rowValue(cestRows, keyword, scan)]).toEqual([tag, value ?? undefined]);
    }
  });

  test("scans that are no CEST have no private block", () => {
    for (const { place, folder, expected } of reconstructions) {
      if (expected.cest !== undefined) continue;
      const { scan } = readScan(folder);
      const found = cestRows.map(({ keyword }) => rowValue(cestRows, keyword, scan));
      expect([place, ...found]).toEqual([place, ...cestRows.map(() => undefined)]);
    }
  });
});
