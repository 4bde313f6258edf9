import { isErrorLarge } from "./fit-quality.ts";
import type { FitSettings } from "./fit-settings.ts";
import { statusCode } from "./status.ts";
import type { FittedVoxel } from "./voxel-fitter.ts";

/** The rules that decide about a voxel before and after its fit, the same for every family of models. */
export interface VoxelJudge {
  /** ok; or invalid-input or noise, for which there is no fit. Sums the samples on the way. */
  readonly screen: (y: Float64Array, offset: number) => number;
  /** True when the first sample lies below the noise threshold. */
  readonly isNoise: (first: number) => boolean;
  /** Sum of squares of the latest screened samples about their mean. */
  total: number;
  /** The status of a fit that is ok: not-converged, large-error, poor-fit or ok. */
  readonly judge: (result: FittedVoxel) => number;
}

/**
 * The judge of fits with these settings, of n samples.
 *
 * @param leastSize - see isErrorLarge
 */
export function buildVoxelJudge(settings: FitSettings, n: number, leastSize = 0): VoxelJudge {
  const { sigma } = settings;
  const floor = sigma === undefined ? Number.NEGATIVE_INFINITY : settings.noiseThreshold * sigma;
  const largeErrorFraction = settings.largeErrorFraction ?? 1;
  const poorFit = settings.poorFitRSquared ?? Number.NEGATIVE_INFINITY;

  function screen(y: Float64Array, offset: number): number {
    const first = y[offset]!;
    let squares = 0;
    let shifted = 0;
    let shiftedSquares = 0;
    // Differences from the first sample keep the sum of squares about the mean exact for constant curves.
    for (let i = 0; i < n; i++) {
      const value = y[offset + i]!;
      const d = value - first;
      squares += value * value;
      shifted += d;
      shiftedSquares += d * d;
    }
    judge.total = shiftedSquares - (shifted * shifted) / n;
    if (!(squares < Number.POSITIVE_INFINITY && judge.total > 0)) {
      return statusCode["invalid-input"];
    }
    return first < floor ? statusCode.noise : statusCode.ok;
  }

  const judge: VoxelJudge = {
    total: 0.5,
    screen,
    isNoise: (first) => first < floor,
    judge: (result) => {
      const { values } = result;
      for (let k = 0; k < values.length; k++) {
        // Written as 32-bit numbers.
        if (Math.abs(values[k]!) > 3.4e38) return statusCode["not-converged"];
      }
      if (Number.isNaN(values[0]!)) return statusCode["not-converged"];
      if (result.freedom > 0 && isErrorLarge(result, largeErrorFraction, leastSize)) {
        return statusCode["large-error"];
      }
      return result.rSquared < poorFit ? statusCode["poor-fit"] : statusCode.ok;
    },
  };
  return judge;
}
