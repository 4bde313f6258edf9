import { defineTask } from "#shared/parallel/pool.ts";
import { gatherCurves, type SignalSource } from "#shared/volume/series-volume.ts";
import type { FitSettings } from "./fit-settings.ts";
import { prepareFit } from "./prepare-fit.ts";
import { statusCode } from "./status.ts";
import type { VoxelFitter } from "./voxel-fitter.ts";

/** Where the results of a volume go; every array lies on shared memory and has one sample per voxel. */
export interface FitMaps {
  /** One array per parameter of the model's sheet. */
  readonly values: readonly Float32Array[];
  /** The same; undefined for a parameter whose standard error is not kept. */
  readonly standardErrors: readonly (Float32Array | undefined)[];
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
  /** Factor of each voxel on the abscissae (relative B1); 1 everywhere when undefined. */
  readonly scale: Float32Array | undefined;
  readonly maps: FitMaps;
  readonly first: number;
  readonly count: number;
}

/** Voxels gathered at a time: their curves stay in the nearest cache. */
const batch = 256;

/** Fits the masked voxels of a slab; returns how many they were. */
export function fitSlab(slab: Slab): number {
  const { source, contrasts, mask, scale, maps } = slab;
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
      fitter.fit(curves, k * n, scale === undefined ? 1 : scale[voxel]!);
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

function store(fitter: VoxelFitter, maps: FitMaps, voxel: number): void {
  const { result } = fitter;
  const { values, standardErrors } = result;
  maps.status[voxel] = result.status;
  if (result.status === statusCode.noise || result.status === statusCode["invalid-input"]) return;
  for (let k = 0; k < values.length; k++) {
    maps.values[k]![voxel] = values[k]!;
    const errors = maps.standardErrors[k];
    if (errors !== undefined) errors[voxel] = standardErrors[k]!;
  }
  maps.rSquared[voxel] = result.rSquared;
  maps.rmse[voxel] = result.rmse;
  if (maps.reducedChiSquare !== undefined) maps.reducedChiSquare[voxel] = result.reducedChiSquare;
}

let latest: { readonly key: string; readonly fitter: VoxelFitter } | undefined;

/** The fitter of these settings; the grids it needs are built once per thread, not once per slab. */
function fitterOf(settings: FitSettings): VoxelFitter {
  const key = JSON.stringify(settings);
  if (latest === undefined || latest.key !== key) {
    latest = { key, fitter: prepareFit(settings).build() };
  }
  return latest.fitter;
}
