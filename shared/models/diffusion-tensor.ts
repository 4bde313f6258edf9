import type { DiffusionEstimator } from "./diffusion-decay.ts";
import { modelConcepts } from "./model-concepts.ts";
import type { ModelParameter, ModelSheet } from "./signal-model.ts";

/** Options of the diffusion tensor. */
export interface DiffusionTensorOptions {
  readonly estimator: DiffusionEstimator;
  /** xx, yy, zz, xy, xz, yz of each b-matrix, s/mm², patient axes (L, P, S); shape [N, 6]. */
  readonly bMatrices: readonly (readonly number[])[];
}

/** Place of each parameter in the sheet. */
export const diffusionTensorPlaces = {
  MD: 0,
  FA: 1,
  AD: 2,
  RD: 3,
  MO: 4,
  S0: 5,
  L1: 6,
  L2: 7,
  L3: 8,
  V1x: 9,
  V1y: 10,
  V1z: 11,
  Dxx: 12,
  Dxy: 13,
  Dxz: 14,
  Dyy: 15,
  Dyz: 16,
  Dzz: 17,
} as const;

/**
 * One row of the linear form ln S = X beta for each image, beta = (ln S0, Dxx, Dyy, Dzz, Dxy, Dxz, Dyz): the elements off the
 * diagonal count twice.
 *
 * @param bMatrices - xx, yy, zz, xy, xz, yz, s/mm², shape [N, 6]
 * @throws RangeError when a b-matrix has not six numbers
 */
export function diffusionTensorRows(
  bMatrices: readonly (readonly number[])[],
): readonly (readonly number[])[] {
  return bMatrices.map((b) => {
    if (b.length !== 6 || !b.every(Number.isFinite)) {
      throw new RangeError(`a b-matrix has six numbers, not ${b.join(", ")}`);
    }
    const [xx = 0, yy = 0, zz = 0, xy = 0, xz = 0, yz = 0] = b;
    return [1, -xx, -yy, -zz, -2 * xy, -2 * xz, -2 * yz];
  });
}

const tensorBounds = {
  bounds: "eigenvalues below 0 count as 0 and are flagged",
  boundsSource:
    "a diffusivity is not negative; noise can make a fitted one so. Other software sets it to 0 too (DIPY)",
} as const;

function measure(
  symbol: string,
  label: string,
  unit: ModelParameter["unit"],
  extra: Partial<ModelParameter> = {},
): ModelParameter {
  return { symbol, label, unit, role: "derived", ...tensorBounds, ...extra };
}

const free = {
  bounds: "none",
  boundsSource: "linear least squares needs none",
  role: "linear",
  hasError: false,
} as const;

const axes = ["x", "y", "z"] as const;

/** Elements of the tensor in the order of FSL's tensor files. */
const elements = ["Dxx", "Dxy", "Dxz", "Dyy", "Dyz", "Dzz"] as const;

const labels: Record<DiffusionEstimator, string> = {
  ols: "log-linear least squares",
  wls: "weighted log-linear least squares",
  iwls: "iterated weighted log-linear least squares",
  nlls: "nonlinear least squares",
};

/** The data sheet of the diffusion tensor. */
export function diffusionTensorSheet(estimator: DiffusionEstimator): ModelSheet {
  const logLinear = estimator !== "nlls";
  return {
    name: "diffusion-tensor",
    label: `Diffusion tensor, ${labels[estimator]}`,
    equation: "S(B) = S0 exp(-sum over j, k of B_jk D_jk)",
    mathml:
      "<mrow><mi>S</mi><mo>(</mo><mi>B</mi><mo>)</mo><mo>=</mo><msub><mi>S</mi><mn>0</mn></msub><msup><mi>e</mi><mrow><mo>-</mo><munder><mo>∑</mo><mrow><mi>j</mi><mo>,</mo><mi>k</mi></mrow></munder><msub><mi>B</mi><mi>jk</mi></msub><msub><mi>D</mi><mi>jk</mi></msub></mrow></msup></mrow>",
    assumptions: [
      "Gaussian diffusion along every direction: one fibre population, b not too high",
      "b-matrices as applied, with the imaging gradients where the source has them; else b times the outer product of the direction",
      "the subject did not move between images, and images are free of eddy-current distortion",
      estimator === "ols"
        ? "the logarithms of all signals are equally certain"
        : "noise has the same spread in every image and mean zero",
      ...(logLinear
        ? ["samples that are not positive have no logarithm and are left out of the fit"]
        : []),
    ],
    whenNotToUse: [
      "where fibres cross: the tensor shows their average, FA falls and V1 points between them",
      "above b = 1500 s/mm2 in tissue: the decay bends; use the kurtosis tensor",
      "on signals that reach the noise floor: large eigenvalues come out too low, and so does FA",
      ...(estimator === "ols"
        ? [
            "where signals differ much in size: weak ones count too much, and standard errors are off",
          ]
        : []),
      "FA of voxels without direction: noise alone makes it larger than 0, and its standard error then says little",
    ],
    references: [
      {
        text: "Basser PJ, Mattiello J, Le Bihan D. Estimation of the effective self-diffusion tensor from the NMR spin echo. J Magn Reson B 1994;103:247-254",
        doi: "10.1006/jmrb.1994.1037",
      },
      {
        text: "Salvador R, Peña A, Menon DK, Carpenter TA, Pickard JD, Bullmore ET. Formal characterization and extension of the linearized diffusion tensor model. Hum Brain Mapp 2005;24:144-155",
        doi: "10.1002/hbm.20076",
      },
      {
        text: "Veraart J, Sijbers J, Sunaert S, Leemans A, Jeurissen B. Weighted linear least squares estimation of diffusion MRI parameters: strengths, limitations, and pitfalls. NeuroImage 2013;81:335-346",
        doi: "10.1016/j.neuroimage.2013.05.028",
      },
      {
        text: "Ennis DB, Kindlmann G. Orthogonal tensor invariants and the analysis of diffusion tensor magnetic resonance images. Magn Reson Med 2006;55:136-146",
        doi: "10.1002/mrm.20741",
      },
      {
        text: "Koay CG, Chang LC, Pierpaoli C, Basser PJ. Error propagation framework for diffusion tensor imaging via diffusion tensor representations. IEEE Trans Med Imaging 2007;26:1017-1034",
        doi: "10.1109/TMI.2007.897415",
      },
    ],
    abscissa: { keyword: "DiffusionBValue", symbol: "b", label: "b-value", unit: "s/mm2" },
    algorithm: `${labels[estimator]}; eigenvalues by Jacobi rotations`,
    concepts: { model: modelConcepts.singleTensor },
    parameters: [
      measure("MD", "Mean diffusivity", "mm2/s", { main: true, hasError: true }),
      measure("FA", "Fractional anisotropy", "1", {
        main: true,
        hasError: true,
        bounds: "0 to 1",
        boundsSource: "its definition, with eigenvalues not below 0",
      }),
      measure("AD", "Axial diffusivity, the largest eigenvalue", "mm2/s", { hasError: true }),
      measure("RD", "Radial diffusivity, mean of the two smaller eigenvalues", "mm2/s", {
        hasError: true,
      }),
      measure("MO", "Mode of anisotropy: 1 one axis, -1 a plane", "1", {
        bounds: "-1 to 1",
        boundsSource: "its definition (Ennis and Kindlmann 2006)",
      }),
      {
        symbol: "S0",
        label: "Signal without diffusion weighting",
        unit: "arbitrary",
        role: "linear",
        bounds: "above 0",
        boundsSource: "a magnitude is not negative",
      },
      measure("L1", "Largest eigenvalue", "mm2/s"),
      measure("L2", "Second eigenvalue", "mm2/s"),
      measure("L3", "Smallest eigenvalue", "mm2/s"),
      ...axes.map((axis) =>
        measure(`V1${axis}`, `First eigenvector, ${axis}`, "1", {
          bounds: "-1 to 1",
          boundsSource:
            "a unit vector; of its two signs the one whose largest component is positive",
        }),
      ),
      ...elements.map((symbol) => ({
        ...free,
        symbol,
        label: `Tensor element ${symbol.slice(1)}`,
        unit: "mm2/s" as const,
      })),
    ],
    composites: [
      {
        name: "V1",
        label: "First eigenvector",
        components: axes.map((axis) => `V1${axis}`),
        kind: "vector",
      },
      {
        name: "tensor",
        label: "Diffusion tensor",
        components: [...elements],
        kind: "symmetric-tensor",
      },
    ],
  };
}
