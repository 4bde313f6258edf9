import { expect, test } from "vitest";
import {
  compareRegions,
  type StatisticsRow,
  type TrueCollection,
} from "../../scripts/compare-regions.ts";
import type { ComparedQuantity } from "../../scripts/demo-jobs.ts";

const t2: ComparedQuantity = {
  label: "T2",
  map: "T2map",
  symbol: "T2",
  unit: "ms",
  fileUnit: "s",
  tolerance: { percent: 3 },
};

const truth: TrueCollection = {
  label: "AIM_1",
  regions: [
    { number: 1, name: "liver", values: [{ scans: [3, 4], voxels: 100, T2: 22 }] },
    {
      number: 2,
      name: "cavità",
      values: [
        { scans: [3, 4], voxels: 50, T2: 95 },
        { scans: [10], voxels: 6, T2: 95 },
      ],
    },
  ],
};

/** A made-up row of the table. */
function row(values: Partial<StatisticsRow>): StatisticsRow {
  return {
    ...{ roi_number: 1, roi_name: "liver", map: "T2map", unit: "s", status: "ok" },
    ...{ n_voxels: 100, n_valid: 98, mean: 0.0221, sd: 0.001, mean_se: 0.0009 },
    ...values,
  };
}

const cavity = row({ roi_number: 2, roi_name: "cavità", n_voxels: 50, n_valid: 50, mean: 0.094 });

test("means are compared in the unit of the truth, voxels without a value are counted as such", () => {
  const { regions, criterion } = compareRegions([row({}), cavity], truth, 4, t2);
  expect(criterion).toBe("mean within 3 % of the truth, number of voxels exact");
  expect(regions).toHaveLength(2);
  const [liver] = regions;
  expect(liver).toMatchObject({ region: "liver", trueValue: 22, voxels: 98, missing: 2 });
  expect(liver!.mean).toBeCloseTo(22.1, 9);
  expect(liver!.standardDeviation).toBeCloseTo(1, 9);
  expect(liver!.standardError).toBeCloseTo(0.9, 9);
  expect(regions.map(({ within }) => within)).toEqual([true, true]);
  const inMs = { unit: "ms", mean: 22.1, sd: 1, mean_se: 0.9 };
  expect(compareRegions([row(inMs)], truth, 3, t2).regions[0]!.mean).toBe(22.1);
});

test("a mean too far off is outside, and so is a voxel too many or too few", () => {
  const verdict = (values: Partial<StatisticsRow>) =>
    compareRegions([row(values)], truth, 3, t2).regions[0]!.within;
  expect(verdict({})).toBe(true);
  expect(verdict({ mean: 0.0227 })).toBe(false);
  expect(verdict({ n_voxels: 101 })).toBe(false);
  expect(verdict({ n_voxels: 99, n_valid: 99 })).toBe(false);
});

test("a region without a row, or without numbers, is not within", () => {
  const failed = { n_voxels: null, n_valid: null, mean: null, sd: null, mean_se: null };
  for (const rows of [[], [row(failed)], [row({ roi_number: 3 })], [row({ roi_name: "Leber" })]]) {
    const [liver] = compareRegions(rows, truth, 3, t2).regions;
    expect(liver).toMatchObject({ within: false, voxels: 0, trueVoxels: 100 });
    expect(liver!.mean).toBeNaN();
  }
});

test("only regions on the voxels of the scan are compared, only rows of the map are read", () => {
  expect(compareRegions([], truth, 10, t2).regions.map(({ region }) => region)).toEqual(["cavità"]);
  const meanOn = (map: string) => compareRegions([row({ map })], truth, 3, t2).regions[0]!.mean;
  for (const map of ["T2map", "scan-3_T2map", "maps/scan-3_T2map.nii.gz"]) {
    expect(meanOn(map)).toBeCloseTo(22.1, 9);
  }
  for (const map of ["R2map", "T2mapping", "scan-3_desc-stderr_T2map", "NOT2map"]) {
    expect(meanOn(map)).toBeNaN();
  }
});

test("a unit that the quantity cannot have is an error", () => {
  expect(() => compareRegions([row({ unit: "mm2/s" })], truth, 3, t2)).toThrow("T2 in mm2/s");
});
