import { unitEntry } from "#shared/units.ts";
import type { Measurement } from "./measure-region.ts";
import type { RegionRow } from "./region-row.ts";

const asterisks = "*".repeat(80);
const dashes = "-".repeat(80);

/**
 * `statistics.txt` as XNAT-PIC's Mask Average laid it out, for scripts that read it: two decimals, population standard deviation,
 * rates voxel by voxel. New in it: any map, and a line for each map that says which voxels were left out.
 *
 * `ROI Area` is the number of voxels of the region, as it always was. Regions are in order of their numbers.
 *
 * @param rows - one for each region and map; those of a region need not follow each other
 */
export function encodeLegacyStatistics(
  rows: readonly RegionRow[],
  program: { readonly name: string; readonly version: string },
): string {
  const regions = Map.groupBy(rows, (row) =>
    JSON.stringify([row.collection, row.roiNumber, row.roiName, row.roiUid]),
  );
  // Of equal numbers (several collections) the first one stays first.
  const sorted = [...regions.values()].sort((a, b) => a[0]!.roiNumber - b[0]!.roiNumber);
  const lines = [
    asterisks,
    "XNAT-PIC Pipeline: Mask Average",
    "Statistics of parametric maps in regions of interest",
    "",
    `Author: The XNAT-PIC Containers authors (${program.name} ${program.version})`,
    "Mailto: n/a",
    asterisks,
    "",
    ...sorted.flatMap(describeRegion),
  ];
  return `${lines.join("\n")}\n`;
}

function describeRegion(rows: readonly RegionRow[]): readonly string[] {
  const { roiNumber, roiName } = rows[0]!;
  const voxels = rows.map(({ measurement }) => measurement?.nVoxels).find((n) => n !== undefined);
  return [
    `ROI number: ${roiNumber}`,
    // A name with line ends must not look like lines of this file.
    `ROI file name: mask_${roiName.replace(/[\p{Cc}\u2028\u2029]+/gu, " ")}.nii`,
    `ROI Area: ${voxels ?? "n/a"}`,
    ...rows.flatMap(describeMap),
    dashes,
  ];
}

function describeMap({ map, unit, measurement }: RegionRow): readonly string[] {
  const symbol = /^(?:.*_)?([^_]+?)_?map$/i.exec(map)?.[1] ?? map;
  const { bids } = unitEntry(unit);
  const write = (value: number | null | undefined) =>
    value == null ? "n/a" : `${formatValue(value)}${bids === "1" ? "" : ` ${bids}`}`;
  const statistics = measurement?.firstOrder;
  return [
    `Mean ${symbol}: ${write(statistics?.mean)}`,
    `STD ${symbol}: ${write(statistics?.sd)}`,
    `Median ${symbol}: ${write(statistics?.median)}`,
    ...(measurement === undefined ? [] : [`Voxels ${symbol}: ${describeVoxels(measurement)}`]),
  ];
}

/** `990 used, left out: 3 not a number, 5 by status`. */
function describeVoxels({ firstOrder, exclusions, nWithoutRate }: Measurement): string {
  const byStatus = exclusions.status.reduce((sum, { count }) => sum + count, 0);
  const reasons: readonly [number, string][] = [
    [exclusions.nan + exclusions.infinite, "not a number"],
    [exclusions.zero, "zero"],
    [exclusions.range, "outside the range"],
    [byStatus, "by status"],
    [nWithoutRate, "without a rate"],
  ];
  const told = reasons.filter(([count]) => count > 0).map(([count, why]) => `${count} ${why}`);
  return `${firstOrder.n} used${told.length === 0 ? "" : `, left out: ${told.join(", ")}`}`;
}

/** Two decimals; three digits for what two decimals would make next to nothing (an ADC in mm²/s). */
function formatValue(value: number): string {
  return value === 0 || Math.abs(value) >= 0.1 ? value.toFixed(2) : value.toPrecision(3);
}
