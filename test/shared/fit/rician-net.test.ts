import { describe, expect, test } from "vitest";
import { buildRicianNet, ricianNetStarts } from "#shared/fit/rician-net.ts";
import { diffusionKurtosis } from "#shared/models/diffusion-kurtosis.ts";
import { ricianMoments } from "#shared/models/rician-mean.ts";
import { newBasis } from "#shared/models/signal-model.ts";

const bValues = Float64Array.of(0, 500, 1000, 1500, 2000, 2500);
const sigma = 100;

describe("the net of starts near the noise floor", () => {
  test("finds the point whose expected magnitudes the curve is, with its amplitude", () => {
    const rates = [2e-4, 6e-4, 1e-3, 2e-3, 4e-3];
    const units = Float64Array.from(
      rates.flatMap((d) => [...bValues].map((b) => Math.exp(-b * d))),
    );
    const net = buildRicianNet(units, [rates.length], sigma);
    rates.forEach((d, point) => {
      const y = bValues.map((b) => ricianMoments(700 * Math.exp(-b * d), sigma).mean);
      expect(net.search(y, 0)).toBeGreaterThan(0);
      expect(net.points[0]).toBe(point);
      expect(net.amplitudes[point]! / 700).toBeCloseTo(1, 3);
    });
  });

  test("gives places of a model best first, the sum of squares never rising from place to place", () => {
    const model = diffusionKurtosis(bValues);
    const starts = ricianNetStarts(model, sigma);
    const y = Float64Array.of(1097, 456, 136, 136, 112, 228);
    const count = starts.find(y, 0);
    expect(count).toBeGreaterThan(0);
    const basis = newBasis(model);
    let before = 0;
    for (let s = 0; s < count; s++) {
      const [amplitude = 0, ...theta] = starts.parameters.subarray(3 * s, 3 * s + 3);
      model.variables.forEach(({ lower, upper }, k) => {
        expect(theta[k]).toBeGreaterThanOrEqual(lower);
        expect(theta[k]).toBeLessThanOrEqual(upper);
      });
      model.evaluate(theta, basis);
      const left = y.reduce(
        (sum, v, i) => sum + (v - ricianMoments(amplitude * basis.value[i]!, sigma).mean) ** 2,
        0,
      );
      expect(left).toBeGreaterThanOrEqual(before * (1 - 1e-12));
      before = left;
    }
  });

  test("a curve of nothing but noise overflows nothing", () => {
    const starts = ricianNetStarts(diffusionKurtosis(bValues), sigma);
    const count = starts.find(Float64Array.of(0, 0, 0, 0, 0, 0), 0);
    for (let k = 0; k < 3 * count; k++) expect(Number.isFinite(starts.parameters[k])).toBe(true);
  });
});
