import { fillRicianMeans } from "#shared/models/rician-mean.ts";
import { newBasis, type SignalModel } from "#shared/models/signal-model.ts";
import { isPeak, polarityGrid } from "./polarity-grid.ts";
import { buildRateGrid } from "./rate-grid.ts";
import type { RicianStarts } from "./rician-starts.ts";

/** Starts kept. */
const mostStarts = 4;

/**
 * Starts of the expected-Rician fit of a recovery seen in magnitude, for models with one rate and a constant.
 *
 * On sqrt(max(y^2 - 2 sigma^2, 0)), the signal without its floor, every polarity has a best rate or two
 * (`polarityGrid`); those whose expected magnitudes come closest to the samples are the starts. The mean of a magnitude
 * knows no sign, so the polarity matters here and not afterwards.
 */
export function polarityStarts(model: SignalModel, sigma: number): RicianStarts {
  const n = model.abscissae.length;
  const grid = buildRateGrid(model);
  const count = grid.rates.length;
  const table = polarityGrid(grid, n);
  const bases = new Float64Array(count * n);
  const means = new Float64Array(count);
  const basis = newBasis(model);
  grid.rates.forEach((rate, g) => {
    model.evaluate([rate], basis);
    bases.set(basis.value, g * n);
    means[g] = basis.value.reduce((a, b) => a + b, 0) / n;
  });
  const parameters = new Float64Array(mostStarts * 3);
  const sums = new Float64Array(mostStarts);
  const floorless = new Float64Array(n);
  const amplitudes = new Float64Array(n);
  const expected = new Float64Array(n);
  const slopes = new Float64Array(n);

  /** Places a start by its sum of squares among the best; returns how many there are. */
  function keep(found: number, ssr: number, c0: number, c1: number, rate: number): number {
    let place = Math.min(found, mostStarts - 1);
    if (found === mostStarts && !(ssr < sums[place]!)) return found;
    for (; place > 0 && sums[place - 1]! > ssr; place--) {
      sums[place] = sums[place - 1]!;
      parameters.copyWithin(3 * place, 3 * place - 3, 3 * place);
    }
    sums[place] = ssr;
    parameters[3 * place] = c0;
    parameters[3 * place + 1] = c1;
    parameters[3 * place + 2] = rate;
    return Math.min(found + 1, mostStarts);
  }

  function find(y: Float64Array, offset: number): number {
    for (let i = 0; i < n; i++) {
      const value = y[offset + i]!;
      floorless[i] = Math.sqrt(Math.max(0, value * value - 2 * sigma * sigma));
    }
    table.fill(floorless, 0);
    let found = 0;
    for (let k = 0; k < n; k++) {
      let sum = 0;
      for (let i = 0; i < n; i++) sum += i < k ? -floorless[i]! : floorless[i]!;
      for (let g = 0; g < count; g++) {
        if (!isPeak(table.scores, k * count, count, g)) continue;
        // |a + b exp(-t R)| is the same for (a, b) and (-a, -b): the solver wants b < 0.
        const score = table.scores[k * count + g]!;
        const sign = score < 0 ? -1 : 1;
        let length = 0;
        for (let i = 0; i < n; i++) length += (bases[g * n + i]! - means[g]!) ** 2;
        const c0 = (sign * score) / Math.sqrt(length);
        const c1 = (sign * sum) / n - c0 * means[g]!;
        for (let i = 0; i < n; i++) amplitudes[i] = c0 * bases[g * n + i]! + c1;
        fillRicianMeans(amplitudes, sigma, expected, slopes);
        let ssr = 0;
        for (let i = 0; i < n; i++) ssr += (y[offset + i]! - expected[i]!) ** 2;
        if (c0 > 0) found = keep(found, ssr, c0, c1, grid.rates[g]!);
      }
    }
    return found;
  }

  return { parameters, find };
}
