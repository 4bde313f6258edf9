import { ivimLimits } from "#shared/models/ivim.ts";
import { fillRicianMeans } from "#shared/models/rician-mean.ts";
import { dStarOf } from "./ivim-coordinates.ts";

/** The places of a net over f, D and D* that fit the latest curve better than their neighbours, best first. */
export interface IvimRicianNet {
  count: number;
  /** Shape [count]; the rest is room. */
  readonly s0: Float64Array;
  readonly f: Float64Array;
  readonly d: Float64Array;
  readonly dStar: Float64Array;
  /** Fills the places for samples y[offset]..., the search for S0 starting from the given one. */
  readonly search: (y: Float64Array, offset: number, s0: number) => void;
}

/** Points of the net along f, D and the coordinate of D*. */
const shape = [5, 8, 7] as const;

/** Places kept. */
const most = 6;

/** Newton steps for S0 at each point. */
const steps = 4;

/**
 * A net of starts for the expected-Rician fit: at each point the curve of unit S0 is known beforehand, and S0 alone is fitted.
 */
export function buildIvimRicianNet(bValues: Float64Array, sigma: number): IvimRicianNet {
  const n = bValues.length;
  const [ofF, ofD, ofX] = shape;
  const points = ofF * ofD * ofX;
  const units = new Float64Array(points * n);
  const parameters = new Float64Array(points * 3);
  for (let p = 0; p < points; p++) {
    const f = (ivimLimits.highestF * Math.floor(p / (ofD * ofX))) / (ofF - 1);
    // Even steps of the square root: slow decays differ more.
    const d = ivimLimits.highestD * ((Math.floor(p / ofX) % ofD) / (ofD - 1)) ** 2;
    const dStar = dStarOf((p % ofX) / (ofX - 1));
    parameters.set([f, d, dStar], 3 * p);
    for (let i = 0; i < n; i++) {
      units[p * n + i] = f * Math.exp(-bValues[i]! * dStar) + (1 - f) * Math.exp(-bValues[i]! * d);
    }
  }
  const amplitudes = new Float64Array(n);
  const means = new Float64Array(n);
  const slopes = new Float64Array(n);
  const sums = new Float64Array(points);
  const scales = new Float64Array(points);

  /** The S0 of point p by Gauss-Newton steps, and the sum of squares it leaves. */
  function fitScale(p: number, y: Float64Array, offset: number, start: number): void {
    let s0 = start;
    let ssr = 0;
    for (let step = 0; step <= steps; step++) {
      for (let i = 0; i < n; i++) amplitudes[i] = s0 * units[p * n + i]!;
      fillRicianMeans(amplitudes, sigma, means, slopes);
      let along = 0;
      let length2 = 0;
      ssr = 0;
      for (let i = 0; i < n; i++) {
        const residual = y[offset + i]! - means[i]!;
        const slope = slopes[i]! * units[p * n + i]!;
        along += slope * residual;
        length2 += slope * slope;
        ssr += residual * residual;
      }
      if (step === steps || length2 === 0) break;
      s0 = Math.max(0.1 * s0, s0 + along / length2);
    }
    scales[p] = s0;
    sums[p] = ssr;
  }

  function isValley(p: number): boolean {
    const here = sums[p]!;
    let stride = 1;
    for (let axis = 2; axis >= 0; axis--) {
      const size = shape[axis]!;
      const at = Math.floor(p / stride) % size;
      if (at > 0 && sums[p - stride]! < here) return false;
      if (at < size - 1 && sums[p + stride]! < here) return false;
      stride *= size;
    }
    return true;
  }

  const found = new Int32Array(most);
  const net: IvimRicianNet = {
    count: 0,
    s0: new Float64Array(most),
    f: new Float64Array(most),
    d: new Float64Array(most),
    dStar: new Float64Array(most),
    search: (y, offset, s0) => {
      for (let p = 0; p < points; p++) fitScale(p, y, offset, s0);
      let count = 0;
      for (let p = 0; p < points; p++) {
        if (!isValley(p)) continue;
        let at = count;
        while (at > 0 && sums[found[at - 1]!]! > sums[p]!) at--;
        if (at >= most) continue;
        for (let k = Math.min(count, most - 1); k > at; k--) found[k] = found[k - 1]!;
        found[at] = p;
        count = Math.min(most, count + 1);
      }
      net.count = count;
      for (let k = 0; k < count; k++) {
        const p = found[k]!;
        net.s0[k] = scales[p]!;
        net.f[k] = parameters[3 * p]!;
        net.d[k] = parameters[3 * p + 1]!;
        net.dStar[k] = parameters[3 * p + 2]!;
      }
    },
  };
  return net;
}
