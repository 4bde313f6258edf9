import { measureRates, measureRegion } from "#shared/stats/measure-region.ts";
import type { RegionRow } from "#shared/stats/region-row.ts";

const region = {
  voxels: Uint32Array.of(0, 1, 2, 3, 4, 5),
  touched: Uint32Array.of(0, 1, 2, 3, 4, 5, 6),
  shares: Float64Array.of(1, 1, 1, 1, 1, 1, 0.5),
};
const map = {
  samples: Float64Array.of(50, 20, Number.NaN, 40, 60, 25.5, 100, 1),
  unit: "ms",
  status: Uint8Array.of(1, 1, 1, 1, 2, 1, 1, 1),
  standardErrors: Float64Array.of(5, 2, 1, 1, 1, 2, 1, 1),
  policy: { zeros: "keep", status: "good" },
  binWidth: 1,
} as const;

/** A region on a map of T2. */
export const exampleRow: RegionRow = {
  collection: "AIM/kidneys.xml",
  roiNumber: 2,
  roiName: "kidney 2 (left)",
  roiUid: "2.25.77",
  source: "AIM",
  map: "T2map",
  unit: "ms",
  status: "warning",
  geometry: {
    coverageInsideFovPct: 100,
    slices: [1, 2],
    voxelVolumeMm3: 0.018,
    volumeMm3: 0.108,
    volumeSliceThicknessMm3: 0.0864,
    areaMm2: 0.108,
    contourAreaMm2: 0.11,
    contourVolumeMm3: 0.11,
    centroid: [-1.5, 2.25, 1e-7],
  },
  measurement: measureRegion(region, map),
  statusNames: { 2: "noise" },
  meanCurve: { value: 33.4, standardError: 0.5, interval: [32.4, 34.4] },
  diagnostics: ["SMALL_ROI", "DUPLICATE_NAME"],
};

/** Its rates. */
export const exampleRateRow: RegionRow = {
  ...exampleRow,
  map: "R2map",
  unit: "1/s",
  measurement: measureRates(region, map, 1),
  meanCurve: undefined,
};

/** A region that could not be placed. */
export const unmeasuredRow: RegionRow = {
  collection: "RTSTRUCT/set.dcm",
  roiNumber: 20,
  roiName: "=1+1",
  roiUid: "",
  source: "RTSTRUCT",
  map: "T2map",
  unit: "ms",
  status: "no-area",
  diagnostics: ["EMPTY_ROI"],
};
