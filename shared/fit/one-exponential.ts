import {
  type BoundedProblem,
  type Minimum,
  minimizeBounded,
  newRoom,
} from "./bounded-least-squares.ts";
import { buildExponentialGrid } from "./exponential-grid.ts";

/** The best single exponential for the latest curve. */
export interface OneExponential {
  /** c, 0...most. */
  amplitude: number;
  /** mm2/s. */
  rate: number;
  converged: boolean;
  /** Finds c and the rate for samples y[offset]..., with amplitudes up to `most`. */
  readonly find: (y: Float64Array, offset: number, most: number) => void;
}

/** Angle between neighbours of the grid, rad. */
const gridStep = 0.05;

/**
 * Global least-squares optimum of c exp(-b rate), 0 <= c <= most, lowest <= rate <= highest: the amplitude projected out, every maximum of a grid
 * over the rates refined.
 */
export function oneExponential(
  bValues: Float64Array,
  lowest: number,
  highest: number,
): OneExponential {
  const n = bValues.length;
  const grid = buildExponentialGrid(bValues, lowest, highest, gridStep);
  const { rates, units, lengths } = grid;
  const gains = new Float64Array(rates.length);
  const e = new Float64Array(n);
  const theta = new Float64Array(1);
  const minimum: Minimum = { ssr: 0.5, converged: false, iterations: 0 };
  let y = new Float64Array(0);
  let at = 0;
  let limit = 0.5;
  let amplitude = 0.5;

  const problem: BoundedProblem = {
    n,
    p: 1,
    lower: Float64Array.of(lowest),
    upper: Float64Array.of(highest),
    room: newRoom(1, n),
    evaluate: ([rate = 0], residuals, jacobian) => {
      let ye = 0;
      let ee = 0;
      let bee = 0;
      for (let i = 0; i < n; i++) {
        const value = Math.exp(-bValues[i]! * rate);
        e[i] = value;
        ye += value * y[at + i]!;
        ee += value * value;
        bee += bValues[i]! * value * value;
      }
      const free = ye / ee;
      amplitude = Math.min(limit, Math.max(0, free));
      // A free amplitude follows the rate: only what is across the exponential changes the residual.
      const along = amplitude === free ? bee / ee : 0;
      for (let i = 0; i < n; i++) {
        residuals[i] = y[at + i]! - amplitude * e[i]!;
        jacobian[i] = -amplitude * (bValues[i]! - along) * e[i]!;
      }
    },
  };

  function fillGains(): void {
    for (let g = 0, row = 0; g < rates.length; g++, row += n) {
      let sum = 0;
      for (let i = 0; i < n; i++) sum += units[row + i]! * y[at + i]!;
      const length = lengths[g]!;
      const c = Math.min(limit * length, Math.max(0, sum));
      gains[g] = c * (2 * sum - c);
    }
  }

  const result: OneExponential = {
    amplitude: 0.5,
    rate: 0.5,
    converged: false,
    find: (curve, offset, most) => {
      y = curve as Float64Array<ArrayBuffer>;
      at = offset;
      limit = most;
      fillGains();
      let best = Number.POSITIVE_INFINITY;
      for (let g = 0; g < rates.length; g++) {
        const gain = gains[g]!;
        if (g > 0 && gains[g - 1]! > gain) continue;
        if (g < rates.length - 1 && gains[g + 1]! >= gain) continue;
        theta[0] = rates[g]!;
        minimizeBounded(problem, theta, minimum);
        if (!(minimum.ssr < best)) continue;
        best = minimum.ssr;
        result.rate = theta[0]!;
        result.converged = minimum.converged;
      }
      theta[0] = result.rate;
      problem.evaluate(theta, problem.room.residuals, problem.room.jacobian);
      result.amplitude = amplitude;
    },
  };
  return result;
}
