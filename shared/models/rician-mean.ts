import { scaledBessel } from "./scaled-bessel.ts";

/**
 * Mean of a magnitude signal whose noise-free value is A, and how it changes with A.
 *
 *     E(A) = sigma sqrt(pi/2) [(1 + 2q) I0e(q) + 2q I1e(q)],  q = A^2 / (4 sigma^2)
 *     dE/dA = sqrt(pi/2) A/(2 sigma) [I0e(q) + I1e(q)]
 *     d2E/dA2 = sqrt(pi/2) 1/(2 sigma) [I0e(q) - I1e(q)]
 *     V(A) = 2 sigma^2 + A^2 - E(A)^2
 *
 * with the exponentially scaled Bessel functions Ike(q) = exp(-q) Ik(q).
 *
 * @see Rice SO, Bell Syst Tech J 1944;23:282; Gudbjartsson H, Patz S, Magn Reson Med 1995;34:910,
 * doi:10.1002/mrm.1910340618
 */
export interface RicianMoments {
  readonly mean: number;
  readonly slope: number;
  readonly curvature: number;
  readonly variance: number;
}

/** Moments of the magnitude of a complex signal of size `amplitude` with noise SD `sigma` in each channel. */
export function ricianMoments(amplitude: number, sigma: number): RicianMoments {
  const a = Math.abs(amplitude) / sigma;
  const [h, h1, h2] = a < tableEnd ? closedForm(a) : asymptotic(a);
  return {
    mean: sigma * h,
    slope: amplitude < 0 ? -h1 : h1,
    curvature: h2 / sigma,
    variance: ricianVariance(amplitude, sigma, sigma * h),
  };
}

/** Variance of the magnitude, from its mean. */
export function ricianVariance(amplitude: number, sigma: number, mean: number): number {
  const a = amplitude / sigma;
  // Far above the floor 2 + a^2 - h^2 cancels; there it is 1 - 1/(2 a^2) to 1e-11.
  if (Math.abs(a) > 200) return sigma * sigma * (1 - 0.5 / (a * a));
  return 2 * sigma * sigma + amplitude * amplitude - mean * mean;
}

const rootHalfPi = Math.sqrt(Math.PI / 2);

/** h(a) = E/sigma and its two derivatives from the Bessel functions. */
function closedForm(a: number): readonly [number, number, number] {
  const q = 0.25 * a * a;
  const i0 = scaledBessel(0, q);
  const i1 = scaledBessel(1, q);
  return [
    rootHalfPi * ((1 + 2 * q) * i0 + 2 * q * i1),
    rootHalfPi * 0.5 * a * (i0 + i1),
    rootHalfPi * 0.5 * (i0 - i1),
  ];
}

/**
 * h(a) = a sum over k of c(k) (2/a^2)^k with c(k) = ((-1/2)(1/2)...(k - 3/2))^2 / k!, the large-argument series of the
 * Laguerre function (Abramowitz & Stegun 13.5.1). From a = 16 on nine terms leave less than 1e-16.
 */
const asymptoticTerms = (() => {
  const terms = [1];
  let product = 1;
  let factorial = 1;
  for (let k = 1; k < 9; k++) {
    product *= k - 1.5;
    factorial *= k;
    terms.push(((product * product) / factorial) * 2 ** k);
  }
  return Float64Array.from(terms);
})();

/** Terms that the inner loop takes: from a = 16 on they leave less than 1e-13. */
const quickTerms = 6;

function asymptotic(a: number): readonly [number, number, number] {
  const u = 1 / (a * a);
  let h = 0;
  let h1 = 0;
  let h2 = 0;
  for (let k = asymptoticTerms.length - 1; k >= 0; k--) {
    const c = asymptoticTerms[k]!;
    h = h * u + c;
    h1 = h1 * u + c * (1 - 2 * k);
    h2 = h2 * u + c * (1 - 2 * k) * (-2 * k);
  }
  return [a * h, h1, h2 / a];
}

/** Intervals of the table per unit of a = A/sigma, and where it ends and the asymptotic series takes over. */
const perUnit = 40;
const tableEnd = 16;

let table: Float64Array | undefined;

/**
 * For each interval the coefficients c0...c5 of the quintic c0 + c1 s + ... + c5 s^5, s = 0...1, that has value, slope and
 * curvature of h at both ends.
 */
function ricianTable(): Float64Array {
  if (table !== undefined) return table;
  const intervals = tableEnd * perUnit;
  table = new Float64Array(6 * intervals);
  let [f, f1, f2] = scaledNode(0);
  for (let k = 0; k < intervals; k++) {
    const [g, g1, g2] = scaledNode(k + 1);
    const r = g - f - f1 - f2;
    const r1 = g1 - f1 - 2 * f2;
    const r2 = g2 - f2;
    const c3 = 10 * r - 4 * r1 + r2;
    const c4 = -15 * r + 7 * r1 - 2 * r2;
    const c5 = 6 * r - 3 * r1 + r2;
    table.set([f, f1, f2, c3, c4, c5], 6 * k);
    [f, f1, f2] = [g, g1, g2];
  }
  return table;
}

/** h, and h' and h''/2 per interval, at the start of interval k. */
function scaledNode(k: number): [number, number, number] {
  const [h, h1, h2] = closedForm(k / perUnit);
  return [h, h1 / perUnit, (0.5 * h2) / perUnit ** 2];
}

/**
 * Means E(A), slopes dE/dA and curvatures d2E/dA2 of many amplitudes, for the inner loop of a fit.
 *
 * Quintic Hermite interpolation between exact nodes 1/40 apart: with |h^(6)| < 1 its error is below
 * (1/40)^6 / 46080 = 5e-15 sigma in the mean and 2e-12 in the slope. Slope and curvature are the derivatives of the
 * interpolant, so that they agree with the mean.
 *
 * @param amplitudes - A, shape [n]
 * @param means - out, shape [n]
 * @param slopes - out, shape [n]
 * @param curvatures - out, shape [n]; left out when not asked for
 */
export function fillRicianMeans(
  amplitudes: Float64Array,
  sigma: number,
  means: Float64Array,
  slopes: Float64Array,
  curvatures?: Float64Array,
): void {
  const nodes = ricianTable();
  const perSigma = 1 / sigma;
  const n = amplitudes.length;
  for (let i = 0; i < n; i++) {
    const amplitude = amplitudes[i]!;
    const a = Math.abs(amplitude) * perSigma;
    let mean: number;
    let slope: number;
    let curvature: number;
    if (a < tableEnd) {
      const position = a * perUnit;
      const interval = Math.floor(position);
      const s = position - interval;
      const k = 6 * interval;
      const c2 = nodes[k + 2]!;
      const c3 = nodes[k + 3]!;
      const c4 = nodes[k + 4]!;
      const c5 = nodes[k + 5]!;
      const c1 = nodes[k + 1]!;
      mean = nodes[k]! + s * (c1 + s * (c2 + s * (c3 + s * (c4 + s * c5))));
      slope = perUnit * (c1 + s * (2 * c2 + s * (3 * c3 + s * (4 * c4 + s * 5 * c5))));
      curvature = perUnit * perUnit * (2 * c2 + s * (6 * c3 + s * (12 * c4 + s * 20 * c5)));
    } else {
      const u = 1 / (a * a);
      let h = 0;
      let h1 = 0;
      for (let k = quickTerms - 1; k >= 0; k--) {
        const c = asymptoticTerms[k]!;
        h = h * u + c;
        h1 = h1 * u + c * (1 - 2 * k);
      }
      mean = a * h;
      slope = h1;
      // The leading term of -1/(2 a^3) (...): a curvature only steers the search.
      curvature = u / a;
    }
    means[i] = sigma * mean;
    slopes[i] = amplitude < 0 ? -slope : slope;
    if (curvatures !== undefined) curvatures[i] = curvature * perSigma;
  }
}
