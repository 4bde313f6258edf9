import type { NoiseModel } from "#shared/models/model-choice.ts";
import { fillRicianMeans, ricianVariance } from "#shared/models/rician-mean.ts";
import { exponential } from "./exponential.ts";

/** From the exponent z of each sample to the mean of its measured signal, and how that changes with z. */
export interface SignalLink {
  readonly noise: NoiseModel;
  /** Writes means mu, slopes dmu/dz and curvatures d2mu/dz2; all of shape [n]. */
  readonly fill: (exponents: Float64Array) => void;
  readonly means: Float64Array;
  readonly slopes: Float64Array;
  readonly curvatures: Float64Array;
  /** Variance of sample i at the latest exponents; only for a known noise. */
  readonly variance: (i: number) => number;
}

/**
 * The link of a noise model: mu = exp z for noise of mean zero, the mean of the Rician magnitude of exp z for magnitudes.
 */
export function signalLink(noise: NoiseModel, n: number): SignalLink {
  const means = new Float64Array(n);
  const slopes = new Float64Array(n);
  const curvatures = new Float64Array(n);
  if (noise.kind === "gaussian") {
    return {
      noise,
      means,
      slopes,
      curvatures,
      variance: () => Number.NaN,
      fill: (exponents) => {
        for (let i = 0; i < n; i++) {
          const mean = exponential(exponents[i]!);
          means[i] = mean;
          slopes[i] = mean;
          curvatures[i] = mean;
        }
      },
    };
  }
  const { sigma } = noise;
  const amplitudes = new Float64Array(n);
  return {
    noise,
    means,
    slopes,
    curvatures,
    variance: (i) => ricianVariance(amplitudes[i]!, sigma, means[i]!),
    fill: (exponents) => {
      for (let i = 0; i < n; i++) amplitudes[i] = exponential(exponents[i]!);
      fillRicianMeans(amplitudes, sigma, means, slopes, curvatures);
      // dA/dz = A: dmu/dz = E' A and d2mu/dz2 = E'' A² + E' A.
      for (let i = 0; i < n; i++) {
        const a = amplitudes[i]!;
        const slope = slopes[i]! * a;
        slopes[i] = slope;
        curvatures[i] = curvatures[i]! * a * a + slope;
      }
    },
  };
}
