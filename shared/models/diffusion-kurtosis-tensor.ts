import type { DiffusionEstimator } from "./diffusion-decay.ts";
import { diffusionTensorRows, diffusionTensorSheet } from "./diffusion-tensor.ts";
import { modelConcepts } from "./model-concepts.ts";
import type { ModelParameter, ModelSheet } from "./signal-model.ts";

/** Options of the kurtosis tensor. */
export interface KurtosisTensorOptions {
  readonly estimator: DiffusionEstimator;
  /** xx, yy, zz, xy, xz, yz of each b-matrix, s/mm², patient axes (L, P, S); shape [N, 6]. */
  readonly bMatrices: readonly (readonly number[])[];
}

/** Place of each parameter in the sheet. */
export const kurtosisTensorPlaces = {
  MK: 0,
  AK: 1,
  RK: 2,
  KFA: 3,
  MD: 4,
  FA: 5,
  AD: 6,
  RD: 7,
  S0: 8,
  V1x: 9,
  V1y: 10,
  V1z: 11,
} as const;

/**
 * Limits of kurtosis: that of water confined to equal spheres (Jensen 2005), and what DIPY takes for the largest one of
 * tissue.
 */
export const kurtosisLimits = { lowest: -3 / 7, highest: 10 } as const;

/**
 * Index quadruples (0 = x, 1 = y, 2 = z) of the fifteen distinct elements of a fully symmetric tensor of fourth order, in the
 * order xxxx, yyyy, zzzz, xxxy, xxxz, xyyy, yyyz, xzzz, yzzz, xxyy, xxzz, yyzz, xxyz, xyyz, xyzz (DIPY's).
 */
export const fourthOrderElements: readonly (readonly [number, number, number, number])[] = [
  [0, 0, 0, 0],
  [1, 1, 1, 1],
  [2, 2, 2, 2],
  [0, 0, 0, 1],
  [0, 0, 0, 2],
  [0, 1, 1, 1],
  [1, 1, 1, 2],
  [0, 2, 2, 2],
  [1, 2, 2, 2],
  [0, 0, 1, 1],
  [0, 0, 2, 2],
  [1, 1, 2, 2],
  [0, 0, 1, 2],
  [0, 1, 1, 2],
  [0, 1, 2, 2],
];

/** How often each of the fifteen stands among the 81 elements. */
export const fourthOrderCounts = Float64Array.of(1, 1, 1, 4, 4, 4, 4, 4, 4, 6, 6, 6, 12, 12, 12);

/**
 * One row of the linear form ln S = X beta for each image: beta = ln S0, the six elements of D as for the diffusion tensor, and
 * the fifteen of V = MD² W.
 *
 * An element's column is a sixth of the sum of B(ij) B(kl) over all orders of its indices; for b = b n n' that is
 * b² n(i) n(j) n(k) n(l) / 6 times their number.
 *
 * @param bMatrices - xx, yy, zz, xy, xz, yz, s/mm², shape [N, 6]
 * @throws RangeError when a b-matrix has not six numbers
 */
export function kurtosisTensorRows(
  bMatrices: readonly (readonly number[])[],
): readonly (readonly number[])[] {
  const second = diffusionTensorRows(bMatrices);
  return bMatrices.map(([xx = 0, yy = 0, zz = 0, xy = 0, xz = 0, yz = 0], n) => {
    const b = [
      [xx, xy, xz],
      [xy, yy, yz],
      [xz, yz, zz],
    ];
    const at = (i: number, j: number) => b[i]![j]!;
    const fourth = fourthOrderElements.map(([i, j, k, l], e) => {
      // The three ways to make two pairs of four indices stand equally often among all orders.
      const pairs = at(i, j) * at(k, l) + at(i, k) * at(j, l) + at(i, l) * at(j, k);
      return (fourthOrderCounts[e]! * pairs) / 18;
    });
    return [...second[n]!, ...fourth];
  });
}

const limitsInWords = {
  bounds: "-3/7 to 10; no value where an eigenvalue of D is not above 0",
  boundsSource:
    "-3/7: water confined to equal spheres (Jensen 2005); 10: the limit of DIPY. A value outside is set to the limit and flagged",
} as const;

const kurtosis = (symbol: string, label: string, extra: Partial<ModelParameter>) => ({
  ...{ symbol, label, unit: "1" as const, role: "derived" as const },
  ...limitsInWords,
  ...extra,
});

/** The data sheet of the kurtosis tensor: what it shares with that of the diffusion tensor is taken from there. */
export function kurtosisTensorSheet(estimator: DiffusionEstimator): ModelSheet {
  const tensor = diffusionTensorSheet(estimator);
  const shared = ["MD", "FA", "AD", "RD", "S0", "V1x", "V1y", "V1z"];
  return {
    ...tensor,
    name: "diffusion-kurtosis-tensor",
    label: tensor.label.replace("Diffusion tensor", "Diffusion and kurtosis tensor"),
    equation:
      "ln S(B) = ln S0 - sum over j, k of B_jk D_jk + MD^2/6 sum over i, j, k, l of B_ij B_kl W_ijkl",
    mathml:
      "<mrow><mi>ln</mi><mi>S</mi><mo>(</mo><mi>B</mi><mo>)</mo><mo>=</mo><mi>ln</mi><msub><mi>S</mi><mn>0</mn></msub><mo>-</mo><munder><mo>∑</mo><mrow><mi>j</mi><mo>,</mo><mi>k</mi></mrow></munder><msub><mi>B</mi><mi>jk</mi></msub><msub><mi>D</mi><mi>jk</mi></msub><mo>+</mo><mfrac><msup><mi>MD</mi><mn>2</mn></msup><mn>6</mn></mfrac><munder><mo>∑</mo><mrow><mi>i</mi><mo>,</mo><mi>j</mi><mo>,</mo><mi>k</mi><mo>,</mo><mi>l</mi></mrow></munder><msub><mi>B</mi><mi>ij</mi></msub><msub><mi>B</mi><mi>kl</mi></msub><msub><mi>W</mi><mi>ijkl</mi></msub></mrow>",
    assumptions: [
      "the logarithm of the signal is a parabola in b along every direction: b below 3/(D K), in brain tissue below about 3000 s/mm²",
      ...tensor.assumptions.slice(1),
      "MK is the average of the kurtosis over all directions, RK over those across V1, AK the one along V1; all are exact, none a sum over sampled directions",
      "only MK among the kurtosis measures has a standard error: those of AK, RK and KFA also hang on how sharply V1 is known",
    ],
    whenNotToUse: [
      "with fewer than 15 directions or fewer than two b-values above 0: the 22 unknowns are then not determined",
      "above b = 3/(D K), where the parabola turns up",
      "on magnitude signals that reach the noise floor, which looks like kurtosis: use the expected-Rician form",
      "MK of voxels where D is near 0 along a direction: it grows without limit there, and its standard error with it",
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
      {
        text: "Glenn GR, Helpern JA, Tabesh A, Jensen JH. Quantitative assessment of diffusional kurtosis anisotropy. NMR Biomed 2015;28:448-459",
        doi: "10.1002/nbm.3271",
      },
      ...tensor.references.filter(({ text }) => /^(Salvador|Veraart)/.test(text)),
    ],
    concepts: { ...tensor.concepts, model: modelConcepts.kurtosisDiffusion },
    parameters: [
      // Free diffusion has no kurtosis at all; that of tissue is about 1.
      kurtosis("MK", "Mean kurtosis", { main: true, hasError: true, leastSize: 1 }),
      kurtosis("AK", "Axial kurtosis, along V1", { hasError: false }),
      kurtosis("RK", "Radial kurtosis, across V1", { hasError: false }),
      kurtosis("KFA", "Anisotropy of the kurtosis tensor", {
        hasError: false,
        bounds: "0 to 1",
        boundsSource: "its definition (Glenn 2015)",
      }),
      ...shared.flatMap((symbol) => tensor.parameters.filter((one) => one.symbol === symbol)),
    ],
    composites: (tensor.composites ?? []).filter(({ name }) => name === "V1"),
  };
}
