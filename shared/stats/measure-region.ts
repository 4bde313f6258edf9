import type { Unit } from "#shared/units.ts";
import type { Samples } from "#shared/volume/volume.ts";
import { type Disorder, measureDisorder } from "./entropy.ts";
import { type Exclusions, selectVoxels, type ValuePolicy } from "./exclusions.ts";
import { type FirstOrder, summarizeSorted } from "./first-order.ts";
import { countInBins, type RegionHistogram } from "./histogram.ts";
import { rateNumerator } from "./rates.ts";
import { measureErrors, type RegionErrors } from "./standard-error.ts";
import { measureWeighted, type Weighted } from "./weighted.ts";

/** A region on the voxels of a map (RoiOnGrid of shared/roi): the voxels inside, and all it touches with their covered shares. */
export interface MeasuredVoxels {
  readonly voxels: Uint32Array;
  readonly touched: Uint32Array;
  /** Same length as `touched`, above 0 to 1. */
  readonly shares: Float64Array;
}

/** A map to be measured, with what is known of its voxels. All arrays have its shape. */
export interface MeasuredMap {
  readonly samples: Samples;
  readonly unit: Unit;
  /** Codes of shared/fit/status.ts. */
  readonly status?: Uint8Array | undefined;
  /** In the unit of the map. */
  readonly standardErrors?: Samples | undefined;
  readonly policy: ValuePolicy;
  /** Of the histogram, in the unit of the map (chooseBinWidth, or the user's). */
  readonly binWidth: number;
}

/** What was measured of a region on a map. */
export interface Measurement {
  readonly unit: Unit;
  readonly nVoxels: number;
  readonly exclusions: Exclusions;
  /** Of a rate: voxels that count in the map of times, whose time is 0 or negative and has no rate. */
  readonly nWithoutRate: number;
  /** Zeros and negative values among those that count. */
  readonly nZero: number;
  readonly nNegative: number;
  /** Values that count, ascending, for plots; of many an even choice with both ends. */
  readonly sorted: Float64Array;
  readonly firstOrder: FirstOrder;
  readonly histogram: RegionHistogram;
  readonly disorder: Disorder;
  readonly weighted: Weighted;
  readonly errors: RegionErrors;
}

/** The statistics of a region on a map: `firstOrder.n` values count, the exclusions tell of all others. */
export function measureRegion(region: MeasuredVoxels, map: MeasuredMap): Measurement {
  const same = (value: number) => value;
  return measureTransformed(region, map, map.unit, same, (_, error) => error);
}

/**
 * The statistics of the rates R = 1/T of a region on a map of times T, voxel by voxel, in 1/s: the mean of rates is not the rate
 * of the mean. The voxels that count are those of the map of times (its range is one of times); times of 0 and below have no rate.
 *
 * Standard errors to first order: SE(R) = k SE(T) / T².
 *
 * @param times - T in s or ms; its `binWidth` is not used
 * @param binWidth - 1/s
 */
export function measureRates(
  region: MeasuredVoxels,
  times: MeasuredMap,
  binWidth: number,
): Measurement {
  const numerator = rateNumerator(times.unit);
  return measureTransformed(
    region,
    { ...times, binWidth },
    "1/s",
    // A time of the smallest doubles has no rate that could be held.
    (time) => (time > 0 && numerator / time < Infinity ? numerator / time : Number.NaN),
    (time, error) => (numerator * error) / time ** 2,
  );
}

function measureTransformed(
  region: MeasuredVoxels,
  map: MeasuredMap,
  unit: Unit,
  convert: (value: number) => number,
  convertError: (value: number, error: number) => number,
): Measurement {
  const { samples, status, policy, binWidth, standardErrors } = map;
  const take = (voxels: Uint32Array) => {
    const { places, exclusions } = selectVoxels(voxels, samples, status, policy);
    const converted = (place: number) => convert(samples[voxels[place]!]!);
    const kept = places.filter((place) => !Number.isNaN(converted(place)));
    const values = Float64Array.from(kept, converted);
    return { kept, values, exclusions, lost: places.length - kept.length };
  };
  const inside = take(region.voxels);
  const touched = take(region.touched);
  const sorted = inside.values.slice().sort();
  const errors = Float64Array.from(inside.kept, (place) => {
    const voxel = region.voxels[place]!;
    return convertError(samples[voxel]!, standardErrors?.[voxel] ?? Number.NaN);
  });
  const histogram = countInBins(sorted, binWidth);
  const shares = Float64Array.from(touched.kept, (place) => region.shares[place]!);
  return {
    unit,
    nVoxels: region.voxels.length,
    exclusions: inside.exclusions,
    nWithoutRate: inside.lost,
    nZero: sorted.reduce((count, value) => count + (value === 0 ? 1 : 0), 0),
    nNegative: sorted.reduce((count, value) => count + (value < 0 ? 1 : 0), 0),
    sorted: thinOut(sorted),
    firstOrder: summarizeSorted(sorted),
    histogram,
    disorder: measureDisorder(histogram),
    weighted: measureWeighted(touched.values, shares),
    errors: measureErrors(errors),
  };
}

/** A plot shows no more: regions of a large series have millions of voxels, and a run holds all its regions. */
const mostPlotted = 8192;

function thinOut(sorted: Float64Array): Float64Array {
  if (sorted.length <= mostPlotted) return sorted;
  const step = (sorted.length - 1) / (mostPlotted - 1);
  return Float64Array.from({ length: mostPlotted }, (_, n) => sorted[Math.round(n * step)]!);
}
