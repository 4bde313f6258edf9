import { type DiffusionEstimator, diffusionDecaySheet } from "./diffusion-decay.ts";
import type { ModelSheet } from "./signal-model.ts";

/** Options of the decay with a diffusivity for each direction. */
export interface DiffusionDirectionsOptions {
  readonly estimator: DiffusionEstimator;
  /** Number of the direction of each sample, counted from 0; -1 for a sample without weighting. Shape [N]. */
  readonly directionOf: readonly number[];
}

/** Number of directions. */
export function countDirections({ directionOf }: DiffusionDirectionsOptions): number {
  return Math.max(...directionOf) + 1;
}

/** The data sheet of S = S0 exp(-b ADC_k), one diffusivity for each of `directions` directions k and one S0. */
export function diffusionDirectionsSheet(
  estimator: DiffusionEstimator,
  directions: number,
): ModelSheet {
  const decay = diffusionDecaySheet(estimator);
  const [adc, s0] = decay.parameters;
  return {
    ...decay,
    name: "diffusion-directions",
    label: decay.label.replace("coefficient", "coefficient by direction"),
    equation: "S(b, k) = S0 exp(-b ADC_k), ADC = mean of ADC_k over the directions k",
    mathml:
      "<mrow><mi>S</mi><mo>(</mo><mi>b</mi><mo>,</mo><mi>k</mi><mo>)</mo><mo>=</mo><msub><mi>S</mi><mn>0</mn></msub><msup><mi>e</mi><mrow><mo>-</mo><mi>b</mi><mo>·</mo><msub><mi>ADC</mi><mi>k</mi></msub></mrow></msup></mrow>",
    assumptions: [
      "Gaussian diffusion along each direction over the range of b-values used",
      "one S0 for all directions, determined by the images of b = 0 and all others together",
      "the mean over the directions is a third of the trace of the tensor when they are spread evenly, as three at right angles are",
      ...decay.assumptions.filter((line) => !/compartment|directions/.test(line)),
    ],
    parameters: [
      {
        ...adc!,
        label: "Apparent diffusion coefficient, mean over the directions",
        role: "derived",
        hasError: true,
      },
      s0!,
      ...Array.from({ length: directions }, (_, k) => ({
        ...adc!,
        symbol: `dir${k + 1}`,
        label: `Apparent diffusion coefficient along direction ${k + 1}`,
        hasError: false,
      })),
    ],
  };
}

/** The linear form ln S = ln S0 - b ADC_k: a row (1, 0, ..., -b, ..., 0) for each sample. */
export function diffusionDirectionsRows(
  bValues: readonly number[],
  options: DiffusionDirectionsOptions,
): readonly (readonly number[])[] {
  const directions = countDirections(options);
  return bValues.map((b, i) => {
    const row = new Array<number>(1 + directions).fill(0);
    row[0] = 1;
    const k = options.directionOf[i]!;
    if (k >= 0) row[1 + k] = -b;
    return row;
  });
}
