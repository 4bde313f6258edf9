import type { Vector3 } from "#shared/volume/grid.ts";
import { diffusionOf } from "./tissue-diffusion-table.ts";
import type { Tissue } from "./tissue-table.ts";

/** Eigenvalues of the tissue's diffusion tensor, mm²/s, largest first. */
export function diffusionEigenvalues(tissue: Tissue): Vector3 {
  const [first, second, third] = diffusionOf(tissue).shares;
  return [first * tissue.adc, second * tissue.adc, third * tissue.adc];
}

/**
 * Fractional anisotropy of three eigenvalues, 0 to 1.
 *
 * @see Basser PJ, Pierpaoli C, J Magn Reson B 1996;111:209
 */
export function fractionalAnisotropy(eigenvalues: Vector3): number {
  const mean = (eigenvalues[0] + eigenvalues[1] + eigenvalues[2]) / 3;
  const spread = Math.hypot(...eigenvalues.map((value) => value - mean));
  return (Math.sqrt(1.5) * spread) / Math.hypot(...eigenvalues);
}

/** Kurtosis of a tissue in the mean over all directions, along the first eigenvector, and across it. */
export interface KurtosisMetrics {
  readonly mean: number;
  readonly axial: number;
  readonly radial: number;
}

/** Intervals of Simpson's rule along the polar axis; the integrand is smooth. */
const intervals = 400;

/**
 * MK, AK and RK where the kurtosis tensor is isotropic. Along g the kurtosis is
 *
 *     K(g) = W MD² / D(g)²
 *
 * so an anisotropic D makes MK larger than W. The mean over a circle about the first eigenvector is in closed form,
 * as that of (A cos² + B sin²)^-2 is (A + B) / (2 (A B)^1.5); over the polar angle it is integrated.
 *
 * @see Tabesh A et al., Magn Reson Med 2011;65:823
 */
export function kurtosisMetrics(tissue: Tissue): KurtosisMetrics {
  const [first, second, third] = diffusionOf(tissue).shares;
  const { kurtosis } = diffusionOf(tissue);
  const circleMean = (cosine: number): number => {
    const along = first * cosine ** 2;
    const a = along + second * (1 - cosine ** 2);
    const b = along + third * (1 - cosine ** 2);
    return (a + b) / (2 * (a * b) ** 1.5);
  };
  let sum = circleMean(0) + circleMean(1);
  for (let n = 1; n < intervals; n++) sum += (n % 2 === 1 ? 4 : 2) * circleMean(n / intervals);
  return {
    mean: (kurtosis * sum) / (3 * intervals),
    axial: kurtosis / first ** 2,
    radial: kurtosis * circleMean(0),
  };
}
