import { smoothAbscissae } from "./exponential-basis.ts";
import { modelConcepts } from "./model-concepts.ts";
import type { ModelParameter, ModelSheet, SignalModel } from "./signal-model.ts";

/**
 * How diffusion signals are fitted: log-linear least squares, unweighted (ols), weighted by the squared signal that a
 * first fit predicts (wls), the same repeated until it settles (iwls); or least squares of the signals themselves (nlls).
 */
export type DiffusionEstimator = "ols" | "wls" | "iwls" | "nlls";

/** Options of the mono-exponential diffusion model. */
export interface DiffusionDecayOptions {
  readonly estimator: DiffusionEstimator;
  /** Number of images of which each sample is the geometric mean, its weight; single images when left out. Shape [N]. */
  readonly averaged?: readonly number[];
}

/** Limits of the search for D, mm²/s: below zero, where noise can put it, to three times free water. */
export const lowestDiffusivity = -1e-3;
export const highestDiffusivity = 1e-2;

/** Largest diffusivity of tissue, mm²/s: one and a half times free water at 37 °C. A fit above it is flagged. */
export const highestTissueDiffusivity = 5e-3;

const texts: Record<DiffusionEstimator, { label: string; bounds: string }> = {
  ols: { label: "log-linear least squares", bounds: "none" },
  wls: { label: "weighted log-linear least squares", bounds: "none" },
  iwls: { label: "iterated weighted log-linear least squares", bounds: "none" },
  nlls: { label: "nonlinear least squares", bounds: "searched from -0.001 to 0.01 mm2/s" },
};

const weighting: Record<DiffusionEstimator, readonly string[]> = {
  ols: ["the logarithms of all signals are equally certain"],
  wls: ["the spread of ln S is the noise over the signal, as an unweighted fit predicts it"],
  iwls: ["the spread of ln S is the noise over the signal, as the fit itself predicts it"],
  nlls: [],
};

/** The data sheet of S = S0 exp(-b ADC), fitted in one of four ways. */
export function diffusionDecaySheet(estimator: DiffusionEstimator): ModelSheet {
  const logLinear = estimator !== "nlls";
  const adc: ModelParameter = {
    symbol: "ADC",
    label: "Apparent diffusion coefficient",
    unit: "mm2/s",
    role: logLinear ? "linear" : "non-linear",
    bounds: `${texts[estimator].bounds}; flagged below 0 and above 0.005 mm2/s`,
    boundsSource:
      "project rule: free water at 37 degrees C has 0.003 mm2/s; noise, perfusion and flow lead outside, which is flagged, not hidden",
  };
  return {
    name: "diffusion-decay",
    label: `Apparent diffusion coefficient, ${texts[estimator].label}`,
    equation: "S(b) = S0 exp(-b ADC)",
    mathml:
      "<mrow><mi>S</mi><mo>(</mo><mi>b</mi><mo>)</mo><mo>=</mo><msub><mi>S</mi><mn>0</mn></msub><msup><mi>e</mi><mrow><mo>-</mo><mi>b</mi><mo>·</mo><mi>ADC</mi></mrow></msup></mrow>",
    assumptions: [
      "one compartment with Gaussian diffusion over the range of b-values used",
      "images of several directions are averaged over directions by the joint fit: exactly the mean diffusivity for directions evenly spread, in the logarithm",
      "b is the effective b-value, with the imaging gradients",
      ...weighting[estimator],
      ...(logLinear
        ? ["samples that are not positive have no logarithm and are left out of the fit"]
        : [
            "noise has the same spread in every image and mean zero (Gaussian), or the expected-Rician form is chosen",
          ]),
    ],
    whenNotToUse: [
      "below b = 200 s/mm2 where blood flows: perfusion raises the result; leave these images out or use IVIM",
      "above b = 1500 s/mm2 in tissue: the decay bends; use the kurtosis model",
      "on magnitude signals that reach the noise floor: use the expected-Rician form",
      ...(estimator === "ols"
        ? [
            "where signals differ much in size: weak ones count too much, and standard errors are off by up to a third",
          ]
        : []),
    ],
    references: [
      {
        text: "Stejskal EO, Tanner JE. Spin diffusion measurements: spin echoes in the presence of a time-dependent field gradient. J Chem Phys 1965;42:288-292",
        doi: "10.1063/1.1695690",
      },
      {
        text: "Le Bihan D, Breton E, Lallemand D, Grenier P, Cabanis E, Laval-Jeantet M. MR imaging of intravoxel incoherent motions: application to diffusion and perfusion in neurologic disorders. Radiology 1986;161:401-407",
        doi: "10.1148/radiology.161.2.3763909",
      },
      ...(logLinear
        ? [
            {
              text: "Veraart J, Sijbers J, Sunaert S, Leemans A, Jeurissen B. Weighted linear least squares estimation of diffusion MRI parameters: strengths, limitations, and pitfalls. NeuroImage 2013;81:335-346",
              doi: "10.1016/j.neuroimage.2013.05.028",
            },
          ]
        : [
            {
              text: "Golub GH, Pereyra V. The differentiation of pseudo-inverses and nonlinear least squares problems whose variables separate. SIAM J Numer Anal 1973;10:413-432",
              doi: "10.1137/0710036",
            },
          ]),
    ],
    abscissa: { keyword: "DiffusionBValue", symbol: "b", label: "b-value", unit: "s/mm2" },
    ...(logLinear ? { algorithm: texts[estimator].label } : {}),
    concepts: { model: modelConcepts.monoExponentialDiffusion },
    parameters: [
      adc,
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
}

/**
 * What is added to D (mm²/s) to make the search variable: positive over the whole range, as a search on a logarithmic scale
 * wants it.
 */
const shift = 2e-3;

/**
 * The decay S = S0 exp(-b D) at the given b-values (s/mm²), for least squares of the signals: D is searched from
 * -0.001 to 0.01 mm²/s, zero and negative values included.
 */
export function diffusionDecay(abscissae: Float64Array): SignalModel {
  const sheet = diffusionDecaySheet("nlls");
  const at = (bValues: Float64Array): SignalModel => ({
    sheet,
    abscissae: bValues,
    constant: false,
    exponential: false,
    variables: [
      {
        symbol: "D + 0.002",
        lower: lowestDiffusivity + shift,
        upper: highestDiffusivity + shift,
        spacing: "logarithmic",
        gridSize: 40,
        inverse: false,
      },
    ],
    evaluate: (theta, { value, first, second }) => {
      const d = theta[0]! - shift;
      for (let i = 0; i < bValues.length; i++) {
        const b = bValues[i]!;
        const e = Math.exp(-b * d);
        value[i] = e;
        first[i] = -b * e;
        second[i] = b * b * e;
      }
    },
    at,
    drawnAbscissae: () => smoothAbscissae(bValues),
    deriveParameters: (p, covariance, values, standardErrors) => {
      values[0] = p[1]! - shift;
      standardErrors[0] = Math.sqrt(covariance[3]!);
      values[1] = p[0]!;
      standardErrors[1] = Math.sqrt(covariance[0]!);
    },
  });
  return at(abscissae);
}
