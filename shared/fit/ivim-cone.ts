import { ivimLimits } from "#shared/models/ivim.ts";

/** Greatest fast amplitude over the slow one: f = B/(A + B) at its limit. */
export const mostFastPerSlow = ivimLimits.highestF / (1 - ivimLimits.highestF);

/** Which constraint on the amplitudes holds. */
export const face = {
  /** None: both amplitudes are free. */
  inside: 0,
  /** f = 0: the slow exponential alone. */
  slowAlone: 1,
  /** f at its upper limit. */
  mostFast: 2,
  /** No positive amplitude at all. */
  nothing: 3,
} as const;

/** The best admissible amplitudes for two rates, and what they leave. */
export interface ConeFit {
  slow: number;
  fast: number;
  /** A value of `face`. */
  face: number;
  /** Reduction of the sum of squares: y.y less the residual sum. */
  gain: number;
}

/** An empty fit. */
export function newConeFit(): ConeFit {
  return { slow: 0.5, fast: 0.5, face: 0, gain: 0.5 };
}

/** The sine of the angle between the two exponentials below which they count as one. */
const leastSine2 = 1e-20;

/**
 * Best amplitudes A of e and B of g with A >= 0, 0 <= B <= 7/3 A (f between 0 and 0.7), by exact projection.
 *
 * The admissible signals are a cone with the edges e and e + 7/3 g. Either the free least-squares amplitudes are inside,
 * or the nearest point is on the edge that gains more.
 *
 * @param ye - y.e; yh = y.h with h = g - e (e.g)/(e.e), the part of g across e
 * @param yg - y.g
 * @param ee - e.e; eg, gg, hh alike
 */
export function projectOnCone(
  ye: number,
  yg: number,
  yh: number,
  ee: number,
  eg: number,
  gg: number,
  hh: number,
  fit: ConeFit,
): void {
  if (hh > leastSine2 * gg) {
    const fast = yh / hh;
    const slow = (ye - eg * fast) / ee;
    if (fast >= 0 && slow > 0 && fast <= mostFastPerSlow * slow) {
      fit.slow = slow;
      fit.fast = fast;
      fit.face = face.inside;
      fit.gain = (ye * ye) / ee + (yh * yh) / hh;
      return;
    }
  }
  const along = ye + mostFastPerSlow * yg;
  const length2 = ee + 2 * mostFastPerSlow * eg + mostFastPerSlow * mostFastPerSlow * gg;
  const ofSlow = ye > 0 ? (ye * ye) / ee : 0;
  const ofMost = along > 0 ? (along * along) / length2 : 0;
  if (ofSlow === 0 && ofMost === 0) {
    fit.slow = 0;
    fit.fast = 0;
    fit.face = face.nothing;
    fit.gain = 0;
  } else if (ofSlow >= ofMost * (1 - 1e-14)) {
    fit.slow = ye / ee;
    fit.fast = 0;
    fit.face = face.slowAlone;
    fit.gain = ofSlow;
  } else {
    fit.slow = along / length2;
    fit.fast = mostFastPerSlow * fit.slow;
    fit.face = face.mostFast;
    fit.gain = ofMost;
  }
}
