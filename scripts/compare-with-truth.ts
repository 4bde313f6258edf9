import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import type { RegionComparison, TruthComparison } from "#shared/report/index-content.ts";
import { unitFactor } from "#shared/units.ts";
import { type ComparedQuantity, describeTolerance, isWithin } from "./demo-jobs.ts";
import { readSingleImage } from "./read-single-image.ts";

/** A region of truth.json: its label, its name, and its values, null where it has none. */
interface TrueRegion {
  readonly label: number;
  readonly name: string;
  readonly [symbol: string]: number | string | null | readonly number[];
}

/** What two maps say of each voxel, in the unit of the comparison. */
interface ComparedMaps {
  /** NaN where there is no true value. */
  readonly truth: Float32Array;
  readonly result: Float32Array;
  readonly errors: Float32Array;
}

/**
 * Truth against result, region by region; both lie on the same voxels.
 *
 * @param truthFolder - of the scan, with the true maps, the labels and truth.json
 * @param maps - folder of the program's maps
 * @throws Error when a map is missing or lies elsewhere than the truth
 */
export function compareWithTruth(
  truthFolder: string,
  maps: string,
  quantity: ComparedQuantity,
): TruthComparison {
  const { kind = "value", label, map, symbol, unit, tolerance } = quantity;
  const truthMap = readSingleImage(join(truthFolder, `${map}.nii`));
  const labels = readSingleImage(join(truthFolder, "dseg.nii"));
  const found = readSingleImage(join(maps, findFile(maps, `_${map}.nii.gz`)));
  found.grid.affineLps.forEach((value, index) => {
    if (Math.abs(value - truthMap.grid.affineLps[index]!) > 1e-4)
      throw new Error(`${map} lies elsewhere than the truth`);
  });
  const { truth, result, errors } =
    kind === "value"
      ? compareValues(truthMap.samples, found.samples, readErrors(maps, map), quantity)
      : compareDirections(truthMap.samples, found.samples);
  const { regions } = JSON.parse(readFileSync(join(truthFolder, "truth.json"), "utf8")) as {
    regions: TrueRegion[];
  };
  const { grid } = truthMap;
  return {
    name: label,
    unit,
    criterion: describeTolerance(quantity),
    difference: "percent" in tolerance ? "percent" : "absolute",
    regions: regions.flatMap((region) => {
      const stated = region[symbol];
      // The true angle to the true direction is 0.
      const trueValue = kind === "direction" && Array.isArray(stated) ? 0 : stated;
      if (typeof trueValue !== "number") return [];
      const statistics = summarizeRegion(region.label, labels.samples, result, errors);
      return {
        region: region.name,
        trueValue,
        ...statistics,
        within: isWithin(tolerance, statistics.mean, trueValue),
      };
    }),
    maps:
      kind === "value" ? { grid, slice: Math.floor(grid.shape[2] / 2), truth, result } : undefined,
  };
}

function readErrors(maps: string, map: string): Float64Array | undefined {
  const name = readdirSync(maps).find((one) => one.endsWith(`_desc-stderr_${map}.nii.gz`));
  return name === undefined ? undefined : readSingleImage(join(maps, name)).samples;
}

function compareValues(
  truth: Float64Array,
  found: Float64Array,
  errors: Float64Array | undefined,
  { unit, fileUnit }: ComparedQuantity,
): ComparedMaps {
  const factor = unitFactor(fileUnit, unit);
  const scale = (samples: Float64Array) => Float32Array.from(samples, (value) => factor * value);
  return {
    truth: scale(truth),
    result: scale(found),
    errors: errors === undefined ? new Float32Array(found.length).fill(Number.NaN) : scale(errors),
  };
}

/**
 * Angles, degrees, between directions of either sense.
 *
 * @param truth - unit vectors, shape [3, nz, ny, nx]; NaN where there is none
 * @param found - the same of the result
 */
function compareDirections(truth: Float64Array, found: Float64Array): ComparedMaps {
  const count = truth.length / 3;
  const angles = Float32Array.from({ length: count }, (_, v) => {
    const cosine = [0, 1, 2].reduce(
      (sum, c) => sum + truth[v + c * count]! * found[v + c * count]!,
      0,
    );
    return (Math.acos(Math.min(1, Math.abs(cosine))) * 180) / Math.PI;
  });
  return {
    truth: angles.map((angle) => 0 * angle),
    result: angles,
    errors: new Float32Array(count).fill(Number.NaN),
  };
}

/**
 * Mean, spread and error over the voxels that have a value, flagged ones included: to leave voxels out because of what was
 * found in them (an error above half of a kurtosis near 0) would move the mean.
 */
function summarizeRegion(
  label: number,
  labels: Float64Array,
  found: Float32Array,
  errors: Float32Array,
): Omit<RegionComparison, "region" | "trueValue" | "within"> {
  const values: number[] = [];
  const standardErrors: number[] = [];
  let missing = 0;
  for (let v = 0; v < labels.length; v++) {
    if (labels[v] !== label) continue;
    if (Number.isFinite(found[v])) {
      values.push(found[v]!);
      if (Number.isFinite(errors[v])) standardErrors.push(errors[v]!);
    } else missing++;
  }
  const mean = average(values);
  const variance = average(values.map((value) => (value - mean) ** 2));
  return {
    mean,
    standardDeviation: Math.sqrt(variance),
    standardError: average(standardErrors),
    voxels: values.length,
    missing,
  };
}

/** NaN of no numbers. */
function average(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

/** Folder with the truth of a scan: its own, or the one that scans on the fine slices share. */
export function truthOf(sampleData: string, scan: number): string {
  const own = join(sampleData, "truth", `scan-${scan}`);
  return existsSync(own) ? own : join(sampleData, "truth");
}

/**
 * The file of a folder whose name has this part, and no `desc-` unless the part has one.
 *
 * @throws Error when there is none
 */
export function findFile(folder: string, part: string): string {
  const found = readdirSync(folder).find(
    (name) => name.includes(part) && (part.includes("desc-") || !name.includes("desc-")),
  );
  if (found === undefined) throw new Error(`${folder} has no ${part}`);
  return found;
}
