import { exponentialBasis } from "#shared/models/exponential-basis.ts";
import { newBasis, type SignalModel } from "#shared/models/signal-model.ts";

/** Everything about the curve of basis functions of a one-rate model that does not depend on the signal. */
export interface RateGrid {
  /** Rates of the global search, ascending, first and last at the bounds; shape [G]. */
  readonly rates: Float64Array;
  /** Basis functions at these rates, less their mean for models with a constant, unit length; shape [G, N]. */
  readonly units: Float64Array;
  /** Cosine and sine of the largest angle between neighbours. */
  readonly cosine: number;
  readonly sine: number;
  /** Largest relative residual, 1 - cos^2(angle), at which a local optimum is proven to be the global one. */
  readonly certifiedResidual: number;
}

/**
 * The model with its abscissae counted from the first one. For an exponential this multiplies the basis by
 * exp(t1 R), which changes the amplitude and nothing else, and keeps fast decays from vanishing altogether.
 */
export function countFromFirst(model: SignalModel): SignalModel {
  if (!model.exponential) return model;
  const first = model.abscissae[0] ?? 0;
  const abscissae = model.abscissae.map((t) => t - first);
  return { ...model, abscissae, evaluate: exponentialBasis(abscissae) };
}

/** Points of the curve on which the certificate is computed. */
const certificatePoints = 128;

/**
 * The grid of the global search and the certificate of a model with one rate.
 *
 * **Certificate.** The unit basis functions g(R) form a curve on the unit sphere; the best rate is the one whose
 * g(R) makes the smallest angle with the signal. Let a local optimum R* make the angle A, and suppose
 * another rate did at least as well. Then g(R*) and that g(R) are at most 2A apart, and the arc between them
 * has some length L(2A); each of its points is within L/2 of one end along the curve, hence within A + L/2
 * of the signal. Along the curve (arc length l) the cosine c = y.g has c'' = -c + kappa (y.n), so it is concave
 * wherever the angle is below atan(1/kappa), kappa the geodesic curvature. If A + L(2A)/2 < atan(1/kappa max), c is
 * concave on the whole arc, where it already has a maximum at one end: no other point of the arc can reach it.
 * So R* is the global optimum. L and kappa max are computed here from the curve itself; 5 % are kept in hand for its
 * discretisation. For exponentials kappa is at most 2 and the certificate reaches relative residuals of about 5 %.
 */
export function buildRateGrid(model: SignalModel): RateGrid {
  const variable = model.variables[0];
  if (variable === undefined) throw new Error("a rate grid needs a search variable");
  const rates = spread(variable.lower, variable.upper, variable.gridSize);
  const units = unitVectors(model, rates).units;
  const n = model.abscissae.length;
  let widest = 1;
  for (let g = 1; g < rates.length; g++) {
    widest = Math.min(widest, dot(units, (g - 1) * n, units, g * n, n));
  }
  const cosine = Math.max(0, Math.min(1, widest));
  return {
    rates,
    units,
    cosine,
    sine: Math.sqrt(1 - cosine * cosine),
    certifiedResidual: certify(model, variable.lower, variable.upper),
  };
}

function spread(lower: number, upper: number, count: number): Float64Array {
  const logStep = Math.log(upper / lower) / (count - 1);
  const rates = Float64Array.from({ length: count }, (_, g) => lower * Math.exp(g * logStep));
  rates[count - 1] = upper;
  return rates;
}

function dot(a: Float64Array, i: number, b: Float64Array, j: number, n: number): number {
  let sum = 0;
  for (let k = 0; k < n; k++) sum += a[i + k]! * b[j + k]!;
  return sum;
}

/** Unit basis vectors and the geodesic curvature of their curve at each rate. */
function unitVectors(model: SignalModel, rates: Float64Array) {
  const n = model.abscissae.length;
  const basis = newBasis(model);
  const units = new Float64Array(rates.length * n);
  const curvature = new Float64Array(rates.length);
  const theta = new Float64Array(1);
  for (let g = 0; g < rates.length; g++) {
    theta[0] = rates[g]!;
    model.evaluate(theta, basis);
    const { value, first, second } = basis;
    if (model.constant) for (const row of [value, first, second]) removeMean(row);
    const length = Math.sqrt(dot(value, 0, value, 0, n));
    for (let i = 0; i < n; i++) {
      value[i] = value[i]! / length;
      units[g * n + i] = value[i]!;
    }
    // Geodesic curvature: the part of the second derivative across the curve, over the squared speed.
    removePart(first, value, 1);
    const speed2 = dot(first, 0, first, 0, n);
    removePart(second, value, 1);
    removePart(second, first, speed2);
    curvature[g] = (Math.sqrt(dot(second, 0, second, 0, n)) * length) / speed2;
  }
  return { units, curvature };
}

function removeMean(row: Float64Array): void {
  const mean = row.reduce((a, b) => a + b, 0) / row.length;
  for (let i = 0; i < row.length; i++) row[i] = row[i]! - mean;
}

function removePart(row: Float64Array, direction: Float64Array, squaredLength: number): void {
  const part = dot(row, 0, direction, 0, row.length) / squaredLength;
  for (let i = 0; i < row.length; i++) row[i] = row[i]! - part * direction[i]!;
}

function certify(model: SignalModel, lower: number, upper: number): number {
  const n = model.abscissae.length;
  const count = certificatePoints;
  const { units, curvature } = unitVectors(model, spread(lower, upper, count));
  const reach = Math.atan(1 / curvature.reduce((a, b) => Math.max(a, b), 0));
  if (!Number.isFinite(reach)) return 0;
  const angles = new Float64Array(count * count);
  for (let i = 0; i < count; i++) {
    for (let j = i + 1; j < count; j++) {
      angles[i * count + j] = Math.acos(
        Math.max(-1, Math.min(1, dot(units, i * n, units, j * n, n))),
      );
    }
  }
  const arc = new Float64Array(count);
  for (let k = 1; k < count; k++) arc[k] = arc[k - 1]! + angles[(k - 1) * count + k]!;
  let certified = 0;
  for (let trial = 0.01; trial < reach; trial += 0.005) {
    if (trial + longestArc(2 * trial, arc, angles) / 2 >= 0.95 * reach) break;
    certified = trial;
  }
  const sine = Math.sin(certified);
  return sine * sine;
}

/** Length of the longest piece of the curve whose ends are at most `chord` apart. */
function longestArc(chord: number, arc: Float64Array, angles: Float64Array): number {
  const count = arc.length;
  let longest = 0;
  for (let i = 0; i < count; i++) {
    // The last point within reach, not the first beyond it: the curve may come back.
    for (let j = count - 1; j > i && arc[j]! - arc[i]! > longest; j--) {
      if (angles[i * count + j]! <= chord) longest = arc[j]! - arc[i]!;
    }
  }
  return longest;
}
