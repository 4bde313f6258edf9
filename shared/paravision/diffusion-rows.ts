import type { AttributeValues } from "#shared/dicom/encode-attributes.ts";
import { type FrameWeighting, weightingOf } from "./scan-diffusion.ts";
import type { ImageContext, MappingRow } from "./series-plan.ts";

/** Images with less, s/mm², and no direction are those without diffusion gradient: imaging gradients make some 25. */
const leastWeighting = 50;

/**
 * Diffusion weighting of each image, PS3.3 C.8.13.5.9, at the top of the file as vendors write it into classic images. The
 * b-matrix holds what the imaging gradients add, which b-value and direction cannot: a mean diffusivity of them is 1 to 2 %
 * too low (measured on ParaVision exports).
 */
export const diffusionRows: readonly MappingRow[] = [
  {
    keyword: "DiffusionBValue",
    ...{ type: "3", per: "image" },
    sources: ["--b-value", "PVM_DwEffBval", "VisuAcqDiffusionBMatrix", "PVM_DwBvalEach"],
    rule: "s/mm²: the effective one, imaging gradients included, or with `--b-value nominal` the one asked for, 0 for images without diffusion gradient.",
    value: (image) => {
      const weighting = weightingOf(image.scan, image.frame);
      const nominal =
        image.scan.choices.bValue === "nominal" ? weighting?.nominalBValue : undefined;
      return nominal ?? weighting?.bValue;
    },
  },
  {
    keyword: "DiffusionGradientOrientation",
    ...{ type: "3", per: "image" },
    sources: ["PVM_DwGradVec", "PVM_SPackArrGradOrient", "VisuAcqDiffusionBMatrix"],
    rule: "Unit vector in patient coordinates, P Gᵀ g: g of PVM_DwGradVec, G the rows of PVM_SPackArrGradOrient, P = diag(-1, -1, 1); else the main axis of the b-matrix. Left out without diffusion gradient.",
    value: ({ scan, frame }) => weightingOf(scan, frame)?.direction,
  },
  {
    keyword: "DiffusionDirectionality",
    ...{ type: "3", per: "image" },
    sources: ["PVM_DwAoImages", "VisuAcqDiffusionBMatrix"],
    rule: "NONE without diffusion gradient, BMATRIX where the b-matrix is written, else DIRECTIONAL.",
    value: directionality,
  },
  {
    keyword: "MRDiffusionSequence",
    ...{ type: "3", per: "image" },
    sources: ["VisuAcqDiffusionBMatrix", "PVM_DwBMat"],
    rule: "DiffusionBMatrixSequence with XX, XY, XZ, YY, YZ, ZZ in patient coordinates, s/mm²: VisuAcqDiffusionBMatrix as it is, or P Gᵀ B G P.",
    value: ({ scan, frame }) => {
      const bMatrix = weightingOf(scan, frame)?.bMatrix;
      return bMatrix && diffusionSequence(bMatrix);
    },
  },
];

type Six = readonly [number, number, number, number, number, number];

/** By b-matrix, which the images of all slices have in common. */
const sequences = new WeakMap<readonly number[], readonly AttributeValues[]>();

function diffusionSequence(bMatrix: readonly number[]): readonly AttributeValues[] {
  let sequence = sequences.get(bMatrix);
  if (sequence === undefined) {
    const [xx, yy, zz, xy, xz, yz] = bMatrix as Six;
    const item = {
      DiffusionBValueXX: xx,
      DiffusionBValueXY: xy,
      DiffusionBValueXZ: xz,
      DiffusionBValueYY: yy,
      DiffusionBValueYZ: yz,
      DiffusionBValueZZ: zz,
    };
    sequence = [{ DiffusionBMatrixSequence: [item] }];
    sequences.set(bMatrix, sequence);
  }
  return sequence;
}

function directionality({ scan, frame }: ImageContext): string | undefined {
  const weighting = weightingOf(scan, frame);
  if (weighting === undefined) return undefined;
  if (isUnweighted(weighting)) return "NONE";
  if (weighting.bMatrix !== undefined) return "BMATRIX";
  return weighting.direction === undefined ? undefined : "DIRECTIONAL";
}

function isUnweighted({ nominalBValue, bValue, direction }: FrameWeighting): boolean {
  if (nominalBValue !== undefined) return nominalBValue === 0;
  return direction === undefined && bValue < leastWeighting;
}
