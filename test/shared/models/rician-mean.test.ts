import { describe, expect, test } from "vitest";
import { fillRicianMeans, ricianMoments } from "#shared/models/rician-mean.ts";

// A/sigma, mean, slope, variance for sigma = 1, computed with numpy/scipy.
const table = [
  [0, 1.253314137316, 0, 0.429203673205],
  [0.5, 1.330447340611, 0.303835205263, 0.479909873862],
  [1, 1.548572460551, 0.557179468382, 0.601923334423],
  [1.5, 1.874935749406, 0.735469457066, 0.734615935601],
  [2, 2.272383428069, 0.844320163641, 0.836273555839],
  [3, 3.172577287901, 0.937444925122, 0.934753352297],
  [4, 4.127193542537, 0.966938777054, 0.966273462443],
  [5, 5.101069639492, 0.979325168008, 0.979088533052],
  [8, 8.062750166083, 0.99209209873, 0.99205975933],
  [10, 10.050126936677, 0.994961518662, 0.994948556671],
  [20, 20.025015684057, 0.998747641439, 0.998746853263],
  [50, 50.010001000601, 0.99979993994, 0.999799919913],
] as const;

describe("the mean of a Rician signal", () => {
  test.each(table)("A = %d sigma: mean, slope and variance of the table", (a, mean, slope, v) => {
    const moments = ricianMoments(a, 1);
    expect(Math.abs(moments.mean - mean)).toBeLessThan(1e-11 * Math.max(1, a));
    expect(Math.abs(moments.slope - slope)).toBeLessThan(1e-11);
    expect(Math.abs(moments.variance - v)).toBeLessThan(1e-10);
  });

  test("scales with sigma, and does not depend on the sign of A", () => {
    const one = ricianMoments(2, 1);
    const seven = ricianMoments(-14, 7);
    expect(seven.mean).toBeCloseTo(7 * one.mean, 12);
    expect(seven.slope).toBeCloseTo(-one.slope, 12);
    expect(seven.variance).toBeCloseTo(49 * one.variance, 10);
  });

  test("slope and curvature are the derivatives of mean and slope", () => {
    for (const a of [0.3, 1.7, 6, 15.9, 16.1, 40]) {
      const h = 1e-5;
      const up = ricianMoments(a + h, 1);
      const down = ricianMoments(a - h, 1);
      const at = ricianMoments(a, 1);
      expect((up.mean - down.mean) / (2 * h)).toBeCloseTo(at.slope, 8);
      expect((up.slope - down.slope) / (2 * h)).toBeCloseTo(at.curvature, 8);
    }
  });

  test("the interpolated means and slopes agree with the exact ones to 1e-12", () => {
    const amplitudes = Float64Array.from({ length: 40_001 }, (_, k) => k * 1e-3 - 10);
    const means = amplitudes.slice();
    const slopes = amplitudes.slice();
    const curvatures = amplitudes.slice();
    fillRicianMeans(amplitudes, 1, means, slopes, curvatures);
    let ofMean = 0;
    let ofSlope = 0;
    let ofCurvature = 0;
    amplitudes.forEach((a, k) => {
      const exact = ricianMoments(a, 1);
      ofMean = Math.max(ofMean, Math.abs(means[k]! / exact.mean - 1));
      ofSlope = Math.max(ofSlope, Math.abs(slopes[k]! - exact.slope));
      ofCurvature = Math.max(ofCurvature, Math.abs(curvatures[k]! - exact.curvature));
    });
    expect(ofMean).toBeLessThan(1e-13);
    expect(ofSlope).toBeLessThan(2e-12);
    expect(ofCurvature).toBeLessThan(1e-5);
  });
});
