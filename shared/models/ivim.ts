import { modelConcepts } from "./model-concepts.ts";
import type { ModelSheet } from "./signal-model.ts";

/** How the two compartments of IVIM are fitted. */
export type IvimMethod = "segmented" | "nlls";

/** Options of the IVIM model. */
export interface IvimOptions {
  /**
   * `nlls`, the default: all samples at once, the global least-squares optimum. `segmented`: D from the samples at high b,
   * then D* and f from the rest.
   */
  readonly method?: IvimMethod;
  /** b-value from which on perfusion no longer counts, for `segmented`, s/mm2; default 200. */
  readonly thresholdB?: number;
}

/** Default of `thresholdB`, s/mm2: the threshold of the OSIPI IVIM code collection (TF2.4). */
export const defaultThresholdB = 200;

/** Limits of the parameters; diffusivities in mm2/s. */
export const ivimLimits = {
  /** Above: free water at 37 degrees has 3.0e-3, and an estimate beyond this is none of tissue. */
  highestD: 5e-3,
  /** Blood moves faster than any water diffuses: the range of D* begins where that of D ends. */
  lowestDstar: 5e-3,
  highestDstar: 0.5,
  highestF: 0.7,
} as const;

/** Perfusion fraction below which D* has no information. The OSIPI tests of D* leave such voxels out too. */
export const leastFractionForDstar = 0.03;

const projectRule = (text: string) => `project rule: ${text}`;

/** The data sheet of the two-compartment IVIM model. */
export const ivimSheet: ModelSheet = {
  name: "ivim",
  label: "IVIM, perfusion and diffusion",
  equation: "S(b) = S0 (f exp(-b D*) + (1 - f) exp(-b D))",
  mathml:
    "<mrow><mi>S</mi><mo>(</mo><mi>b</mi><mo>)</mo><mo>=</mo><msub><mi>S</mi><mn>0</mn></msub><mo>(</mo><mi>f</mi><msup><mi>e</mi><mrow><mo>-</mo><mi>b</mi><msup><mi>D</mi><mo>*</mo></msup></mrow></msup><mo>+</mo><mo>(</mo><mn>1</mn><mo>-</mo><mi>f</mi><mo>)</mo><msup><mi>e</mi><mrow><mo>-</mo><mi>b</mi><mi>D</mi></mrow></msup><mo>)</mo></mrow>",
  assumptions: [
    "two compartments that do not exchange: water in tissue, and blood in randomly oriented capillaries",
    "D* alone stands in the first exponent: the sum D + D* that some programs use there is our D*",
    "both compartments have the same relaxation: f is a signal fraction, weighted by T1 and T2 of blood and tissue",
    "D and f do not depend on the direction, or the signals are averages over directions",
    "noise has the same spread at every b-value and mean zero (Gaussian), or the expected-Rician form is chosen",
  ],
  whenNotToUse: [
    "with fewer than four different b-values, or none of them below about 100 s/mm²: nothing then tells perfusion from diffusion",
    "for a map of D* at a signal-to-noise ratio below about 50 at b = 0: its standard error says so, and many voxels are flagged",
    "at b-values above about 1000 s/mm², where diffusion itself is not exponential: leave them out or fit kurtosis",
    "in muscle or white matter with a single direction, where D depends on the direction",
    "on magnitude signals that reach the noise floor: use the expected-Rician form",
  ],
  references: [
    {
      text: "Le Bihan D, Breton E, Lallemand D, Aubin ML, Vignaud J, Laval-Jeantet M. Separation of diffusion and perfusion in intravoxel incoherent motion MR imaging. Radiology 1988;168:497-505",
      doi: "10.1148/radiology.168.2.3393671",
    },
    {
      text: "Golub GH, Pereyra V. The differentiation of pseudo-inverses and nonlinear least squares problems whose variables separate. SIAM J Numer Anal 1973;10:413-432",
      doi: "10.1137/0710036",
    },
  ],
  abscissa: { keyword: "DiffusionBValue", symbol: "b", label: "b-value", unit: "s/mm2" },
  algorithm: "variable projection with a global search of both rates",
  concepts: { model: modelConcepts.biExponentialDiffusion },
  parameters: [
    {
      symbol: "D",
      label: "Diffusion coefficient D of tissue",
      unit: "mm2/s",
      role: "non-linear",
      bounds: "0 to 5e-3 mm²/s",
      boundsSource: projectRule(
        "free water at 37 °C has 3.0e-3 mm²/s; an estimate at a bound is flagged, not hidden",
      ),
    },
    {
      symbol: "f",
      label: "Perfusion fraction f",
      unit: "1",
      role: "linear",
      bounds: "0 to 0.7",
      boundsSource: projectRule(
        "where more than 70 % of the signal decays fast, the slow part is no tissue any more",
      ),
      main: true,
    },
    {
      symbol: "Dstar",
      label: "Pseudo-diffusion coefficient D* of blood",
      unit: "mm2/s",
      role: "non-linear",
      bounds:
        "5e-3 to 0.5 mm²/s; no value where f is below 0.03, or where its standard error is larger",
      boundsSource: projectRule(
        "blood moves faster than free water diffuses (3.0e-3 mm²/s at 37 °C), and where the ranges of D and D* overlap noise makes two slow compartments out of one; 5e-3 is also the lower bound of the OSIPI IVIM code collection. At 0.5 mm²/s the fast part has gone at b = 10 s/mm²",
      ),
      main: true,
    },
    {
      symbol: "fDstar",
      label: "Flow-related product f D*",
      unit: "mm2/s",
      role: "derived",
      bounds: "those of f and D*",
      boundsSource: "product of the two",
      hasError: true,
    },
    {
      symbol: "S0",
      label: "Signal at b = 0",
      unit: "arbitrary",
      role: "linear",
      bounds: "above 0",
      boundsSource: "a magnitude is not negative",
    },
  ],
};

/** The data sheet of the IVIM model as it is fitted in one of two ways. */
export function ivimSheetOf(method: IvimMethod = "nlls"): ModelSheet {
  if (method === "nlls") return ivimSheet;
  return {
    ...ivimSheet,
    algorithm: "segmented: D from the samples at high b, then D* and f from the rest",
    concepts: { ...ivimSheet.concepts, fitting: modelConcepts.segmentedUnconstrained },
  };
}
