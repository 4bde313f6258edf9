import { parseUnit, type Unit } from "#shared/units.ts";
import { compareNames } from "#shared/xnat/compare-names.ts";
import type { SessionResult } from "./session-results.ts";

/** Values of one quantity, one for each session that has it. */
export interface MeasuredQuantity {
  readonly pipeline: string;
  readonly map: string;
  /** "": the whole map. */
  readonly region: string;
  readonly unit: string;
  readonly knownUnit: Unit | undefined;
  /** Standard errors, quality of fit, signals and rates: what follows from other quantities or says how sure they are. */
  readonly secondary: boolean;
  readonly groups: readonly {
    readonly group: string;
    readonly timepoint: string;
    /** Ascending. */
    readonly values: Float64Array;
  }[];
}

/** The statistic that stands for a map or a region: half of the voxels lie above, whatever a few wild ones do. */
export const groupStatistic = "median";

const secondaryMap = /^(SE\(|R²|RMSE|[MS]0|R[12])/;

/**
 * Every quantity of a project by group and time point; whole maps first, in the order they were met. A session is one value:
 * of several scans, or of several drawings of one region, the mean, since they are no further animals.
 */
export function groupValues(sessions: Iterable<SessionResult>): readonly MeasuredQuantity[] {
  const found = new Map<string, { pipeline: string; map: string; region: string; unit: string }>();
  const values = new Map<string, Map<string, number[]>>();
  for (const { facts, results } of sessions) {
    const cell = `${facts.group}\n${facts.timepoint}`;
    for (const [key, numbers] of valuesOf(results, found)) {
      const cells = values.get(key) ?? new Map<string, number[]>();
      values.set(key, cells);
      const value = numbers.reduce((sum, number) => sum + number, 0) / numbers.length;
      const list = cells.get(cell);
      if (list === undefined) cells.set(cell, [value]);
      else list.push(value);
    }
  }
  const quantities = [...found].map(([key, quantity]) => ({
    ...quantity,
    knownUnit: parseUnit(quantity.unit),
    secondary: secondaryMap.test(quantity.map),
    groups: [...(values.get(key) ?? [])]
      .map(([cell, list]) => {
        const [group = "", timepoint = ""] = cell.split("\n");
        return { group, timepoint, values: Float64Array.from(list).sort() };
      })
      .sort((a, b) => compareNames(a.group, b.group) || compareNames(a.timepoint, b.timepoint)),
  }));
  return quantities.sort((a, b) => Number(a.region !== "") - Number(b.region !== ""));
}

/** The values of one session by quantity; quantities not met before join `found`. */
function valuesOf(
  results: SessionResult["results"],
  found: Map<string, { pipeline: string; map: string; region: string; unit: string }>,
): ReadonlyMap<string, readonly number[]> {
  const own = new Map<string, number[]>();
  for (const { pipeline, outcome } of results) {
    for (const { map, region, unit, values: numbers } of outcome.measures) {
      const value = numbers[groupStatistic];
      if (value === undefined || value === null) continue;
      const key = JSON.stringify([pipeline, map, region, unit]);
      if (!found.has(key)) found.set(key, { pipeline, map, region, unit });
      const list = own.get(key);
      if (list === undefined) own.set(key, [value]);
      else list.push(value);
    }
  }
  return own;
}
