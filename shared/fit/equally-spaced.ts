import type { Estimate, Solver } from "./estimate.ts";
import type { RateProblem } from "./rate-problem.ts";
import { fillPowerSums, newPowerSums } from "./rate-sums.ts";
import { statusCode } from "./status.ts";
import { searchRate } from "./variable-projection.ts";

/** Newton steps after which the slower search takes over; clean curves need two or three. */
const stepLimit = 8;

/** The error of ln R that is left behind, at most. */
const tolerance = 1e-12;

/** Relative residual below which y.y - a^2/b has lost too many digits to be the residual sum of squares. */
const cancellation = 1e-5;

/**
 * Solver of the two-parameter decay at equally spaced abscissae: the same optimum as `variableProjection`, for clean
 * curves in a few Newton steps without a grid.
 *
 * With q = exp(-w), w = R step, and v(i) = q^i, maximise the cosine a/sqrt(b), a = sum q^i y(i), b = sum q^2i. From
 * A1 = (sum i q^i y)/a, A2 = (sum i^2 q^i y)/a and the same for b with x = q^2, B1 = (sum i x^i)/b, B2 = (sum i^2 x^i)/b,
 * the derivatives of ln(a/sqrt b) by u = ln R are
 *
 *     g1 = -w (A1 - B1),   g2 = w^2 (A2 - A1^2 - 2 B2 + 2 B1^2) + g1
 *
 * and the step is -g1/g2. The start is q = sum y(i) y(i+2) / sum y(i) y(i+1), exact without noise and, since the noise of
 * different samples is independent, free of the bias that sum y(i)^2 in its denominator would bring.
 *
 * A result is accepted when its residual is below the certified one (`buildRateGrid`): then it is proven to be the
 * global optimum. All other curves - noise, optima at bounds, no decay - take the global search.
 */
export function equallySpacedDecay(problem: RateProblem, step: number): Solver {
  const { n, lower, upper } = problem;
  const first = problem.model.abscissae[0] ?? 0;
  const certified = problem.grid.certifiedResidual;
  const powers = newPowerSums();

  return (y, offset, sums, estimate) => {
    const q0 = sums.lagTwo / sums.lagOne;
    let rate = -Math.log(q0) / step;
    // The error left by a step is about its square times a constant of order 1; with two steps known, the
    // constant is (this step)/(last step)^2.
    let before = Math.sqrt(tolerance);
    for (let k = 0; k < stepLimit; k++) {
      if (!(rate >= lower && rate <= upper)) break;
      const w = rate * step;
      const q = Math.exp(-w);
      let power = 1;
      let a = 0;
      let av = 0;
      let avv = 0;
      for (let i = 0; i < n; i++) {
        const term = y[offset + i]! * power;
        const weighted = i * term;
        a += term;
        av += weighted;
        avv += i * weighted;
        power *= q;
      }
      fillPowerSums(n, q * q, powers);
      const { s0, s1, s2 } = powers;
      const a1 = av / a;
      const b1 = s1 / s0;
      const g1 = w * (b1 - a1);
      const g2 = w * w * (avv / a - a1 * a1 - 2 * (s2 / s0 - b1 * b1)) + g1;
      const delta = -g1 / g2;
      if (!(g2 < 0 && a > 0 && Math.abs(delta) < 0.5)) break;
      // exp(delta) to third order; a step of 0.5 need not be exact, and a small one is.
      rate *= (1 + 0.5 * delta) / (1 - 0.5 * delta);
      const left = Math.abs(delta * delta * delta);
      if (left > tolerance * before * before) {
        before = Math.abs(delta);
        continue;
      }
      estimate.iterations = k + 1;
      // The last step is small: the numerator follows it by its series, the denominator is computed anew.
      const dw = rate * step - w;
      const last = q * (1 - dw * (1 - 0.5 * dw));
      fillPowerSums(n, last * last, powers);
      const amplitude = (a - dw * (av - 0.5 * dw * avv)) / powers.s0;
      let ssr = sums.squares - amplitude * amplitude * powers.s0;
      if (ssr < cancellation * sums.squares) ssr = addResiduals(y, offset, n, amplitude, last);
      if (!(ssr <= certified * sums.squares && rate > lower && rate < upper)) break;
      writeDecay(amplitude, rate, ssr, estimate);
      return;
    }
    searchRate(problem, y, offset, sums, estimate);
  };

  /** Estimate and covariance, from sums over the powers: t = first + i step, e = exp(-t R). */
  function writeDecay(amplitude: number, rate: number, ssr: number, estimate: Estimate): void {
    const { parameters, covariance } = estimate;
    const { s0, s1, s2 } = powers;
    const growth = Math.exp(first * rate);
    parameters[0] = amplitude * growth;
    parameters[1] = rate;
    const perDeterminant = 1 / (step * step * (s0 * s2 - s1 * s1));
    covariance[0] =
      growth *
      growth *
      (first * first * s0 + 2 * first * step * s1 + step * step * s2) *
      perDeterminant;
    covariance[1] = ((first * s0 + step * s1) * growth * perDeterminant) / amplitude;
    covariance[2] = covariance[1]!;
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
