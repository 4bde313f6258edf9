import { levenbergMarquardt } from "ml-levenberg-marquardt";
import type { NoiseModel } from "#shared/models/model-choice.ts";
import { ricianMoments } from "#shared/models/rician-mean.ts";
import { newBasis, parameterCount, type SignalModel } from "#shared/models/signal-model.ts";
import type { Solver } from "./estimate.ts";
import { fillWithMirror, statusAtBounds } from "./projected-search.ts";
import { newCovarianceWork } from "./standard-errors.ts";
import { statusCode } from "./status.ts";

/** The package has no relative stopping rule: on noisy data it always runs this many steps. */
const iterations = 100;

/** Step of its central differences and of ours, as a fraction of a parameter of size 1. */
const difference = 1e-6;

/** Values of each search variable that a start is looked for at. */
const startsPerVariable = 16;

/**
 * Solver of any model by the package ml-levenberg-marquardt (5.0.1), independent of our own search: the oracle of the
 * tests and `--solver reference`. A thousand times slower.
 *
 * What the package needs: parameters of order 1 (its damping is additive and its differences absolute), so the
 * signal is divided by its largest value and each search variable by its start; a start (the best of a coarse
 * grid); bounds of the right length; no weights. What it does not give: standard errors (here by central
 * differences), and word of failure: a result no better than the start, an exception or a sum that is
 * no number is "not-converged". Version 5.0.1 takes no analytic derivatives.
 */
export function referenceSolver(model: SignalModel, noise: NoiseModel): Solver {
  const n = model.abscissae.length;
  const p = parameterCount(model);
  const first = p - model.variables.length;
  const basis = newBasis(model);
  const theta = new Float64Array(model.variables.length);
  const work = newCovarianceWork(p, n);
  const index = Array.from({ length: n }, (_, i) => i);

  /** The expected signal for p = [c0, (c1), theta...]. */
  function predict(parameters: ArrayLike<number>): Float64Array {
    for (let k = 0; k < theta.length; k++) theta[k] = parameters[first + k]!;
    model.evaluate(theta, basis);
    const constant = model.constant ? parameters[1]! : 0;
    const signal = basis.value.map((value) => parameters[0]! * value + constant);
    return noise.kind === "rician"
      ? signal.map((amplitude) => ricianMoments(amplitude, noise.sigma).mean)
      : signal;
  }

  return (y, offset, sums, estimate) => {
    const data = Array.from(y.subarray(offset, offset + n));
    const start = coarseStart(model, data, predict);
    estimate.status = statusCode["not-converged"];
    estimate.covarianceIsFinal = noise.kind === "rician";
    estimate.iterations = iterations;
    if (start === undefined) {
      estimate.parameters.fill(Number.NaN);
      estimate.parameters[0] = 0;
      if (model.constant) estimate.parameters[1] = sums.sum / n;
      estimate.covariance.fill(Number.NaN);
      estimate.ssr = model.constant ? sums.total : sums.squares;
      estimate.status = statusCode["not-identifiable"];
      return;
    }
    const scale = data.reduce((a, b) => Math.max(a, Math.abs(b)), 0);
    const units = start.map((value, k) => (k < first ? scale : value === 0 ? 1 : value));
    const toParameters = (scaled: readonly number[]) => scaled.map((value, k) => value * units[k]!);
    const limit = (k: number, end: "lower" | "upper") => {
      if (k === 0 && end === "lower") return 0;
      if (k < first) return end === "lower" ? -1e9 : 1e9;
      return model.variables[k - first]![end] / units[k]!;
    };
    try {
      const result = levenbergMarquardt(
        { x: index, y: data.map((value) => value / scale) },
        (scaled) => {
          const signal = predict(toParameters(scaled));
          return (i) => signal[i]! / scale;
        },
        {
          initialValues: start.map((value, k) => value / units[k]!),
          minValues: start.map((_, k) => limit(k, "lower")),
          maxValues: start.map((_, k) => limit(k, "upper")),
          maxIterations: iterations,
          gradientDifference: difference,
          centralDifference: true,
          errorTolerance: 0,
        },
      );
      const parameters = toParameters(result.parameterValues);
      // A value at a bound comes back divided and multiplied by its unit; it must be the bound itself.
      model.variables.forEach(({ lower, upper }, k) => {
        const value = parameters[first + k]!;
        const near = 1e-12 * upper;
        parameters[first + k] = value < lower + near ? lower : value > upper - near ? upper : value;
      });
      const ssr = sumOfResiduals(data, predict(parameters));
      if (!(ssr <= sumOfResiduals(data, predict(start)))) return;
      estimate.parameters.set(parameters);
      estimate.ssr = ssr;
    } catch {
      // The package throws on singular systems; that is a property of the curve.
      return;
    }
    fillJacobian(estimate.parameters);
    estimate.status = statusAtBounds(model, estimate.parameters.subarray(first), work.free);
    estimate.freeParameters = work.free.reduce((sum, free) => sum + free, 0);
    predict(estimate.parameters);
    const constant = model.constant ? estimate.parameters[1]! : 0;
    const variances =
      noise.kind === "rician"
        ? basis.value.map(
            (value) =>
              ricianMoments(estimate.parameters[0]! * value + constant, noise.sigma).variance,
          )
        : undefined;
    if (!fillWithMirror(model, work, estimate.covariance, variances)) {
      estimate.status = statusCode["not-converged"];
    }
  };

  function fillJacobian(parameters: Float64Array): void {
    for (let k = 0; k < p; k++) {
      const variable = model.variables[k - first];
      const size = Math.abs(parameters[k]!) || (variable === undefined ? 1 : variable.upper);
      const h = difference * size;
      // One-sided at a bound, where the equation may end.
      const up = parameters.slice();
      const down = parameters.slice();
      up[k] = Math.min(parameters[k]! + h, variable?.upper ?? Number.POSITIVE_INFINITY);
      down[k] = Math.max(parameters[k]! - h, variable?.lower ?? Number.NEGATIVE_INFINITY);
      const high = predict(up);
      const low = predict(down);
      for (let i = 0; i < n; i++) {
        work.jacobian[k * n + i] = (high[i]! - low[i]!) / (up[k]! - down[k]!);
      }
    }
  }
}

function sumOfResiduals(data: readonly number[], signal: Float64Array): number {
  let sum = 0;
  for (let i = 0; i < data.length; i++) sum += (data[i]! - signal[i]!) ** 2;
  return sum;
}

/** The best of a coarse grid, with its linear parameters from the noise-free equation; undefined when c0 <= 0 for all. */
function coarseStart(
  model: SignalModel,
  data: readonly number[],
  predict: (parameters: readonly number[]) => Float64Array,
): number[] | undefined {
  let best: number[] | undefined;
  let least = Number.POSITIVE_INFINITY;
  for (const theta of gridPoints(model)) {
    const zero = model.constant ? [0] : [];
    const basis = newBasis(model);
    model.evaluate(theta, basis);
    const phi = Array.from(basis.value);
    const count = data.length;
    const meanPhi = model.constant ? phi.reduce((a, b) => a + b, 0) / count : 0;
    const meanData = model.constant ? data.reduce((a, b) => a + b, 0) / count : 0;
    let across = 0;
    let length = 0;
    phi.forEach((value, i) => {
      across += (value - meanPhi) * (data[i]! - meanData);
      length += (value - meanPhi) ** 2;
    });
    const amplitude = across / length;
    if (!(amplitude > 0)) continue;
    const candidate = [amplitude, ...zero.map(() => meanData - amplitude * meanPhi), ...theta];
    const ssr = sumOfResiduals(data, predict(candidate));
    if (ssr < least) {
      least = ssr;
      best = candidate;
    }
  }
  return best;
}

/** All combinations of inner grid values of the search variables. */
function gridPoints(model: SignalModel): number[][] {
  return model.variables.reduce<number[][]>(
    (points, { lower, upper, spacing }) =>
      points.flatMap((point) =>
        Array.from({ length: startsPerVariable }, (_, g) => {
          const share = (g + 0.5) / startsPerVariable;
          const value =
            spacing === "linear"
              ? lower + share * (upper - lower)
              : lower * (upper / lower) ** share;
          return [...point, value];
        }),
      ),
    [[]],
  );
}
