import { ivimLimits } from "#shared/models/ivim.ts";
import { type Minimum, minimizeBounded } from "./bounded-least-squares.ts";
import { buildIvimGrid } from "./ivim-candidates.ts";
import { face } from "./ivim-cone.ts";
import { coordinateOf, dStarOf } from "./ivim-coordinates.ts";
import {
  fillIvimCovariance,
  fillIvimJacobian,
  type IvimEstimate,
  newIvimCovarianceWork,
  writeAmplitudes,
} from "./ivim-estimate.ts";
import { buildIvimProblem } from "./ivim-problem.ts";
import { oneExponential } from "./one-exponential.ts";

/** Fits one curve of IVIM: samples y[offset]..., whose sum of squares is `squares`. */
export type IvimSolver = (
  y: Float64Array,
  offset: number,
  squares: number,
  estimate: IvimEstimate,
) => void;

/**
 * The global least-squares optimum over S0, f, D and D* with their limits, without a start value.
 *
 * Both amplitudes are projected out with their limits (`projectOnCone`). Over what is left, D and D*, a grid shows every
 * place where an optimum can be; each that one grid step could still make the best is refined by
 * Levenberg-Marquardt. A single exponential (f = 0) is such a place too.
 */
export function ivimNlls(bValues: Float64Array): IvimSolver {
  const grid = buildIvimGrid(bValues);
  const problem = buildIvimProblem(bValues);
  const { candidates } = grid;
  const one = oneExponential(bValues, 0, ivimLimits.highestD);
  const rest = new Float64Array(bValues.length);
  const work = newIvimCovarianceWork(bValues.length);
  const theta = new Float64Array(2);
  const best = new Float64Array(2);
  const minimum: Minimum = { ssr: 0.5, converged: false, iterations: 0 };
  let ssr = 0.5;
  let converged = false;

  function refine(d: number, x: number): void {
    theta[0] = d;
    theta[1] = x;
    minimizeBounded(problem, theta, minimum);
    if (!(minimum.ssr < ssr)) return;
    ssr = minimum.ssr;
    converged = minimum.converged;
    best.set(theta);
  }

  /** One exponential; and where it is no optimum, two of which one has little weight, too little for the grid. */
  function searchFromOne(y: Float64Array, offset: number): void {
    one.find(y, offset, Number.POSITIVE_INFINITY);
    const { amplitude, rate } = one;
    if (!(amplitude > 0)) return;
    let sum = 0;
    for (let i = 0; i < rest.length; i++) {
      rest[i] = y[offset + i]! - amplitude * Math.exp(-bValues[i]! * rate);
      sum += rest[i]! * rest[i]!;
    }
    grid.searchRest(rest, rate);
    for (let k = 0; k < candidates.count; k++) {
      refine(rate, coordinateOf(candidates.dStar[k]!));
    }
    if (!(sum < ssr)) return;
    ssr = sum;
    converged = one.converged;
    best[0] = rate;
    best[1] = Number.NaN;
  }

  return (y, offset, squares, estimate) => {
    problem.y = y;
    problem.offset = offset;
    grid.search(y, offset, squares);
    ssr = Number.POSITIVE_INFINITY;
    converged = false;
    for (let k = 0; k < candidates.count; k++) {
      const reach = candidates.reach[k]!;
      if (squares - reach * reach >= ssr) continue;
      const d = candidates.d[k]!;
      refine(d, coordinateOf(candidates.dStar[k]!));
    }
    if (squares - candidates.slowReach * candidates.slowReach < ssr) searchFromOne(y, offset);
    estimate.ssr = ssr;
    const [d = 0, x = 0] = best;
    if (Number.isNaN(x)) {
      writeAmplitudes(estimate, one.amplitude, 0, d, ivimLimits.highestDstar, false);
    } else {
      problem.evaluate(best, problem.room.residuals, problem.room.jacobian);
      const { slow, fast, face: at } = problem.amplitudes;
      writeAmplitudes(estimate, slow, fast, d, dStarOf(x), at === face.mostFast);
    }
    fillIvimJacobian(estimate, bValues, work.jacobian);
    estimate.converged = converged && fillIvimCovariance(estimate, work);
  };
}
