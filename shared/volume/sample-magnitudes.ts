import { type Vector3, voxelCount } from "./grid.ts";
import type { SeriesVolume } from "./series-volume.ts";

/** Squared magnitudes of an even choice of voxels. */
export interface MagnitudeSample {
  /** Shape [voxels, images], signal units squared. */
  readonly squares: Float32Array;
  readonly voxels: number;
  readonly images: number;
  /** Voxels of the choice that are zero in every image, or not finite in one; they are left out. */
  readonly zero: number;
  /** Distance between neighbouring stored values, signal units; 0 for floating point. */
  readonly step: number;
}

/**
 * Squared magnitudes of at most `most` voxels, spread evenly, in the images `contrasts`.
 *
 * Whole-numbered values are spread over their step by a fixed pattern: a scanner that stores noise of
 * a few counts leaves a comb that no smooth distribution fits. Sheppard's correction then takes step²/6
 * off the mean square.
 */
export function sampleMagnitudes(
  series: SeriesVolume,
  contrasts: readonly number[],
  most: number,
): MagnitudeSample {
  const { stored, slope, intercept, padding, grid } = series;
  const total = voxelCount(grid);
  const plane = grid.shape[0] * grid.shape[1];
  const inner = innerVoxels(grid.shape);
  const chosen = Math.min(inner.length, most);
  const images = contrasts.length;
  const squares = new Float32Array(chosen * images);
  const isFloat = stored instanceof Float32Array || stored instanceof Float64Array;
  let step = 0;
  let voxels = 0;
  let zero = 0;
  for (let n = 0; n < chosen; n++) {
    const voxel = inner[Math.floor((n * inner.length) / chosen)]!;
    const slice = Math.floor(voxel / plane);
    const row = voxels * images;
    let sum = 0;
    for (let c = 0; c < images; c++) {
      const contrast = contrasts[c]!;
      const value = stored[contrast * total + voxel]!;
      const frame = contrast * grid.shape[2] + slice;
      const scale = slope[frame]!;
      const isPadding = padding !== undefined && value >= padding.low && value <= padding.high;
      const signal = isPadding ? Number.NaN : value * scale + intercept[frame]!;
      sum += Math.abs(signal);
      const width = isFloat ? 0 : Math.abs(scale);
      if (width > step) step = width;
      const spread = signal + width * fraction(n * images + c);
      squares[row + c] = spread * spread;
    }
    if (sum > 0 && Number.isFinite(sum)) voxels++;
    else zero++;
  }
  return { squares: squares.subarray(0, voxels * images), voxels, images, zero, step };
}

/** Part of each edge of a slice that is left out: receivers filter the noise away there, resampling pads it. */
const margin = 1 / 24;

function innerVoxels([nx, ny, nz]: Vector3): Int32Array {
  const [left, top] = [Math.floor(nx * margin), Math.floor(ny * margin)];
  const inner = new Int32Array((nx - 2 * left) * (ny - 2 * top) * nz);
  let at = 0;
  for (let k = 0; k < nz; k++) {
    for (let j = top; j < ny - top; j++) {
      for (let i = left; i < nx - left; i++) inner[at++] = i + nx * (j + ny * k);
    }
  }
  return inner;
}

/** A number from -1/2 to 1/2 that looks like chance and is always the same (Knuth's multiplicative hash). */
function fraction(index: number): number {
  let bits = Math.imul(index + 1, 0x9e3779b1);
  bits = Math.imul(bits ^ (bits >>> 15), 0x85ebca6b);
  bits ^= bits >>> 13;
  return (bits >>> 0) / 2 ** 32 - 0.5;
}
