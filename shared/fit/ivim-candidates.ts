import { ivimLimits } from "#shared/models/ivim.ts";
import { buildExponentialGrid, type ExponentialGrid } from "./exponential-grid.ts";
import { mostFastPerSlow } from "./ivim-cone.ts";
import { reachableScore } from "./reachable-score.ts";

/** Places from which a search finds the optimum, best first, for the latest curve. */
export interface IvimCandidates {
  count: number;
  /** D and D* of each, mm2/s. */
  readonly d: Float64Array;
  readonly dStar: Float64Array;
  /** Length of the curve's projection at the place itself. */
  readonly score: Float64Array;
  /** The greatest such length that one grid step can lead to. */
  readonly reach: Float64Array;
  /** The same for one exponential alone (f = 0): its best D on the grid and its reach. */
  slowD: number;
  slowReach: number;
}

/** Angle between neighbours of the grid, rad. */
const gridStep = 0.05;

/** Cosine above which two exponentials are too close to tell apart, and are no pair. */
const leastApart = 1 - 1e-12;

/** Most candidates kept; simulated curves at a signal-to-noise ratio of 10 have one to three. */
const mostCandidates = 8;

/** A search over all pairs (D, D*) of a grid. */
export interface IvimGrid {
  readonly candidates: IvimCandidates;
  /** Fills `candidates` for samples y[offset]..., whose sum of squares is `squares`. */
  readonly search: (y: Float64Array, offset: number, squares: number) => void;
  /**
   * Replaces `candidates` by the D* at which a fast compartment would take most of what one exponential leaves, each
   * a local maximum: none when f = 0 is an optimum.
   *
   * @param residuals - of the best single exponential, shape [N]
   * @param d - its rate
   */
  readonly searchRest: (residuals: Float64Array, d: number) => void;
}

/** The grid over D and D* for these b-values, with its tables. */
export function buildIvimGrid(bValues: Float64Array): IvimGrid {
  const n = bValues.length;
  const slow = buildExponentialGrid(bValues, 0, ivimLimits.highestD, gridStep);
  const fast = buildExponentialGrid(
    bValues,
    ivimLimits.lowestDstar,
    ivimLimits.highestDstar,
    gridStep,
  );
  const rows = slow.rates.length;
  const columns = fast.rates.length;
  const cosines = pairCosines(slow, fast, n);
  // A point of the cone of one pair is within sqrt(2) of the larger step of the cone of its neighbour: both
  // edges move by a step at most, and in the positive orthant they make an acute angle.
  const step = Math.min(Math.PI / 2, Math.SQRT2 * Math.max(slow.step, fast.step));
  const cosine = Math.cos(step);
  const sine = Math.sin(step);
  const ofSlow = new Float64Array(rows);
  const ofFast = new Float64Array(columns);
  const scores = new Float64Array(rows * columns);
  const candidates: IvimCandidates = {
    count: 0,
    d: new Float64Array(mostCandidates),
    dStar: new Float64Array(mostCandidates),
    score: new Float64Array(mostCandidates),
    reach: new Float64Array(mostCandidates),
    slowD: 0.5,
    slowReach: 0.5,
  };

  function fillScores(): void {
    for (let s = 0; s < rows; s++) {
      const ye = ofSlow[s]!;
      const length = slow.lengths[s]!;
      for (let f = 0; f < columns; f++) {
        const at = s * columns + f;
        scores[at] = scorePair(ye, ofFast[f]!, cosines[at]!, length, fast.lengths[f]!);
      }
    }
  }

  function insert(d: number, dStar: number, gain: number, squares: number): void {
    const score = Math.sqrt(gain);
    let place = candidates.count;
    while (place > 0 && candidates.score[place - 1]! < score) place--;
    if (place >= mostCandidates) return;
    const last = Math.min(candidates.count, mostCandidates - 1);
    for (let k = last; k > place; k--) {
      candidates.d[k] = candidates.d[k - 1]!;
      candidates.dStar[k] = candidates.dStar[k - 1]!;
      candidates.score[k] = candidates.score[k - 1]!;
      candidates.reach[k] = candidates.reach[k - 1]!;
    }
    candidates.d[place] = d;
    candidates.dStar[place] = dStar;
    candidates.score[place] = score;
    candidates.reach[place] = reachableScore(score, squares, cosine, sine);
    candidates.count = Math.min(mostCandidates, candidates.count + 1);
  }

  function search(y: Float64Array, offset: number, squares: number): void {
    correlate(slow.units, ofSlow, y, offset);
    correlate(fast.units, ofFast, y, offset);
    fillScores();
    candidates.count = 0;
    for (let s = 0; s < rows; s++) {
      for (let f = 0; f < columns; f++) {
        const gain = scores[s * columns + f]!;
        if (gain > 0 && isPeak(scores, rows, columns, s, f)) {
          insert(slow.rates[s]!, fast.rates[f]!, gain, squares);
        }
      }
    }
    let best = 0;
    for (let s = 1; s < rows; s++) if (ofSlow[s]! > ofSlow[best]!) best = s;
    candidates.slowD = slow.rates[best]!;
    const found = Math.max(0, ofSlow[best]!);
    candidates.slowReach = reachableScore(found, squares, cosine, sine);
  }

  function searchRest(residuals: Float64Array, d: number): void {
    correlate(fast.units, ofFast, residuals, 0);
    candidates.count = 0;
    for (let f = 0; f < columns; f++) {
      const here = ofFast[f]!;
      if (here <= 0 || candidates.count === mostCandidates) continue;
      if (f > 0 && ofFast[f - 1]! >= here) continue;
      if (f < columns - 1 && ofFast[f + 1]! > here) continue;
      candidates.d[candidates.count] = d;
      candidates.dStar[candidates.count] = fast.rates[f]!;
      candidates.count++;
    }
  }

  return { candidates, search, searchRest };
}

/** Products of the rows of `units` with samples y[offset]... */
function correlate(units: Float64Array, out: Float64Array, y: Float64Array, offset: number): void {
  const n = units.length / out.length;
  for (let g = 0, row = 0; g < out.length; g++, row += n) {
    let sum = 0;
    for (let i = 0; i < n; i++) sum += units[row + i]! * y[offset + i]!;
    out[g] = sum;
  }
}

/**
 * Squared length of a curve's projection on the cone of two exponentials; -1 where the fast one adds nothing.
 *
 * @param ye - product of the curve with the slow unit vector; yg with the fast one
 * @param c - cosine of their angle, above 1 for a pair that is none
 */
function scorePair(
  ye: number,
  yg: number,
  c: number,
  slowLength: number,
  fastLength: number,
): number {
  const yh = yg - c * ye;
  if (c > 1 || yh <= 0) return -1;
  const ofFast = yh / (1 - c * c);
  const ofSlow = ye - c * ofFast;
  if (ofFast * slowLength <= mostFastPerSlow * ofSlow * fastLength) return ye * ye + yh * ofFast;
  // f at its limit: the edge e + 7/3 g of the cone.
  const b = mostFastPerSlow * fastLength;
  const along = slowLength * ye + b * yg;
  const length2 = slowLength * slowLength + 2 * slowLength * b * c + b * b;
  return along > 0 ? (along * along) / length2 : -1;
}

/** Cosine of the angle of each pair; 2 where D and D* are too close to tell apart. */
function pairCosines(slow: ExponentialGrid, fast: ExponentialGrid, n: number): Float64Array {
  const columns = fast.rates.length;
  const cosines = new Float64Array(slow.rates.length * columns).fill(2);
  slow.rates.forEach((_, s) => {
    fast.rates.forEach((_, f) => {
      let sum = 0;
      for (let i = 0; i < n; i++) sum += slow.units[s * n + i]! * fast.units[f * n + i]!;
      cosines[s * columns + f] = sum < leastApart ? sum : 2;
    });
  });
  return cosines;
}

/** True when no neighbour, diagonal ones included, scores higher. */
function isPeak(
  scores: Float64Array,
  rows: number,
  columns: number,
  row: number,
  column: number,
): boolean {
  const score = scores[row * columns + column]!;
  for (let r = Math.max(0, row - 1); r <= Math.min(rows - 1, row + 1); r++) {
    for (let c = Math.max(0, column - 1); c <= Math.min(columns - 1, column + 1); c++) {
      if (scores[r * columns + c]! > score) return false;
    }
  }
  return true;
}
