import { defineTask } from "#shared/parallel/pool.ts";
import { gatherCurves, type SignalSource } from "#shared/volume/series-volume.ts";
import { buildCurveFitter, type CurveFitter } from "./curve-fitter.ts";
import type { FitSettings } from "./fit-settings.ts";
import { statusCode } from "./status.ts";

/** Where the results of a volume go; every array lies on shared memory and has one sample per voxel. */
export interface FitMaps {
  /** One array per parameter of the model's sheet. */
  readonly values: readonly Float32Array[];
  readonly standardErrors: readonly Float32Array[];
  readonly rSquared: Float32Array;
  readonly rmse: Float32Array;
  readonly reducedChiSquare: Float32Array | undefined;
  readonly status: Uint8Array;
}

/** A run of voxels to fit. */
export interface Slab {
  readonly settings: FitSettings;
  readonly source: SignalSource;
  readonly contrasts: readonly number[];
  /** 1 = fit. */
  readonly mask: Uint8Array;
  readonly maps: FitMaps;
  readonly first: number;
  readonly count: number;
}

/** Voxels gathered at a time: their curves stay in the nearest cache. */
const batch = 256;

/** Fits the masked voxels of a slab; returns how many they were. */
export function fitSlab(slab: Slab): number {
  const { source, contrasts, mask, maps } = slab;
  const fitter = fitterOf(slab.settings);
  const n = contrasts.length;
  const curves = new Float64Array(batch * n);
  const end = slab.first + slab.count;
  let fitted = 0;
  for (let first = slab.first; first < end; first += batch) {
    const count = Math.min(batch, end - first);
    const span = maskedSpan(mask, first, count);
    if (span === undefined) continue;
    gatherCurves(source, contrasts, span.first, span.count, curves);
    for (let k = 0; k < span.count; k++) {
      const voxel = span.first + k;
      if (mask[voxel] !== 1) continue;
      fitter.fit(curves, k * n);
      store(fitter, maps, voxel);
      fitted++;
    }
  }
  return fitted;
}

/** The task of a worker thread. */
export const fitSlabTask = defineTask("fit-slab", fitSlab);

/** From the first to the last masked voxel of a batch, or undefined when there is none. */
function maskedSpan(mask: Uint8Array, first: number, count: number) {
  let start = first;
  let end = first + count;
  while (start < end && mask[start] !== 1) start++;
  while (end > start && mask[end - 1] !== 1) end--;
  return start < end ? { first: start, count: end - start } : undefined;
}

function store(fitter: CurveFitter, maps: FitMaps, voxel: number): void {
  const { result } = fitter;
  const { values, standardErrors } = result;
  maps.status[voxel] = result.status;
  if (result.status === statusCode.noise || result.status === statusCode["invalid-input"]) return;
  for (let k = 0; k < values.length; k++) {
    maps.values[k]![voxel] = values[k]!;
    maps.standardErrors[k]![voxel] = standardErrors[k]!;
  }
  maps.rSquared[voxel] = result.rSquared;
  maps.rmse[voxel] = result.rmse;
  if (maps.reducedChiSquare !== undefined) maps.reducedChiSquare[voxel] = result.reducedChiSquare;
}

let latest: { readonly key: string; readonly fitter: CurveFitter } | undefined;

/** The fitter of these settings; the grids it needs are built once per thread, not once per slab. */
function fitterOf(settings: FitSettings): CurveFitter {
  const key = JSON.stringify(settings);
  if (latest === undefined || latest.key !== key) {
    latest = { key, fitter: buildCurveFitter(settings) };
  }
  return latest.fitter;
}
