import type { Vector3 } from "#shared/volume/grid.ts";
import { rotateTensor, rotateVector } from "#shared/volume/rotation.ts";
import { imagingGradients } from "../diffusion-plans.ts";
import type { ScanPlan } from "../scan-plan.ts";
import { gradientOrientation } from "./describe-slices.ts";
import type { Changes } from "./encode-examination.ts";
import { numbers, single, texts } from "./parameter.ts";

/** Of a b-value below this an image counts as one without weighting, s/mm². */
const unweightedBelow = 1;

/** One diffusion experiment. */
interface Experiment {
  /** Place among the contrasts of the plan. */
  readonly contrast: number;
  /** Effective, s/mm². */
  readonly bValue: number;
  /** b-matrix in patient coordinates, row-major, s/mm². */
  readonly matrix: readonly number[];
  /** Diffusion gradients alone, patient coordinates, root of b; zero without weighting. */
  readonly nominal: Vector3;
}

/**
 * A DtiEpi scan: images without weighting first, as ParaVision orders them, and what visu_pars and method say of all.
 *
 * The b-matrix is that of all gradients; PVM_DwGradVec has the diffusion gradients alone, along read, phase and
 * slice. VisuAcqDiffusionGradOrient is written as ParaVision does, in axes of the slice with two signs turned: it
 * is no direction in the patient.
 */
export function describeDiffusion(plan: ScanPlan): {
  order: readonly number[];
  visu: Changes;
  method: Changes;
} {
  const experiments = plan.contrasts
    .map((_, contrast) => describeExperiment(plan, contrast))
    .sort((a, b) => Number(isWeighted(a)) - Number(isWeighted(b)) || a.contrast - b.contrast);
  const count = experiments.length;
  const gradients = gradientOrientation(plan.grid);
  // Patient coordinates to read, phase, slice: G P.
  const toGradients = gradients.map((value, n) => value * [-1, -1, 1][n % 3]!);
  const strongest = Math.sqrt(
    experiments.reduce((most, { nominal }) => Math.max(most, dot(nominal, nominal)), 0),
  );
  const vectors = experiments.map(({ nominal }) =>
    rotateVector(toGradients, nominal).map((value) => tidy(value / strongest)),
  );
  const unweighted = experiments.filter((experiment) => !isWeighted(experiment)).length;
  const shells = [...new Set(experiments.filter(isWeighted).map(nominalB))];
  return {
    order: experiments.map(({ contrast }) => contrast),
    visu: {
      VisuFGElemComment: texts(describeElements(experiments)),
      VisuAcqDiffusionBMatrix: numbers(
        experiments.flatMap(({ matrix }) => matrix),
        [count, 9],
      ),
      VisuAcqDiffusionGradOrient: numbers(
        vectors.flatMap((vector) => {
          const length = Math.hypot(...vector) || 1;
          return vector.map((value, axis) => tidy((value / length) * [-1, 1, -1][axis]!));
        }),
        [count, 3],
      ),
    },
    method: {
      PVM_DwNDiffDir: single((count - unweighted) / shells.length),
      PVM_DwNDiffExpEach: single(shells.length),
      PVM_DwAoImages: single(unweighted),
      PVM_DwBvalEach: numbers(shells),
      PVM_DwNDiffExp: single(count),
      PVM_DwBMat: numbers(
        experiments.flatMap(({ matrix }) => rotateMatrix(toGradients, matrix)),
        [count, 3, 3],
      ),
      PVM_DwEffBval: numbers(experiments.map(({ bValue }) => bValue)),
      PVM_DwGradVec: numbers(vectors.flat(), [count, 3]),
    },
  };
}

function describeExperiment({ contrasts, diffusion }: ScanPlan, contrast: number): Experiment {
  const { bValue = 0, direction } = contrasts[contrast]!;
  const [x, y, z] = (direction ?? [0, 0, 0]).map((value) => value * Math.sqrt(bValue)) as [
    number,
    number,
    number,
  ];
  const all = [x, y, z] as const;
  const share: Vector3 =
    diffusion === "tensor" || diffusion === "kurtosis" ? imagingGradients : [0, 0, 0];
  return {
    contrast,
    bValue,
    matrix: all.flatMap((row) => all.map((column) => row * column)),
    nominal:
      bValue < unweightedBelow
        ? [0, 0, 0]
        : (all.map((value, axis) => value - share[axis]!) as unknown as Vector3),
  };
}

function isWeighted({ bValue }: Experiment): boolean {
  return bValue >= unweightedBelow;
}

function nominalB({ nominal }: Experiment): number {
  return Math.round(dot(nominal, nominal));
}

/** `A0 1 B 0`, `Dir 1 B 1012`; with several b-values `S/D 2/4 B 2011`. */
function describeElements(experiments: readonly Experiment[]): readonly string[] {
  const shells = [...new Set(experiments.filter(isWeighted).map(nominalB))];
  const counts = new Map<number, number>();
  return experiments.map((experiment) => {
    const shell = isWeighted(experiment) ? shells.indexOf(nominalB(experiment)) + 1 : 0;
    const place = (counts.get(shell) ?? 0) + 1;
    counts.set(shell, place);
    const name =
      shell === 0 ? `A0 ${place}` : shells.length > 1 ? `S/D ${shell}/${place}` : `Dir ${place}`;
    return `${name} B ${Math.round(experiment.bValue)}`;
  });
}

function rotateMatrix(
  rotation: readonly number[],
  [xx, xy, xz, , yy, yz, , , zz]: readonly number[],
) {
  const [a, b, c, d, e, f] = rotateTensor(rotation, [xx!, yy!, zz!, xy!, xz!, yz!]);
  return [a, d, e, d, b, f, e, f, c] as number[];
}

function dot(a: Vector3, b: Vector3): number {
  return a[0] * b[0] + a[1] * b[1] + a[2] * b[2];
}

/** Rounding's negative zeros and dust say nothing. */
function tidy(value: number): number {
  return Math.abs(value) < 1e-15 ? 0 : value;
}
