import { parseUnit, type Unit, unitEntry, unitFactor } from "#shared/units.ts";
import type { Measure } from "./item.ts";
import { parseJson } from "./parse-json.ts";
import { regionRowsShape, summaryShape } from "./summary.schema.ts";

/** Where the numbers of a result lie: in its report, and those of mask-average in its statistics. */
export const measureFiles = { report: "summary.json", regions: "roi_statistics.json" } as const;

/** Statistics that the table of a project holds, in the unit of the map; `n` counts voxels. */
export const valueStatistics = [
  ...["mean", "sd", "median", "min", "p1", "p5", "p10", "p25", "p75", "p90", "p95", "p99", "max"],
  ...["sem", "weighted_mean", "mean_curve_fit", "mean_curve_fit_se"],
] as const;
/** Statistics with a unit of their own, or none. */
export const otherStatistics = ["n", "n_voxels", "volume_mm3", "area_mm2"] as const;

/**
 * The numbers of a result for the table: one entry for each map, or each region on each map. Times are in ms, diffusivities in
 * mm2/s and rates in 1/s, whichever the file has, so that numbers of one map can be compared across programs and versions.
 *
 * @param summary - text of summary.json; undefined when there is none
 * @param regions - text of roi_statistics.json; undefined unless the program is mask-average
 * @returns none where the files do not hold what ours hold: another program, or another time, wrote them
 */
export function collectMeasures(
  summary: string | undefined,
  regions: string | undefined,
): readonly Measure[] {
  if (regions !== undefined) return readRegions(regions);
  const read = summaryShape.safeParse(parseJson(summary));
  if (!read.success) return [];
  return Object.entries(read.data.maps).map(([map, { unit, ...numbers }]) =>
    measure(map, unit, "", numbers),
  );
}

function readRegions(text: string): readonly Measure[] {
  const read = regionRowsShape.safeParse(parseJson(text));
  if (!read.success) return [];
  const names = new Map<string, Set<number>>();
  for (const { roi_name: name, roi_number: number } of read.data) {
    names.set(name, (names.get(name) ?? new Set()).add(number));
  }
  return read.data.map((row) => {
    const { roi_name: name, roi_number: number, map_volume: volume } = row;
    const unique = name !== "" && names.get(name)?.size === 1;
    const region = unique ? name : `${name || "region"} #${number}`;
    const quantity = quantityOf(row.map);
    const map = volume === null ? quantity : `${quantity} volume ${volume}`;
    return measure(map, row.unit, region, { ...row, n: row["n_valid"] });
  });
}

/** The name the summary of its program has for a map: of "T1map" T1, of "desc-saturation_T1map" saturation. */
function quantityOf(map: string): string {
  const [, described, plain] =
    /^(?:desc-([A-Za-z0-9]+)_[A-Za-z0-9]+|([A-Za-z0-9]+))map$/.exec(map) ?? [];
  return described ?? plain ?? map;
}

function measure(
  map: string,
  unitText: string,
  region: string,
  numbers: Readonly<Record<string, unknown>>,
): Measure {
  const unit = parseUnit(unitText);
  const table = unit === undefined ? undefined : tableUnit(unit);
  const factor = unit === undefined || table === undefined ? 1 : unitFactor(unit, table);
  const pick = (names: readonly string[], scale: number) =>
    names.flatMap((name) => {
      if (!Object.hasOwn(numbers, name)) return [];
      const value = numbers[name];
      const known = typeof value === "number" && Number.isFinite(value);
      return [[name, known ? value * scale : null] as const];
    });
  const values = Object.fromEntries([
    ...pick(otherStatistics, 1),
    ...pick(valueStatistics, factor),
  ]);
  return { map, unit: table === undefined ? unitText : unitEntry(table).bids, region, values };
}

/** The unit of the table: one for each quantity, the one people say. */
function tableUnit(unit: Unit): Unit {
  if (unit === "s") return "ms";
  if (unit === "1/ms") return "1/s";
  return unit === "um2/ms" ? "mm2/s" : unit;
}
