import { newBasis, type SearchVariable, type SignalModel } from "#shared/models/signal-model.ts";

import { reachableScore } from "./reachable-score.ts";

/** Unit basis vectors over a grid of the search variables, and the starts found for the latest curve. */
export interface Dictionary {
  readonly n: number;
  /** Grid points of each variable; the first varies slowest. */
  readonly shape: readonly number[];
  /** Search variables of each entry, shape [entries, variables]. */
  readonly theta: Float64Array;
  /** Shape [entries, N]. */
  readonly units: Float64Array;
  /** Cosine and sine of the largest angle from an entry to a neighbour. */
  readonly cosine: number;
  readonly sine: number;
  readonly scores: Float64Array;
  /** Search variables of the starts, best first, shape [starts, variables]. */
  readonly startTheta: Float64Array;
  /** Least sum of squares that the cell around a start can hold, shape [starts]. */
  readonly startFloor: Float64Array;
}

/** Most starts kept for a curve. */
const mostStarts = 8;

/** The dictionary of a model. */
export function buildDictionary(model: SignalModel): Dictionary {
  const axes = model.variables.map(gridOf);
  const shape = axes.map((axis) => axis.length);
  const entries = shape.reduce((a, b) => a * b, 1);
  const n = model.abscissae.length;
  const m = axes.length;
  const theta = new Float64Array(entries * m);
  const units = new Float64Array(entries * n);
  const basis = newBasis(model);
  for (let e = 0; e < entries; e++) {
    let rest = e;
    for (let k = m - 1; k >= 0; k--) {
      theta[e * m + k] = axes[k]![rest % shape[k]!]!;
      rest = Math.floor(rest / shape[k]!);
    }
    model.evaluate(theta.subarray(e * m, (e + 1) * m), basis);
    const length = Math.hypot(...basis.value);
    for (let i = 0; i < n; i++) units[e * n + i] = basis.value[i]! / length;
  }
  const cosine = smallestCosine(units, shape, n);
  return {
    n,
    shape,
    theta,
    units,
    cosine,
    sine: Math.sqrt(1 - cosine * cosine),
    scores: new Float64Array(entries),
    startTheta: new Float64Array(mostStarts * m),
    startFloor: new Float64Array(mostStarts),
  };
}

/** The values of a search variable in the global search, from bound to bound. */
export function gridOf(variable: SearchVariable): Float64Array {
  const { lower, upper, gridSize, spacing } = variable;
  return Float64Array.from({ length: gridSize }, (_, g) => {
    const share = g / (gridSize - 1);
    return spacing === "linear"
      ? lower + share * (upper - lower)
      : lower * (upper / lower) ** share;
  });
}

function smallestCosine(units: Float64Array, shape: readonly number[], n: number): number {
  let smallest = 1;
  const entries = units.length / n;
  for (let e = 0; e < entries; e++) {
    forEachNeighbour(shape, e, (other) => {
      let sum = 0;
      for (let i = 0; i < n; i++) sum += units[e * n + i]! * units[other * n + i]!;
      smallest = Math.min(smallest, sum);
    });
  }
  return Math.max(0, smallest);
}

function forEachNeighbour(
  shape: readonly number[],
  entry: number,
  visit: (other: number) => void,
): void {
  let stride = 1;
  for (let k = shape.length - 1; k >= 0; k--) {
    const position = Math.floor(entry / stride) % shape[k]!;
    if (position > 0) visit(entry - stride);
    if (position < shape[k]! - 1) visit(entry + stride);
    stride *= shape[k]!;
  }
}

/**
 * Local maxima of the correlation with the curve that could hold the global optimum, best first.
 *
 * A maximum is a candidate while its score, raised by what one grid step can add, reaches the best score.
 *
 * @returns number of starts in `startTheta`, at most `limit`; 0 when no entry correlates positively
 */
export function pickStarts(
  dictionary: Dictionary,
  y: Float64Array,
  offset: number,
  squares: number,
  limit: number,
): number {
  const { units, scores, shape, n, theta, cosine, sine, startTheta, startFloor } = dictionary;
  const m = shape.length;
  let best = 0;
  for (let e = 0, row = 0; e < scores.length; e++, row += n) {
    let sum = 0;
    for (let i = 0; i < n; i++) sum += units[row + i]! * y[offset + i]!;
    scores[e] = sum;
    if (sum > scores[best]!) best = e;
  }
  const top = scores[best]!;
  if (!(top > 0)) return 0;
  let count = 0;
  for (let e = 0; e < scores.length; e++) {
    const s = scores[e]!;
    const reach = reachableScore(s, squares, cosine, sine);
    if (s <= 0 || reach < top || !isLocalMaximum(shape, scores, e)) continue;
    // Insertion keeps the starts sorted by what they can still reach.
    let place = count;
    const floor = Math.max(0, squares - reach * reach);
    while (place > 0 && startFloor[place - 1]! > floor) place--;
    if (place >= limit) continue;
    for (let s2 = Math.min(count, limit - 1); s2 > place; s2--) {
      startFloor[s2] = startFloor[s2 - 1]!;
      for (let k = 0; k < m; k++) startTheta[s2 * m + k] = startTheta[(s2 - 1) * m + k]!;
    }
    startFloor[place] = floor;
    for (let k = 0; k < m; k++) startTheta[place * m + k] = theta[e * m + k]!;
    count = Math.min(limit, count + 1);
  }
  return count;
}

function isLocalMaximum(shape: readonly number[], scores: Float64Array, entry: number): boolean {
  const s = scores[entry]!;
  let stride = 1;
  for (let k = shape.length - 1; k >= 0; k--) {
    const position = Math.floor(entry / stride) % shape[k]!;
    if (position > 0 && scores[entry - stride]! > s) return false;
    if (position < shape[k]! - 1 && scores[entry + stride]! > s) return false;
    stride *= shape[k]!;
  }
  return true;
}
