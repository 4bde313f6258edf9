import { addRicianNoise, uniformNumbers } from "#shared/phantom/random.ts";
import { diffusivityAlong, smallDwi, type Weighting } from "#test/acceptance/small-dwi.ts";
import type { SmallScan } from "#test/acceptance/small-scan.ts";

const [columns, rows, slices] = [24, 16, 2];
const sigma = 40;

/**
 * A small diffusion scan in which every option finds something to do: perfusion, kurtosis and a direction, diffusivities that
 * rise along the rows beyond those of tissue, signals down to the noise, Rician noise.
 */
export function noisyDwi(weightings: readonly Weighting[]): Partial<SmallScan> {
  const uniform = uniformNumbers("noisy diffusion scan");
  const values = new Map<string, number>();
  weightings.forEach(({ bValue, direction }, e) => {
    for (let k = 0; k < slices; k++) {
      for (let j = 0; j < rows; j++) {
        for (let i = 0; i < columns; i++) {
          const inside = i >= 6 && i < 18 && j >= 4 && j < 12;
          const x = bValue * diffusivityAlong(direction) * (0.3 + (i - 6) / 2);
          const slow = Math.exp(-x + (x * x) / 12);
          const signal = (0.85 * slow + 0.15 * Math.exp(-bValue * 0.02)) * (4000 / (1 + (j - 4)));
          const noisy = addRicianNoise(inside ? signal : 0, sigma, uniform);
          values.set(`${i} ${j} ${k} ${e}`, Math.round(noisy));
        }
      }
    }
  });
  return {
    ...smallDwi(weightings),
    ...{ columns, rows, slices },
    value: (i, j, k, e) => values.get(`${i} ${j} ${k} ${e}`)!,
  };
}
