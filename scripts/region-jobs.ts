import type { RegionResource } from "#shared/phantom/session-collections.ts";
import { type ComparedQuantity, relaxationTimes } from "./demo-jobs.ts";

/** Quantities of a map that another run of the demo made. */
export interface MeasuredMap {
  /** Title of that run. */
  readonly run: string;
  /** `symbol` is the name in regions.json. */
  readonly quantities: readonly ComparedQuantity[];
}

/** A run of mask-average: a collection of regions on maps. */
export interface RegionJob {
  readonly title: string;
  readonly words: string;
  /** Label of the collection, and the form of it that is read. */
  readonly collection: string;
  readonly resource: RegionResource;
  readonly maps: readonly MeasuredMap[];
}

const [organs, segments, imported, diffusion] = [
  "AIM_20260112_101500_123_S3",
  "SEG_20260112_104200_456_S3",
  "RTSTRUCT_20260112_113000_S2",
  "AIM_20260113_090500_007_S10",
] as const;

const { t1, t2, t2Star } = relaxationTimes;

const apparentDiffusion: ComparedQuantity = {
  label: "ADC",
  map: "ADC",
  symbol: "ADC",
  unit: "mm2/s",
  fileUnit: "mm2/s",
  tolerance: { percent: 3 },
};

const onT2Map: MeasuredMap = { run: "T2 map", quantities: [t2] };
const onAdcMap: MeasuredMap = { run: "ADC map", quantities: [apparentDiffusion] };

/** What the demo measures in regions, in the order of the page. */
export const regionJobs: readonly RegionJob[] = [
  {
    title: "Regions of the T2 scan, AIM",
    words: "outlines as the XNAT viewer stores them, on the T2 map",
    collection: organs,
    resource: "AIM",
    maps: [onT2Map],
  },
  {
    title: "The same regions, RTSTRUCT",
    words: "the RTSTRUCT derived from the same outlines, on the T2 map",
    collection: organs,
    resource: "RTSTRUCT",
    maps: [onT2Map],
  },
  {
    title: "The same regions, DICOM SEG",
    words: "the voxels of the same regions, segments that overlap, on the T2 map",
    collection: segments,
    resource: "SEG",
    maps: [onT2Map],
  },
  {
    title: "The same regions on three maps",
    words: "T1, T2* and ADC of other scans in one run",
    collection: organs,
    resource: "AIM",
    maps: [
      { run: "T1 map, saturation recovery", quantities: [t1] },
      { run: "T2* map", quantities: [t2Star] },
      onAdcMap,
    ],
  },
  {
    title: "Regions of another software, RTSTRUCT",
    words:
      "outlines on the T2-weighted images, whose pixels are half as large as those of the maps",
    collection: imported,
    resource: "RTSTRUCT",
    maps: [onT2Map, onAdcMap],
  },
  {
    title: "Regions of the diffusion scan, AIM",
    words: "outlines on coarse slices, on maps of the same scan and on the finer T2 map",
    collection: diffusion,
    resource: "AIM",
    maps: [
      {
        run: "Diffusion tensor",
        quantities: [
          { ...apparentDiffusion, label: "MD", map: "MD" },
          {
            label: "FA",
            map: "FA",
            symbol: "FA",
            unit: "1",
            fileUnit: "1",
            tolerance: { within: 0.04 },
          },
        ],
      },
      onT2Map,
    ],
  },
];
