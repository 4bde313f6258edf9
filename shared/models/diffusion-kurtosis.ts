import { smoothAbscissae } from "./exponential-basis.ts";
import { modelConcepts } from "./model-concepts.ts";
import type { ModelSheet, SearchVariable, SignalModel } from "./signal-model.ts";

/** Least kurtosis: that of water confined to equal spheres (Jensen 2005). The largest is the limit of DIPY. */
const lowestK = -3 / 7;
const highestK = 10;

/** The data sheet of diffusion with kurtosis along one direction, or averaged over directions. */
export const diffusionKurtosisSheet: ModelSheet = {
  name: "diffusion-kurtosis",
  label: "Diffusion with kurtosis",
  equation: "S(b) = S0 exp(-b D + b^2 D^2 K / 6)",
  mathml:
    "<mrow><mi>S</mi><mo>(</mo><mi>b</mi><mo>)</mo><mo>=</mo><msub><mi>S</mi><mn>0</mn></msub><msup><mi>e</mi><mrow><mo>-</mo><mi>b</mi><mi>D</mi><mo>+</mo><mfrac><mn>1</mn><mn>6</mn></mfrac><msup><mi>b</mi><mn>2</mn></msup><msup><mi>D</mi><mn>2</mn></msup><mi>K</mi></mrow></msup></mrow>",
  assumptions: [
    "the logarithm of the signal is a parabola in b: b below 3/(D K), where the parabola turns up",
    "one direction, or the average over directions taken as one decay: K is then not the mean kurtosis of the tensor",
    "b is so large that perfusion does not count, or the lowest b-values are left out",
    "noise has the same spread at every b-value and mean zero (Gaussian), or the expected-Rician form is chosen",
  ],
  whenNotToUse: [
    "with fewer than three b-values, or the largest below about 1500 s/mm²: the decay then hardly bends",
    "on magnitude signals that reach the noise floor, which looks like kurtosis: use the expected-Rician form",
    "with 15 directions and two b-values or more: use the kurtosis tensor",
    "at b-values above 3/(D K): a fit that wants to go there is held at the limit and flagged",
  ],
  references: [
    {
      text: "Jensen JH, Helpern JA, Ramani A, Lu H, Kaczynski K. Diffusional kurtosis imaging: the quantification of non-Gaussian water diffusion by means of magnetic resonance imaging. Magn Reson Med 2005;53:1432-1440",
      doi: "10.1002/mrm.20508",
    },
    {
      text: "Jensen JH, Helpern JA. MRI quantification of non-Gaussian water diffusion by kurtosis analysis. NMR Biomed 2010;23:698-710",
      doi: "10.1002/nbm.1518",
    },
    {
      text: "Tabesh A, Jensen JH, Ardekani BA, Helpern JA. Estimation of tensors and tensor-derived measures in diffusional kurtosis imaging. Magn Reson Med 2011;65:823-836",
      doi: "10.1002/mrm.22655",
    },
  ],
  algorithm: "variable projection with a global search of D and K",
  concepts: { model: modelConcepts.kurtosisDiffusion, fitting: modelConcepts.levenbergMarquardt },
  abscissa: { keyword: "DiffusionBValue", symbol: "b", label: "b-value", unit: "s/mm2" },
  parameters: [
    {
      symbol: "D",
      label: "Diffusion coefficient D, corrected for kurtosis",
      unit: "mm2/s",
      role: "non-linear",
      bounds: "1e-6 to 5e-3 mm²/s",
      boundsSource:
        "project rule: free water at 37 °C has 3.0e-3 mm²/s; without diffusion there is no kurtosis; an estimate at a bound is flagged, not hidden",
    },
    {
      symbol: "K",
      label: "Apparent kurtosis K",
      unit: "1",
      role: "non-linear",
      bounds: "-3/7 to 10, and at most 3/(b D) for the largest b",
      boundsSource:
        "-3/7: water confined to equal spheres (Jensen 2005); 10: the limit of DIPY; 3/(b D): beyond it the signal would rise with b (Tabesh 2011)",
      main: true,
    },
    {
      symbol: "S0",
      label: "Signal without diffusion weighting",
      unit: "arbitrary",
      role: "linear",
      bounds: "above 0",
      boundsSource: "a magnitude is not negative",
    },
  ],
};

/** D, mm2/s, and where K lies between its limits, 0...1: the upper limit of K depends on D. */
const variables: readonly SearchVariable[] = [
  {
    symbol: "D",
    lower: 1e-6,
    upper: 5e-3,
    spacing: "logarithmic",
    gridSize: 40,
    inverse: false,
  },
  {
    symbol: "share of K",
    lower: 0,
    upper: 1,
    spacing: "linear",
    gridSize: 16,
    inverse: false,
  },
];

/**
 * Diffusion with kurtosis at the given b-values (s/mm²). The search keeps K at or below 3/(b D) for the largest b-value, so
 * that no fitted curve rises with b within the measured range.
 *
 * @throws RangeError when there are less than three b-values or one is negative
 */
export function diffusionKurtosis(abscissae: Float64Array): SignalModel {
  const distinct = new Set(abscissae).size;
  if (distinct < 3) {
    throw new RangeError(`kurtosis needs at least 3 different b-values, and there are ${distinct}`);
  }
  if (abscissae.some((b) => b < 0)) throw new RangeError("a b-value is negative");
  const largestB = abscissae.reduce((a, b) => Math.max(a, b));

  /** Width of the range of K at this D, and how it changes with D. */
  const rangeAt = (d: number) => Math.min(highestK, 3 / (largestB * d)) - lowestK;
  const rangeByD = (d: number) => (3 / (largestB * d) < highestK ? -3 / (largestB * d * d) : 0);

  const at = (bValues: Float64Array): SignalModel => ({
    sheet: diffusionKurtosisSheet,
    abscissae: bValues,
    constant: false,
    exponential: false,
    variables,
    evaluate: (theta, { value, first }) => {
      const d = theta[0]!;
      const share = theta[1]!;
      const range = rangeAt(d);
      const k = lowestK + share * range;
      const kByD = share * rangeByD(d);
      const n = bValues.length;
      for (let i = 0; i < n; i++) {
        const b = bValues[i]!;
        const sixth = (b * b * d * d) / 6;
        const phi = Math.exp(-b * d + sixth * k);
        value[i] = phi;
        first[i] = phi * (-b + (b * b * d * k) / 3 + sixth * kByD);
        first[n + i] = phi * sixth * range;
      }
    },
    at,
    drawnAbscissae: () => smoothAbscissae(bValues),
    deriveParameters: (p, covariance, values, standardErrors) => {
      const d = p[1]!;
      const share = p[2]!;
      const range = rangeAt(d);
      const kByD = share * rangeByD(d);
      values[0] = d;
      standardErrors[0] = Math.sqrt(covariance[4]!);
      values[1] = lowestK + share * range;
      standardErrors[1] = Math.sqrt(
        kByD * kByD * covariance[4]! +
          2 * kByD * range * covariance[5]! +
          range * range * covariance[8]!,
      );
      values[2] = p[0]!;
      standardErrors[2] = Math.sqrt(covariance[0]!);
    },
  });
  return at(abscissae);
}
