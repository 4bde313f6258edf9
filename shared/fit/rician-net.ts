import { fillRicianMeans } from "#shared/models/rician-mean.ts";
import { newBasis, parameterCount, type SignalModel } from "#shared/models/signal-model.ts";
import { gridOf } from "./dictionary.ts";
import type { RicianStarts } from "./rician-starts.ts";

/** Places of a net of curves that fit the latest magnitudes better than their neighbours, best first. */
export interface RicianNet {
  /** Points of the net, shape [count]; the rest is room. */
  readonly points: Int32Array;
  /** The amplitude at every point of the net. */
  readonly amplitudes: Float64Array;
  /** Fills the places for samples y[offset]...; returns how many there are. */
  readonly search: (y: Float64Array, offset: number) => number;
}

/** Places kept. */
export const mostValleys = 6;

/** Gauss-Newton steps for the amplitude at each point. */
const steps = 4;

/**
 * A net over the search variables for the expected-Rician fit: each point has a curve that is known beforehand, and its
 * amplitude alone is fitted, with the noise floor in the model. Local minima of what is left are places to start from: near
 * the floor the sum of squares has valleys that a fit without it does not see.
 *
 * @param units - curve of amplitude 1 of each point, shape [...shape, N]
 * @param shape - points along each variable, the last varies fastest
 */
export function buildRicianNet(
  units: Float64Array,
  shape: readonly number[],
  sigma: number,
): RicianNet {
  const count = shape.reduce((a, b) => a * b, 1);
  const n = units.length / count;
  const expected = new Float64Array(n);
  const means = new Float64Array(n);
  const slopes = new Float64Array(n);
  const sums = new Float64Array(count);
  const amplitudes = new Float64Array(count);
  const points = new Int32Array(mostValleys);

  /** The amplitude of least squares without a floor, or the largest sample where that is none. */
  function firstAmplitude(row: number, y: Float64Array, offset: number): number {
    let along = 0;
    let length2 = 0;
    let largest = sigma;
    for (let i = 0; i < n; i++) {
      along += units[row + i]! * y[offset + i]!;
      length2 += units[row + i]! * units[row + i]!;
      largest = Math.max(largest, y[offset + i]!);
    }
    return along > 0 && length2 > 0 ? along / length2 : largest;
  }

  function fitAmplitude(point: number, y: Float64Array, offset: number): void {
    const row = point * n;
    let amplitude = firstAmplitude(row, y, offset);
    let ssr = 0;
    for (let step = 0; step <= steps; step++) {
      for (let i = 0; i < n; i++) expected[i] = amplitude * units[row + i]!;
      fillRicianMeans(expected, sigma, means, slopes);
      let along = 0;
      let length2 = 0;
      ssr = 0;
      for (let i = 0; i < n; i++) {
        const residual = y[offset + i]! - means[i]!;
        const slope = slopes[i]! * units[row + i]!;
        along += slope * residual;
        length2 += slope * slope;
        ssr += residual * residual;
      }
      if (step === steps || length2 === 0) break;
      amplitude = Math.max(0.1 * amplitude, amplitude + along / length2);
    }
    amplitudes[point] = amplitude;
    sums[point] = ssr;
  }

  function isValley(point: number): boolean {
    const here = sums[point]!;
    let stride = 1;
    for (let axis = shape.length - 1; axis >= 0; axis--) {
      const size = shape[axis]!;
      const at = Math.floor(point / stride) % size;
      if (at > 0 && sums[point - stride]! < here) return false;
      if (at < size - 1 && sums[point + stride]! < here) return false;
      stride *= size;
    }
    return true;
  }

  return {
    points,
    amplitudes,
    search: (y, offset) => {
      for (let point = 0; point < count; point++) fitAmplitude(point, y, offset);
      let found = 0;
      for (let point = 0; point < count; point++) {
        if (!isValley(point)) continue;
        let at = found;
        while (at > 0 && sums[points[at - 1]!]! > sums[point]!) at--;
        if (at >= mostValleys) continue;
        for (let k = Math.min(found, mostValleys - 1); k > at; k--) points[k] = points[k - 1]!;
        points[at] = point;
        found = Math.min(mostValleys, found + 1);
      }
      return found;
    },
  };
}

/** Starts for models with two or more search variables: the valleys of a net over all of them. */
export function ricianNetStarts(model: SignalModel, sigma: number): RicianStarts {
  const n = model.abscissae.length;
  const p = parameterCount(model);
  const m = model.variables.length;
  const axes = model.variables.map(gridOf);
  const shape = axes.map((axis) => axis.length);
  const count = shape.reduce((a, b) => a * b, 1);
  const basis = newBasis(model);
  const units = new Float64Array(count * n);
  const theta = new Float64Array(count * m);
  for (let point = 0; point < count; point++) {
    for (let axis = m - 1, stride = 1; axis >= 0; stride *= shape[axis]!, axis--) {
      theta[point * m + axis] = axes[axis]![Math.floor(point / stride) % shape[axis]!]!;
    }
    model.evaluate(theta.subarray(point * m, (point + 1) * m), basis);
    units.set(basis.value, point * n);
  }
  const net = buildRicianNet(units, shape, sigma);
  const parameters = new Float64Array(mostValleys * p);
  return {
    parameters,
    find: (y, offset) => {
      const found = net.search(y, offset);
      for (let s = 0; s < found; s++) {
        const point = net.points[s]!;
        parameters[s * p] = net.amplitudes[point]!;
        for (let k = 0; k < m; k++) parameters[s * p + p - m + k] = theta[point * m + k]!;
      }
      return found;
    },
  };
}
