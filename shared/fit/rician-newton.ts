import { fillRicianMeans, ricianVariance } from "#shared/models/rician-mean.ts";
import { newBasis, type SignalModel } from "#shared/models/signal-model.ts";
import type { Estimate } from "./estimate.ts";
import { countFromFirst } from "./rate-grid.ts";
import { statusCode } from "./status.ts";

/** Newton steps after which the general search takes over. */
const stepLimit = 10;

/** Relative error of amplitude and rate that is left behind, at most. */
const tolerance = 1e-12;

/** A last step larger than this is followed by another, so that the standard errors belong to the result. */
const largestLastStep = 1e-5;

/**
 * Newton's method for the expected-Rician fit of a model with one amplitude and one rate.
 *
 * In c (the amplitude, for exponentials that at the first abscissa) and u = ln R, with A = c phi(R), residual r = y - E(A),
 * E' and E'' the derivatives of the mean by A, and A_j those of A by c and u, half the sum of squares has
 *
 *     gradient_j = -sum r E' A_j,   hessian_jk = sum (E'^2 - r E'') A_j A_k - r E' A_jk
 *
 * @returns a function that starts from `estimate.parameters` [c0, R], and writes the estimate and its sandwich covariance;
 * it returns false, leaving the parameters as they were, when it cannot vouch for a minimum between the bounds
 */
export function ricianNewton(
  model: SignalModel,
  sigma: number,
): (y: Float64Array, offset: number, estimate: Estimate) => boolean {
  const n = model.abscissae.length;
  const searched = countFromFirst(model);
  const first = model.exponential ? (model.abscissae[0] ?? 0) : 0;
  const { lower, upper } = model.variables[0]!;
  const basis = newBasis(model);
  const { value, first: byRate, second } = basis;
  const theta = new Float64Array(1);
  const amplitudes = new Float64Array(n);
  const means = new Float64Array(n);
  const slopes = new Float64Array(n);
  const curvatures = new Float64Array(n);

  return (y, offset, estimate) => {
    let rate = estimate.parameters[1]!;
    let c = estimate.parameters[0]! * Math.exp(-first * rate);
    let before = Math.sqrt(tolerance);
    let ssrAtStart = Number.POSITIVE_INFINITY;
    for (let k = 0; k < stepLimit; k++) {
      if (!(rate > lower && rate < upper && c > 0)) return false;
      theta[0] = rate;
      searched.evaluate(theta, basis);
      for (let i = 0; i < n; i++) amplitudes[i] = c * value[i]!;
      fillRicianMeans(amplitudes, sigma, means, slopes, curvatures);
      let ssr = 0;
      let gc = 0;
      let gu = 0;
      let hcc = 0;
      let hcu = 0;
      let huu = 0;
      for (let i = 0; i < n; i++) {
        const r = y[offset + i]! - means[i]!;
        const phi = value[i]!;
        const phiU = rate * byRate[i]!;
        const phiUU = rate * rate * second[i]! + phiU;
        const weighted = r * slopes[i]!;
        const weight = slopes[i]! * slopes[i]! - r * curvatures[i]!;
        const d = c * phiU;
        ssr += r * r;
        gc -= weighted * phi;
        gu -= weighted * d;
        hcc += weight * phi * phi;
        hcu += weight * phi * d - weighted * phiU;
        huu += weight * d * d - weighted * c * phiUU;
      }
      const determinant = hcc * huu - hcu * hcu;
      if (!(hcc > 0 && determinant > 1e-12 * hcc * huu)) return false;
      const dc = (hcu * gu - huu * gc) / determinant;
      const du = (hcu * gc - hcc * gu) / determinant;
      const step = Math.max(Math.abs(dc / c), Math.abs(du));
      if (!(step < 0.7)) return false;
      if (k === 0) ssrAtStart = ssr;
      if (step ** 3 <= tolerance * before * before && step < largestLastStep) {
        if (!(ssr <= ssrAtStart * (1 + 1e-12))) return false;
        writeEstimate(c, rate, ssr, estimate);
        estimate.parameters[0] = (c + dc) * Math.exp(first * rate * (1 + du));
        estimate.parameters[1] = rate * (1 + du);
        estimate.iterations += k + 1;
        return true;
      }
      before = step;
      c += dc;
      rate *= Math.exp(du);
    }
    return false;
  };

  /** Status, sum and the sandwich (J'J)^-1 J'VJ (J'J)^-1, carried from (c, u) over to (c0, R). */
  function writeEstimate(c: number, rate: number, ssr: number, estimate: Estimate): void {
    let g00 = 0;
    let g01 = 0;
    let g11 = 0;
    let m00 = 0;
    let m01 = 0;
    let m11 = 0;
    for (let i = 0; i < n; i++) {
      const jc = slopes[i]! * value[i]!;
      const ju = slopes[i]! * c * rate * byRate[i]!;
      const v = ricianVariance(amplitudes[i]!, sigma, means[i]!);
      g00 += jc * jc;
      g01 += jc * ju;
      g11 += ju * ju;
      m00 += v * jc * jc;
      m01 += v * jc * ju;
      m11 += v * ju * ju;
    }
    const d = g00 * g11 - g01 * g01;
    const i00 = g11 / d;
    const i01 = -g01 / d;
    const i11 = g00 / d;
    const ofC = i00 * (i00 * m00 + 2 * i01 * m01) + i01 * i01 * m11;
    const ofBoth = i00 * (m00 * i01 + m01 * i11) + i01 * (m01 * i01 + m11 * i11);
    const ofU = i01 * (i01 * m00 + 2 * i11 * m01) + i11 * i11 * m11;
    // c0 = c exp(t1 R) and R = exp(u).
    const growth = Math.exp(first * rate);
    const along = c * first * rate;
    const { covariance } = estimate;
    covariance[0] = growth * growth * (ofC + 2 * along * ofBoth + along * along * ofU);
    covariance[1] = growth * rate * (ofBoth + along * ofU);
    covariance[2] = covariance[1]!;
    covariance[3] = rate * rate * ofU;
    estimate.ssr = ssr;
    estimate.covarianceIsFinal = true;
    estimate.freeParameters = 2;
    estimate.status = statusCode.ok;
  }
}
