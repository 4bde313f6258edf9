import { ivimLimits } from "#shared/models/ivim.ts";
import { mostFastPerSlow } from "./ivim-cone.ts";
import { writeAmplitudes } from "./ivim-estimate.ts";
import type { IvimSolver } from "./ivim-nlls.ts";
import { segmentedCovariance } from "./ivim-segmented-errors.ts";
import { oneExponential } from "./one-exponential.ts";

/**
 * Segmented fit: D and the slow amplitude A from the samples at b >= threshold, by least squares with one exponential;
 * then the fast amplitude B and D* from what A exp(-b D) leaves of all samples. Each step has one rate, and finds its
 * global optimum without a start value.
 *
 * @param bValues - s/mm2, ascending
 */
export function ivimSegmented(bValues: Float64Array, thresholdB: number): IvimSolver {
  const n = bValues.length;
  const first = bValues.findIndex((b) => b >= thresholdB);
  const tissue = oneExponential(bValues.slice(first), 0, ivimLimits.highestD);
  const blood = oneExponential(bValues, ivimLimits.lowestDstar, ivimLimits.highestDstar);
  const rest = new Float64Array(n);
  const fillCovariance = segmentedCovariance(bValues, first);

  return (y, offset, _, estimate) => {
    tissue.find(y, offset + first, Number.POSITIVE_INFINITY);
    const { amplitude: slow, rate: d } = tissue;
    for (let i = 0; i < n; i++) rest[i] = y[offset + i]! - slow * Math.exp(-bValues[i]! * d);
    const most = mostFastPerSlow * slow;
    blood.find(rest, 0, most);
    const { amplitude: fast, rate: dStar } = blood;
    writeAmplitudes(estimate, slow, fast, d, dStar, fast > 0 && fast >= most);
    let ssr = 0;
    for (let i = 0; i < n; i++) ssr += (rest[i]! - fast * Math.exp(-bValues[i]! * dStar)) ** 2;
    estimate.ssr = ssr;
    estimate.converged =
      tissue.converged && blood.converged && slow > 0 && fillCovariance(estimate);
  };
}
