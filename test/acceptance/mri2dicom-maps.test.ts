import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { makeScan, type RawTexts } from "../phantom/raw-scan.ts";
import { writeScan } from "../phantom/write-scan.ts";
import { launchProgram, newFolder } from "./launch.ts";
import { findRawDataset } from "./raw-datasets.ts";
import {
  haveTables,
  readTable,
  repetitionCases,
  repetitionScan,
  type TableEntries,
  textsOf,
} from "./raw-tables.ts";
import { type ReadMap, readMaps } from "./read-maps.ts";

// Scans of parameters that ParaVision wrote, with computed signals: what mri2dicom plans, written to files, gives the true maps
// in process-t1, process-t2 and process-dwi without any option.

/** Small images: 12 x 8 pixels, three thirds or two halves of their width with one signal each. */
const [columns, rows] = [12, 8];
const small: RawTexts = {
  VisuCoreSize: `( 2 )\n${columns} ${rows}`,
  VisuAcqSize: `( 2 )\n${columns} ${rows}`,
};

function image(signals: readonly number[]): Uint8Array {
  const width = columns / signals.length;
  const values = Int16Array.from({ length: columns * rows }, (_, n) =>
    Math.round(signals[Math.floor((n % columns) / width)]!),
  );
  return new Uint8Array(values.buffer);
}

/** Every voxel must lie within `tolerance`, relative, of one of the truths, and as many of each. */
function expectRegions(
  values: readonly (number | string)[],
  truths: readonly number[],
  tolerance: number,
): void {
  const left = truths.map(() => 0);
  for (const value of values) {
    const at = truths.findIndex((truth) => Math.abs(Number(value) / truth - 1) <= tolerance);
    expect([value, at]).not.toEqual([value, -1]);
    left[at]!++;
  }
  expect(left).toEqual(truths.map(() => values.length / truths.length));
}

async function mapsOf(program: string, input: string) {
  const run = await launchProgram(program, input);
  expect([run.stderr, run.exitCode]).toEqual(["", 0]);
  return readMaps(join(run.output, "maps"));
}

/** The map itself, not one of its error or fit. */
function mapOf(maps: ReadonlyMap<string, ReadMap>, suffix: string): ReadMap {
  const found = [...maps].filter(
    ([name]) => name.endsWith(`_${suffix}.nii.gz`) && !name.includes("_desc-"),
  );
  expect(found.map(([name]) => name)).toHaveLength(1);
  return found[0]![1];
}

interface DiffusionTable {
  readonly "visu_pars pdata/1": TableEntries;
  readonly method: TableEntries;
  readonly phantom: {
    readonly fibre: { readonly signal: readonly number[]; readonly FA: number };
    readonly isotropic: { readonly signal: readonly number[] };
  };
}

describe.skipIf(!haveTables)("diffusion of five slices", () => {
  test.each(["dtiepi_30dir.json", "dtiepi_2x30dir_2shell.json"])(
    "%s: the b-matrix gives the tensor of the fibre",
    async (name) => {
      const table = readTable<DiffusionTable>(name);
      const { scan } = makeScan(
        { ...textsOf(table["visu_pars pdata/1"]), ...small },
        { method: textsOf(table.method) },
      );
      const { fibre, isotropic } = table.phantom;
      const input = newFolder();
      writeScan(scan, input, 1, ({ frame }) => {
        const volume = Math.floor(frame / 5);
        return image([fibre.signal[volume]!, isotropic.signal[volume]!]);
      });
      const maps = await mapsOf("process-dwi", input);
      expectRegions(mapOf(maps, "MD").values.filter(isValue), [0.0007], 0.001);
      const fractions = mapOf(maps, "FA").values.map(Number);
      const fibres = fractions.filter((value) => value > 0.5);
      expect(fibres.length).toBe((columns / 2) * rows * 5);
      for (const value of fibres) expect(value).toBeCloseTo(fibre.FA, 3);
      // The fibre runs along +-(0.866, 0.5, 0) in L, P, S.
      const vectors = mapOf(maps, "V1");
      const voxels = vectors.values.length / 3;
      const axes = axesOf(vectors);
      const angles = fractions.flatMap((fraction, voxel) => {
        if (fraction <= 0.5) return [];
        const vector = [0, 1, 2].map((axis) => Number(vectors.values[voxel + axis * voxels]));
        const [right, anterior] = axes.map((row) =>
          row.reduce((sum, value, axis) => sum + value * vector[axis]!, 0),
        );
        const along = Math.abs(0.8660254 * right! + 0.5 * anterior!);
        return [(Math.acos(Math.min(1, along)) * 180) / Math.PI];
      });
      expect(Math.max(...angles)).toBeLessThan(0.1);
    },
    60_000,
  );
});

/** Components along FSL's axes to R, A, S, row by row: unit columns of the affine, the first reversed when it is right-handed. */
function axesOf({ affine, zooms }: ReadMap): readonly (readonly number[])[] {
  const rows = [0, 1, 2].map((row) =>
    [0, 1, 2].map((axis) => affine[4 * row + axis]! / zooms[axis]!),
  );
  const [[a, b, c], [d, e, f], [g, h, i]] = rows as [Triple, Triple, Triple];
  const determinant = a * (e * i - f * h) - b * (d * i - f * g) + c * (d * h - e * g);
  return determinant > 0 ? rows.map(([x, y, z]) => [-x!, y!, z!]) : rows;
}

type Triple = [number, number, number];

function isValue(value: number | string): boolean {
  return value !== "NaN";
}

describe.skipIf(!haveTables)("T1 by a list of repetition times", () => {
  // M0 15000, T1 of the thirds, ms.
  const truths = [400, 1100, 2200];
  test.each(repetitionCases)(
    "$id",
    async (made) => {
      const { scan } = repetitionScan(made, small);
      const input = newFolder();
      const { RepetitionTime: times, EchoTime: echoes } = made.frameTable;
      const decay = (frame: number) => Math.exp(-(echoes?.[frame] ?? 0) / 60);
      writeScan(scan, input, 1, ({ frame }) =>
        image(truths.map((t1) => 15_000 * decay(frame) * (1 - Math.exp(-times[frame]! / t1)))),
      );
      const maps = await mapsOf("process-t1", input);
      expectRegions(
        mapOf(maps, "T1map").values,
        truths.map((ms) => ms / 1000),
        0.002,
      );
    },
    60_000,
  );
});

const echoScan = findRawDataset("pv360_3_6_stddata_params");

describe.skipIf(!haveTables || echoScan === undefined)("T2 of five slices, echo fastest", () => {
  test("each slice has its own T2", async () => {
    const table = readTable<{ "visu_pars pdata/1": TableEntries }>("t2map_msme.json");
    const { scan } = makeScan({ ...textsOf(table["visu_pars pdata/1"]), ...small });
    const input = newFolder();
    const truths = [20, 30, 45, 60, 80];
    writeScan(scan, input, 1, ({ frame }) => {
      const [echo, slice] = [frame % 11, Math.floor(frame / 11)];
      return image([20_000 * Math.exp((-8 * (echo + 1)) / truths[slice]!)]);
    });
    const maps = await mapsOf("process-t2", input);
    expectRegions(
      mapOf(maps, "T2map").values,
      truths.map((ms) => ms / 1000),
      0.002,
    );
  }, 60_000);
});
