import { type Grid, voxelSize } from "#shared/volume/grid.ts";
import { drawLabels } from "./anatomy.ts";
import { diffusionEigenvalues, fractionalAnisotropy } from "./diffusion-metrics.ts";
import type { DrawnRegion } from "./drawn-collection.ts";
import { outlineAreas, voxelsInside } from "./inside-outlines.ts";
import type { ScanPlan } from "./scan-plan.ts";
import {
  type CollectionPlan,
  collectionPlans,
  drawCollection,
  scanOf,
} from "./session-collections.ts";
import { type Tissue, tissues } from "./tissue-table.ts";
import { json } from "./truth-files.ts";

/** True values of a region: what a tissue has, averaged over the voxels. MD and D of the diffusion scans are the ADC. */
const quantities: Readonly<Record<string, (tissue: Tissue) => number>> = {
  T1: (tissue) => tissue.t1Ms,
  T2: (tissue) => tissue.t2Ms,
  T2star: (tissue) => tissue.t2StarMs,
  ADC: (tissue) => tissue.adc,
  // Rounding errors of an isotropic tensor are no anisotropy.
  FA: (tissue) => Number(fractionalAnisotropy(diffusionEigenvalues(tissue)).toFixed(12)),
};

/** Voxels that several scans share. */
interface SharedGrid {
  readonly scans: readonly number[];
  readonly grid: Grid;
  readonly labels: Uint8Array;
}

/**
 * `regions.json`: for each region of each collection its area and, on the voxels of every scan it lies on, how many voxels it has
 * and the true mean values in them.
 *
 * A region is on the voxels of another scan where slices lie nearer to its own than half of the distance between those. Voxels
 * are of one tissue each, so means of regions across boundaries are exact as well.
 */
export function encodeRegionTruth(
  plans: readonly ScanPlan[],
  collections: readonly CollectionPlan[] = collectionPlans(),
): string {
  const grids = shareGrids(plans);
  return json({
    description:
      "Regions drawn on the digital mouse: exact voxel counts and true mean values on the voxels of each scan",
    units: {
      contourArea: "mm2",
      enclosedArea: "mm2",
      volume: "mm3",
      T1: "ms",
      T2: "ms",
      T2star: "ms",
      ADC: "mm2/s",
      FA: "1",
    },
    voxelRule:
      "a voxel belongs to a region when its centre does: even-odd, edges of low index included, of high index excluded",
    collections: collections.map((collection) =>
      describeCollection(collection, scanOf(collection, plans), grids),
    ),
  });
}

function shareGrids(plans: readonly ScanPlan[]): readonly SharedGrid[] {
  const groups = Map.groupBy(plans, ({ grid }) => JSON.stringify(grid));
  return [...groups.values()].map((group) => {
    const { grid } = group[0]!;
    return { scans: group.map(({ number }) => number), grid, labels: drawLabels(grid) };
  });
}

function describeCollection(
  collection: CollectionPlan,
  plan: ScanPlan,
  grids: readonly SharedGrid[],
) {
  const { label, name, scan, resources } = collection;
  // Anatomical images have no map: their voxels matter to what was drawn on them only.
  const wanted = grids.filter(({ scans }) => scans.includes(scan) || scans.length > 1);
  const { regions } = drawCollection(collection, plan);
  return {
    label,
    name,
    scan,
    resources,
    regions: regions.map((region, n) => ({
      number: region.number,
      name: region.name,
      // JSON has no undefined: a region across boundaries has no tissue.
      tissue: collection.plans[n]!.tissue ?? null,
      slices: [...new Set(region.outlines.map(({ slice }) => slice))],
      ...describeAreas(region, plan.grid),
      values: wanted.flatMap((target) => describeValues(region, plan.grid, target)),
    })),
  };
}

function describeAreas(region: DrawnRegion, grid: Grid) {
  const [columnSpacing, rowSpacing] = voxelSize(grid);
  const { drawn, enclosed } = outlineAreas(region, columnSpacing * rowSpacing);
  return { contourArea: drawn, enclosedArea: enclosed };
}

function describeValues(region: DrawnRegion, drawn: Grid, { scans, grid, labels }: SharedGrid) {
  const voxels = voxelsInside(region, drawn, grid);
  if (voxels.length === 0) return [];
  const [columnSpacing, rowSpacing, sliceSpacing] = voxelSize(grid);
  const counts = new Uint32Array(256);
  for (const voxel of voxels) counts[labels[voxel]!]!++;
  const present = tissues.filter(({ label }) => counts[label]! > 0);
  const means = Object.entries(quantities).map(([symbol, value]) => {
    const share = ({ label }: Tissue) => counts[label]! / voxels.length;
    return [
      symbol,
      present.reduce((sum, tissue) => sum + share(tissue) * value(tissue), 0),
    ] as const;
  });
  return [
    {
      scans,
      voxels: voxels.length,
      volume: voxels.length * columnSpacing * rowSpacing * sliceSpacing,
      tissues: Object.fromEntries(present.map(({ name, label }) => [name, counts[label]])),
      ...Object.fromEntries(means),
    },
  ];
}
