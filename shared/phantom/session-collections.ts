import type { DrawnCollection } from "./drawn-collection.ts";
import type { Equipment } from "./encode-rtstruct.ts";
import {
  diffusionPlans,
  drawRegions,
  organPlans,
  outsidePlans,
  type RegionPlan,
} from "./mouse-regions.ts";
import type { ScanPlan } from "./scan-plan.ts";

/** Forms in which XNAT keeps regions; each is a resource of the assessor. */
export type RegionResource = "AIM" | "RTSTRUCT" | "SEG";

/** A collection of regions as it was made: on which scan, in which software, kept in which forms. */
export interface CollectionPlan extends Omit<DrawnCollection, "regions"> {
  readonly scan: number;
  /** Which image of each slice was looked at, among the contrasts of the scan, 0 first. */
  readonly contrast: number;
  readonly equipment: Equipment;
  /** The first is the original, others are derived from it. */
  readonly resources: readonly RegionResource[];
  readonly plans: readonly RegionPlan[];
}

const viewer: Equipment = { manufacturer: "ICR", model: "XNAT-OHIF-VIEWER", version: "3.6.0" };
const otherSoftware: Equipment = {
  manufacturer: "XNAT-PIC",
  model: "Contours of another software",
  version: "1",
};

/** What was drawn on the session, labelled as the XNAT viewer labels its collections: kind, date, time, series. */
export function collectionPlans(): readonly CollectionPlan[] {
  return [
    {
      label: "AIM_20260112_101500_123_S3",
      name: "mouse organs",
      date: "20260112",
      time: "101500",
      scan: 3,
      contrast: 3,
      equipment: viewer,
      resources: ["AIM", "RTSTRUCT"],
      plans: organPlans,
    },
    {
      label: "SEG_20260112_104200_456_S3",
      name: "mouse segments",
      date: "20260112",
      time: "104200",
      scan: 3,
      contrast: 3,
      equipment: viewer,
      resources: ["SEG"],
      plans: organPlans,
    },
    {
      label: "RTSTRUCT_20260112_113000_S2",
      name: "imported",
      date: "20260112",
      time: "113000",
      scan: 2,
      contrast: 0,
      equipment: otherSoftware,
      resources: ["RTSTRUCT"],
      plans: outsidePlans,
    },
    {
      label: "AIM_20260113_090500_007_S10",
      name: "diffusion",
      date: "20260113",
      time: "090500",
      scan: 10,
      contrast: 0,
      equipment: viewer,
      resources: ["AIM"],
      plans: diffusionPlans,
    },
  ];
}

/** The collection with its outlines, drawn on the slices of its scan. */
export function drawCollection(collection: CollectionPlan, { grid }: ScanPlan): DrawnCollection {
  const { label, name, date, time, plans } = collection;
  return { label, name, date, time, regions: drawRegions(plans, grid) };
}

/**
 * The scan a collection was drawn on.
 *
 * @throws Error when the session has none
 */
export function scanOf({ scan, label }: CollectionPlan, plans: readonly ScanPlan[]): ScanPlan {
  const found = plans.find(({ number }) => number === scan);
  if (found === undefined) throw new Error(`the session has no scan ${scan} for ${label}`);
  return found;
}
