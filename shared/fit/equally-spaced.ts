import type { Estimate, Solver } from "./estimate.ts";
import type { RateProblem } from "./rate-problem.ts";
import { statusCode } from "./status.ts";
import { searchRate } from "./variable-projection.ts";

/** Halley steps after which the slower search takes over; clean curves need two. */
const stepLimit = 6;

/** A relative step of the rate below this one is the last: the error it leaves is about its cube. */
const lastStep = 2e-4;

/** Relative residual below which y.y - a^2/b has lost too many digits to be the residual sum of squares. */
const cancellation = 1e-5;

/** N (1 - q^2) below which the closed forms have lost too many digits. */
const flattest = 0.05;

/**
 * Solver of the two-parameter decay at equally spaced abscissae: the same optimum as `variableProjection`, for clean
 * curves in two steps without a grid.
 *
 * With w = R step and q = exp(-w), maximise the cosine a/sqrt(b), a = sum q^i y(i), b = sum q^2i, i = 0...N-1. The derivatives of
 * ln a by w are -k1, k2, -k3 with k the cumulants (mean, variance, third central moment) of the index i under the
 * weights q^i y(i); those of ln b are -2 l1, 4 l2, -8 l3 with l the cumulants under the weights x^i, x = q^2. So
 *
 *     d1 = l1 - k1,   d2 = k2 - 2 l2,   d3 = 4 l3 - k3
 *
 * are the derivatives of ln(a/sqrt b), and Halley's step is -2 d1 d2 / (2 d2^2 - d1 d3); the error that it leaves is of
 * the order of the cube of the one before. Since b = (1 - x^N)/(1 - x), its cumulants follow from e = x/(1 - x) and
 * f = x^N/(1 - x^N):
 *
 *     l1 = e - N f,   l2 = e (1 + e) - N^2 f (1 + f),   l3 = e (1 + e)(1 + 2 e) - N^3 f (1 + f)(1 + 2 f)
 *
 * The start is q = sum y(i) y(i+2) / sum y(i) y(i+1), exact without noise and, since the noise of different samples is
 * independent, free of the bias that sum y(i)^2 in its denominator would bring.
 *
 * A result is accepted when its residual is below the certified one (`buildRateGrid`): then it is proven to be the
 * global optimum. All other curves - noise, optima at bounds, no decay - take the global search.
 */
export function equallySpacedDecay(problem: RateProblem, step: number): Solver {
  const { n, lower, upper } = problem;
  const first = problem.model.abscissae[0] ?? 0;
  const certified = problem.grid.certifiedResidual;

  return (y, offset, sums, estimate) => {
    let q = sums.lagTwo / sums.lagOne;
    let w = -Math.log(q);
    for (let k = 0; k < stepLimit; k++) {
      // Running sums of running sums: c0, c1, c2, c3 end as sums of q^i y(i) times 1, j, j (j+1)/2 and
      // j (j+1) (j+2)/6, where j = N - i counts from the end. Six operations a sample give three moments.
      let power = 1;
      let c0 = 0;
      let c1 = 0;
      let c2 = 0;
      let c3 = 0;
      for (let i = 0; i < n; i++) {
        c0 += y[offset + i]! * power;
        c1 += c0;
        c2 += c1;
        c3 += c2;
        power *= q;
      }
      // Moments of j; its cumulants are those of i but for the sign of the odd ones and the shift of the mean.
      const perA = 1 / c0;
      const j1 = c1 * perA;
      const j2 = 2 * c2 * perA - j1;
      const j3 = 6 * c3 * perA - 3 * j2 - 2 * j1;
      const k1 = n - j1;
      const k2 = j2 - j1 * j1;
      const k3 = j1 * (3 * j2 - 2 * j1 * j1) - j3;
      const x = q * q;
      const end = power * power;
      const e = x / (1 - x);
      const f = end / (1 - end);
      const nf = n * f;
      const ee = e * (1 + e);
      const ff = nf * (n + nf);
      const l1 = e - nf;
      const l2 = ee - ff;
      const l3 = ee * (1 + 2 * e) - ff * (n + 2 * nf);
      const d1 = l1 - k1;
      const d2 = k2 - 2 * l2;
      const d3 = 4 * l3 - k3;
      const dw = (-2 * d1 * d2) / (2 * d2 * d2 - d1 * d3);
      const size = Math.abs(dw) / w;
      if (!(size < 0.5 && w * d2 + d1 < 0 && c0 > 0 && n * (1 - x) > flattest)) break;
      if (size > lastStep) {
        w += dw;
        q = Math.exp(-w);
        continue;
      }
      estimate.iterations = k + 1;
      // The last step is small: ln(a/sqrt b) and the sums of powers follow it by their series.
      const s0 = (1 - end) / (1 - x);
      const s1 = l1 * s0;
      const s2 = (l2 + l1 * l1) * s0;
      const s3 = (l3 + l1 * (3 * l2 + l1 * l1)) * s0;
      const b = s0 - dw * (2 * s1 - dw * (2 * s2 - (4 / 3) * dw * s3));
      const gain = dw * (d1 + dw * (0.5 * d2 + (dw * d3) / 6));
      const explained = ((c0 * c0) / s0) * (1 + gain * (2 + 2 * gain));
      const amplitude = Math.sqrt(explained / b);
      const rate = (w + dw) / step;
      let ssr = sums.squares - explained;
      if (ssr < cancellation * sums.squares) {
        ssr = addResiduals(y, offset, n, amplitude, q * (1 - dw * (1 - dw * (0.5 - dw / 6))));
      }
      if (!(ssr <= certified * sums.squares && rate > lower && rate < upper)) break;
      writeDecay(amplitude, rate, ssr, b, s1 - 2 * dw * s2, s2 - 2 * dw * s3, estimate);
      return;
    }
    searchRate(problem, y, offset, sums, estimate);
  };

  /** Estimate and covariance from s(k) = sum i^k x^i: t = first + i step, e = exp(-t R). */
  function writeDecay(
    amplitude: number,
    rate: number,
    ssr: number,
    s0: number,
    s1: number,
    s2: number,
    estimate: Estimate,
  ): void {
    const { parameters, covariance } = estimate;
    const growth = Math.exp(first * rate);
    parameters[0] = amplitude * growth;
    parameters[1] = rate;
    const perDeterminant = 1 / (step * step * (s0 * s2 - s1 * s1));
    const mixed = ((first * s0 + step * s1) * growth * perDeterminant) / amplitude;
    covariance[0] =
      growth * growth * (first * (first * s0 + 2 * step * s1) + step * step * s2) * perDeterminant;
    covariance[1] = mixed;
    covariance[2] = mixed;
    covariance[3] = (s0 * perDeterminant) / (amplitude * amplitude);
    estimate.ssr = ssr;
    estimate.status = statusCode.ok;
    estimate.freeParameters = 2;
    estimate.covarianceIsFinal = false;
  }
}

function addResiduals(
  y: Float64Array,
  offset: number,
  n: number,
  amplitude: number,
  q: number,
): number {
  let power = amplitude;
  let ssr = 0;
  for (let i = 0; i < n; i++) {
    const r = y[offset + i]! - power;
    ssr += r * r;
    power *= q;
  }
  return ssr;
}
