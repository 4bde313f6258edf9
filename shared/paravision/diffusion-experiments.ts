import { mainDirection } from "#shared/volume/gradient-direction.ts";
import type { Matrix3, Vector3 } from "#shared/volume/grid.ts";
import { rotateTensor, rotateVector, transpose } from "#shared/volume/rotation.ts";
import { numbersOf } from "./jcamp.ts";
import type { ParameterFile } from "./parameter-file.ts";

/** How the diffusion experiments of a scan are weighted, one entry for each. */
export interface DiffusionExperiments {
  /** s/mm², effective. */
  readonly bValues: readonly number[];
  /** What was asked for, s/mm²: 0 for the images without diffusion gradient. */
  readonly nominalBValues?: readonly number[];
  /** xx, yy, zz, xy, xz, yz in patient coordinates, s/mm². */
  readonly bMatrices?: readonly (readonly number[])[];
  /** Unit vectors in patient coordinates (L, P, S); undefined for images without a direction. */
  readonly directions: readonly (Vector3 | undefined)[];
  /** The parameter of the b-values. */
  readonly source: string;
  /** The parameter of the directions. */
  readonly directionSource: string;
}

/** What of the files contradicts what. */
export interface Contradiction {
  readonly contradiction: string;
}

export function isContradiction(
  found: DiffusionExperiments | Contradiction | undefined,
): found is Contradiction {
  return found !== undefined && "contradiction" in found;
}

/** ParaVision's subject axes to DICOM's (L, P, S): diag(-1, -1, 1), measured on ParaVision 360 exports. */
const toDicom: Matrix3 = [-1, 0, 0, 0, -1, 0, 0, 0, 1];

/** More images of a slice than any scan has: a few bytes of these files can ask for thousands of millions. */
export const mostImages = 65_536;

/**
 * The diffusion experiments that `method` and `visu_pars` describe; one of them may be missing.
 *
 * b is the effective one, imaging gradients included (PVM_DwEffBval, or the trace of the b-matrix); the b-matrix is
 * VisuAcqDiffusionBMatrix, which is in patient axes, or PVM_DwBMat turned there: P Gᵀ B G P; the direction is P Gᵀ g
 * with g of PVM_DwGradVec, or the main axis of the b-matrix. G: read, phase and slice direction, the rows of
 * PVM_SPackArrGradOrient; P = diag(-1, -1, 1). VisuAcqDiffusionGradOrient is not used: it is in the axes of the slice, and
 * up to 89 degrees wrong as a direction in the patient (measured on ParaVision exports).
 *
 * @param slicePackage - 0 first: each of several packages has gradient axes of its own; undefined when the scan has one
 * @returns undefined when the files are not of a diffusion scan
 */
export function readDiffusionExperiments(
  method: ParameterFile | undefined,
  visu: ParameterFile | undefined,
  slicePackage?: number,
): DiffusionExperiments | Contradiction | undefined {
  const effective = numbersOf(method, "PVM_DwEffBval");
  const toPatient = gradientsToPatient(method, slicePackage);
  const inMethod =
    toPatient &&
    splitMatrices(numbersOf(method, "PVM_DwBMat"))?.map((matrix) =>
      rotateTensor(toPatient, matrix),
    );
  const inVisu = splitMatrices(numbersOf(visu, "VisuAcqDiffusionBMatrix"));
  // That of visu_pars is one for all packages, whose axes differ.
  const bMatrices = slicePackage === undefined ? (inVisu ?? inMethod) : inMethod;
  const bValues = effective ?? (bMatrices ?? inVisu)?.map(([xx, yy, zz]) => xx! + yy! + zz!);
  if (bValues === undefined) return undefined;
  const count = bValues.length;
  const vectors = splitVectors(numbersOf(method, "PVM_DwGradVec"));
  const stated = numbersOf(method, "PVM_DwNDiffExp")?.[0];
  const contradiction = [
    count > mostImages && `${count} b-values are more than any scan has`,
    !bValues.every((value) => value >= 0) && "a b-value is negative",
    stated !== undefined && stated !== count && `${count} b-values, PVM_DwNDiffExp ${stated}`,
    bMatrices !== undefined &&
      bMatrices.length !== count &&
      `${count} b-values, ${bMatrices.length} b-matrices`,
    vectors !== undefined &&
      vectors.length !== count &&
      `${count} b-values, ${vectors.length} vectors in PVM_DwGradVec`,
  ].find((found) => typeof found === "string");
  if (contradiction !== undefined) return { contradiction };
  const nominalBValues = method && nominalValues(method, count);
  const directions = bValues.map((_, n): Vector3 | undefined => {
    if (nominalBValues?.[n] === 0) return undefined;
    const vector = vectors?.[n];
    if (toPatient === undefined || vector === undefined) {
      return bMatrices && mainDirection(bMatrices[n]!);
    }
    const length = Math.hypot(...vector);
    if (length === 0) return undefined;
    const [x, y, z] = rotateVector(toPatient, vector.map((value) => value / length) as Three);
    // No negative zeros: two equal directions are to look equal.
    return [x + 0, y + 0, z + 0];
  });
  const source = effective ? "PVM_DwEffBval" : inVisu ? "VisuAcqDiffusionBMatrix" : "PVM_DwBMat";
  return {
    bValues,
    ...(nominalBValues && { nominalBValues }),
    ...(bMatrices && { bMatrices }),
    ...{ directions, source },
    directionSource: vectors && toPatient ? "PVM_DwGradVec" : source,
  };
}

type Three = [number, number, number];

/** P Gᵀ of a package; undefined when the method says nothing, or several packages and none is asked for. */
function gradientsToPatient(
  method: ParameterFile | undefined,
  slicePackage: number | undefined,
): Matrix3 | undefined {
  const all = numbersOf(method, "PVM_SPackArrGradOrient");
  const from = 9 * (slicePackage ?? 0);
  const own =
    slicePackage === undefined && all?.length !== 9 ? undefined : all?.slice(from, from + 9);
  if (own?.length !== 9) return undefined;
  return transpose(own).map((value, at) => value * toDicom[4 * Math.floor(at / 3)]!);
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
