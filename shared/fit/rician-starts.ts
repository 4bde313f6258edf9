import { fillRicianMeans } from "#shared/models/rician-mean.ts";
import { newBasis, parameterCount, type SignalModel } from "#shared/models/signal-model.ts";

/** Rates looked at; neighbours are closer than a valley is wide. */
const rates = 16;

/** Valleys kept. */
const mostStarts = 4;

/** Finds starts for one curve after another. */
export interface RicianStarts {
  /** Parameters of the starts, best first, shape [starts, p]. */
  readonly parameters: Float64Array;
  /** Fills `parameters` for samples y[offset...]; returns the number of starts. */
  readonly find: (y: Float64Array, offset: number) => number;
}

/**
 * Valleys of the sum of squares of the expected-Rician fit along the rate, for models with one search variable.
 *
 * On the noise floor the sum has several valleys, and a fit without the floor may lie in none of the good ones. At each
 * of some log-spaced rates the amplitudes are those of ordinary least squares on sqrt(max(y^2 - 2 sigma^2, 0)), the
 * signal without its floor; the local minima of the sum along the rates are the starts.
 */
export function ricianStarts(model: SignalModel, sigma: number): RicianStarts {
  const n = model.abscissae.length;
  const p = parameterCount(model);
  const { constant } = model;
  const variable = model.variables[0]!;
  const basis = newBasis(model);
  const bases = new Float64Array(rates * n);
  const grid = new Float64Array(rates);
  for (let g = 0; g < rates; g++) {
    // Cell centres: an optimum at a bound is reached from inside.
    grid[g] = variable.lower * (variable.upper / variable.lower) ** ((g + 0.5) / rates);
    model.evaluate([grid[g]!], basis);
    bases.set(basis.value, g * n);
  }
  const parameters = new Float64Array(mostStarts * p);
  const candidates = new Float64Array(rates * p);
  const scores = new Float64Array(rates);
  const floorless = new Float64Array(n);
  const amplitudes = new Float64Array(n);
  const means = new Float64Array(n);
  const slopes = new Float64Array(n);
  const order: number[] = [];

  /** Sum of squares at rate g with the amplitudes of the floorless signal; Infinity when c0 <= 0. */
  function score(g: number, y: Float64Array, offset: number): number {
    const row = g * n;
    let meanPhi = 0;
    let meanSignal = 0;
    if (constant) {
      for (let i = 0; i < n; i++) {
        meanPhi += bases[row + i]! / n;
        meanSignal += floorless[i]! / n;
      }
    }
    let across = 0;
    let length = 0;
    for (let i = 0; i < n; i++) {
      const phi = bases[row + i]! - meanPhi;
      across += phi * (floorless[i]! - meanSignal);
      length += phi * phi;
    }
    const c0 = across / length;
    if (!(c0 > 0)) return Number.POSITIVE_INFINITY;
    const c1 = meanSignal - c0 * meanPhi;
    candidates[g * p] = c0;
    if (constant) candidates[g * p + 1] = c1;
    candidates[g * p + p - 1] = grid[g]!;
    for (let i = 0; i < n; i++) amplitudes[i] = c0 * bases[row + i]! + (constant ? c1 : 0);
    fillRicianMeans(amplitudes, sigma, means, slopes);
    let sum = 0;
    for (let i = 0; i < n; i++) sum += (y[offset + i]! - means[i]!) ** 2;
    return sum;
  }

  function find(y: Float64Array, offset: number): number {
    for (let i = 0; i < n; i++) {
      const value = y[offset + i]!;
      floorless[i] = Math.sqrt(Math.max(0, value * value - 2 * sigma * sigma));
    }
    for (let g = 0; g < rates; g++) scores[g] = score(g, y, offset);
    order.length = 0;
    for (let g = 0; g < rates; g++) {
      const before = g === 0 ? Number.POSITIVE_INFINITY : scores[g - 1]!;
      const after = g === rates - 1 ? Number.POSITIVE_INFINITY : scores[g + 1]!;
      const s = scores[g]!;
      if (s < Number.POSITIVE_INFINITY && s <= before && s <= after) order.push(g);
    }
    order.sort((a, b) => scores[a]! - scores[b]!);
    const count = Math.min(mostStarts, order.length);
    for (let s = 0; s < count; s++) {
      for (let k = 0; k < p; k++) parameters[s * p + k] = candidates[order[s]! * p + k]!;
    }
    return count;
  }

  return { parameters, find };
}
