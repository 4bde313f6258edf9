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
      refine(d, coordinateOf(d, candidates.dStar[k]!));
    }
    // From x = 1 on the fast exponential has no weight, and the search stays where it is one exponential.
    if (squares - candidates.slowReach * candidates.slowReach < ssr) refine(candidates.slowD, 1);
    problem.evaluate(best, problem.room.residuals, problem.room.jacobian);
    const { slow, fast, face: at } = problem.amplitudes;
    estimate.ssr = ssr;
    const [d = 0, x = 0] = best;
    writeAmplitudes(estimate, slow, fast, d, dStarOf(d, x), at === face.mostFast);
    fillIvimJacobian(estimate, bValues, work.jacobian);
    estimate.converged = converged && slow > 0 && fillIvimCovariance(estimate, work);
  };
}
