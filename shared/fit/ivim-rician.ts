import { ricianVariance } from "#shared/models/rician-mean.ts";
import { type Minimum, minimizeBounded } from "./bounded-least-squares.ts";
import { buildIvimGrid } from "./ivim-candidates.ts";
import { coordinateOf, dStarOf } from "./ivim-coordinates.ts";
import {
  fillIvimCovariance,
  fillIvimJacobian,
  type IvimEstimate,
  markLimits,
  newIvimCovarianceWork,
  place,
} from "./ivim-estimate.ts";
import type { IvimSolver } from "./ivim-nlls.ts";
import { buildIvimRicianNet } from "./ivim-rician-net.ts";
import { buildIvimRicianProblem } from "./ivim-rician-problem.ts";

/** Samples below this many sigma are lifted by more than 2 %: there the sum of squares has more valleys. */
const clearOfFloor = 5;

/**
 * Least squares of the *expected* magnitude E(S; sigma) over S0, f, D and D*: what the noise floor adds at high b is part
 * of the model. The amplitudes are not linear any more, so all four are searched for. Starts are the plain optimum and the
 * candidates of its grid; where samples lie near the floor, which has valleys of its own, also the best places of a net
 * over the whole range (`buildIvimRicianNet`). The smallest sum wins.
 *
 * Standard errors are those of unweighted least squares with the true variances of the magnitudes (sandwich).
 *
 * @param plain - solver for Gaussian noise
 */
export function ivimExpectedRician(
  bValues: Float64Array,
  plain: IvimSolver,
  sigma: number,
): IvimSolver {
  const n = bValues.length;
  const { candidates, search } = buildIvimGrid(bValues);
  const work = newIvimCovarianceWork(n);
  const problem = buildIvimRicianProblem(bValues, sigma);
  const { signal, means, slopes } = problem;
  const variances = new Float64Array(n);
  const net = buildIvimRicianNet(bValues, sigma);
  // S0, f, D and the coordinate x of D*.
  const theta = new Float64Array(4);
  const best = new Float64Array(4);
  const minimum: Minimum = { ssr: 0.5, converged: false, iterations: 0 };
  let ssr = 0.5;
  let converged = false;

  function refine(s0: number, f: number, d: number, dStar: number): void {
    theta[0] = s0;
    theta[1] = f;
    theta[2] = d;
    theta[3] = coordinateOf(dStar);
    minimizeBounded(problem, theta, minimum);
    if (!(minimum.ssr < ssr)) return;
    ssr = minimum.ssr;
    converged = minimum.converged;
    best.set(theta);
  }

  function refineCandidates(y: Float64Array, offset: number, estimate: IvimEstimate): void {
    let squares = 0;
    for (let i = 0; i < n; i++) squares += y[offset + i]! * y[offset + i]!;
    plain(y, offset, squares, estimate);
    const [s0 = 0, f = 0, d = 0, dStar = 0] = estimate.parameters;
    if (s0 > 0) refine(s0, f, d, dStar);
    // A place of the grid starts with an even share of the compartments; the search finds the amplitudes.
    search(y, offset, squares);
    for (let k = 0; k < candidates.count; k++) {
      refine(s0 > 0 ? s0 : y[offset]!, 0.3, candidates.d[k]!, candidates.dStar[k]!);
    }
  }

  function refineValleys(y: Float64Array, offset: number): void {
    const found = net.search(y, offset);
    for (let k = 0; k < found; k++) {
      const point = net.points[k]!;
      const [f = 0, d = 0, dStar = 0] = net.parameters.subarray(3 * point, 3 * point + 3);
      refine(net.amplitudes[point]!, f, d, dStar);
    }
  }

  return (y, offset, squares, estimate) => {
    problem.y = y;
    problem.offset = offset;
    ssr = Number.POSITIVE_INFINITY;
    converged = false;
    refineCandidates(y, offset, estimate);
    let lowest = Number.POSITIVE_INFINITY;
    for (let i = 0; i < n; i++) lowest = Math.min(lowest, y[offset + i]!);
    if (lowest < clearOfFloor * sigma) refineValleys(y, offset);
    if (ssr === Number.POSITIVE_INFINITY) {
      estimate.parameters[place.s0] = 0;
      estimate.ssr = squares;
      estimate.converged = true;
      return;
    }
    const { parameters } = estimate;
    parameters[place.s0] = best[0]!;
    parameters[place.f] = best[1]!;
    parameters[place.d] = best[2]!;
    parameters[place.dStar] = dStarOf(best[3]!);
    markLimits(estimate);
    estimate.ssr = ssr;
    problem.evaluate(best, problem.room.residuals, problem.room.jacobian);
    fillIvimJacobian(estimate, bValues, work.jacobian);
    for (let k = 0; k < 4; k++) {
      for (let i = 0; i < n; i++) work.jacobian[k * n + i] = work.jacobian[k * n + i]! * slopes[i]!;
    }
    for (let i = 0; i < n; i++) variances[i] = ricianVariance(signal[i]!, sigma, means[i]!);
    estimate.converged = converged && fillIvimCovariance(estimate, work, variances);
  };
}
