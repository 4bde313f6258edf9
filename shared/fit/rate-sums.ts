import { equalSpacing } from "#shared/models/equal-spacing.ts";
import { newBasis, type SignalModel } from "#shared/models/signal-model.ts";

/**
 * Correlation of a curve with the basis function of one rate R, and its derivatives by u = ln R.
 *
 * With phi the basis function (less its mean when the model has a constant) and y the curve (likewise):
 * a = phi.y, b = phi.phi; a1, b1 and a2, b2 their first and second derivatives by u. They are all that variable
 * projection needs: amplitude a/b, residual sum of squares y.y - a^2/b (Golub & Pereyra 1973).
 */
export interface RateSums {
  a: number;
  a1: number;
  a2: number;
  b: number;
  b1: number;
  b2: number;
}

/** Fills the sums for the curve y[offset...] with mean `mean`, at rate R. */
export type FillRateSums = (
  y: Float64Array,
  offset: number,
  mean: number,
  rate: number,
  sums: RateSums,
) => void;

/** Empty sums. */
export function newRateSums(): RateSums {
  return { a: 0.5, a1: 0.5, a2: 0.5, b: 0.5, b1: 0.5, b2: 0.5 };
}

/** The fastest way to the sums of a model with one rate. */
export function rateSumsOf(model: SignalModel): FillRateSums {
  const step = model.exponential ? equalSpacing(model.abscissae) : undefined;
  return step === undefined
    ? sumsOfBasis(model)
    : sumsOfPowers(model.abscissae.length, step, model.constant);
}

/** The sums of any basis function. */
function sumsOfBasis(model: SignalModel): FillRateSums {
  const basis = newBasis(model);
  const { value, first, second } = basis;
  const theta = new Float64Array(1);
  const n = value.length;
  return (y, offset, mean, rate, sums) => {
    theta[0] = rate;
    model.evaluate(theta, basis);
    let m0 = 0;
    let m1 = 0;
    let m2 = 0;
    if (model.constant) {
      for (let i = 0; i < n; i++) {
        m0 += value[i]!;
        m1 += first[i]!;
        m2 += second[i]!;
      }
      m0 /= n;
      m1 /= n;
      m2 /= n;
    }
    let a = 0;
    let ar = 0;
    let arr = 0;
    let b = 0;
    let br = 0;
    let brr = 0;
    for (let i = 0; i < n; i++) {
      const d = y[offset + i]! - mean;
      const p0 = value[i]! - m0;
      const p1 = first[i]! - m1;
      const p2 = second[i]! - m2;
      a += p0 * d;
      ar += p1 * d;
      arr += p2 * d;
      b += p0 * p0;
      br += p0 * p1;
      brr += p1 * p1 + p0 * p2;
    }
    // d/du = R d/dR and d2/du2 = R^2 d2/dR2 + R d/dR.
    sums.a = a;
    sums.a1 = rate * ar;
    sums.a2 = rate * (rate * arr + ar);
    sums.b = b;
    sums.b1 = 2 * rate * br;
    sums.b2 = 2 * rate * (rate * brr + br);
  };
}

/**
 * The sums of an exponential at equally spaced abscissae, up to the factor exp(-t1 R) of the first one.
 *
 * That factor belongs to the amplitude and cancels in all that is computed here: residual and rate do not depend on t1.
 * With q = exp(-step R) the basis is q^i, i = 0...N-1, and one exponential serves all samples. The sums of
 * powers of q and of x = q^2 have closed forms (see `powerSums`).
 */
function sumsOfPowers(n: number, step: number, constant: boolean): FillRateSums {
  const ofSquares = newPowerSums();
  const ofBasis = newPowerSums();
  return (y, offset, mean, rate, sums) => {
    const w = step * rate;
    const q = Math.exp(-w);
    let power = 1;
    let a = 0;
    let av = 0;
    let avv = 0;
    for (let i = 0; i < n; i++) {
      const term = (y[offset + i]! - mean) * power;
      const weighted = i * term;
      a += term;
      av += weighted;
      avv += i * weighted;
      power *= q;
    }
    fillPowerSums(n, q * q, ofSquares);
    let b = ofSquares.s0;
    let bv = 2 * ofSquares.s1;
    let bvv = 4 * ofSquares.s2;
    if (constant) {
      fillPowerSums(n, q, ofBasis);
      const { s0, s1, s2 } = ofBasis;
      b -= (s0 * s0) / n;
      bv -= (2 * s0 * s1) / n;
      bvv -= (2 * (s1 * s1 + s0 * s2)) / n;
    }
    // d/du = -w d/dv and d2/du2 = w^2 d2/dv2 - w d/dv with v = ln q = -w.
    sums.a = a;
    sums.a1 = -w * av;
    sums.a2 = w * (w * avv - av);
    sums.b = b;
    sums.b1 = -w * bv;
    sums.b2 = w * (w * bvv - bv);
  };
}

/** Sums over i = 0...N-1 of x^i, i x^i and i^2 x^i. */
export interface PowerSums {
  s0: number;
  s1: number;
  s2: number;
}

/** Empty sums. */
export function newPowerSums(): PowerSums {
  return { s0: 0.5, s1: 0.5, s2: 0.5 };
}

/**
 * Fills the sums of powers of x, 0 <= x <= 1, from their closed forms. With D = 1 - x and p = x^N:
 *
 *     s0 = (1 - p)/D,  s1 = (x s0 - N p)/D,  s2 = (x s0 + 2 x s1 - N^2 p)/D
 *
 * (s1 and s2 by applying x d/dx to s0 D = 1 - p). They lose digits as N D falls; below 0.05 the sums are added up.
 */
export function fillPowerSums(n: number, x: number, sums: PowerSums): void {
  const d = 1 - x;
  if (n * d < 0.05) {
    addPowerSums(n, x, sums);
    return;
  }
  let p = 1;
  let square = x;
  for (let k = n; k > 0; k >>= 1) {
    if ((k & 1) === 1) p *= square;
    square *= square;
  }
  const inverse = 1 / d;
  const s0 = (1 - p) * inverse;
  const s1 = (x * s0 - n * p) * inverse;
  sums.s0 = s0;
  sums.s1 = s1;
  sums.s2 = (x * (s0 + 2 * s1) - n * n * p) * inverse;
}

function addPowerSums(n: number, x: number, sums: PowerSums): void {
  let power = 1;
  let s0 = 0;
  let s1 = 0;
  let s2 = 0;
  for (let i = 0; i < n; i++) {
    s0 += power;
    s1 += i * power;
    s2 += i * i * power;
    power *= x;
  }
  sums.s0 = s0;
  sums.s1 = s1;
  sums.s2 = s2;
}
