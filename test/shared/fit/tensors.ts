import type { FitSettings } from "#shared/fit/fit-settings.ts";
import { prepareFit } from "#shared/fit/prepare-fit.ts";
import { statusTable } from "#shared/fit/status.ts";
import type { DiffusionEstimator } from "#shared/models/diffusion-decay.ts";
import { diffusionTensorPlaces } from "#shared/models/diffusion-tensor.ts";
import type { NoiseModel } from "#shared/models/model-choice.ts";
import { uniformNumbers } from "#shared/phantom/random.ts";

// Tensors with known truth.

export type Vector = readonly [number, number, number];
export type Measure = keyof typeof diffusionTensorPlaces;

/** xx, yy, zz, xy, xz, yz of b g g'. */
export function bMatrix(b: number, [x, y, z]: Vector): number[] {
  return [x * x, y * y, z * z, x * y, x * z, y * z].map((value) => b * value);
}

/** ln S of a tensor (xx, yy, zz, xy, xz, yz) for a b-matrix. */
export function exponentOf(matrix: readonly number[], tensor: readonly number[]): number {
  return -matrix.reduce((sum, b, k) => sum + (k < 3 ? 1 : 2) * b * tensor[k]!, 0);
}

/** Unit vectors, evenly distributed over the sphere, the same ones for the same seed. */
export function directionsOf(seed: string, count: number): Vector[] {
  const uniform = uniformNumbers(seed);
  return Array.from({ length: count }, () => {
    const z = 2 * uniform() - 1;
    const angle = 2 * Math.PI * uniform();
    const r = Math.sqrt(1 - z * z);
    return [r * Math.cos(angle), r * Math.sin(angle), z] as const;
  });
}

/** Settings of a tensor fit. */
export function tensorSettings(
  bMatrices: readonly (readonly number[])[],
  estimator: DiffusionEstimator,
  noise: NoiseModel = { kind: "gaussian" },
): FitSettings {
  return {
    model: { name: "diffusion-tensor", noise, options: { estimator, bMatrices } },
    abscissae: bMatrices.map(([xx, yy, zz]) => xx! + yy! + zz!),
    sigma: undefined,
    noiseThreshold: 3,
    solver: "own",
  };
}

/** Results of one voxel. */
export function fitTensor(
  bMatrices: readonly (readonly number[])[],
  estimator: DiffusionEstimator,
  y: ArrayLike<number>,
  noise?: NoiseModel,
) {
  const fitter = prepareFit(tensorSettings(bMatrices, estimator, noise)).build();
  fitter.fit(Float64Array.from(y), 0, 1);
  const { status, values, standardErrors, rSquared, rmse, freedom } = fitter.result;
  return {
    status: statusTable[status]!.name,
    value: (name: Measure) => values[diffusionTensorPlaces[name]]!,
    error: (name: Measure) => standardErrors[diffusionTensorPlaces[name]]!,
    firstVector: () => [values[9]!, values[10]!, values[11]!] as const,
    fitter,
    rSquared,
    rmse,
    freedom,
  };
}
