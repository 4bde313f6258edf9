import { readFileSync } from "node:fs";
import { gunzipSync } from "node:zlib";
import { expect } from "vitest";
import { viewSamples } from "#shared/nifti/datatype.ts";
import { parseNiftiHeader } from "#shared/nifti/read.ts";
import { invertAffine } from "#shared/volume/affine.ts";
import { type Grid, voxelCount } from "#shared/volume/grid.ts";
import { type MemoryRun, type Row, rowsOf } from "#test/containers/mask-average/run-in-memory.ts";

// What the data sets of regions state, held against the table and the masks of a run.

/** Statistics as the expected.json files state them; only `n` where there is no voxel. */
export type Stated = Readonly<Record<string, number | null | Readonly<Record<string, number>>>>;

/** Weighted statistics as the expected.json files state them. */
export interface StatedWeights {
  readonly sum_of_weights: number;
  readonly n_touched: number;
  readonly mean: number;
  readonly sd_population: number;
}

/** Column of the table for each number of an expected.json. */
const columns: Readonly<Record<string, string>> = {
  n: "n_valid",
  mean: "mean",
  sd_population: "sd",
  sd_sample: "sd_sample",
  median: "median",
  min: "min",
  max: "max",
  p5: "p5",
  p10: "p10",
  p25: "p25",
  p75: "p75",
  p90: "p90",
  p95: "p95",
  iqr: "iqr",
  range: "range",
  cov: "cov",
  skewness: "skewness",
  excess_kurtosis: "excess_kurtosis",
};

/** Relative gate of statistics; the data sets state it. */
const statisticsGate = 1e-6;

/** Below this a number is 0 but for rounding; the smallest SD of the data sets that is none is 0.2. */
const nought = 1e-9;

/** Holds a number to a relative gate. */
export function expectNear(own: unknown, stated: number, gate: number, what: string): void {
  expect(typeof own, what).toBe("number");
  const off = Math.abs((own as number) - stated);
  expect(off, `${what}: ${own}, stated ${stated}`).toBeLessThanOrEqual(
    Math.max(gate * Math.abs(stated), gate * nought),
  );
}

/** Holds a row of the table to all statistics stated: counts exactly, the others to 1e-6. */
export function expectStatistics(row: Row, stated: Stated, what: string): void {
  expect(row["n_valid"], `${what}: n`).toBe(stated["n"]);
  if (stated["n"] === 0) {
    for (const name of Object.values(columns).slice(1)) expect(row[name], what).toBeNull();
  }
  for (const [name, value] of Object.entries(stated)) {
    if (name === "n" || name === "reciprocal_1000_over_value") continue;
    const column = columns[name];
    if (column === undefined) throw new Error(`no column for ${name}`);
    if (value === null) expect(row[column], `${what}: ${column}`).toBeNull();
    else expectNear(row[column], value as number, statisticsGate, `${what}: ${column}`);
  }
}

/** Holds a row of rates to those stated for 1000 over the values. */
export function expectRates(row: Row, { reciprocal_1000_over_value }: Stated, what: string): void {
  expect(row["unit"]).toBe("1/s");
  const { mean, sd_population, median } = reciprocal_1000_over_value as Record<string, number>;
  expectNear(row["mean"], mean!, statisticsGate, `${what}: mean of rates`);
  expectNear(row["sd"], sd_population!, statisticsGate, `${what}: sd of rates`);
  expectNear(row["median"], median!, statisticsGate, `${what}: median of rates`);
}

/** Holds a row to the statistics weighted by covered shares. */
export function expectWeighted(row: Row, stated: StatedWeights, what: string): void {
  expect(row["n_touched"], `${what}: n_touched`).toBe(stated.n_touched);
  const shares = [row["sum_of_shares"], stated.sum_of_weights] as const;
  expectNear(...shares, statisticsGate, `${what}: sum of shares`);
  expectNear(row["weighted_mean"], stated.mean, statisticsGate, `${what}: weighted mean`);
  // The SD of values that are all the same is 0 or rounding of the mean.
  const sd = stated.sd_population < nought ? 0 : stated.sd_population;
  expectNear(row["weighted_sd"], sd, statisticsGate, `${what}: weighted sd`);
}

/** The one row of a region on a map. */
export function rowOf(run: MemoryRun, number: number, map: string): Row {
  const rows = rowsOf(run).filter((row) => row["roi_number"] === number && row["map"] === map);
  if (rows.length !== 1) throw new Error(`${rows.length} rows of region ${number} on ${map}`);
  return rows[0]!;
}

/** The mask of a region on a grid, by the folder below stats/masks; undefined when none was written. */
export function maskBytes(run: MemoryRun, folder: string, number: number): Uint8Array | undefined {
  const lead = `roi-${String(number).padStart(2, "0")}`;
  const pattern = new RegExp(`^stats/masks/${folder}/[^/]+/${lead}(_[^/]*)?\\.nii\\.gz$`);
  const paths = [...run.written.keys()].filter((path) => pattern.test(path));
  if (paths.length > 1) throw new Error(`${paths.length} masks of region ${number}`);
  return paths[0] === undefined ? undefined : run.written.get(paths[0]);
}

/** An image and the positions of its voxels. */
export interface Image {
  readonly grid: Grid;
  readonly values: ArrayLike<number>;
}

/** A NIfTI file in memory, packed or not; scaling is not applied. */
export function readImageBytes(bytes: Uint8Array, name: string): Image {
  const content = bytes[0] === 0x1f ? gunzipSync(bytes) : Buffer.from(bytes);
  const { grid, datatype, dataOffset, dataBytes } = parseNiftiHeader(content, name);
  // On its own buffer, where samples of several bytes are aligned.
  const data = Uint8Array.from(content.subarray(dataOffset, dataOffset + dataBytes));
  return { grid, values: viewSamples(datatype, data.buffer, 0, voxelCount(grid)) };
}

/** Voxels of an image with a value, on the voxels of a grid by where they lie in the patient. */
function placeOn({ grid, values }: Image, target: Grid, label: number): ReadonlySet<number> {
  const [to, from] = [invertAffine(target.affineLps), grid.affineLps];
  const [nx, ny] = grid.shape;
  const [tx, ty, tz] = target.shape;
  const apply = (m: readonly number[], [x, y, z]: readonly number[]) =>
    [0, 4, 8].map((row) => m[row]! * x! + m[row + 1]! * y! + m[row + 2]! * z! + m[row + 3]!);
  const places = new Set<number>();
  for (let v = 0; v < values.length; v++) {
    if (values[v] !== label) continue;
    const place = apply(
      to,
      apply(from, [v % nx, Math.floor(v / nx) % ny, Math.floor(v / (nx * ny))]),
    );
    const [i, j, k] = place.map(Math.round) as [number, number, number];
    const off = Math.max(Math.abs(place[0]! - i), Math.abs(place[1]! - j), Math.abs(place[2]! - k));
    const outside = i < 0 || j < 0 || k < 0 || i >= tx || j >= ty || k >= tz;
    // 2 % of a voxel: files round positions.
    if (off > 0.02 || outside) throw new Error(`voxel ${v} lies at ${place} of the other grid`);
    places.add(i + tx * (j + ty * k));
  }
  return places;
}

/** How many voxels of a mask of ones differ from those with a label in an expected file, in the patient. */
export function countDifferent(own: Uint8Array, expectedPath: string, label = 1): number {
  const expected = readImageBytes(readFileSync(expectedPath), expectedPath);
  return compareVoxels(readImageBytes(own, "own mask"), expected, label);
}

/** How many voxels of a mask differ from those with a label in another image. */
export function compareVoxels(mask: Image, expected: Image, label = 1): number {
  for (let v = 0; v < mask.values.length; v++) {
    if (mask.values[v] !== 0 && mask.values[v] !== 1) throw new Error("not a mask");
  }
  const wanted = placeOn(expected, expected.grid, label);
  const found = placeOn(mask, expected.grid, 1);
  const both = [...wanted].filter((v) => found.has(v)).length;
  return wanted.size + found.size - 2 * both;
}
