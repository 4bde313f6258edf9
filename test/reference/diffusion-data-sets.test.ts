import { readFileSync } from "node:fs";
import { gunzipSync } from "node:zlib";
import { describe, expect, test } from "vitest";
import { axisOrder, reorderGrid, reorderSamples } from "#shared/nifti/axis-order.ts";
import { encodeBvalBvec } from "#shared/nifti/encode-bval-bvec.ts";
import { parseNiftiHeader } from "#shared/nifti/read.ts";
import { openPool } from "#shared/parallel/pool.ts";
import { readInput, type SeriesRequest } from "#shared/program/read-input.ts";
import { voxelCount } from "#shared/volume/grid.ts";
import type { SeriesVolume } from "#shared/volume/series-volume.ts";
import {
  hasReference,
  readNiftiSamples,
  readReferenceJson,
  referencePath,
} from "../shared/fit/curves.ts";

// Diffusion series of four vendors, and one block of signals in three encodings, against the b-values, directions and
// images that other programs made of them.

const request: SeriesRequest = { contrast: "DiffusionBValue", atLeast: 2 };
const read = (path: string, wish: Partial<SeriesRequest> = {}): Promise<SeriesVolume> =>
  readInput(path, { ...request, ...wish }, openPool(1, ""));

const numbers = (path: string): number[][] =>
  readFileSync(path, "utf8")
    .trim()
    .split("\n")
    .map((line) => line.trim().split(/\s+/).map(Number));

const tableOf = (series: SeriesVolume) => {
  const { bval, bvec } = encodeBvalBvec(series.diffusion!, series.grid, false);
  const rows = (text: string) =>
    text
      .trim()
      .split("\n")
      .map((line) => line.split(" ").map(Number));
  return { bval: rows(bval)[0]!, bvec: rows(bvec) };
};

function unit(vector: readonly number[]): number[] {
  const length = Math.hypot(...vector);
  return vector.map((value) => value / length);
}

/** Largest difference between vectors of two bvec tables, in images from `least` s/mm² on. */
function differenceOfVectors(
  found: number[][],
  expected: number[][],
  bval: readonly number[],
  least: number,
  upToSign: boolean,
): number {
  return Math.max(
    ...bval.flatMap((b, n) => {
      if (b < least) return [];
      // Some of the files hold vectors as stored, up to 4e-4 from unit length.
      const [u, v] = [found, expected].map((rows) => unit(rows.map((row) => row[n]!)));
      const inner = u!.reduce((sum, value, axis) => sum + value * v![axis]!, 0);
      const sign = upToSign && inner < 0 ? -1 : 1;
      return u!.map((value, axis) => Math.abs(sign * value - v![axis]!));
    }),
  );
}

/** Stored values in signal units, volume after volume in the order of acquisition, axes as in a written file. */
function signalsInFileOrder(series: SeriesVolume): Float64Array {
  const { grid, stored, slope, intercept, diffusion } = series;
  const perVolume = voxelCount(grid);
  const plane = grid.shape[0] * grid.shape[1];
  const count = series.axis.values.length;
  const out = new Float64Array(perVolume * count);
  const order = axisOrder(grid, false);
  for (let n = 0; n < count; n++) {
    const volume = Float64Array.from({ length: perVolume }, (_, v) => {
      const frame = n * grid.shape[2] + Math.floor(v / plane);
      return stored[n * perVolume + v]! * slope[frame]! + intercept[frame]!;
    });
    const place = diffusion!.acquisitionOrder[n]!;
    const target = out.subarray(place * perVolume, (place + 1) * perVolume);
    reorderSamples(volume, grid.shape, order, target);
  }
  return out;
}

/** Largest distance between a corner of the grid and that of a NIfTI file, mm. */
function affineError(series: SeriesVolume, path: string): number {
  const header = parseNiftiHeader(gunzipSync(readFileSync(path)).subarray(0, 540), path);
  const ours = reorderGrid(series.grid, axisOrder(series.grid, false));
  expect(ours.shape).toEqual(header.grid.shape);
  const difference = ours.affineLps.map((value, at) => value - header.grid.affineLps[at]!);
  const [nx, ny, nz] = ours.shape;
  return Math.hypot(
    ...[0, 4, 8].map(
      (row) =>
        Math.abs(difference[row]!) * nx +
        Math.abs(difference[row + 1]!) * ny +
        Math.abs(difference[row + 2]!) * nz +
        Math.abs(difference[row + 3]!),
    ),
  );
}

interface DataSet {
  readonly folder: string;
  readonly table: string;
  readonly image?: string;
  readonly warnings: readonly string[];
  /** Largest difference of a signal, and whether only the whole vector's direction is known up to sign. */
  readonly signalError: number;
  readonly upToSign: boolean;
  readonly source: string;
  /** Least b of an image whose direction means something. */
  readonly least: number;
}

const dataSets: readonly DataSet[] = [
  {
    folder: "dwi-dicom-canon-enhanced",
    table: "source_repository",
    image: "source_repository",
    warnings: [],
    signalError: 0,
    upToSign: false,
    source: "dicom:0018,9089",
    least: 1,
  },
  {
    folder: "dwi-dicom-siemens-mosaic",
    table: "dcm2niix",
    image: "dcm2niix",
    warnings: [],
    signalError: 0,
    upToSign: false,
    source: "siemens:0019,100E",
    least: 1,
  },
  {
    folder: "dwi-dicom-siemens-mosaic",
    table: "source_repository_first_8_volumes",
    warnings: [],
    signalError: 0,
    upToSign: false,
    source: "siemens:0019,100E",
    least: 1,
  },
  {
    folder: "dwi-dicom-philips-classic",
    table: "dcm2niix",
    warnings: ["W-PHILIPS-SCALE"],
    signalError: 0,
    upToSign: false,
    source: "dicom:0018,9089",
    least: 500,
  },
  {
    folder: "dwi-dicom-ge-header-only",
    table: "source_repository",
    warnings: [],
    signalError: 0,
    upToSign: true,
    source: "ge:0019,10BB",
    least: 1,
  },
];

describe.each(dataSets)("$folder ($table)", (set) => {
  const here = hasReference(set.folder);
  const path = (name: string) => referencePath(set.folder, "reference", name);

  test.skipIf(!here)("b-values and directions are those of its bval and bvec", async () => {
    const series = await read(referencePath(set.folder, "dicom"));
    const { bval, bvec } = tableOf(series);
    const expected = numbers(path(`${set.table}.bval`))[0]!;
    expect(bval).toHaveLength(expected.length);
    const away = Math.max(...bval.map((b, n) => Math.abs(b - expected[n]!)));
    expect(away).toBeLessThan(1e-6);
    const vectors = numbers(path(`${set.table}.bvec`));
    const error = differenceOfVectors(bvec, vectors, bval, set.least, set.upToSign);
    expect(error).toBeLessThan(1e-5);
    expect(series.diffusion!.directionSource).toBe(set.source);
    expect(series.axis.values).toEqual(series.diffusion!.bValues);
    expect(series.warnings.map(({ code }) => code)).toEqual(set.warnings);
  });

  test.skipIf(!here)(
    "directions in patient coordinates are those computed from the header",
    async () => {
      const expected = readReferenceJson<{
        gradients_patient_lps: number[][];
        affine_lps: number[][];
        shape_ijkv: number[];
      }>(set.folder, "expected.json");
      const { diffusion, grid } = await read(referencePath(set.folder, "dicom"));
      diffusion!.directions.forEach((direction, n) => {
        if (diffusion!.bValues[n]! < set.least) return;
        const truth = unit(expected.gradients_patient_lps[diffusion!.acquisitionOrder[n]!]!);
        const inner = direction!.reduce((sum, value, axis) => sum + value * truth[axis]!, 0);
        expect(Math.abs(inner)).toBeGreaterThan(1 - 1e-12);
        if (!set.upToSign) expect(inner).toBeGreaterThan(0);
      });
      expect([...grid.shape, diffusion!.bValues.length]).toEqual(expected.shape_ijkv);
      const away = grid.affineLps.map((value, at) =>
        Math.abs(value - expected.affine_lps.flat()[at]!),
      );
      expect(Math.max(...away)).toBeLessThan(1e-6);
    },
  );

  test.skipIf(!here || set.image === undefined)(
    "every voxel is that of its NIfTI file",
    async () => {
      const series = await read(referencePath(set.folder, "dicom"));
      const file = path(`${set.image}.nii.gz`);
      expect(affineError(series, file)).toBeLessThan(0.01);
      const [ours, theirs] = [signalsInFileOrder(series), readNiftiSamples(file)];
      expect(ours).toHaveLength(theirs.length);
      expect(ours.findIndex((value, v) => Math.abs(value - theirs[v]!) > set.signalError)).toBe(-1);
    },
  );
});

describe.skipIf(!hasReference("dwi-dicom-philips-classic"))("Philips, classic", () => {
  test("every voxel is that of dcm2niix's file, but for the scale", async () => {
    // dcm2niix -p n writes display values, stored x RescaleSlope; ours are the precise ones, stored / ScaleSlope.
    const series = await read(referencePath("dwi-dicom-philips-classic", "dicom"));
    const file = referencePath("dwi-dicom-philips-classic", "reference", "dcm2niix.nii.gz");
    expect(affineError(series, file)).toBeLessThan(0.01);
    const [ours, theirs] = [signalsInFileOrder(series), readNiftiSamples(file)];
    const largest = theirs.findIndex((value) => value > 1000);
    const scale = theirs[largest]! / ours[largest]!;
    const wrong = ours.findIndex((value, v) => Math.abs(value * scale - theirs[v]!) > 1e-3);
    expect(wrong).toBe(-1);
  });
});

describe.skipIf(!hasReference("dwi-dicom-siemens-mosaic"))("Siemens mosaic", () => {
  test("b-matrices are those of the private attribute, in the order xx yy zz xy xz yz", async () => {
    const series = await read(referencePath("dwi-dicom-siemens-mosaic", "dicom"));
    const { bMatrices, acquisitionOrder } = series.diffusion!;
    const { b_matrix_0019_1027_xx_xy_xz_yy_yz_zz: expected } = readReferenceJson<{
      b_matrix_0019_1027_xx_xy_xz_yy_yz_zz: (number[] | null)[];
    }>("dwi-dicom-siemens-mosaic", "expected.json");
    acquisitionOrder.forEach((place, n) => {
      const [xx, xy, xz, yy, yz, zz] = expected[place] ?? [0, 0, 0, 0, 0, 0];
      expect(bMatrices![n]).toEqual([xx, yy, zz, xy, xz, yz]);
    });
  });
});

interface DipyCase {
  readonly id: string;
  readonly gradients_patient_lps?: number[][];
  readonly affine_ras: number[][];
}

describe.skipIf(!hasReference("dipy-dwi"))("one block of signals in three encodings", () => {
  const { cases } = hasReference("dipy-dwi")
    ? readReferenceJson<{ cases: DipyCase[] }>("dipy-dwi", "expected.json")
    : { cases: [] };
  const truth = cases.find(({ id }) => id === "small_64D");
  const bval = () => numbers(referencePath("dipy-dwi", "nifti", "small_64D.bval"))[0]!;

  const check = (series: SeriesVolume): void => {
    const { bValues, directions, acquisitionOrder } = series.diffusion!;
    const expected = bval();
    acquisitionOrder.forEach((place, n) => {
      expect(Math.abs(bValues[n]! - expected[place]!)).toBeLessThan(1e-6);
      if (expected[place] === 0) {
        expect(directions[n]).toBeUndefined();
        return;
      }
      const vector = truth!.gradients_patient_lps![place]!;
      const away = directions[n]!.map((value, axis) => Math.abs(value - vector[axis]!));
      expect(Math.max(...away)).toBeLessThan(1e-5);
    });
  };

  test.each(["small_64D_enhanced", "small_64D_classic"])("%s", async (name) => {
    const series = await read(referencePath("dipy-dwi", "dicom", name));
    check(series);
    expect(series.axis.values).toHaveLength(65);
  });

  test("NIfTI with bval and bvec", async () => {
    const series = await read(referencePath("dipy-dwi", "nifti"), { series: "small_64D" });
    check(series);
    expect(series.diffusion!.directionSource).toBe("bvec");
  });

  test("the signals of the DICOM encodings are those of the NIfTI file", async () => {
    const nifti = await read(referencePath("dipy-dwi", "nifti"), { series: "small_64D" });
    for (const name of ["small_64D_enhanced", "small_64D_classic"]) {
      const dicom = await read(referencePath("dipy-dwi", "dicom", name));
      // By position: sums over each image, which no order of axes changes.
      const sums = (series: SeriesVolume) => {
        const perVolume = voxelCount(series.grid);
        const all = signalsInFileOrder(series);
        return Array.from({ length: 65 }, (_, n) =>
          all.subarray(n * perVolume, (n + 1) * perVolume).reduce((a, b) => a + b, 0),
        );
      };
      const [ours, theirs] = [sums(dicom), sums(nifti)];
      expect(Math.max(...ours.map((sum, n) => Math.abs(sum - theirs[n]!)))).toBeLessThan(1e-6);
    }
  });

  test("a user's bval and bvec give a DICOM series the same table as its header", async () => {
    const fromHeader = await read(referencePath("dipy-dwi", "dicom", "small_64D_classic"));
    const { bval: b, bvec } = encodeBvalBvec(fromHeader.diffusion!, fromHeader.grid, false);
    const { mkdtempSync, rmSync, writeFileSync } = await import("node:fs");
    const folder = mkdtempSync("/tmp/table-");
    try {
      writeFileSync(`${folder}/t.bval`, b);
      writeFileSync(`${folder}/t.bvec`, bvec);
      const diffusionTable = { bvalsPath: `${folder}/t.bval`, bvecsPath: `${folder}/t.bvec` };
      const given = await read(referencePath("dipy-dwi", "dicom", "small_64D_classic"), {
        diffusionTable,
      });
      check(given);
      expect(given.axis.source).toBe("user");
      expect(given.stored).toEqual(fromHeader.stored);
    } finally {
      rmSync(folder, { recursive: true });
    }
  });
});

describe.skipIf(!hasReference("synthetic-phantom-dicom"))("the synthetic phantom", () => {
  test("is a trace series: eight b-values, no directions", async () => {
    const series = await read(referencePath("synthetic-phantom-dicom", "dicom", "adc"));
    expect(new Set(series.axis.values).size).toBe(8);
    expect(series.diffusion!.directions.every((direction) => direction === undefined)).toBe(true);
    expect(series.diffusion!.directionSource).toBe("none");
    expect(series.warnings).toEqual([]);
  });
});
