import { ivimLimits } from "#shared/models/ivim.ts";
import { dStarOf } from "./ivim-coordinates.ts";
import { buildRicianNet, type RicianNet } from "./rician-net.ts";

/** A net over f, D and D* for the expected-Rician fit of IVIM; its amplitude is S0. */
export interface IvimRicianNet extends RicianNet {
  /** f, D and D* of each point, shape [points, 3]. */
  readonly parameters: Float64Array;
}

/** Points along f, D and the coordinate of D*. */
const shape = [5, 8, 7] as const;

/** The net for these b-values and a channel noise of sigma. */
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
      const b = bValues[i]!;
      units[p * n + i] = f * Math.exp(-b * dStar) + (1 - f) * Math.exp(-b * d);
    }
  }
  return { ...buildRicianNet(units, shape, sigma), parameters };
}
