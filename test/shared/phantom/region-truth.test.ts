import { describe, expect, test } from "vitest";
import { encodeRegionTruth } from "#shared/phantom/region-truth.ts";
import { sessionPlan } from "#shared/phantom/scan-plan.ts";
import { collectionPlans } from "#shared/phantom/session-collections.ts";
import { tissues } from "#shared/phantom/tissue-table.ts";
import { voxelSize } from "#shared/volume/grid.ts";

interface RegionValues {
  readonly scans: readonly number[];
  readonly voxels: number;
  readonly volume: number;
  readonly tissues: Readonly<Record<string, number>>;
  readonly T2: number;
  readonly ADC: number;
  readonly FA: number;
}

interface TrueRegions {
  readonly collections: readonly {
    readonly label: string;
    readonly scan: number;
    readonly regions: readonly {
      readonly name: string;
      readonly tissue: string | null;
      readonly slices: readonly number[];
      readonly contourArea: number;
      readonly enclosedArea: number;
      readonly values: readonly RegionValues[];
    }[];
  }[];
}

const { collections } = JSON.parse(encodeRegionTruth(sessionPlan())) as TrueRegions;
const organs = collections.find(({ scan }) => scan === 3)!.regions;

test("every collection is there, every region with voxels on its own scan", () => {
  expect(collections.map(({ label }) => label)).toEqual(
    collectionPlans().map(({ label }) => label),
  );
  for (const { scan, regions } of collections) {
    for (const { values } of regions) {
      const own = values.filter(({ scans }) => scans.includes(scan));
      expect(own).toHaveLength(1);
      expect(own[0]!.voxels).toBeGreaterThan(0);
    }
  }
});

test("slices half-way between those drawn on have no voxels, those nearer to one of them do", () => {
  const lists = (scan: number) =>
    collections.find((one) => one.scan === scan)!.regions[0]!.values.map(({ scans }) => scans);
  // Coarse slices lie exactly half-way between fine ones.
  expect(lists(3)).toEqual([[3, 4, 5, 6]]);
  expect(lists(2)).toEqual([[2], [3, 4, 5, 6]]);
  expect(lists(10)).toEqual([
    [3, 4, 5, 6],
    [7, 8, 10, 11, 12],
  ]);
});

describe.each(collections)("$label", ({ scan, regions }) => {
  const { grid } = sessionPlan().find(({ number }) => number === scan)!;
  const size = voxelSize(grid);

  test("a region of one tissue has its values exactly", () => {
    for (const { tissue, values } of regions) {
      const row = tissues.find(({ name }) => name === tissue);
      if (row === undefined) continue;
      for (const { voxels, tissues: counts, T2, ADC } of values) {
        expect(counts).toEqual({ [row.name]: voxels });
        expect([T2, ADC]).toEqual([row.t2Ms, row.adc]);
      }
    }
  });

  test("the volume of the voxels is that of the outlines, as near as voxels can be", () => {
    for (const { enclosedArea, contourArea, values } of regions) {
      expect(contourArea).toBeGreaterThanOrEqual(enclosedArea);
      const { voxels, volume } = values.find(({ scans }) => scans.includes(scan))!;
      expect(volume).toBeCloseTo(voxels * size[0] * size[1] * size[2], 9);
      const drawn = enclosedArea * size[2];
      expect(Math.abs(volume - drawn) / drawn).toBeLessThan(voxels < 100 ? 0.4 : 0.03);
    }
  });
});

test("a region across boundaries has the mean of its tissues, weighted by their voxels", () => {
  const { tissue, values } = organs.find(({ name }) => name === "whole tumour")!;
  expect(tissue).toBeNull();
  const [{ tissues: counts, T2, voxels }] = values as [RegionValues];
  const [rim, core] = [counts["tumour rim"]!, counts["tumour necrotic core"]!];
  expect(rim + core).toBe(voxels);
  expect(T2).toBeCloseTo((rim * 55 + core * 95) / voxels, 10);
});

test("the area of a hole is drawn, and not enclosed", () => {
  const { contourArea, enclosedArea } = organs.find(({ name }) => name === "tumour rim")!;
  expect(contourArea).toBeGreaterThan(2 * enclosedArea);
});
