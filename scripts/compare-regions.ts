import type { RegionComparison, TruthComparison } from "#shared/report/index-content.ts";
import { type Unit, unitEntry, unitFactor } from "#shared/units.ts";
import { type ComparedQuantity, describeTolerance, isWithin } from "./demo-jobs.ts";

/** A row of `stats/roi_statistics.json`, as far as it is compared. */
export interface StatisticsRow {
  readonly roi_number: number;
  readonly roi_name: string;
  /** Name of the map, with or without the source and the ending of its file. */
  readonly map: string;
  /** As BIDS writes it. */
  readonly unit: string;
  readonly status: string;
  /** Null where nothing was measured. */
  readonly n_voxels: number | null;
  readonly n_valid: number | null;
  readonly mean: number | null;
  readonly sd: number | null;
  readonly mean_se: number | null;
}

/** What is true of the regions of a collection: `truth/regions.json`. */
export interface TrueCollection {
  readonly label: string;
  readonly regions: readonly {
    readonly number: number;
    readonly name: string;
    readonly values: readonly TrueValues[];
  }[];
}

/** What is true of a region on the voxels that some scans share. */
export interface TrueValues {
  readonly scans: readonly number[];
  readonly voxels: number;
  /** Means, by symbol. */
  readonly [symbol: string]: number | readonly number[] | Readonly<Record<string, number>>;
}

/**
 * Measured means against true ones of every region that lies on the voxels of a scan, and the number of voxels, which is exact.
 *
 * A region without a row counts as not found: no voxels, no mean.
 *
 * @param scan - whose map was measured
 * @throws Error when the rows have a unit that the quantity cannot have
 */
export function compareRegions(
  rows: readonly StatisticsRow[],
  { regions }: TrueCollection,
  scan: number,
  quantity: ComparedQuantity,
): TruthComparison {
  const { label, symbol, unit, tolerance } = quantity;
  const onMap = rows.filter(({ map }) => isMap(map, quantity.map));
  return {
    name: label,
    unit,
    criterion: `${describeTolerance(quantity)}, number of voxels exact`,
    difference: "percent" in tolerance ? "percent" : "absolute",
    regions: regions.flatMap(({ number, name, values }) => {
      const truth = values.find(({ scans }) => scans.includes(scan));
      const trueValue = truth?.[symbol];
      if (truth === undefined || typeof trueValue !== "number") return [];
      const row = onMap.find(
        ({ roi_number, roi_name }) => roi_number === number && roi_name === name,
      );
      const measured = summarize(row, quantity);
      const exact = measured.voxels + measured.missing === truth.voxels;
      return {
        region: name,
        trueValue,
        ...measured,
        trueVoxels: truth.voxels,
        within: exact && isWithin(tolerance, measured.mean, trueValue),
      };
    }),
  };
}

/** Whether a name, of whatever length, is that of a map: `T2map`, `mouse_T2map`, `maps/mouse_T2map.nii.gz`. */
function isMap(name: string, map: string): boolean {
  const stem =
    name
      .replace(/\.nii(\.gz)?$/, "")
      .split("/")
      .at(-1) ?? "";
  return stem === map || (stem.endsWith(`_${map}`) && !stem.includes("_desc-"));
}

type Measured = Omit<RegionComparison, "region" | "trueValue" | "within">;

function summarize(row: StatisticsRow | undefined, quantity: ComparedQuantity): Measured {
  if (row === undefined) {
    return {
      mean: Number.NaN,
      standardDeviation: Number.NaN,
      standardError: Number.NaN,
      voxels: 0,
      missing: 0,
    };
  }
  const factor = unitFactor(unitOf(row.unit, quantity), quantity.unit);
  const scale = (value: number | null) => (value === null ? Number.NaN : factor * value);
  const voxels = row.n_valid ?? 0;
  return {
    mean: scale(row.mean),
    standardDeviation: scale(row.sd),
    standardError: scale(row.mean_se),
    voxels,
    missing: (row.n_voxels ?? 0) - voxels,
  };
}

function unitOf(stated: string, { label, unit, fileUnit }: ComparedQuantity): Unit {
  const found = [unit, fileUnit].find((one) => unitEntry(one).bids === stated);
  if (found === undefined) throw new Error(`${label} in ${stated}`);
  return found;
}
