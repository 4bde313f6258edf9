import { InputError } from "#shared/errors.ts";
import type { GivenDiffusion } from "#shared/volume/given-diffusion.ts";
import { mainDirection } from "#shared/volume/gradient-direction.ts";
import type { Matrix3, Vector3 } from "#shared/volume/grid.ts";
import { rotateTensor, rotateVector, transpose } from "#shared/volume/rotation.ts";
import { experimentsOfFrames, findDiffusionGroup, readFrameGroups } from "./frame-groups.ts";
import { numbersOf } from "./jcamp.ts";
import type { ParameterFile } from "./parameter-file.ts";

/** ParaVision's subject axes to DICOM's (L, P, S): bruker.md 8. */
const toDicom: Matrix3 = [-1, 0, 0, 0, -1, 0, 0, 0, 1];

/** More images of a slice than any scan has: a few bytes of these files can ask for thousands of millions. */
const mostImages = 65_536;

/** Most effective b of a b = 0 image that is nothing to speak of, s/mm². */
const negligible = 1;

/**
 * How the images of a ParaVision scan are weighted, one entry for each image of a slice, in the order of frames.
 *
 * b is the effective one, imaging gradients included (PVM_DwEffBval, or the trace of the b-matrix); the b-matrix is
 * VisuAcqDiffusionBMatrix, which is in patient axes, or PVM_DwBMat turned there: P Gᵀ B G P; the direction is P Gᵀ g
 * with g of PVM_DwGradVec, or the main axis of the b-matrix. G: read, phase and slice direction, the rows of
 * PVM_SPackArrGradOrient; P = diag(-1, -1, 1). VisuAcqDiffusionGradOrient is not used: it is up to 89 degrees wrong
 * (bruker.md 8).
 *
 * @param method - the scan's `method`; @param visu - the reconstruction's `visu_pars`; one of them may be missing
 * @param place - of the files, for messages
 * @returns undefined when the files are not of a diffusion scan
 * @throws InputError E-PARAVISION when their numbers contradict each other
 */
export function readScanDiffusion(
  method: ParameterFile | undefined,
  visu: ParameterFile | undefined,
  place: string,
): GivenDiffusion | undefined {
  const effective = method && numbersOf(method, "PVM_DwEffBval");
  const inVisu = splitMatrices(visu && numbersOf(visu, "VisuAcqDiffusionBMatrix"));
  const gradients = method && numbersOf(method, "PVM_SPackArrGradOrient");
  // One package of parallel slices: with several, each would need its own.
  const scanner = gradients?.length === 9 ? gradients : undefined;
  const toPatient =
    scanner && transpose(scanner).map((value, at) => value * toDicom[4 * Math.floor(at / 3)]!);
  const inMethod =
    toPatient &&
    splitMatrices(method && numbersOf(method, "PVM_DwBMat"))?.map((matrix) =>
      rotateTensor(toPatient, matrix),
    );
  const bMatrices = inVisu ?? inMethod;
  const bValues = effective ?? bMatrices?.map(([xx, yy, zz]) => xx! + yy! + zz!);
  if (bValues === undefined) return undefined;
  const count = bValues.length;
  const refuse = (found: string) =>
    new InputError(
      "E-PARAVISION",
      `The ParaVision files in ${place} contradict each other: ${found}.`,
      "Use the method and visu_pars of one and the same scan, or give --bvals and --bvecs.",
    );
  if (count > mostImages) throw refuse(`${count} b-values are more than any scan has`);
  if (!bValues.every((value) => value >= 0)) throw refuse("a b-value is negative");
  const stated = method && numbersOf(method, "PVM_DwNDiffExp")?.[0];
  if (stated !== undefined && stated !== count) {
    throw refuse(`${count} b-values, PVM_DwNDiffExp ${stated}`);
  }
  if (bMatrices !== undefined && bMatrices.length !== count) {
    throw refuse(`${count} b-values, ${bMatrices.length} b-matrices`);
  }
  const vectors = splitVectors(method && numbersOf(method, "PVM_DwGradVec"));
  if (vectors !== undefined && vectors.length !== count) {
    throw refuse(`${count} b-values, ${vectors.length} vectors in PVM_DwGradVec`);
  }
  const nominal = method && nominalValues(method, count);
  const directions = bValues.map((_, n) => {
    if (nominal?.[n] === 0) return undefined;
    const vector = vectors?.[n];
    if (toPatient === undefined || vector === undefined) {
      return bMatrices && mainDirection(bMatrices[n]!);
    }
    const length = Math.hypot(...vector);
    if (length === 0) return undefined;
    return rotateVector(toPatient, vector.map((value) => value / length) as unknown as Vector3);
  });
  const images = experimentsOf(visu, count, refuse);
  const pick = <T>(values: readonly T[]): readonly T[] => images.map((n) => values[n]!);
  const source = effective ? "PVM_DwEffBval" : inVisu ? "VisuAcqDiffusionBMatrix" : "PVM_DwBMat";
  const least = Math.min(...bValues);
  return {
    bValues: pick(bValues),
    ...(nominal && { nominalBValues: pick(nominal) }),
    directions: () => pick(directions),
    ...(bMatrices && { bMatrices: pick(bMatrices) }),
    source: `paravision:${source}`,
    directionSource: `paravision:${vectors && toPatient ? "PVM_DwGradVec" : source}`,
    override: false,
    warnings:
      least > negligible
        ? [
            {
              code: "W-ADC",
              text: `The b = 0 images have b = ${Number(least.toFixed(1))} s/mm²: effective values, imaging gradients included, are used.`,
            },
          ]
        : [],
  };
}

/** The diffusion experiment of each image of a slice, in the order of frames; one each when nothing says more. */
function experimentsOf(
  visu: ParameterFile | undefined,
  count: number,
  refuse: (found: string) => InputError,
): readonly number[] {
  const groups = visu && readFrameGroups(visu);
  const group = groups && findDiffusionGroup(groups);
  if (groups === undefined || group === undefined)
    return Array.from({ length: count }, (_, n) => n);
  if (group.count !== count) {
    throw refuse(`${count} b-values, but a frame group ${group.id} of ${group.count}`);
  }
  const images = groups.reduce(
    (all, { id, count: own }) => (id === "FG_SLICE" ? all : all * own),
    1,
  );
  if (images > mostImages)
    throw refuse(`frame groups of ${images} images are more than any scan has`);
  return experimentsOfFrames(groups, group);
}

/** What was asked for: 0 for the A0 images, then the b-values of each direction one after the other. */
function nominalValues(method: ParameterFile, count: number): readonly number[] | undefined {
  const [unweighted] = numbersOf(method, "PVM_DwAoImages") ?? [];
  const each = numbersOf(method, "PVM_DwBvalEach");
  const perDirection = numbersOf(method, "PVM_DwNDiffExpEach")?.[0] ?? each?.length ?? 0;
  if (unweighted === undefined || each === undefined || each.length !== perDirection)
    return undefined;
  const effective = numbersOf(method, "PVM_DwEffBval");
  if (effective === undefined || count < unweighted || (count - unweighted) % each.length !== 0) {
    return undefined;
  }
  return effective.map((value, n) => (n < unweighted ? 0 : nearest(each, value)));
}

/** Shells follow each other or alternate, as the version likes: the effective value tells which it is. */
function nearest(values: readonly number[], wanted: number): number {
  return values.reduce((best, value) =>
    Math.abs(value - wanted) < Math.abs(best - wanted) ? value : best,
  );
}

/** xx, yy, zz, xy, xz, yz of matrices of nine numbers. */
function splitMatrices(
  numbers: readonly number[] | undefined,
): readonly (readonly number[])[] | undefined {
  if (numbers === undefined || numbers.length === 0 || numbers.length % 9 !== 0) return undefined;
  return Array.from({ length: numbers.length / 9 }, (_, n) =>
    [0, 4, 8, 1, 2, 5].map((at) => numbers[9 * n + at]!),
  );
}

function splitVectors(numbers: readonly number[] | undefined): readonly Vector3[] | undefined {
  if (numbers === undefined || numbers.length === 0 || numbers.length % 3 !== 0) return undefined;
  return Array.from(
    { length: numbers.length / 3 },
    (_, n): Vector3 => [numbers[3 * n]!, numbers[3 * n + 1]!, numbers[3 * n + 2]!],
  );
}
