import { invertAffine, multiplyAffines } from "./affine.ts";
import { type Grid, voxelCount } from "./grid.ts";

/** Share of the weight of the eight neighbours that must have a value for the sum to have one. */
const leastWeight = 0.5;

/** Weights below this are rounding of the affine: such a neighbour is not asked. */
const rounding = 1e-6;

/**
 * An image on the voxels of another grid, by trilinear interpolation between voxel centres in patient space.
 *
 * Inside the outermost half voxel, where there is a neighbour on one side only, its value is taken; so an image of one
 * slice reaches as far as the slice is thick. Neighbours that are not finite do not count.
 *
 * @param samples - shape [nz, ny, nx] of `source`
 * @returns shape [nz, ny, nx] of `target`, on shared memory; NaN outside `source` and where most of the neighbours
 *   have no value
 */
export function resampleTrilinear(
  source: Grid,
  samples: ArrayLike<number>,
  target: Grid,
): Float32Array {
  const out = new Float32Array(new SharedArrayBuffer(4 * voxelCount(target)));
  // (i, j, k, 1) of the target to fractional indices of the source.
  const m = multiplyAffines(invertAffine(source.affineLps), target.affineLps);
  const [nx, ny, nz] = target.shape;
  let at = 0;
  for (let k = 0; k < nz; k++) {
    for (let j = 0; j < ny; j++) {
      for (let i = 0; i < nx; i++) {
        const u = m[0]! * i + m[1]! * j + m[2]! * k + m[3]!;
        const v = m[4]! * i + m[5]! * j + m[6]! * k + m[7]!;
        const w = m[8]! * i + m[9]! * j + m[10]! * k + m[11]!;
        out[at++] = interpolate(source, samples, u, v, w);
      }
    }
  }
  return out;
}

function interpolate(
  { shape: [nx, ny, nz] }: Grid,
  samples: ArrayLike<number>,
  u: number,
  v: number,
  w: number,
): number {
  if (!(isInside(u, nx) && isInside(v, ny) && isInside(w, nz))) return Number.NaN;
  const [i, j, k] = [Math.floor(u), Math.floor(v), Math.floor(w)];
  const [fu, fv, fw] = [u - i, v - j, w - k];
  let sum = 0;
  let weights = 0;
  for (let corner = 0; corner < 8; corner++) {
    const [di, dj, dk] = [corner & 1, (corner >> 1) & 1, corner >> 2];
    const weight = (di ? fu : 1 - fu) * (dj ? fv : 1 - fv) * (dk ? fw : 1 - fw);
    if (weight < rounding) continue;
    const x = clamp(i + di, nx);
    const y = clamp(j + dj, ny);
    const z = clamp(k + dk, nz);
    const value = samples[x + nx * (y + ny * z)]!;
    if (!Number.isFinite(value)) continue;
    sum += weight * value;
    weights += weight;
  }
  return weights >= leastWeight ? sum / weights : Number.NaN;
}

function isInside(index: number, size: number): boolean {
  return index >= -0.5 - rounding && index <= size - 0.5 + rounding;
}

function clamp(index: number, size: number): number {
  return index < 0 ? 0 : index >= size ? size - 1 : index;
}
