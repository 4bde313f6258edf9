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
  { label, map, symbol, unit, fileUnit, tolerance }: ComparedQuantity,
): TruthComparison {
  const truth = readSingleImage(join(truthFolder, `${map}.nii`));
  const labels = readSingleImage(join(truthFolder, "dseg.nii"));
  const found = readSingleImage(join(maps, findFile(maps, `_${map}.nii.gz`)));
  const stderr = readdirSync(maps).find((name) => name.endsWith(`_desc-stderr_${map}.nii.gz`));
  found.grid.affineLps.forEach((value, index) => {
    if (Math.abs(value - truth.grid.affineLps[index]!) > 1e-4)
      throw new Error(`${map} lies elsewhere than the truth`);
  });
  const { regions } = JSON.parse(readFileSync(join(truthFolder, "truth.json"), "utf8")) as {
    regions: TrueRegion[];
  };
  const factor = unitFactor(fileUnit, unit);
  const scale = (samples: Float64Array) => Float32Array.from(samples, (value) => factor * value);
  const result = scale(found.samples);
  const errors =
    stderr === undefined
      ? new Float32Array(result.length).fill(Number.NaN)
      : scale(readSingleImage(join(maps, stderr)).samples);
  return {
    name: label,
    unit,
    criterion: describeTolerance(tolerance),
    difference: "percent" in tolerance ? "percent" : "absolute",
    regions: regions.flatMap((region) => {
      const trueValue = region[symbol];
      if (typeof trueValue !== "number") return [];
      const statistics = summarizeRegion(region.label, labels.samples, result, errors);
      return {
        region: region.name,
        trueValue,
        ...statistics,
        within: isWithin(tolerance, statistics.mean, trueValue),
      };
    }),
    maps: {
      grid: truth.grid,
      slice: Math.floor(truth.grid.shape[2] / 2),
      truth: scale(truth.samples),
      result,
    },
  };
}

function summarizeRegion(
  label: number,
  labels: Float64Array,
  found: Float32Array,
  errors: Float32Array,
): Omit<RegionComparison, "region" | "trueValue" | "within"> {
  let [n, missing, sum, squares, errorSum] = [0, 0, 0, 0, 0];
  for (let v = 0; v < labels.length; v++) {
    if (labels[v] !== label) continue;
    const value = found[v]!;
    if (Number.isFinite(value)) {
      n++;
      sum += value;
      squares += value * value;
      errorSum += errors[v]!;
    } else missing++;
  }
  const mean = sum / n;
  return {
    mean,
    standardDeviation: Math.sqrt(Math.max(0, squares / n - mean * mean)),
    standardError: errorSum / n,
    voxels: n,
    missing,
  };
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
