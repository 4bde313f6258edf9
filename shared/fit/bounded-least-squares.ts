import { invertSymmetric } from "./standard-errors.ts";

/** A least-squares problem with box bounds, and the room to solve it. */
export interface BoundedProblem {
  readonly n: number;
  readonly p: number;
  readonly lower: Float64Array;
  readonly upper: Float64Array;
  /**
   * Writes the residuals (data - model) into `residuals` [n] and the derivatives of the *model* by the
   * parameters into `jacobian` [p, n].
   */
  readonly evaluate: (
    parameters: Float64Array,
    residuals: Float64Array,
    jacobian: Float64Array,
  ) => void;
  /**
   * Turns J'J at the latest evaluated point into half the exact Hessian of the sum of squares, in place. Where that is
   * not positive definite the step takes J'J. Left out, every step does.
   */
  readonly addCurvature?: (hessian: Float64Array) => void;
  readonly room: Room;
  /** Says after each step whether to give up, not converged: where it leads is known already. */
  readonly abandon?: (parameters: Float64Array, ssr: number) => boolean;
}

interface Room {
  residuals: Float64Array;
  jacobian: Float64Array;
  trialResiduals: Float64Array;
  trialJacobian: Float64Array;
  readonly trial: Float64Array;
  readonly gradient: Float64Array;
  readonly hessian: Float64Array;
  /** Half the exact Hessian, for problems that have it. */
  readonly exact: Float64Array;
  readonly system: Float64Array;
  readonly step: Float64Array;
  readonly scale: Float64Array;
  readonly free: Uint8Array;
}

/** Room for problems of `p` parameters and `n` samples. */
export function newRoom(p: number, n: number): Room {
  return {
    residuals: new Float64Array(n),
    jacobian: new Float64Array(p * n),
    trialResiduals: new Float64Array(n),
    trialJacobian: new Float64Array(p * n),
    trial: new Float64Array(p),
    gradient: new Float64Array(p),
    hessian: new Float64Array(p * p),
    exact: new Float64Array(p * p),
    system: new Float64Array(p * p),
    step: new Float64Array(p),
    scale: new Float64Array(p),
    free: new Uint8Array(p),
  };
}

/** How a minimisation ended. */
export interface Minimum {
  ssr: number;
  converged: boolean;
  iterations: number;
}

const iterationLimit = 200;

/**
 * Minimises the sum of squared residuals from `parameters` on, in place.
 *
 * Levenberg-Marquardt with Marquardt's scaling and an active set: a parameter at a bound whose descent direction
 * leads outward is held there for the step, the others move freely. It has converged when the step is
 * below 1e-9 standard errors or 1e-10 of every parameter, or when no damping finds a smaller sum although the
 * step is already at rounding level.
 *
 * @see Moré JJ, Lect Notes Math 1978;630:105, doi:10.1007/BFb0067700
 * @see Nielsen HB, Damping parameter in Marquardt's method, IMM-REP-1999-05, Technical University of Denmark
 */
export function minimizeBounded(
  problem: BoundedProblem,
  parameters: Float64Array,
  minimum: Minimum,
): void {
  const { n, p, lower, upper, room } = problem;
  for (let k = 0; k < p; k++) parameters[k] = clamp(parameters[k]!, lower[k]!, upper[k]!);
  problem.evaluate(parameters, room.residuals, room.jacobian);
  let ssr = sumOfSquares(room.residuals, n);
  let damping = 1e-3;
  let growth = 2;
  minimum.converged = false;
  let iteration = 0;
  let fresh = true;
  while (iteration++ < iterationLimit && Number.isFinite(ssr)) {
    if (fresh) {
      fillNormalEquations(problem, parameters);
      room.exact.set(room.hessian);
      problem.addCurvature?.(room.exact);
    }
    let matrix = room.exact;
    let solved = solveDamped(room, p, damping, matrix);
    if (!solved && problem.addCurvature !== undefined) {
      matrix = room.hessian;
      solved = solveDamped(room, p, damping, matrix);
    }
    if (!solved) {
      minimum.converged = room.free.every((free) => free === 0);
      break;
    }
    const size = trialStep(problem, parameters, ssr);
    if (size === 0) {
      minimum.converged = true;
      break;
    }
    problem.evaluate(room.trial, room.trialResiduals, room.trialJacobian);
    const trialSsr = sumOfSquares(room.trialResiduals, n);
    if (trialSsr <= ssr) {
      // Nielsen's rule: what the step gained over what was foreseen says whether it was too bold.
      const gain = (ssr - trialSsr) / predictedGain(problem, parameters, matrix);
      const factor = Number.isFinite(gain) ? 1 - (2 * gain - 1) ** 3 : 1;
      damping = Math.max(1e-10, damping * Math.min(10, Math.max(1 / 5, factor)));
      growth = 2;
      parameters.set(room.trial);
      swapTrial(room);
      ssr = trialSsr;
      fresh = true;
      if (size < 1) {
        minimum.converged = true;
        break;
      }
      if (problem.abandon?.(parameters, ssr) === true) break;
    } else {
      // Rounding hides an improvement of the sum long before it hides one of the parameters.
      if (size < 1e3) {
        minimum.converged = true;
        break;
      }
      damping *= growth;
      growth *= 2;
      fresh = false;
      if (damping > 1e12) break;
    }
  }
  minimum.ssr = ssr;
  minimum.iterations = iteration;
}

/** How much the linear model says the sum falls from `parameters` to the trial point: 2 g'd - d'Hd. */
function predictedGain(
  problem: BoundedProblem,
  parameters: Float64Array,
  hessian: Float64Array,
): number {
  const { p, room } = problem;
  const { trial, gradient } = room;
  let gain = 0;
  for (let a = 0; a < p; a++) {
    const moved = trial[a]! - parameters[a]!;
    gain += 2 * gradient[a]! * moved;
    for (let b = 0; b < p; b++) {
      gain -= hessian[a * p + b]! * moved * (trial[b]! - parameters[b]!);
    }
  }
  return gain;
}

function clamp(value: number, low: number, high: number): number {
  return Math.min(high, Math.max(low, value));
}

function sumOfSquares(row: Float64Array, n: number): number {
  let sum = 0;
  for (let i = 0; i < n; i++) sum += row[i]! * row[i]!;
  return sum;
}

function swapTrial(room: Room): void {
  const { residuals, jacobian } = room;
  room.residuals = room.trialResiduals;
  room.jacobian = room.trialJacobian;
  room.trialResiduals = residuals;
  room.trialJacobian = jacobian;
}

/** J'r and J'J, and which parameters are free: not at a bound with the descent direction outward, and of some influence. */
function fillNormalEquations(problem: BoundedProblem, parameters: Float64Array): void {
  const { n, p, lower, upper, room } = problem;
  const { jacobian, residuals, gradient, hessian, free } = room;
  for (let a = 0; a < p; a++) {
    let g = 0;
    for (let i = 0; i < n; i++) g += jacobian[a * n + i]! * residuals[i]!;
    gradient[a] = g;
    for (let b = 0; b <= a; b++) {
      let h = 0;
      for (let i = 0; i < n; i++) h += jacobian[a * n + i]! * jacobian[b * n + i]!;
      hessian[a * p + b] = h;
      hessian[b * p + a] = h;
    }
    const value = parameters[a]!;
    const outward = (value <= lower[a]! && g <= 0) || (value >= upper[a]! && g >= 0);
    // One that changes nothing here (the rate of a compartment without signal) stays where it is.
    free[a] = outward || hessian[a * p + a] === 0 ? 0 : 1;
  }
}

/** step = (H + damping diag J'J)^-1 J'r over the free parameters, 0 for the others; H is J'J or the exact `matrix`. */
function solveDamped(room: Room, p: number, damping: number, matrix: Float64Array): boolean {
  const { hessian, system, gradient, step, free, scale } = room;
  let m = 0;
  for (let a = 0; a < p; a++) {
    if (free[a] === 0) continue;
    let column = 0;
    for (let b = 0; b < p; b++) {
      if (free[b] === 0) continue;
      system[m * p + column] = matrix[a * p + b]! + (a === b ? damping * hessian[a * p + a]! : 0);
      column++;
    }
    m++;
  }
  if (m === 0) return false;
  // Packed rows of length m, as the inversion wants them.
  for (let a = 0; a < m; a++) for (let b = 0; b < m; b++) system[a * m + b] = system[a * p + b]!;
  if (!invertSymmetric(system, m, scale)) return false;
  let row = 0;
  for (let a = 0; a < p; a++) {
    step[a] = 0;
    if (free[a] === 0) continue;
    let column = 0;
    for (let b = 0; b < p; b++) {
      if (free[b] === 0) continue;
      step[a] = step[a]! + system[row * m + column]! * gradient[b]!;
      column++;
    }
    row++;
  }
  return true;
}

/**
 * Writes the clamped trial point; returns the step's size in units of the convergence limit (1e-9 standard errors
 * or 1e-10 of the parameters, whichever is larger).
 */
function trialStep(problem: BoundedProblem, parameters: Float64Array, ssr: number): number {
  const { n, p, lower, upper, room } = problem;
  const { step, trial, hessian, free } = room;
  let largestRelative = 0;
  let quadratic = 0;
  for (let a = 0; a < p; a++) {
    trial[a] = clamp(parameters[a]! + step[a]!, lower[a]!, upper[a]!);
    const moved = trial[a]! - parameters[a]!;
    if (moved !== 0) {
      largestRelative = Math.max(largestRelative, Math.abs(moved) / Math.abs(parameters[a]!));
    }
    if (free[a] === 0) continue;
    for (let b = 0; b < p; b++) quadratic += hessian[a * p + b]! * step[a]! * step[b]!;
  }
  if (largestRelative === 0) return 0;
  const standardErrors = Math.sqrt((Math.max(0, quadratic) * Math.max(1, n - p)) / ssr);
  return Math.min(standardErrors / 1e-9, largestRelative / 1e-10);
}
